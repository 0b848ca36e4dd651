/**
 * The Attribute Protocol's server (Core Specification 5.3, volume 3 part F) over the attributes of `gatt.ts`: one client, one request
 * at a time, answered in the PDU it came in. What is notified waits until the link is free, and an answer goes before it.
 *
 * Not there: prepared and signed writes, and Read Multiple Variable Length, all optional (part G 4.2, table 4.1).
 */
import type { Ble } from "../../board/ble.ts";
import type { Timers } from "../../board/clock.ts";
import { copyBytes } from "../../lang/bytes.ts";
import { allocBytes } from "../../lang/intrinsics.ts";
import { OK, type Result } from "../../lang/result.ts";
import {
  ATTRIBUTE_NOT_FOUND,
  type Gatt,
  INVALID_HANDLE,
  INVALID_OFFSET,
  INVALID_PDU,
  PRIMARY_SERVICE,
  REQUEST_NOT_SUPPORTED,
  UNSUPPORTED_GROUP_TYPE,
  WRITE,
  WRITE_COMMAND,
} from "./gatt.ts";
import { putUuid, SHORT_BYTES, uuidAt, uuidSize } from "./uuid.ts";

// Opcodes (section 3.4.8). An answer has the number of its request plus one.
const ERROR = 0x01;
const EXCHANGE_MTU = 0x02;
const FIND_INFORMATION = 0x04;
const FIND_BY_TYPE_VALUE = 0x06;
const READ_BY_TYPE = 0x08;
const READ_REQUEST = 0x0a;
const READ_BLOB = 0x0c;
const READ_MULTIPLE = 0x0e;
const READ_BY_GROUP_TYPE = 0x10;
const WRITE_REQUEST = 0x12;
const NOTIFICATION = 0x1b;
const INDICATION = 0x1d;
const CONFIRMATION = 0x1e;
const COMMAND_FLAG = 0x40;
/** The last opcode of the specification: up to it odd ones are answers and the server's own, which no client sends with sense. */
const LAST_OPCODE = 0x23;

/** The smallest MTU, which holds until a client asks for more (section 3.2.8 and volume 3 part G 5.2.1). */
export const LEAST_MTU = 23;
/** `Ble` carries no more. */
export const MOST_MTU = 247;
/** Opcode and handle before a value that is written or notified. */
const VALUE_AT = 3;
/** A pair of handle and value in a list tells its size in one octet. */
const MOST_PAIR = 255;
/** A transaction without its end after so long ends the connection (section 3.3.3). */
const TRANSACTION_MS = 30000;
/** `Find Information` tells UUIDs of two or of sixteen octets. */
const SHORT_UUIDS = 1;
const LONG_UUIDS = 2;

export interface AttServer {
  /** Once all services are added. */
  readonly start: () => Result;
  readonly connected: () => boolean;
  /** Octets of the longest PDU on this connection. */
  readonly mtu: () => number;
}

/**
 * `mtu`: the longest PDU that the device takes, `LEAST_MTU` to `MOST_MTU`; two buffers are that long. `onLink` hears that a client has come
 * or gone, before anything else of it or after.
 */
export function attServer(ble: Ble, timers: Timers, gatt: Gatt, mtu: number, onLink: (connected: boolean) => void): AttServer {
  const heard = allocBytes(mtu);
  const out = allocBytes(mtu);
  const value = gatt.value;
  /** Of this connection. */
  let room = LEAST_MTU;
  let nextRoom = LEAST_MTU;
  let isConnected = false;
  /** Octets of an answer in `out` that waits for the link. */
  let waiting = 0;
  let sending = false;
  /** While a PDU is looked at, or a notification asked for: what happens then is sent after it. */
  let occupied = false;
  let confirming = false;
  let transaction = 0;

  function word(at: number): number {
    return heard[at] | (heard[at + 1] << 8);
  }

  function putWord(at: number, number: number): void {
    out[at] = number & 255;
    out[at + 1] = (number >> 8) & 255;
  }

  function fail(handle: number, code: number): number {
    out[0] = ERROR;
    out[1] = heard[0];
    putWord(2, handle);
    out[4] = code & 255;
    return 5;
  }

  /** What is wrong with the range of handles in a request; 0: nothing. */
  function wrongRange(): number {
    const start = word(1);
    return start === 0 || start > word(3) ? INVALID_HANDLE : 0;
  }

  /** The last handle of the range that there is. */
  function rangeEnd(): number {
    const end = word(3);
    const last = gatt.last();
    return end < last ? end : last;
  }

  function isHandle(handle: number): boolean {
    return handle > 0 && handle <= gatt.last();
  }

  function exchangeMtu(): number {
    const asked = word(1);
    const least = asked < mtu ? asked : mtu;
    nextRoom = least < LEAST_MTU ? LEAST_MTU : least;
    putWord(1, mtu);
    return 3;
  }

  function findInformation(): number {
    const start = word(1);
    const wrong = wrongRange();
    if (wrong !== 0) return fail(start, wrong);
    const end = rangeEnd();
    if (start > end) return fail(start, ATTRIBUTE_NOT_FOUND);
    const size = uuidSize(gatt.typeOf(start));
    out[1] = size === SHORT_BYTES ? SHORT_UUIDS : LONG_UUIDS;
    let at = 2;
    for (let handle = start; handle <= end && at + 2 + size <= room; handle++) {
      const type = gatt.typeOf(handle);
      if (uuidSize(type) !== size) break;
      putWord(at, handle);
      at = putUuid(out, at + 2, type);
    }
    return at;
  }

  /** Whether the value that was read is the one that the request asks for. */
  function isAsked(length: number, at: number, end: number): boolean {
    if (length !== end - at) return false;
    for (let i = 0; i < length; i++) if (value[i] !== heard[at + i]) return false;
    return true;
  }

  function findByTypeValue(length: number): number {
    const start = word(1);
    const wrong = wrongRange();
    if (wrong !== 0) return fail(start, wrong);
    const type = word(5);
    const end = rangeEnd();
    const security = ble.securityLevel();
    let at = 1;
    for (let handle = start; handle <= end && at + 4 <= room; handle++) {
      if (gatt.typeOf(handle) !== type || !isAsked(gatt.load(handle, security), 7, length)) continue;
      putWord(at, handle);
      putWord(at + 2, gatt.groupEnd(handle));
      at += 4;
    }
    return at === 1 ? fail(start, ATTRIBUTE_NOT_FOUND) : at;
  }

  /** The values of a type, each behind its handle and, for groups, the last handle of its group. */
  function readTyped(length: number, groups: boolean): number {
    const start = word(1);
    const wrong = wrongRange();
    if (wrong !== 0) return fail(start, wrong);
    const type = uuidAt(heard, 5, length - 5);
    if (groups && type !== PRIMARY_SERVICE) return fail(start, UNSUPPORTED_GROUP_TYPE);
    const end = rangeEnd();
    const security = ble.securityLevel();
    const head = groups ? 4 : 2;
    const pair = room - 2 < MOST_PAIR ? room - 2 : MOST_PAIR;
    let size = 0;
    let at = 2;
    for (let handle = start; handle <= end; handle++) {
      if (gatt.typeOf(handle) !== type) continue;
      const found = gatt.load(handle, security);
      if (found < 0 && size === 0) return fail(handle, -found);
      const fits = found < pair - head ? found : pair - head;
      if (size === 0) size = head + fits;
      if (found < 0 || head + fits !== size || at + size > room) break;
      putWord(at, handle);
      if (groups) putWord(at + 2, gatt.groupEnd(handle));
      copyBytes(value, 0, out, at + head, fits);
      at += size;
    }
    if (size === 0) return fail(start, ATTRIBUTE_NOT_FOUND);
    out[1] = size & 255;
    return at;
  }

  function read(offset: number): number {
    const handle = word(1);
    if (!isHandle(handle)) return fail(handle, INVALID_HANDLE);
    const found = gatt.load(handle, ble.securityLevel());
    if (found < 0) return fail(handle, -found);
    if (offset > found) return fail(handle, INVALID_OFFSET);
    const length = found - offset < room - 1 ? found - offset : room - 1;
    copyBytes(value, offset, out, 1, length);
    return 1 + length;
  }

  function readMultiple(length: number): number {
    const security = ble.securityLevel();
    let at = 1;
    for (let i = 1; i < length; i += 2) {
      const handle = word(i);
      if (!isHandle(handle)) return fail(handle, INVALID_HANDLE);
      const found = gatt.load(handle, security);
      if (found < 0) return fail(handle, -found);
      const fits = found < room - at ? found : room - at;
      copyBytes(value, 0, out, at, fits);
      at += fits;
    }
    return at;
  }

  function write(property: number, length: number): number {
    const handle = word(1);
    if (!isHandle(handle)) return fail(handle, INVALID_HANDLE);
    const code = gatt.store(handle, ble.securityLevel(), property, heard, VALUE_AT, length - VALUE_AT);
    return code === 0 ? 1 : fail(handle, code);
  }

  /** Octets of the answer in `out`. */
  function answer(length: number): number {
    const opcode = heard[0];
    out[0] = (opcode + 1) & 255;
    if (opcode === EXCHANGE_MTU && length === 3) return exchangeMtu();
    if (opcode === FIND_INFORMATION && length === 5) return findInformation();
    if (opcode === FIND_BY_TYPE_VALUE && length >= 7) return findByTypeValue(length);
    if (opcode === READ_BY_TYPE && (length === 7 || length === 21)) return readTyped(length, false);
    if (opcode === READ_BY_GROUP_TYPE && (length === 7 || length === 21)) return readTyped(length, true);
    if (opcode === READ_REQUEST && length === 3) return read(0);
    if (opcode === READ_BLOB && length === 5) return read(word(3));
    if (opcode === READ_MULTIPLE && length >= 5 && (length & 1) === 1) return readMultiple(length);
    if (opcode === WRITE_REQUEST && length >= VALUE_AT) return write(WRITE, length);
    return fail(0, isSupported(opcode) ? INVALID_PDU : REQUEST_NOT_SUPPORTED);
  }

  function transmit(length: number): void {
    sending = true;
    if (ble.send(out, length) === OK) return;
    // The link is free and does not take it: what was to go is lost, which only a new connection sets right.
    sending = false;
    ble.disconnect();
  }

  function expire(): void {
    transaction = 0;
    ble.disconnect();
  }

  /** Sends what waits, if the link is free. */
  function pump(): void {
    if (!isConnected || sending || occupied) return;
    if (waiting > 0) {
      const length = waiting;
      waiting = 0;
      transmit(length);
      room = nextRoom;
      return;
    }
    occupied = true;
    const length = gatt.next(out, VALUE_AT, room - VALUE_AT, !confirming);
    occupied = false;
    if (length === 0) return;
    const indicates = gatt.nextIndicates();
    out[0] = indicates ? INDICATION : NOTIFICATION;
    putWord(1, gatt.nextHandle());
    if (indicates) {
      confirming = true;
      transaction = timers.after(TRANSACTION_MS, expire);
    }
    transmit(VALUE_AT + length);
  }

  function confirm(): void {
    if (!confirming) return;
    confirming = false;
    timers.cancel(transaction);
    transaction = 0;
  }

  function isRequest(opcode: number): boolean {
    return (opcode & COMMAND_FLAG) === 0 && opcode !== CONFIRMATION && !((opcode & 1) === 1 && opcode <= LAST_OPCODE);
  }

  function onPdu(length: number): void {
    if (!isConnected || length < 1 || length > room) return;
    const opcode = heard[0];
    occupied = true;
    if (opcode === (WRITE_REQUEST | COMMAND_FLAG) && length >= VALUE_AT) {
      const handle = word(1);
      if (isHandle(handle)) gatt.store(handle, ble.securityLevel(), WRITE_COMMAND, heard, VALUE_AT, length - VALUE_AT);
    } else if (opcode === CONFIRMATION && length === 1) confirm();
    // A client that does not wait for the answer before gets none.
    else if (waiting === 0 && isRequest(opcode)) waiting = answer(length);
    occupied = false;
    pump();
  }

  function onDisconnect(): void {
    if (!isConnected) return;
    isConnected = false;
    sending = false;
    waiting = 0;
    confirm();
    gatt.forget();
    onLink(false);
  }

  gatt.onWake(pump);
  return {
    start: () =>
      ble.start(heard, {
        onConnect: () => {
          onDisconnect();
          isConnected = true;
          room = LEAST_MTU;
          nextRoom = LEAST_MTU;
          onLink(true);
        },
        onDisconnect,
        onPdu,
        onSent: () => {
          sending = false;
          pump();
        },
      }),
    connected: () => isConnected,
    mtu: () => room,
  };
}

function isSupported(opcode: number): boolean {
  return opcode >= EXCHANGE_MTU && opcode <= WRITE_REQUEST && (opcode & 1) === 0;
}
