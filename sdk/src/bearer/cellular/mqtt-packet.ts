/**
 * MQTT control packets, 3.1.1 and 5.0 (OASIS mqtt-v3.1.1-os, mqtt-v5.0-os): written into octets that are allocated once, and read from
 * a stream that may be cut anywhere.
 *
 *   type and flags (1) | remaining length (1..4, seven bits an octet, low first) | variable header | payload
 */
import { copyBytes, getUint16, getUint32 } from "../../lang/bytes.ts";
import { allocBytes, type Bytes, charCode, textLength } from "../../lang/intrinsics.ts";
import { CORRUPT, OK, type Result } from "../../lang/result.ts";
import { isUtf8 } from "./utf8.ts";

/** Protocol levels as they stand in CONNECT. */
export const MQTT_311 = 4;
export const MQTT_5 = 5;

/** First octets of packets: the type in the high half, the flags that must be there in the low one (section 2.1). */
export const CONNECT = 0x10;
export const CONNACK = 0x20;
/** QoS 0, neither retained nor repeated. */
export const PUBLISH = 0x30;
export const PUBACK = 0x40;
export const SUBSCRIBE = 0x82;
export const SUBACK = 0x90;
export const PINGREQ = 0xc0;
export const PINGRESP = 0xd0;
export const DISCONNECT = 0xe0;
/** Flag of a PUBLISH that wants a PUBACK. */
export const QOS_1 = 0x02;

/** Properties of MQTT 5 (section 2.2.2.2) that are written or whose value is used. */
export const MESSAGE_EXPIRY = 2;
export const CONTENT_TYPE = 3;
export const SESSION_EXPIRY = 17;
export const SERVER_KEEP_ALIVE = 19;
export const RECEIVE_MAXIMUM = 33;
export const TOPIC_ALIAS_MAXIMUM = 34;
export const TOPIC_ALIAS = 35;
export const MAXIMUM_QOS = 36;
export const MAXIMUM_PACKET = 39;

/** Packets in which a property may come down, for `readProperties`. */
export const IN_CONNACK = 1;
export const IN_PUBLISH = 2;
export const IN_ACK = 4;
export const IN_DISCONNECT = 8;

/**
 * Whether a broker may begin a packet so: nothing of QoS 2, which is not subscribed to, or 3, which is none; no repetition of what
 * needs no PUBACK (section 3.3.1); nothing that only a client sends; no flag but those of PUBLISH.
 */
function isFromBroker(first: number): boolean {
  if ((first & 0xf0) === PUBLISH) return (first & 4) === 0 && (first & 10) !== 8;
  return first === CONNACK || first === PUBACK || first === SUBACK || first === PINGRESP || first === DISCONNECT;
}

/** Longest fixed header. */
const MOST_HEADER = 5;
/** Packets up to this length are written: two octets of remaining length say so. */
const WRITER_HEADER = 3;

export interface PacketWriter {
  /** The packet, once `end` was called, from 0 on. */
  readonly bytes: Bytes;
  /** Begins a packet; `first` is its first octet. */
  readonly begin: (first: number) => void;
  readonly octet: (value: number) => void;
  readonly uint16: (value: number) => void;
  readonly uint32: (value: number) => void;
  /** An ASCII text with its length before it. */
  readonly text: (text: string) => void;
  readonly octets: (from: Bytes, length: number) => void;
  /** Keeps the place of a length that `close` fills in: the properties of MQTT 5, 127 octets at most. */
  readonly open: () => number;
  readonly close: (place: number) => void;
  /** Puts the remaining length in; answers the packet's length. */
  readonly end: () => number;
}

/** Writes packets of at most `room` octets; the caller knows that they fit. */
export function packetWriter(room: number): PacketWriter {
  const bytes = allocBytes(room);
  let at = 0;

  function octet(value: number): void {
    bytes[at] = value & 255;
    at += 1;
  }

  function uint16(value: number): void {
    octet(value >> 8);
    octet(value);
  }

  return {
    bytes,
    begin: (first) => {
      bytes[0] = first & 255;
      at = WRITER_HEADER;
    },
    octet,
    uint16,
    uint32: (value) => {
      uint16(value >> 16);
      uint16(value);
    },
    text: (text) => {
      const length = textLength(text);
      uint16(length);
      for (let i = 0; i < length; i++) octet(charCode(text, i));
    },
    octets: (from, length) => {
      copyBytes(from, 0, bytes, at, length);
      at += length;
    },
    open: () => {
      at += 1;
      return at - 1;
    },
    close: (place) => {
      bytes[place] = (at - place - 1) & 127;
    },
    end: () => {
      const remaining = at - WRITER_HEADER;
      if (remaining > 127) {
        bytes[1] = (remaining & 127) | 128;
        bytes[2] = (remaining >> 7) & 127;
        return at;
      }
      // The shortest form is the only one that is allowed (MQTT 5.0 section 1.5.5).
      bytes[1] = remaining & 127;
      copyBytes(bytes, WRITER_HEADER, bytes, WRITER_HEADER - 1, remaining);
      return at - 1;
    },
  };
}

export interface PacketReader {
  /** Takes what came, in pieces of any size. `CORRUPT`: no packet, or one that was refused; nothing after it is read. */
  readonly feed: (from: Bytes, length: number) => Result;
  /** A new stream begins. */
  readonly reset: () => void;
}

/**
 * Reads packets. `take` gets the first octet, the variable header and payload, of which at most `limit` octets are kept, and how long they
 * were; it answers `OK`, or refuses the packet. A packet above `most` octets is refused as soon as its length is read: a device
 * pays for each octet.
 */
export function packetReader(
  limit: number,
  most: number,
  take: (first: number, body: Bytes, length: number) => Result,
): PacketReader {
  const body = allocBytes(limit);
  let first = 0;
  /** Octets of the fixed header that have come; `MOST_HEADER` once it is whole. */
  let header = 0;
  let remaining = 0;
  let had = 0;

  /** An octet of the fixed header; answers `OK` or `CORRUPT`. */
  function begin(octet: number): Result {
    if (header === 0) {
      first = octet;
      remaining = 0;
      had = 0;
      header = 1;
      return isFromBroker(octet) ? OK : CORRUPT;
    }
    const bits = octet & 127;
    if (header === 1) remaining = bits;
    else if (header === 2) remaining += bits << 7;
    else if (header === 3) remaining += bits << 14;
    else remaining += bits << 21;
    // A last octet of 0 says nothing: not the shortest form.
    if (octet === 0 && header > 1) return CORRUPT;
    if (octet < 128) header = MOST_HEADER;
    else if (header === 4) return CORRUPT;
    else header += 1;
    return remaining > most ? CORRUPT : OK;
  }

  function feed(from: Bytes, length: number): Result {
    let at = 0;
    while (at < length) {
      if (header < MOST_HEADER) {
        if (begin(from[at]) !== OK) return CORRUPT;
        at += 1;
      } else {
        const rest = remaining - had;
        const here = rest < length - at ? rest : length - at;
        const room = limit - had;
        if (room > 0) copyBytes(from, at, body, had, here < room ? here : room);
        had += here;
        at += here;
      }
      if (header === MOST_HEADER && had === remaining) {
        header = 0;
        if (take(first, body, remaining) !== OK) return CORRUPT;
      }
    }
    return OK;
  }

  return {
    feed,
    reset: () => {
      header = 0;
    },
  };
}

/** The end of a text or binary with two octets of length at `at`; `CORRUPT` when it does not end by `end`. */
export function stringEnd(bytes: Bytes, at: number, end: number): number {
  if (at + 2 > end) return CORRUPT;
  const after = at + 2 + getUint16(bytes, at);
  return after > end ? CORRUPT : after;
}

/** The same of a text, which must be UTF-8. */
export function textEnd(bytes: Bytes, at: number, end: number): number {
  const after = stringEnd(bytes, at, end);
  return after >= 0 && isUtf8(bytes, at + 2, after) ? after : CORRUPT;
}

/** What a property holds, by its number from 0 on: b octet, w 16 bits, l 32 bits, v length, s text, d binary, p two texts; . unknown. */
const KINDS = ".bls....sd.v.....lsw.sd...s.s..s.wwwbbplbbb";
/** Where it may come down: `@` and the sum of the `IN_` numbers. Those with `@` answer what a client never asks for. */
const WHERE = "@BBB@@@@BB@B@@@@@AAA@@@@@@A@I@@M@AA@AAOAAAA";
const TEXT = 115;
const BINARY = 100;
const LENGTH = 118;
const PAIR = 112;
const OCTET = 98;
const UINT16 = 119;
const PROPERTIES = 43;
const USER_PROPERTY = 38;
const MOST_PROPERTY_LENGTH = 2097152;

/** Length of the number at `at` as MQTT writes lengths, 1 to 4 octets; `CORRUPT` when it is none. */
function lengthEnd(bytes: Bytes, at: number, end: number): number {
  for (let i = at; i < end && i < at + 4; i++) {
    if (bytes[i] < 128) return i > at && bytes[i] === 0 ? CORRUPT : i + 1;
  }
  return CORRUPT;
}

/** The length at `at`; above 2^21 it only says so. */
function lengthAt(bytes: Bytes, at: number, end: number): number {
  let value = bytes[at] & 127;
  if (end > at + 1) value += (bytes[at + 1] & 127) << 7;
  if (end > at + 2) value += (bytes[at + 2] & 127) << 14;
  return end > at + 3 ? MOST_PROPERTY_LENGTH : value;
}

function ignore(): void {}

/** Whether a property stands before its place `end` in a list of whole ones from `at` on. */
function isRepeated(bytes: Bytes, at: number, end: number): boolean {
  for (let next = at; next < end; next = valueEnd(bytes, next + 1, end, bytes[next], ignore)) {
    if (bytes[next] === bytes[end]) return true;
  }
  return false;
}

/**
 * Reads the properties of MQTT 5 that begin with their length at `at`; answers where they end, or `CORRUPT`: a property that is
 * unknown, not of this packet, twice there, outside its range or not whole (section 2.2.2). `onNumber` gets those that hold a number.
 */
export function readProperties(
  bytes: Bytes,
  at: number,
  end: number,
  where: number,
  onNumber: (property: number, value: number) => void,
): number {
  const begin = lengthEnd(bytes, at, end);
  if (begin < 0) return CORRUPT;
  const stop = begin + lengthAt(bytes, at, begin);
  if (stop > end) return CORRUPT;
  let next = begin;
  while (next < stop) {
    const property = bytes[next];
    if (property >= PROPERTIES || (charCode(WHERE, property) & where) === 0) return CORRUPT;
    if (property !== USER_PROPERTY && isRepeated(bytes, begin, next)) return CORRUPT;
    next = valueEnd(bytes, next + 1, stop, property, onNumber);
    if (next < 0) return CORRUPT;
  }
  return stop;
}

/** The end of a property's value, after it was told; `CORRUPT` when it is not whole or outside its range. */
function valueEnd(
  bytes: Bytes,
  at: number,
  end: number,
  property: number,
  onNumber: (property: number, value: number) => void,
): number {
  const kind = charCode(KINDS, property);
  if (kind === TEXT) return textEnd(bytes, at, end);
  if (kind === BINARY) return stringEnd(bytes, at, end);
  if (kind === LENGTH) return lengthEnd(bytes, at, end);
  if (kind === PAIR) {
    const middle = textEnd(bytes, at, end);
    return middle < 0 ? CORRUPT : textEnd(bytes, middle, end);
  }
  const size = kind === OCTET ? 1 : kind === UINT16 ? 2 : 4;
  if (at + size > end) return CORRUPT;
  const value = size === 1 ? bytes[at] : size === 2 ? getUint16(bytes, at) : getUint32(bytes, at);
  // Every octet is a yes or no, and a maximum of 0 is none.
  if (size === 1 && value > 1) return CORRUPT;
  if (value === 0 && (property === RECEIVE_MAXIMUM || property === MAXIMUM_PACKET)) return CORRUPT;
  onNumber(property, value);
  return at + size;
}
