/**
 * Deterministic CBOR (RFC 8949, core deterministic encoding, section 4.2.1) for what devices say: integers that fit 32 bits,
 * octet and text strings, arrays, maps, booleans and null. No floats, no tags, no indefinite lengths.
 *
 * Writers put one item (or the head of one) at `at` and answer the position after it. They do not check for room: the caller
 * sizes the buffer. A map's keys are the caller's to sort.
 */
import { copyBytes, getUint16, getUint32, putUint16, putUint32 } from "../lang/bytes.ts";
import { type Bytes, charCode, textLength } from "../lang/intrinsics.ts";
import { CORRUPT, OUT_OF_RANGE, type Result } from "../lang/result.ts";

/** Major types (RFC 8949 section 3.1). Typed as numbers so that a comparison does not narrow a head that is read anew. */
export const UNSIGNED: number = 0;
export const NEGATIVE: number = 1;
export const OCTETS: number = 2;
export const TEXT: number = 3;
export const ARRAY: number = 4;
export const MAP: number = 5;
export const SIMPLE: number = 7;

const FALSE = 20;
const TRUE = 21;
const NULL = 22;

/** Items nest at most this deep; deeper input is refused. */
const MAX_DEPTH = 16;

/** A head: major type 0..7 and its argument, taken as the bits of an unsigned 32-bit number. */
export function putHead(into: Bytes, at: number, major: number, argument: number): number {
  const type = (major << 5) & 255;
  if (argument >= 0 && argument < 24) {
    into[at] = (type | argument) & 255;
    return at + 1;
  }
  if (argument >= 0 && argument < 256) {
    into[at] = type | 24;
    into[at + 1] = argument & 255;
    return at + 2;
  }
  if (argument >= 0 && argument < 65536) {
    into[at] = type | 25;
    putUint16(into, at + 1, argument);
    return at + 3;
  }
  into[at] = type | 26;
  putUint32(into, at + 1, argument);
  return at + 5;
}

/** An int32. */
export function putInt(into: Bytes, at: number, value: number): number {
  return value >= 0 ? putHead(into, at, UNSIGNED, value) : putHead(into, at, NEGATIVE, -1 - value);
}

/** The bits of an unsigned 32-bit number, such as a time after 2038. */
export function putUnsigned(into: Bytes, at: number, bits: number): number {
  return putHead(into, at, UNSIGNED, bits);
}

export function putBoolean(into: Bytes, at: number, value: boolean): number {
  return putHead(into, at, SIMPLE, value ? TRUE : FALSE);
}

export function putNull(into: Bytes, at: number): number {
  return putHead(into, at, SIMPLE, NULL);
}

/** The octets `from[fromAt..fromAt+length)` as an octet string. */
export function putOctets(into: Bytes, at: number, from: Bytes, fromAt: number, length: number): number {
  const start = putHead(into, at, OCTETS, length);
  copyBytes(from, fromAt, into, start, length);
  return start + length;
}

/** An ASCII text. */
export function putText(into: Bytes, at: number, text: string): number {
  const length = textLength(text);
  const start = putHead(into, at, TEXT, length);
  for (let i = 0; i < length; i++) into[start + i] = charCode(text, i) & 127;
  return start + length;
}

/** The head of an array of `count` items, which follow. */
export function putArray(into: Bytes, at: number, count: number): number {
  return putHead(into, at, ARRAY, count);
}

/** The head of a map of `count` pairs, which follow, keys in the order of their encodings. */
export function putMap(into: Bytes, at: number, count: number): number {
  return putHead(into, at, MAP, count);
}

/** What `readHead` found. One is enough for a whole parser. */
export interface Head {
  major: number;
  /** The argument as the bits of an unsigned 32-bit number: negative above 2^31 - 1. */
  argument: number;
}

export function newHead(): Head {
  return { major: 0, argument: 0 };
}

/**
 * Reads the head at `at` of input that ends at `end`; answers the position after it. `CORRUPT` for input that ends early, is not
 * in its shortest form or has an indefinite length; `OUT_OF_RANGE` for 64-bit arguments, tags and floats.
 */
export function readHead(from: Bytes, at: number, end: number, head: Head): Result {
  if (at >= end) return CORRUPT;
  const first = from[at];
  const info = first & 31;
  head.major = first >>> 5;
  if (head.major === 6) return OUT_OF_RANGE;
  if (head.major === 7) {
    head.argument = info;
    return info < FALSE || info > NULL ? OUT_OF_RANGE : at + 1;
  }
  if (info < 24) {
    head.argument = info;
    return at + 1;
  }
  if (info === 24) {
    if (at + 2 > end) return CORRUPT;
    head.argument = from[at + 1];
    return head.argument < 24 ? CORRUPT : at + 2;
  }
  if (info === 25) {
    if (at + 3 > end) return CORRUPT;
    head.argument = getUint16(from, at + 1);
    return head.argument < 256 ? CORRUPT : at + 3;
  }
  if (info === 26) {
    if (at + 5 > end) return CORRUPT;
    head.argument = getUint32(from, at + 1);
    return head.argument >= 0 && head.argument < 65536 ? CORRUPT : at + 5;
  }
  return info === 27 ? OUT_OF_RANGE : CORRUPT;
}

/** True for the simple value that a head of type `SIMPLE` stands for. */
export function isTrue(head: Head): boolean {
  return head.major === SIMPLE && head.argument === TRUE;
}

export function isNull(head: Head): boolean {
  return head.major === SIMPLE && head.argument === NULL;
}

/** The int32 that a head of type `UNSIGNED` or `NEGATIVE` stands for; the caller has refused negative arguments. */
export function intOf(head: Head): number {
  return head.major === NEGATIVE ? -1 - head.argument : head.argument;
}

/** The position after the whole item at `at`, or what `readHead` refuses in it. Strings and counts are checked against `end`. */
export function skipItem(from: Bytes, at: number, end: number): Result {
  return skipNested(from, at, end, newHead(), 0);
}

function skipNested(from: Bytes, at: number, end: number, head: Head, depth: number): Result {
  if (depth > MAX_DEPTH) return OUT_OF_RANGE;
  let next = readHead(from, at, end, head);
  if (next < 0) return next;
  const major = head.major;
  const argument = head.argument;
  if (major === OCTETS || major === TEXT) return argument < 0 || argument > end - next ? CORRUPT : next + argument;
  if (major !== ARRAY && major !== MAP) return next;
  // Every item takes at least one octet, so a count above what is left cannot be honest.
  if (argument < 0 || argument > end - next) return CORRUPT;
  const items = major === MAP ? argument + argument : argument;
  for (let i = 0; i < items; i++) {
    next = skipNested(from, next, end, head, depth + 1);
    if (next < 0) return next;
  }
  return next;
}
