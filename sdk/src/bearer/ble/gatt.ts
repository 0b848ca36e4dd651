/**
 * The attributes of a device, declared as data: services of characteristics, as GATT has them (Core Specification 5.3, volume 3
 * part G). Handles are given in the order of `add`, from 1 on without gaps: per service its declaration, per characteristic its
 * declaration, its value and, where it notifies or indicates, its Client Characteristic Configuration.
 */
import { allocBytes, type Bytes } from "../../lang/intrinsics.ts";
import { putUuid } from "./uuid.ts";

// Properties (section 3.3.1.1).
export const READ = 0x02;
export const WRITE_COMMAND = 0x04;
export const WRITE = 0x08;
export const NOTIFY = 0x10;
export const INDICATE = 0x20;

// Error codes (volume 3 part F 3.4.1.1; the last three: Core Specification Supplement 10, part B 1.2). Of the two for a link that is
// not secure enough it is always "authentication", on which clients encrypt or pair, whichever they can: only who knows whether there is
// a key of the client could tell them apart (volume 3 part C 10.3.1, table 10.2).
export const INVALID_HANDLE = 0x01;
export const READ_NOT_PERMITTED = 0x02;
export const WRITE_NOT_PERMITTED = 0x03;
export const INVALID_PDU = 0x04;
export const INSUFFICIENT_AUTHENTICATION = 0x05;
export const REQUEST_NOT_SUPPORTED = 0x06;
export const INVALID_OFFSET = 0x07;
export const ATTRIBUTE_NOT_FOUND = 0x0a;
export const INVALID_VALUE_LENGTH = 0x0d;
export const UNSUPPORTED_GROUP_TYPE = 0x10;
export const VALUE_NOT_ALLOWED = 0x13;
export const CCCD_IMPROPERLY_CONFIGURED = 0xfd;
export const PROCEDURE_IN_PROGRESS = 0xfe;
export const VALUE_OUT_OF_RANGE = 0xff;

// Attribute types (part G 3).
export const PRIMARY_SERVICE: number = 0x2800;
export const CHARACTERISTIC: number = 0x2803;
export const CONFIGURATION: number = 0x2902;

/** Values that are read are no longer, octets. */
export const MAX_VALUE = 64;
/** What a client writes to a configuration. */
export const NOTIFYING = 1;
export const INDICATING = 2;
/** Security levels of mode 1 (volume 3 part C 10.2.1), as `Ble.securityLevel` answers them. */
export const PLAIN = 1;
export const ENCRYPTED = 2;

export interface Characteristic {
  /** `uuid.ts`. */
  readonly uuid: number;
  readonly properties: number;
  /** Writes the value to `into[0..MAX_VALUE)`; answers its length, or an error code as a negative number. */
  readonly read?: (into: Bytes) => number;
  /** Takes `from[at..at + length)`; answers 0 or an error code. */
  readonly write?: (from: Bytes, at: number, length: number) => number;
  /**
   * Writes what is to be notified or indicated next, at most `room` octets; answers its length, 0 when there is nothing. Asked when
   * a subscriber is there and the link is free, after `wake`.
   */
  readonly next?: (into: Bytes, at: number, room: number) => number;
  /** A client has subscribed, `NOTIFYING` or `INDICATING`; 0: it has not, or is gone. */
  readonly onConfigured?: (configuration: number) => void;
}

export interface Service {
  readonly uuid: number;
  /** What a link must have so that a client may read, write or subscribe. */
  readonly security: number;
  readonly characteristics: readonly Characteristic[];
}

export interface Gatt {
  /** Before the server starts. */
  readonly add: (service: Service) => void;
  /** A characteristic has something to notify. */
  readonly wake: () => void;

  // For the server (`att.ts`).
  /** Who hears `wake`. */
  readonly onWake: (listener: () => void) => void;
  /** The value that `load` has read. */
  readonly value: Bytes;
  /** The last handle. */
  readonly last: () => number;
  /** Type of the attribute at a handle, 1..last. */
  readonly typeOf: (handle: number) => number;
  /** The last handle of the group that begins here: the handle itself where no service begins. */
  readonly groupEnd: (handle: number) => number;
  /** Reads an attribute on a link of that security; answers the length, or an error code as a negative number. */
  readonly load: (handle: number, security: number) => number;
  /** Writes an attribute, by a command or by a request; answers 0 or an error code. */
  readonly store: (handle: number, security: number, property: number, from: Bytes, at: number, length: number) => number;
  /** Asks the next subscriber's characteristic for a notification; answers its length, 0 when there is none. */
  readonly next: (into: Bytes, at: number, room: number, mayIndicate: boolean) => number;
  /** The handle of what `next` gave, and whether it is indicated. */
  readonly nextHandle: () => number;
  readonly nextIndicates: () => boolean;
  /** Whether the client is subscribed to anything. */
  readonly isConfigured: () => boolean;
  /** The client is gone, its configurations with it. */
  readonly forget: () => void;
}

// What stands at a handle; the rest of the number is the index of the service or characteristic.
const SERVICE = 0;
const DECLARATION = 1;
const VALUE = 2;
const CLIENT = 3;

const SENDS = NOTIFY | INDICATE;

function ignore(): void {}

export function gatt(): Gatt {
  const value = allocBytes(MAX_VALUE);
  const nodes: number[] = [];
  const services: Service[] = [];
  const ends: number[] = [];
  const characteristics: Characteristic[] = [];
  const levels: number[] = [];
  const handles: number[] = [];
  const configurations: number[] = [];
  let wake = ignore;
  let turn = 0;

  function add(service: Service): void {
    nodes.push((services.length << 2) | SERVICE);
    services.push(service);
    for (const characteristic of service.characteristics) {
      const index = characteristics.length << 2;
      nodes.push(index | DECLARATION);
      nodes.push(index | VALUE);
      handles.push(nodes.length);
      if ((characteristic.properties & SENDS) !== 0) nodes.push(index | CLIENT);
      characteristics.push(characteristic);
      levels.push(service.security);
      configurations.push(0);
    }
    ends.push(nodes.length);
  }

  function typeOf(handle: number): number {
    const node = nodes[handle - 1];
    const kind = node & 3;
    if (kind === SERVICE) return PRIMARY_SERVICE;
    if (kind === DECLARATION) return CHARACTERISTIC;
    return kind === CLIENT ? CONFIGURATION : characteristics[node >> 2].uuid;
  }

  function loadDeclaration(characteristic: Characteristic, handle: number): number {
    value[0] = characteristic.properties & 255;
    value[1] = handle & 255;
    value[2] = (handle >> 8) & 255;
    return putUuid(value, 3, characteristic.uuid);
  }

  function load(handle: number, security: number): number {
    const node = nodes[handle - 1];
    const kind = node & 3;
    const index = node >> 2;
    if (kind === SERVICE) return putUuid(value, 0, services[index].uuid);
    if (kind === DECLARATION) return loadDeclaration(characteristics[index], handles[index]);
    if (kind === CLIENT) {
      // Readable on any link (part G 3.3.3.3).
      value[0] = configurations[index] & 255;
      value[1] = 0;
      return 2;
    }
    const { properties, read } = characteristics[index];
    if ((properties & READ) === 0 || read === undefined) return -READ_NOT_PERMITTED;
    return security < levels[index] ? -INSUFFICIENT_AUTHENTICATION : read(value);
  }

  function configure(index: number, mode: number): void {
    if (configurations[index] === mode) return;
    configurations[index] = mode;
    const { onConfigured } = characteristics[index];
    if (onConfigured !== undefined) onConfigured(mode);
  }

  function storeConfiguration(index: number, from: Bytes, at: number, length: number): number {
    if (length !== 2) return INVALID_VALUE_LENGTH;
    const { properties } = characteristics[index];
    const mode = from[at];
    const property = mode === NOTIFYING ? NOTIFY : mode === INDICATING ? INDICATE : 0;
    if (from[at + 1] !== 0 || (mode !== 0 && (properties & property) === 0)) return VALUE_NOT_ALLOWED;
    configure(index, mode);
    return 0;
  }

  return {
    add,
    wake: () => wake(),
    onWake: (listener) => {
      wake = listener;
    },
    value,
    last: () => nodes.length,
    typeOf,
    groupEnd: (handle) => ((nodes[handle - 1] & 3) === SERVICE ? ends[nodes[handle - 1] >> 2] : handle),
    load,
    store: (handle, security, property, from, at, length) => {
      const node = nodes[handle - 1];
      const index = node >> 2;
      const kind = node & 3;
      if (kind === CLIENT) {
        if (property !== WRITE) return WRITE_NOT_PERMITTED;
        return security < levels[index] ? INSUFFICIENT_AUTHENTICATION : storeConfiguration(index, from, at, length);
      }
      if (kind !== VALUE) return WRITE_NOT_PERMITTED;
      const { properties, write } = characteristics[index];
      if ((properties & property) === 0 || write === undefined) return WRITE_NOT_PERMITTED;
      return security < levels[index] ? INSUFFICIENT_AUTHENTICATION : write(from, at, length);
    },
    next: (into, at, room, mayIndicate) => {
      for (let i = 0; i < characteristics.length; i++) {
        turn = turn + 1 < characteristics.length ? turn + 1 : 0;
        const mode = configurations[turn];
        const { next } = characteristics[turn];
        if (mode === 0 || next === undefined || (mode === INDICATING && !mayIndicate)) continue;
        const length = next(into, at, room);
        if (length > 0) return length;
      }
      return 0;
    },
    nextHandle: () => handles[turn],
    nextIndicates: () => configurations[turn] === INDICATING,
    isConfigured: () => {
      for (let i = 0; i < configurations.length; i++) if (configurations[i] !== 0) return true;
      return false;
    },
    forget: () => {
      for (let i = 0; i < characteristics.length; i++) configure(i, 0);
    },
  };
}
