/** One observation: what a sense or an alarm has to say. On the wire: the CBOR array [code, time, value, …]. */
import { ARRAY, intOf, NEGATIVE, newHead, putArray, putInt, putUnsigned, readHead, UNSIGNED } from "../codec/cbor.ts";
import type { Bytes } from "../lang/intrinsics.ts";
import { CORRUPT, type Result } from "../lang/result.ts";

export interface Observation {
  /** One of `codes.ts`. */
  readonly code: number;
  /** Scaled integers in the order of the table in `observations.ts`. */
  readonly values: number[];
}

/** An observation with the time it was made. */
export interface TimedObservation extends Observation {
  /** Seconds since 1970, the bits of an unsigned 32-bit number; 0: unknown. */
  readonly time: number;
}

/** Writes an observation; answers the position after it. At most 11 + 5 octets a value. */
export function putObservation(into: Bytes, at: number, observation: Observation, time: number): number {
  let next = putArray(into, at, observation.values.length + 2);
  next = putInt(into, next, observation.code);
  next = putUnsigned(into, next, time);
  for (const value of observation.values) next = putInt(into, next, value);
  return next;
}

/** Reads the observation at `at` to `found` (appended); answers the position after it, or what is wrong. */
export function readObservation(from: Bytes, at: number, end: number, found: TimedObservation[]): Result {
  const head = newHead();
  let next = readHead(from, at, end, head);
  const items = head.argument;
  if (next < 0 || head.major !== ARRAY || items < 2 || items > end - next) return CORRUPT;
  next = readHead(from, next, end, head);
  const code = head.argument;
  if (next < 0 || head.major !== UNSIGNED || code < 0) return CORRUPT;
  next = readHead(from, next, end, head);
  const time = head.argument;
  if (next < 0 || head.major !== UNSIGNED) return CORRUPT;
  const values: number[] = [];
  for (let i = 2; i < items; i++) {
    next = readHead(from, next, end, head);
    const integer = head.major === UNSIGNED || head.major === NEGATIVE;
    if (next < 0 || !integer || head.argument < 0) return CORRUPT;
    values.push(intOf(head));
  }
  found.push({ code, time, values });
  return next;
}
