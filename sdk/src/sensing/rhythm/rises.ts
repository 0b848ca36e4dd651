/**
 * The rises of a pulse wave: each beat is one, and so is many a dicrotic notch. A beat is timed by the steepest point of its rise, which
 * noise and the shape of the top move least.
 */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";

/** More in ten seconds is noise. */
export const MOST_RISES = 64;
/** Parts of a frame that a time is told in. */
export const PART = 64;

export interface Rises {
  /** Of the steepest point, in parts of a frame since the start of the window. */
  readonly at: Ints;
  /** Of the steepest step of a frame, and of the whole rise; in what the values are in. */
  readonly slope: Ints;
  readonly height: Ints;
  /** So many since the window began; beyond `MOST_RISES` they are not kept. */
  readonly count: () => number;
  /** The steepest step down since the window began, as a slope is. */
  readonly fall: () => number;
  /** The next value, which is frame `frame` of the window; a rise of less than a 32nd of `range` is noise. */
  readonly feed: (value: number, frame: number, range: number) => void;
  /** The window is over: its next frame, `length` from its start, is 0 of the next one. */
  readonly next: (length: number) => void;
  /** What comes does not follow on what was. */
  readonly restart: () => void;
}

/** Allocates only here. */
export function rises(): Rises {
  const at = allocInts(MOST_RISES);
  const slope = allocInts(MOST_RISES);
  const height = allocInts(MOST_RISES);
  let count = 0;
  let first = true;
  let last = 0;
  let step = 0;
  // The rise that is under way: 0 steep when there is none.
  let steepest = 0;
  let steepestAt = 0;
  let stepBefore = 0;
  let stepAfter = 0;
  let bottom = 0;
  let fall = 0;

  function keep(top: number, range: number): void {
    if (top - bottom < range >> 5) return;
    if (count < MOST_RISES) {
      // The top of the parabola through the three steps around the steepest.
      const bend = 2 * steepest - stepBefore - stepAfter;
      let offset = bend > 0 ? idiv(32 * (stepAfter - stepBefore), bend) : 0;
      if (offset > 32) offset = 32;
      if (offset < -32) offset = -32;
      at[count] = PART * steepestAt + offset;
      slope[count] = steepest;
      height[count] = top - bottom;
    }
    count++;
  }

  return {
    at,
    slope,
    height,
    count: () => count,
    fall: () => -fall,
    feed: (value, frame, range) => {
      const before = step;
      step = first ? 0 : value - last;
      first = false;
      if (step > 0) {
        if (steepest === 0) bottom = last;
        if (step > steepest) {
          steepest = step;
          steepestAt = frame;
          stepBefore = before;
        } else if (frame === steepestAt + 1) {
          stepAfter = step;
        }
      } else {
        if (step < fall) fall = step;
        if (steepest > 0) {
          if (frame === steepestAt + 1) stepAfter = step;
          keep(last, range);
          steepest = 0;
        }
      }
      last = value;
    },
    next: (length) => {
      count = 0;
      fall = 0;
      steepestAt -= length;
    },
    restart: () => {
      count = 0;
      fall = 0;
      first = true;
      step = 0;
      steepest = 0;
    },
  };
}
