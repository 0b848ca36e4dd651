/**
 * The rises of a pulse wave: each beat is one, and so is many a dicrotic notch. A beat is timed by the steepest point of its rise, which
 * noise and the shape of the top move least.
 */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";

/** More in ten seconds is noise. */
export const MOST_RISES = 64;
/** Parts of a frame that a time is told in. */
export const PART = 64;

export interface FoundRises {
  /** Of the steepest point, in parts of a frame since the start of the window. */
  readonly at: Ints;
  /** Of the steepest step of a frame, in what the values are in. */
  readonly slope: Ints;
  /** So many since the window began; beyond `MOST_RISES` they are not kept. */
  readonly count: () => number;
}

export interface Rises extends FoundRises {
  /** The steepest step down since the window began, as a slope is. */
  readonly fall: () => number;
  /** The least and the greatest value since the window began. */
  readonly lowest: () => number;
  readonly highest: () => number;
  /** Frames of the window so far. */
  readonly frames: () => number;
  /** The next `count` values; a rise of less than a 32nd of the range so far is noise. */
  readonly feed: (values: Ints, count: number) => void;
  /** The window is over: what comes is the next one's. */
  readonly next: () => void;
  /** What comes does not follow on what was. */
  readonly restart: () => void;
}

/** Allocates only here. */
export function rises(): Rises {
  const at = allocInts(MOST_RISES);
  const slope = allocInts(MOST_RISES);
  let count = 0;
  let frames = 0;
  let lowest = 0;
  let highest = 0;
  let fall = 0;
  let first = true;
  let last = 0;
  let step = 0;
  // The rise that is under way: 0 steep when there is none.
  let steepest = 0;
  let steepestAt = 0;
  let stepBefore = 0;
  let stepAfter = 0;
  let bottom = 0;

  function keep(): void {
    if (count < MOST_RISES) {
      // The top of the parabola through the three steps around the steepest.
      const bend = 2 * steepest - stepBefore - stepAfter;
      let offset = bend > 0 ? idiv(32 * (stepAfter - stepBefore), bend) : 0;
      if (offset > 32) offset = 32;
      if (offset < -32) offset = -32;
      at[count] = PART * steepestAt + offset;
      slope[count] = steepest;
    }
    count++;
  }

  function begin(): void {
    count = 0;
    frames = 0;
    fall = 0;
  }

  return {
    at,
    slope,
    count: () => count,
    fall: () => -fall,
    lowest: () => lowest,
    highest: () => highest,
    frames: () => frames,
    feed: (values, length) => {
      if (length === 0) return;
      // What each value touches is local.
      let frame = frames;
      let low = frame === 0 ? values[0] : lowest;
      let high = frame === 0 ? low : highest;
      let before = first ? values[0] : last;
      let rise = step;
      let most = steepest;
      first = false;
      for (let i = 0; i < length; i++) {
        const value = values[i];
        const earlier = rise;
        rise = value - before;
        if (value < low) low = value;
        else if (value > high) high = value;
        if (rise > 0) {
          if (most === 0) bottom = before;
          if (rise > most) {
            most = rise;
            steepestAt = frame;
            stepBefore = earlier;
          } else if (frame === steepestAt + 1) {
            stepAfter = rise;
          }
        } else {
          if (rise < fall) fall = rise;
          if (most > 0) {
            if (frame === steepestAt + 1) stepAfter = rise;
            if (before - bottom >= (high - low) >> 5) {
              steepest = most;
              keep();
            }
            most = 0;
          }
        }
        before = value;
        frame++;
      }
      frames = frame;
      lowest = low;
      highest = high;
      last = before;
      step = rise;
      steepest = most;
    },
    next: () => {
      steepestAt -= frames;
      begin();
    },
    restart: () => {
      begin();
      first = true;
      step = 0;
      steepest = 0;
    },
  };
}
