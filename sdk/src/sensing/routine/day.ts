import { getUint16, putUint16 } from "../../lang/bytes.ts";
import { allocInts, type Bytes, idiv } from "../../lang/intrinsics.ts";
import { UNKNOWN } from "../reading.ts";

export const HOUR = 3600;
export const DAY = 86_400;
/** An hour of the day says nothing before it was seen on so many days. */
export const DAYS_TO_LEARN = 14;
/** The longest silence of an hour fades by 1/64 a day: a rare long nap is remembered for about two months. */
const FADING = 64;
/** A silence that the home never had is not learnt: a platform that was off, or somebody who left by another way. */
const NOT_LEARNT = 12 * HOUR;
/** No home is so lively that less than this should be alarming, and what was never seen may be an hour longer. */
const SHORTEST = HOUR;
const MARGIN = HOUR;

export interface LearntDay {
  /** It was silent at home from `from` to `until`, then somebody moved. */
  readonly silence: (from: number, until: number) => void;
  /** How long a silence may last in the hour of `second` before it is alarming, s; `UNKNOWN` until the hour is known. */
  readonly line: (second: number) => number;
  /** Writes or reads `DAY_OCTETS`. */
  readonly save: (into: Bytes, at: number) => void;
  readonly load: (from: Bytes, at: number) => void;
}

export const DAY_OCTETS = 24 * 3;
const MINUTE = 60;

/**
 * How long it is silent in this home at each hour of the day: the alert line of P. Cuddihy, J. Weisenberg, C. Graichen, M. Ganesh,
 * "Algorithm to automatically detect abnormally long periods of inactivity in a home", HealthNet 2007. Theirs is drawn from the
 * longest silences of 45 days; ours keeps one number an hour, the longest one, which fades. Times are seconds from any midnight
 * of the home's own time.
 */
export function learntDay(): LearntDay {
  const longest = allocInts(24);
  const days = allocInts(24);
  // The hour that was counted last, from the first midnight on.
  let counted = -1;

  function silence(from: number, until: number): void {
    if (until - from >= NOT_LEARNT) return;
    const last = idiv(until, HOUR);
    // The clock went back.
    if (counted > last) counted = idiv(from, HOUR) - 1;
    for (let hour = idiv(from, HOUR); hour <= last; hour++) {
      const slot = hour % 24;
      if (hour > counted) {
        counted = hour;
        days[slot] += days[slot] < DAYS_TO_LEARN ? 1 : 0;
        longest[slot] -= idiv(longest[slot], FADING);
      }
      const lasted = (hour < last ? (hour + 1) * HOUR : until) - from;
      if (lasted > longest[slot]) longest[slot] = lasted;
    }
  }

  function line(second: number): number {
    const slot = idiv(second, HOUR) % 24;
    if (days[slot] < DAYS_TO_LEARN) return UNKNOWN;
    // Nobody is punctual to the hour: the hours before and behind count, too.
    let most = longest[slot];
    const before = longest[(slot + 23) % 24];
    const behind = longest[(slot + 1) % 24];
    if (before > most) most = before;
    if (behind > most) most = behind;
    if (most < SHORTEST) most = SHORTEST;
    return most + (most >> 3) + MARGIN;
  }

  function save(into: Bytes, at: number): void {
    for (let slot = 0; slot < 24; slot++) {
      putUint16(into, at + 3 * slot, idiv(longest[slot], MINUTE));
      into[at + 3 * slot + 2] = days[slot] & 255;
    }
  }

  function load(from: Bytes, at: number): void {
    for (let slot = 0; slot < 24; slot++) {
      longest[slot] = getUint16(from, at + 3 * slot) * MINUTE;
      days[slot] = from[at + 3 * slot + 2];
    }
  }

  return { silence, line, save, load };
}
