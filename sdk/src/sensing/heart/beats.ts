/** The beats of the last eight seconds, and what rate they agree on. */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { msOf } from "./pulse.ts";

const BEATS = 32;
/** Eight seconds of them are at most 27 at 200 a minute. */
const WINDOW_MS = 8000;
/** Fewer beats have no rate. */
const FEWEST = 4;
/** From the first beat of the window to the last one at least. */
const SPAN_MS = 4800;
/** A pause of so long is no heart's at rest: 27 a minute. */
const LONGEST_MS = 2200;

export interface Beats {
  /** One more. Returns the interval to the one before, ms; 0 when there is none, or it was too long ago. */
  readonly add: (at: number, height: number) => number;
  /** Looks at the last eight seconds before `now`. */
  readonly judge: (now: number) => void;
  /** The median interval, ms; 0 where there are too few beats. */
  readonly interval: () => number;
  /** Percent of the intervals and heights that are near their median. */
  readonly agreement: () => number;
  /** Takes `by` off all places. */
  readonly shift: (by: number) => void;
  readonly restart: () => void;
}

/** `frameUs`: what a frame lasts, us. Allocates only here. */
export function beatsOf(frameUs: number): Beats {
  /** To the beat before, ms, and the height; the last beat stands at `head` - 1. */
  const intervals = allocInts(BEATS);
  const heights = allocInts(BEATS);
  const sorted = allocInts(BEATS);
  let count = 0;
  let head = 0;
  let last = 0;
  let interval = 0;
  let agreement = 0;

  /** Sorts the last `n` of a ring. Returns their median. */
  function sort(ring: Ints, n: number): number {
    for (let i = 0; i < n; i++) {
      const value = ring[(head - 1 - i) & (BEATS - 1)];
      let at = i;
      while (at > 0 && sorted[at - 1] > value) {
        sorted[at] = sorted[at - 1];
        at -= 1;
      }
      sorted[at] = value;
    }
    const both = sorted[(n - 1) >> 1] + sorted[n >> 1];
    return both >> 1;
  }

  /** How many of the `n` that are sorted lie within. */
  function within(least: number, most: number, n: number): number {
    let near = 0;
    for (let i = 0; i < n; i++) if (sorted[i] >= least && sorted[i] <= most) near += 1;
    return near;
  }

  return {
    add: (at, height) => {
      const since = count === 0 ? 0 : msOf(at - last, frameUs);
      last = at;
      intervals[head] = since;
      heights[head] = height;
      head = (head + 1) & (BEATS - 1);
      if (count < BEATS) count += 1;
      return since > LONGEST_MS ? 0 : since;
    },
    judge: (now) => {
      interval = 0;
      agreement = 0;
      const newest = msOf(now - last, frameUs);
      let oldest = newest;
      let n = 0;
      while (n < count && oldest < WINDOW_MS) {
        n += 1;
        oldest += intervals[(head - n) & (BEATS - 1)];
      }
      count = n;
      if (n < FEWEST) return;
      // The interval before the first beat of the window is outside.
      const span = oldest - newest - intervals[(head - n) & (BEATS - 1)];
      if (span < SPAN_MS) return;
      const height = sort(heights, n);
      let near = within((height >> 1) + 1, 2 * height - 1, n);
      interval = sort(intervals, n - 1);
      const fifth = idiv(interval, 5);
      near += within(interval - fifth, interval + fifth, n - 1);
      agreement = idiv(100 * near, 2 * n - 1);
    },
    interval: () => interval,
    agreement: () => agreement,
    shift: (by) => {
      last -= by;
    },
    restart: () => {
      count = 0;
      agreement = 0;
    },
  };
}
