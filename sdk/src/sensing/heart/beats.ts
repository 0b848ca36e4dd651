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
  /** One more. Returns the interval to the one before, ms; 0 when there is none, or it was too long ago. */
  readonly add: (at: number, height: number) => number;
  /** Looks at the last eight seconds before `now`. */
  readonly judge: (now: number) => void;
  /** The median interval, ms; 0 where there are too few beats. */
  readonly interval: () => number;
  /** Percent of the intervals and heights that are near their median. */
  readonly agreement: () => number;
  readonly restart: () => void;
}

/** `frameUs`: what a frame lasts, us. Allocates only here. */
export function beatsOf(frameUs: number): Beats {
  const places = allocInts(BEATS);
  const heights = allocInts(BEATS);
  const sorted = allocInts(BEATS);
  let count = 0;
  let head = 0;
  let interval = 0;
  let agreement = 0;

  const ms = (parts: number): number => msOf(parts, frameUs);

  /** Into its place among the `n` smaller and larger ones. */
  function insert(value: number, n: number): void {
    let at = n;
    while (at > 0 && sorted[at - 1] > value) {
      sorted[at] = sorted[at - 1];
      at -= 1;
    }
    sorted[at] = value;
  }

  const median = (n: number): number => (sorted[(n - 1) >> 1] + sorted[n >> 1]) >> 1;

  return {
    add: (at, height) => {
      const since = count === 0 ? 0 : ms((at - places[(head + BEATS - 1) % BEATS]) | 0);
      places[head] = at;
      heights[head] = height;
      head = (head + 1) % BEATS;
      if (count < BEATS) count += 1;
      return since > LONGEST_MS ? 0 : since;
    },
    judge: (now) => {
      interval = 0;
      agreement = 0;
      let n = 0;
      while (n < count && ms((now - places[(head + BEATS - 1 - n) % BEATS]) | 0) < WINDOW_MS) n += 1;
      count = n;
      if (n < FEWEST) return;
      const first = head + BEATS - n;
      const span = ms((places[(head + BEATS - 1) % BEATS] - places[first % BEATS]) | 0);
      if (span < SPAN_MS) return;
      for (let i = 0; i < n; i++) insert(heights[(first + i) % BEATS], i);
      const height = median(n);
      for (let i = 1; i < n; i++) insert(ms((places[(first + i) % BEATS] - places[(first + i - 1) % BEATS]) | 0), i - 1);
      interval = median(n - 1);
      let near = 0;
      for (let i = 0; i < n; i++) {
        const other = heights[(first + i) % BEATS];
        if (2 * other > height && other < 2 * height) near += 1;
      }
      for (let i = 0; i < n - 1; i++) {
        const off = sorted[i] > interval ? sorted[i] - interval : interval - sorted[i];
        // A fifth.
        if (5 * off <= interval) near += 1;
      }
      agreement = idiv(100 * near, 2 * n - 1);
    },
    interval: () => interval,
    agreement: () => agreement,
    restart: () => {
      count = 0;
      agreement = 0;
    },
  };
}
