/** The beats of the last eight seconds, and what rate they agree on. */
import { allocInts, idiv } from "../../lang/intrinsics.ts";
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
  readonly add: (at: number, height: number) => void;
  /** Looks at the last eight seconds before `now`. */
  readonly judge: (now: number) => void;
  /** Tells the beats since the last time, the oldest first: the interval to the one before, and how long before `now` it was, ms. */
  readonly tell: (now: number, onBeat: (intervalMs: number, agoMs: number) => void) => void;
  /** The median interval, ms; 0 where there are too few beats. */
  readonly interval: () => number;
  /** Percent of the intervals near their median, and of the heights near their mean. */
  readonly agreement: () => number;
  /** Takes `by` off all places. */
  readonly shift: (by: number) => void;
  readonly restart: () => void;
}

/** `partUs`: what a part of a frame lasts, us. Allocates only here. */
export function beatsOf(partUs: number): Beats {
  /** To the beat before, ms, and the height; the last beat stands at `head` - 1. */
  const intervals = allocInts(BEATS);
  const heights = allocInts(BEATS);
  const sorted = allocInts((BEATS >> 1) + 1);
  let count = 0;
  let head = 0;
  let last = 0;
  let interval = 0;
  let agreement = 0;
  /** Beats that were not told. */
  let fresh = 0;

  /** The median of the last `n` intervals: sorted only as far as it stands. */
  function median(n: number): number {
    const half = n >> 1;
    let kept = 0;
    for (let i = 1; i <= n; i++) {
      const value = intervals[(head - i) & (BEATS - 1)];
      let at = kept;
      while (at > 0 && sorted[at - 1] > value) {
        if (at <= half) sorted[at] = sorted[at - 1];
        at -= 1;
      }
      if (at <= half) sorted[at] = value;
      if (kept <= half) kept += 1;
    }
    const both = sorted[(n - 1) >> 1] + sorted[half];
    return both >> 1;
  }

  return {
    add: (at, height) => {
      const since = count === 0 ? 0 : msOf(at - last, partUs);
      last = at;
      intervals[head] = since;
      heights[head] = height;
      head = (head + 1) & (BEATS - 1);
      if (count < BEATS) count += 1;
      fresh += 1;
    },
    judge: (now) => {
      interval = 0;
      agreement = 0;
      const newest = msOf(now - last, partUs);
      let oldest = newest;
      let height = 0;
      let n = 0;
      let at = head;
      while (n < count && oldest < WINDOW_MS) {
        n += 1;
        at = (at - 1) & (BEATS - 1);
        oldest += intervals[at];
        height += heights[at] >> 5;
      }
      count = n;
      if (n < FEWEST) return;
      // The interval before the first beat of the window is outside.
      if (oldest - newest - intervals[at] < SPAN_MS) return;
      interval = median(n - 1);
      const fifth = idiv(interval, 5);
      const shortest = interval - fifth;
      const longest = interval + fifth;
      const tallest = 64 * idiv(height, n);
      const lowest = tallest >> 2;
      let near = 0;
      for (let i = 0; i < n; i++) {
        const one = heights[at];
        if (one > lowest && one < tallest) near += 1;
        const before = intervals[at];
        if (i > 0 && before >= shortest && before <= longest) near += 1;
        at = (at + 1) & (BEATS - 1);
      }
      agreement = idiv(100 * near, 2 * n - 1);
    },
    tell: (now, onBeat) => {
      let ago = msOf(now - last, partUs);
      for (let i = 2; i <= fresh; i++) ago += intervals[(head - i + 1) & (BEATS - 1)];
      for (let i = fresh; i >= 1; i--) {
        const since = intervals[(head - i) & (BEATS - 1)];
        if (since > 0 && since <= LONGEST_MS) onBeat(since, ago);
        ago -= intervals[(head - i + 1) & (BEATS - 1)];
      }
      fresh = 0;
    },
    interval: () => interval,
    agreement: () => agreement,
    shift: (by) => {
      last -= by;
    },
    restart: () => {
      count = 0;
      fresh = 0;
      agreement = 0;
    },
  };
}
