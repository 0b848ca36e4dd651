/**
 * A Bluetooth LE controller in the central's role, as a host sees it over HCI (Core Specification 5.4, volume 4, part E): it scans, connects
 * and carries ACL data on the simulated air. Classic Bluetooth, advertising and whatever else it has not got it refuses as unknown commands.
 *
 * It takes the host's octets in H4 framing and hands back whole packets. One connection at a time.
 */
import { aes128 } from "@songbai/sdk/crypto/aes";
import type { Prng } from "@songbai/sdk/lang/prng";
import type { BleAir } from "./air.ts";
import { h4Reader } from "./h4.ts";
import {
  ACL,
  COMMAND,
  COMMAND_DISALLOWED,
  EVENT,
  INVALID_PARAMETERS,
  LEAST_DATA,
  MOST_DATA,
  SUCCESS,
  UNKNOWN_COMMAND,
  UNKNOWN_CONNECTION,
} from "./hci.ts";
import type { CentralEnd, LinkEvents, LinkParameters } from "./link.ts";

/** ACL packets of the host that the controller can hold. */
const BUFFERS = 8;
const ACCEPT_LIST = 8;
const HANDLE = 0x0040;
/** Bluetooth 5.2 (assigned numbers, HCI version); no company. */
const VERSION = 0x0b;
const COMPANY = 0xffff;
/** LE encryption (bit 0) and data length extension (bit 5). */
const LE_FEATURES = [0x21, 0, 0, 0, 0, 0, 0, 0];
/** LE Only: BR/EDR Not Supported (bit 37), LE Supported (Controller) (bit 38). */
const LMP_FEATURES = [0, 0, 0, 0, 0x60, 0, 0, 0];
const MOST_DATA_US = 2120;
const RANDOM_STATIC = 1;

const EVENTS = {
  disconnected: 0x05,
  encryption: 0x08,
  remoteVersion: 0x0c,
  complete: 0x0e,
  status: 0x0f,
  hardwareError: 0x10,
  completedPackets: 0x13,
  overflow: 0x1a,
  le: 0x3e,
} as const;
/** Subevents of the LE meta event. */
const LE = { connected: 1, report: 2, updated: 3, remoteFeatures: 4, dataLength: 7 } as const;
const LIMITED_RESOURCES = 0x0d;
/** What a host gets that has not asked for more (7.3.1 and 7.8.1). */
const EVENT_MASK = 0x00001fffffffffffn;
const LE_EVENT_MASK = 0x1fn;

export interface Controller {
  /** Octets of the host. */
  take(octets: Uint8Array): void;
  /** Metres to the device; `undefined`: out of reach. */
  place(distanceM: number | undefined): void;
  /** The host is gone, and the controller with it. */
  close(): void;
}

export interface ControllerOptions {
  readonly air: BleAir;
  readonly random: Prng;
  /** 6 octets, the least significant first. */
  readonly address: Uint8Array;
  readonly distanceM: number;
  /** A whole H4 packet for the host. */
  readonly send: (packet: Uint8Array) => void;
}

/** Parameters of a command, read in order; a command is run only when it has as many octets as it must have. */
interface Command {
  /** Octets of parameters. */
  readonly takes: number;
  /** Answers return parameters after a success, or an error code. */
  readonly run?: (view: DataView) => readonly number[] | number;
  /** In place of `run`: a status at once, events later. */
  readonly begin?: (view: DataView) => number;
}

const u16 = (value: number) => [value & 255, value >> 8];
const u64 = (view: DataView) => view.getBigUint64(0, true);
const octetsOf = (view: DataView, at: number, count: number) =>
  new Uint8Array(view.buffer, view.byteOffset + at, count).slice();
const textOf = (octets: Uint8Array) => octets.join(".");

export function controller({ air, random, address, distanceM, send }: ControllerOptions): Controller {
  let closed = false;
  let eventMask = EVENT_MASK;
  let leEventMask = LE_EVENT_MASK;
  let scanning: { readonly once: Set<string> | undefined } | undefined;
  let scan = { active: false, share: 1, acceptListOnly: false };
  let accepted = new Set<string>();
  let attempt: { readonly cancel: () => void } | undefined;
  let connection: { readonly end: CentralEnd; readonly peer: Uint8Array } | undefined;
  /** ACL packets of the host that are not yet acknowledged by the device. */
  let held = 0;
  let suggestedOctets = LEAST_DATA;
  let suggestedUs = 328;
  let heardOf = new Uint8Array(6);

  function event(code: number, parameters: readonly number[]): void {
    const unmasked = code === EVENTS.complete || code === EVENTS.status || code === EVENTS.completedPackets;
    if (closed || !(unmasked || ((eventMask >> BigInt(code - 1)) & 1n) === 1n)) return;
    send(Uint8Array.of(EVENT, code, parameters.length, ...parameters));
  }

  function leEvent(subevent: number, parameters: readonly number[]): void {
    if (((leEventMask >> BigInt(subevent - 1)) & 1n) === 1n) event(EVENTS.le, [subevent, ...parameters]);
  }

  function report(type: number, from: Uint8Array, data: Uint8Array, rssiDbm: number): void {
    if (scanning === undefined) return;
    const key = `${type}/${textOf(from)}`;
    if (scanning.once?.has(key)) return;
    scanning.once?.add(key);
    leEvent(LE.report, [1, type, RANDOM_STATIC, ...from, data.length, ...data, rssiDbm & 255]);
  }

  const central = air.central(
    {
      identity: { type: 0, address },
      heard(from, { data, rssiDbm }) {
        if (scan.acceptListOnly && !accepted.has(textOf(from))) return;
        report(0x00, from, data, rssiDbm);
        // The device has nothing more to say to a scan request.
        if (scan.active) report(0x04, from, new Uint8Array(0), rssiDbm);
      },
    },
    distanceM,
  );

  function connectedEvent(status: number, peer: Uint8Array, { interval, latency, timeout }: LinkParameters): void {
    const handle = status === SUCCESS ? u16(HANDLE) : [0, 0];
    leEvent(LE.connected, [
      status,
      ...handle,
      0,
      RANDOM_STATIC,
      ...peer,
      ...u16(interval),
      ...u16(latency),
      ...u16(timeout),
      0,
    ]);
  }

  function eventsOf(): LinkEvents {
    return {
      received(fragment, start) {
        if (!closed) send(Uint8Array.of(ACL, ...u16(HANDLE | (start ? 0x2000 : 0x1000)), ...u16(fragment.length), ...fragment));
      },
      closed(reason) {
        connection = undefined;
        held = 0;
        event(EVENTS.disconnected, [SUCCESS, ...u16(HANDLE), reason]);
      },
      encrypted: (status) => event(EVENTS.encryption, [status, ...u16(HANDLE), status === SUCCESS ? 1 : 0]),
      updated: ({ interval, latency, timeout }) =>
        leEvent(LE.updated, [SUCCESS, ...u16(HANDLE), ...u16(interval), ...u16(latency), ...u16(timeout)]),
      dataLength(octets) {
        const each = [...u16(octets), ...u16(timeOf(octets))];
        leEvent(LE.dataLength, [...u16(HANDLE), ...each, ...each]);
      },
    };
  }

  function reset(): readonly number[] {
    eventMask = EVENT_MASK;
    leEventMask = LE_EVENT_MASK;
    scanning = undefined;
    scan = { active: false, share: 1, acceptListOnly: false };
    accepted = new Set();
    attempt?.cancel();
    attempt = undefined;
    connection?.end.vanish();
    connection = undefined;
    held = 0;
    central.scan(0);
    return [];
  }

  /** The connection of that handle, or an error code. */
  function on(handle: number, happen: (end: CentralEnd) => readonly number[] | number): readonly number[] | number {
    return connection === undefined || (handle & 0xfff) !== HANDLE ? UNKNOWN_CONNECTION : happen(connection.end);
  }

  /** The same for a command that is answered by a status. */
  const begun = (handle: number, happen: (end: CentralEnd) => void) =>
    on(handle, (end) => {
      happen(end);
      return SUCCESS;
    }) as number;

  function createConnection(view: DataView): number {
    const [filter, peerType] = [view.getUint8(4), view.getUint8(5)];
    const parameters = parametersOf(view, 13);
    if (parameters === undefined || filter > 1) return INVALID_PARAMETERS;
    if (attempt !== undefined) return COMMAND_DISALLOWED;
    if (connection !== undefined) return LIMITED_RESOURCES;
    const peer = octetsOf(view, 6, 6);
    const wants = (from: Uint8Array) =>
      filter === 1 ? accepted.has(textOf(from)) : peerType === RANDOM_STATIC && textOf(from) === textOf(peer);
    attempt = central.connect(
      (from) => {
        heardOf = from.slice();
        return wants(from);
      },
      parameters,
      (end) => {
        attempt = undefined;
        connection = { end, peer: heardOf };
        connectedEvent(SUCCESS, heardOf, parameters);
        if (suggestedOctets > LEAST_DATA) end.setDataLength(Math.min(suggestedOctets, MOST_DATA));
        return eventsOf();
      },
    );
    return SUCCESS;
  }

  function cancelConnection(): readonly number[] | number {
    if (attempt === undefined) return COMMAND_DISALLOWED;
    attempt.cancel();
    attempt = undefined;
    const none = { interval: 0, latency: 0, timeout: 0 };
    soon(() => connectedEvent(UNKNOWN_CONNECTION, new Uint8Array(6), none));
    return [];
  }

  function scanEnable(view: DataView): readonly number[] | number {
    if (view.getUint8(0) > 1 || view.getUint8(1) > 1) return INVALID_PARAMETERS;
    const on = view.getUint8(0) === 1;
    scanning = on ? { once: view.getUint8(1) === 1 ? new Set() : undefined } : undefined;
    central.scan(on ? scan.share : 0);
    return [];
  }

  function scanParameters(view: DataView): readonly number[] | number {
    const [type, interval, window, filter] = [
      view.getUint8(0),
      view.getUint16(1, true),
      view.getUint16(3, true),
      view.getUint8(6),
    ];
    if (scanning !== undefined) return COMMAND_DISALLOWED;
    if (type > 1 || filter > 3 || interval < 4 || interval > 0x4000 || window < 4 || window > interval)
      return INVALID_PARAMETERS;
    scan = { active: type === 1, share: window / interval, acceptListOnly: (filter & 1) === 1 };
    return [];
  }

  /** AES-128 with the most significant octet last (7.8.22). */
  function encrypted(view: DataView): readonly number[] {
    const block = octetsOf(view, 16, 16).reverse();
    aes128(octetsOf(view, 0, 16).reverse())(block);
    return [...block.reverse()];
  }

  function listed(view: DataView, happen: (key: string) => void): readonly number[] | number {
    if (view.getUint8(0) > 1) return INVALID_PARAMETERS;
    // Public addresses are taken as well: there are none on this air.
    if (view.getUint8(0) === RANDOM_STATIC) happen(textOf(octetsOf(view, 1, 6)));
    return [];
  }

  const done = () => [];
  const randomOctets = () => Array.from({ length: 8 }, () => random() >>> 24);

  const commands: Readonly<Record<number, Command>> = {
    // Link control
    1030: {
      takes: 3,
      begin: (view) => begun(view.getUint16(0, true), (end) => soon(() => end.disconnect(view.getUint8(2)))),
    },
    1053: {
      takes: 2,
      begin: (view) =>
        begun(view.getUint16(0, true), () =>
          soon(() => event(EVENTS.remoteVersion, [SUCCESS, ...u16(HANDLE), VERSION, ...u16(COMPANY), 0, 0])),
        ),
    },
    // Controller and baseband
    3073: {
      takes: 8,
      run: (view) => {
        eventMask = u64(view);
        return [];
      },
    },
    3075: { takes: 0, run: reset },
    3171: { takes: 8, run: done },
    3180: { takes: 0, run: () => [1, 0] },
    3181: { takes: 2, run: done },
    // Informational and status
    4097: { takes: 0, run: () => [VERSION, 0, 0, VERSION, ...u16(COMPANY), 0, 0] },
    4098: { takes: 0, run: () => supportedCommands() },
    4099: { takes: 0, run: () => LMP_FEATURES },
    4101: { takes: 0, run: () => [...u16(MOST_DATA), 0, ...u16(BUFFERS), 0, 0] },
    4105: { takes: 0, run: () => [...address] },
    5125: { takes: 2, run: (view) => on(view.getUint16(0, true), (end) => [...u16(HANDLE), end.rssiDbm() & 255]) },
    // LE
    8193: {
      takes: 8,
      run: (view) => {
        leEventMask = u64(view);
        return [];
      },
    },
    8194: { takes: 0, run: () => [...u16(MOST_DATA), BUFFERS] },
    8195: { takes: 0, run: () => LE_FEATURES },
    8197: { takes: 6, run: done },
    8203: { takes: 7, run: scanParameters },
    8204: { takes: 2, run: scanEnable },
    8205: { takes: 25, begin: createConnection },
    8206: { takes: 0, run: cancelConnection },
    8207: { takes: 0, run: () => [ACCEPT_LIST] },
    8208: {
      takes: 0,
      run: () => {
        accepted.clear();
        return [];
      },
    },
    8209: {
      takes: 7,
      run: (view) => (accepted.size >= ACCEPT_LIST ? 0x07 : listed(view, (key) => accepted.add(key))),
    },
    8210: { takes: 7, run: (view) => listed(view, (key) => accepted.delete(key)) },
    8211: {
      takes: 14,
      begin(view) {
        const parameters = parametersOf(view, 2);
        return parameters === undefined
          ? INVALID_PARAMETERS
          : begun(view.getUint16(0, true), (end) => end.setParameters(parameters));
      },
    },
    8214: {
      takes: 2,
      begin: (view) =>
        begun(view.getUint16(0, true), () => soon(() => leEvent(LE.remoteFeatures, [SUCCESS, ...u16(HANDLE), ...LE_FEATURES]))),
    },
    8215: { takes: 32, run: encrypted },
    8216: { takes: 0, run: randomOctets },
    8217: {
      takes: 28,
      begin: (view) =>
        begun(view.getUint16(0, true), (end) =>
          end.encrypt(octetsOf(view, 12, 16), view.getUint16(10, true), octetsOf(view, 2, 8)),
        ),
    },
    // Initiating, active and passive scanning beside it, and the central's connection (part E, 7.8.27; the bits are those of part B, 4.6).
    8220: { takes: 0, run: () => [0x30, 0, 0x40, 0, 0, 0, 0, 0] },
    8226: {
      takes: 6,
      run(view) {
        const octets = view.getUint16(2, true);
        if (octets < LEAST_DATA || octets > MOST_DATA) return INVALID_PARAMETERS;
        return on(view.getUint16(0, true), (end) => {
          end.setDataLength(octets);
          return u16(HANDLE);
        });
      },
    },
    8227: { takes: 0, run: () => [...u16(suggestedOctets), ...u16(suggestedUs)] },
    8228: {
      takes: 4,
      run(view) {
        const octets = view.getUint16(0, true);
        if (octets < LEAST_DATA || octets > MOST_DATA) return INVALID_PARAMETERS;
        suggestedOctets = octets;
        suggestedUs = view.getUint16(2, true);
        return [];
      },
    },
    8239: { takes: 0, run: () => [...u16(MOST_DATA), ...u16(MOST_DATA_US), ...u16(MOST_DATA), ...u16(MOST_DATA_US)] },
  };
  /** Where the commands stand in the bit field of supported commands (6.27): opcode to octet and bit. */
  function supportedCommands(): readonly number[] {
    const field = new Array<number>(64).fill(0);
    for (const [opcode, [octet, bit]] of Object.entries(SUPPORTED)) {
      if (commands[Number(opcode)] !== undefined) field[octet] |= 1 << bit;
    }
    return field;
  }

  /** After the status that the host gets first. */
  function soon(happen: () => void): void {
    later.push(happen);
  }
  let later: (() => void)[] = [];

  function command(octets: Uint8Array): void {
    const opcode = octets[0] | (octets[1] << 8);
    const name = [...u16(opcode)];
    const known = commands[opcode];
    const view = new DataView(octets.buffer, 3, octets.length - 3);
    if (known?.begin !== undefined) {
      const status = view.byteLength === known.takes ? known.begin(view) : INVALID_PARAMETERS;
      event(EVENTS.status, [status, 1, ...name]);
    } else {
      const result =
        known?.run === undefined ? UNKNOWN_COMMAND : view.byteLength === known.takes ? known.run(view) : INVALID_PARAMETERS;
      event(EVENTS.complete, [1, ...name, ...(typeof result === "number" ? [result] : [SUCCESS, ...result])]);
    }
    const then = later;
    later = [];
    for (const happen of then) happen();
  }

  function acl(octets: Uint8Array): void {
    const handle = octets[0] | (octets[1] << 8);
    const boundary = (handle >> 12) & 3;
    if (connection === undefined || (handle & 0xfff) !== HANDLE || boundary > 1) return;
    if (held >= BUFFERS) {
      event(EVENTS.overflow, [1]);
      return;
    }
    const { end } = connection;
    const completed = () => {
      held--;
      event(EVENTS.completedPackets, [1, ...u16(HANDLE), ...u16(1)]);
    };
    const data = octets.subarray(4);
    const most = end.dataOctets();
    held++;
    if (data.length === 0) completed();
    for (let at = 0; at < data.length; at += most) {
      const last = at + most >= data.length;
      end.send(data.slice(at, at + most), at === 0 && boundary === 0, last ? completed : () => {});
    }
  }

  const read = h4Reader(
    MOST_DATA + 4,
    (type, octets) => {
      if (type === COMMAND) command(octets);
      else if (type === ACL) acl(octets);
    },
    () => event(EVENTS.hardwareError, [0]),
  );

  return {
    take(octets) {
      if (!closed) read(octets);
    },
    place: central.place,
    close() {
      closed = true;
      attempt?.cancel();
      central.leave();
    },
  };
}

function timeOf(octets: number): number {
  return Math.min(MOST_DATA_US, (octets + 14) * 8);
}

/** Interval (the longest that is allowed), latency and timeout of a command, from its least interval on (7.8.12, 7.8.18). */
function parametersOf(view: DataView, at: number): LinkParameters | undefined {
  const [least, interval, latency, timeout] = [0, 2, 4, 6].map((offset) => view.getUint16(at + offset, true));
  const inOrder =
    least >= 6 && least <= interval && interval <= 0x0c80 && latency <= 0x01f3 && timeout >= 10 && timeout <= 0x0c80;
  // The timeout is longer than two intervals and the events that latency lets pass.
  return inOrder && timeout * 10 > (1 + latency) * interval * 1.25 * 2 ? { interval, latency, timeout } : undefined;
}

const SUPPORTED: Readonly<Record<number, readonly [number, number]>> = {
  1030: [0, 5],
  1053: [2, 7],
  3073: [5, 6],
  3075: [5, 7],
  3171: [22, 2],
  3180: [24, 5],
  3181: [24, 6],
  4097: [14, 3],
  4099: [14, 5],
  4101: [14, 7],
  4105: [15, 1],
  5125: [15, 5],
  8193: [25, 0],
  8194: [25, 1],
  8195: [25, 2],
  8197: [25, 4],
  8203: [26, 2],
  8204: [26, 3],
  8205: [26, 4],
  8206: [26, 5],
  8207: [26, 6],
  8208: [26, 7],
  8209: [27, 0],
  8210: [27, 1],
  8211: [27, 2],
  8214: [27, 5],
  8215: [27, 6],
  8216: [27, 7],
  8217: [28, 0],
  8220: [28, 3],
  8226: [33, 6],
  8227: [33, 7],
  8228: [34, 0],
  8239: [35, 3],
};
