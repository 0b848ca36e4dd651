/**
 * What ten seconds of pulse tell of the rhythm: fibrillation has hardly two intervals alike, and extra beats leave most of the others as
 * they were. By the share of interval pairs that return: the sample entropy of Lake and Moorman, "Accurate estimation of entropy in very
 * short physiological time series", Am. J. Physiol. Heart, 2011, which they made for atrial fibrillation in strips of 12 beats.
 */
import { allocInts, type Ints, idiv, imul } from "../../lang/intrinsics.ts";
import { squareRoot } from "../integer.ts";
import { type FoundRises, MOST_RISES } from "./rises.ts";

export const FEATURES = 19;
/** What a threshold of sensing/trees cannot be. */
const MOST = 2047;

// Beats among the rises: parts of the usual slope, and times in ms.
const SETTLE_MS = 150;
const SAME_BEAT_MS = 250;
const NOTCH_MS = 450;
const STEEPEST = 8;

/** Intervals alike, parts of 1000 of the median. */
const ALIKE = 60;
/** An interval is held against the strength of the pulse after it as if no farther from the mean, parts of 1000 of the median. */
const MOST_APART = 2000;
/** A pair of intervals is held against those up to so many beats later. */
const REACH = 8;

export interface BeatFeatures {
  /** Of `FEATURES`, each 0..2047; their order is that of the trees. */
  readonly features: Ints;
  /** Of the beats, in the same parts of a frame as the rises. */
  readonly at: Ints;
  /** How steep the rises of the window are, before the beats are told from the notches. */
  readonly usualSlope: () => number;
  /** Of the beat intervals; the trees are not told it: a fast heart is no fibrillation, and a slow one may be. */
  readonly medianMs: () => number;
  /** Finds the beats of a window, and says how many; the features are there when it is 5 or more. */
  readonly of: (rises: FoundRises) => number;
}

/** `second` is how many parts of a frame make one. Allocates only here. */
export function beatFeatures(second: number): BeatFeatures {
  const features = allocInts(FEATURES);
  const at = allocInts(MOST_RISES);
  const slope = allocInts(MOST_RISES);
  const interval = allocInts(MOST_RISES);
  const sorted = allocInts(MOST_RISES);
  const settle = idiv(second * SETTLE_MS, 1000);
  const sameBeat = idiv(second * SAME_BEAT_MS, 1000);
  const notch = idiv(second * NOTCH_MS, 1000);
  let usual = 0;
  let medianMs = 0;

  function insert(value: number, place: number): void {
    const into = sorted;
    let i = place;
    while (i > 0) {
      const other = into[i - 1];
      if (other <= value) break;
      into[i] = other;
      i--;
    }
    into[i] = value;
  }

  /** Of the steepest eight, the middle one. */
  function middleSlope({ slope: slopes }: FoundRises, count: number): number {
    for (let i = 0; i < count; i++) {
      if (i < STEEPEST) insert(slopes[i], i);
      else if (slopes[i] > sorted[0]) {
        let j = 0;
        while (j + 1 < STEEPEST && sorted[j + 1] < slopes[i]) {
          sorted[j] = sorted[j + 1];
          j++;
        }
        sorted[j] = slopes[i];
      }
    }
    return sorted[(count < STEEPEST ? count : STEEPEST) >> 1];
  }

  function beatsOf(rises: FoundRises): number {
    const found = rises.count();
    const count = found < MOST_RISES ? found : MOST_RISES;
    if (count === 0) return 0;
    usual = middleSlope(rises, count);
    let beats = 0;
    for (let i = 0; i < count; i++) {
      const when = rises.at[i];
      const steep = rises.slope[i];
      if (when < settle) continue;
      let least = idiv(usual * 3, 20);
      if (beats > 0) {
        const gap = when - at[beats - 1];
        if (gap < sameBeat) {
          // Two rises of one beat: the steeper is it.
          if (steep > slope[beats - 1]) {
            at[beats - 1] = when;
            slope[beats - 1] = steep;
          }
          continue;
        }
        const beside = idiv(slope[beats - 1] * 7, 20);
        if (gap < notch && beside > least) least = beside;
      }
      if (steep >= least) {
        at[beats] = when;
        slope[beats] = steep;
        beats++;
      }
    }
    return beats;
  }

  function put(place: number, value: number): void {
    features[place] = value > MOST ? MOST : value;
  }

  /** Place `quarter` quarters from the start of `count` sorted values. */
  function quantile(count: number, quarter: number): number {
    const place = imul(count, quarter) >> 2;
    return sorted[place < count ? place : count - 1];
  }

  /** `interval` has `count` intervals: they become parts of 1000 of their median. */
  function spread(count: number): void {
    for (let i = 0; i < count; i++) insert(interval[i], i);
    const median = sorted[count >> 1];
    medianMs = idiv(median * 1000, second);
    put(1, count);
    for (let i = 0; i < 4; i++) put(2 + i, idiv(quantile(count, i === 3 ? 4 : i === 2 ? 3 : i) * 1000, median));
    let near = 0;
    let nearer = 0;
    for (let i = 0; i < count; i++) {
      const relative = idiv(interval[i] * 1000, median);
      interval[i] = relative;
      if (relative > 920 && relative < 1080) near++;
      if (relative > 960 && relative < 1040) nearer++;
    }
    put(9, idiv(1000 * nearer, count));
    put(10, idiv(1000 * near, count));
  }

  /** From each interval to the next, and to the one after it. */
  function changes(count: number): void {
    let near = 0;
    let nearer = 0;
    let second = 0;
    for (let i = 1; i < count; i++) {
      const change = distance(interval[i], interval[i - 1]);
      insert(change, i - 1);
      if (change < 80) near++;
      if (change < 40) nearer++;
      if (i > 1 && distance(interval[i], interval[i - 2]) < ALIKE) second++;
    }
    for (let i = 1; i < 4; i++) put(5 + i, quantile(count - 1, i));
    put(11, idiv(1000 * nearer, count - 1));
    put(12, idiv(1000 * near, count - 1));
    put(13, idiv(1000 * second, count - 2));
  }

  /** How often an interval comes again, and how often the next one then does, too. */
  function returns(count: number): void {
    const of = interval;
    let pairs = 0;
    let one = 0;
    let two = 0;
    for (let i = 0; i + 2 < count; i++) {
      let until = i + REACH + 1;
      if (until > count - 1) until = count - 1;
      pairs += until - i - 1;
      const least = of[i] - ALIKE;
      const most = of[i] + ALIKE;
      for (let j = i + 1; j < until; j++) {
        const other = of[j];
        if (other > least && other < most) {
          one++;
          const next = of[i + 1] - of[j + 1];
          if (next < ALIKE && next > -ALIKE) two++;
        }
      }
    }
    put(14, idiv(1000 * two, pairs));
    put(15, idiv(1000 * one, pairs));
    put(16, one === 0 ? 0 : idiv(1000 * two, one));
  }

  /** A heart that fills differently each time gives a pulse of another size. */
  function strengths(beats: number): void {
    let sum = 0;
    let change = 0;
    let least = slope[0];
    for (let i = 0; i < beats; i++) {
      sum += slope[i];
      if (i > 0) change += distance(slope[i], slope[i - 1]);
      if (slope[i] < least) least = slope[i];
    }
    // So that a thousand times as much is an int32.
    while (sum > 500_000) {
      sum >>= 1;
      change >>= 1;
      least >>= 1;
    }
    const mean = idiv(sum, beats);
    put(17, mean === 0 ? 0 : idiv(1000 * change, mean * (beats - 1)));
    put(18, mean === 0 ? 0 : idiv(1000 * least, mean));
  }

  /** The longer a heart has filled, the more it throws: how the strengths of the pulses follow the intervals before them, 1000 not at all. */
  function filling(count: number): void {
    let intervals = 0;
    let strengths = 0;
    let most = 1;
    for (let i = 0; i < count; i++) if (slope[i + 1] > most) most = slope[i + 1];
    for (let i = 0; i < count; i++) {
      // So that a thousand times as much is an int32: parts of the strongest pulse.
      const share = most > 2_000_000 ? idiv(slope[i + 1], idiv(most, 1000)) : idiv(1000 * slope[i + 1], most);
      slope[i + 1] = share;
      intervals += interval[i];
      strengths += share;
    }
    const meanInterval = idiv(intervals, count);
    const meanStrength = idiv(strengths, count);
    let both = 0;
    let ofIntervals = 0;
    let ofStrengths = 0;
    for (let i = 0; i < count; i++) {
      const long = limited(interval[i] - meanInterval, MOST_APART);
      const strong = slope[i + 1] - meanStrength;
      both += long * strong;
      ofIntervals += long * long;
      ofStrengths += strong * strong;
    }
    const whole = idiv(imul(squareRoot(ofIntervals), squareRoot(ofStrengths)), 1000);
    put(0, whole === 0 ? 1000 : 1000 + limited(idiv(both, whole), 1000));
  }

  return {
    features,
    at,
    usualSlope: () => usual,
    medianMs: () => medianMs,
    of: (rises) => {
      const beats = beatsOf(rises);
      if (beats < 5) return beats;
      for (let i = 1; i < beats; i++) interval[i - 1] = at[i] - at[i - 1];
      spread(beats - 1);
      changes(beats - 1);
      returns(beats - 1);
      strengths(beats);
      filling(beats - 1);
      return beats;
    },
  };
}

function limited(value: number, most: number): number {
  return value > most ? most : value < -most ? -most : value;
}

function distance(a: number, b: number): number {
  return a > b ? a - b : b - a;
}
