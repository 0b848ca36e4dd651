/** Unsigned LEB128 numbers of up to 31 bits (DWARF 5 section 7.6), in their one shortest form: seven bits an octet, low ones first. */
import type { Bytes } from "../lang/intrinsics.ts";
import { CORRUPT, type Result } from "../lang/result.ts";

/** Octets of the longest number. */
const MOST = 5;

/** Octets that a number takes, 1..5. */
export function leb128Length(value: number): number {
  let length = 1;
  for (let rest = value >>> 7; rest > 0; rest = rest >>> 7) length += 1;
  return length;
}

/** Writes a number of 0..2^31-1; answers the position after it. */
export function putLeb128(into: Bytes, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest > 127) {
    into[next] = (rest & 127) | 128;
    rest = rest >>> 7;
    next += 1;
  }
  into[next] = rest & 127;
  return next + 1;
}

/** The position after the number at `at` of input that ends at `end`; `CORRUPT` when there is none or it has another form. */
export function leb128End(from: Bytes, at: number, end: number): Result {
  let last = at;
  while (last < end && last < at + MOST - 1 && from[last] > 127) last += 1;
  if (last >= end || from[last] > 127) return CORRUPT;
  if (last > at && from[last] === 0) return CORRUPT;
  if (last === at + MOST - 1 && from[last] > 7) return CORRUPT;
  return last + 1;
}

/** The number that stands at `at` and ends at `end`, as `leb128End` has found. */
export function leb128At(from: Bytes, at: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= at; i--) value = (value << 7) | (from[i] & 127);
  return value;
}
