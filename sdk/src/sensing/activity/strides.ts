/** Which swings of an arm or jolts of a body are steps: those that come again and again. Times in 5 ms. */

export interface Strides {
  /** The signal swings up again, `interval` after the time before; answers false where that is too soon to be another swing. */
  readonly swing: (interval: number) => boolean;
  /** Whoever walked stands still, or the signal is another. */
  readonly stop: () => void;
  /** Steps so far. */
  readonly steps: () => number;
  /** Two steps, smoothed; 0 while nobody walks. */
  readonly stride: () => number;
}

/** 0.31 s: nobody old takes more than three steps a second. */
const SHORTEST = 62;
/** 0.88 s: what comes slower is the swing of an arm, once in two steps. Above 68 steps a minute the two cannot be mistaken. */
const SWING = 176;
/** 1.8 s: who takes longer stands. */
export const LONGEST = 360;
/** Strides as long as those before, each within 30 %, that make a walk. */
const ALIKE = 4;
/** So many in a row that are not: a turn, a kerb. More end the walk. */
const ODD = 1;

/**
 * A swing is a step or, where only the arm is felt, two; two steps are a stride. Strides count once `ALIKE` of them were alike, and
 * then those before as well, so that a walk loses nothing at its start and a gesture counts nothing.
 */
export function strides(): Strides {
  let steps = 0;
  // Of the walk that may have begun.
  let pending = 0;
  let alike = 0;
  let odd = 0;
  let stride = 0;
  // The interval of a step whose stride is not whole.
  let half = 0;

  function whole(length: number): void {
    if (stride === 0) {
      stride = length;
      return;
    }
    const apart = length > stride ? length - stride : stride - length;
    if (10 * apart <= 3 * stride) {
      alike++;
      odd = 0;
      stride = (stride + length) >> 1;
      return;
    }
    odd++;
    if (alike < ALIKE || odd > ODD) {
      alike = 0;
      odd = 0;
      pending = 0;
    }
    stride = length;
  }

  return {
    swing: (interval) => {
      if (interval < SHORTEST) return false;
      if (interval > LONGEST) {
        alike = 0;
        odd = 0;
        stride = 0;
        half = 0;
        pending = 1;
        return true;
      }
      const two = interval >= SWING;
      if (two) whole(interval);
      else if (half > 0) whole(half + interval);
      half = two ? 0 : interval;
      pending += two ? 2 : 1;
      if (alike >= ALIKE) {
        steps += pending;
        pending = 0;
      }
      return true;
    },
    stop: () => {
      alike = 0;
      odd = 0;
      stride = 0;
      half = 0;
      pending = 0;
    },
    steps: () => steps,
    stride: () => (alike >= ALIKE ? stride : 0),
  };
}
