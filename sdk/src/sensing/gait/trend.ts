/**
 * The trend of a risk to fall: how the variability of the stride time of the last week stands to that of the three weeks before. Among
 * people of 70 and more the risk grows with it (Hausdorff et al., Arch Phys Med Rehabil 2001; 82:1050; Verghese et al., J Gerontol A
 * 2009; 64A:896), and 10 ms of change mean something (Brach et al., J Am Geriatr Soc 2010, of swing and stance time). It is a reason for
 * a person to look, no diagnosis: nobody's falls were foreseen with this code.
 */
import { allocInts, idiv } from "../../lang/intrinsics.ts";
import { STARTING } from "../doubt.ts";
import { type Reading, UNKNOWN } from "../reading.ts";
import type { Walk } from "./walk.ts";

/** `value` is the change of the standard deviation, ms: the last week's less that before. */
export interface RiskTrend extends Reading {
  /** Standard deviation of the stride time over the last week, ms. */
  weekMs: number;
  /** The change is one that means something, upwards. */
  rising: boolean;
}

export interface FallRisk {
  /** A walk of the day whose number this is, counted from any day on. Days do not go back. */
  readonly walk: (walk: Walk, day: number) => void;
  /** The object is reused. */
  readonly trend: () => RiskTrend;
}

const DAYS = 28;
const WEEK = 7;
/** Fewer days than this, in the week or before it, are no level. */
const DAYS_LEAST = 4;
/** Strides that a day must have. */
const STRIDES_LEAST = 50;
const RISE_MS = 10;

export function fallRisk(): FallRisk {
  // Strides of each day, and their standard deviations times strides, ms.
  const strides = allocInts(DAYS);
  const sums = allocInts(DAYS);
  const reading: RiskTrend = { value: UNKNOWN, quality: 0, doubt: STARTING, weekMs: UNKNOWN, rising: false };
  let today = -1;

  function turnTo(day: number): void {
    const passed = today < 0 || day - today > DAYS ? DAYS : day - today;
    for (let i = 0; i < passed; i++) {
      const place = (day - i) % DAYS;
      strides[place] = 0;
      sums[place] = 0;
    }
    today = day;
  }

  /** Mean over the days `from` to `to` back, and how many there were, in `found`. */
  let found = 0;
  function level(from: number, to: number): number {
    let sum = 0;
    found = 0;
    for (let back = from; back < to && back <= today; back++) {
      const place = (today - back) % DAYS;
      if (strides[place] < STRIDES_LEAST) continue;
      sum += idiv(sums[place], strides[place]);
      found += 1;
    }
    return found < DAYS_LEAST ? UNKNOWN : idiv(sum, found);
  }

  return {
    walk: (walk, day) => {
      if (day < today || day < 0 || walk.deviationMs === UNKNOWN) return;
      if (day !== today) turnTo(day);
      const place = day % DAYS;
      if (strides[place] > 100000) return;
      strides[place] += walk.strides;
      sums[place] += walk.strides * walk.deviationMs;
    },
    trend: () => {
      const week = level(0, WEEK);
      const days = found;
      const before = level(WEEK, DAYS);
      const known = week !== UNKNOWN && before !== UNKNOWN;
      reading.weekMs = week;
      reading.value = known ? week - before : UNKNOWN;
      reading.doubt = known ? 0 : STARTING;
      reading.quality = known ? idiv(50 * days, WEEK) + idiv(50 * found, DAYS - WEEK) : 0;
      reading.rising = known && week - before >= RISE_MS;
      return reading;
    },
  };
}
