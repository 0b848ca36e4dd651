/** Which swings of an arm or jolts of a body are steps: those that come again and again. Times in 5 ms. */
import { idiv } from "../../lang/intrinsics.ts";

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
/** Strides as long as those before, each within 30 %, that make a walk; and that take one up again within 10 s. */
const ALIKE = 5;
const ALIKE_AGAIN = 3;
const AGAIN = 2000;
/** So many in a row that are not: a turn, a kerb. More end the walk. */
const ODD = 1;

/**
 * A swing is a step or, where only the arm is felt, two; two steps are a stride. Strides count once `ALIKE` of them were alike, and
 * then those before as well, so that a walk loses nothing at its start and a gesture counts nothing.
 */
export function strides(): Strides {
  let steps = 0;
  // Of the walk that may have begun; uneven ones count with it as well, unless there was a pause.
  let pending = 0;
  let alike = 0;
  let odd = 0;
  let stride = 0;
  // The interval of a step whose stride is not whole.
  let half = 0;
  // Since a step last counted.
  let idle = AGAIN;
  let walks = false;

  function begin(): void {
    alike = 0;
    odd = 0;
  }

  /** A stride; `needed` of them alike are a walk now. */
  function whole(length: number, needed: number): void {
    const apart = length > stride ? length - stride : stride - length;
    if (stride > 0 && 10 * apart <= 3 * stride) {
      alike++;
      odd = 0;
      const both = stride + length;
      stride = both >> 1;
      return;
    }
    if (stride > 0) {
      odd++;
      if (odd > ODD || alike < needed) begin();
    }
    stride = length;
  }

  return {
    swing: (interval) => {
      if (interval < SHORTEST) return false;
      idle += interval;
      if (interval > LONGEST) {
        begin();
        stride = 0;
        half = 0;
        pending = 1;
        return true;
      }
      const needed = idle < AGAIN ? ALIKE_AGAIN : ALIKE;
      // Three quarters of a swing too long: one was not felt.
      if (alike >= needed && 4 * interval > 5 * stride && 4 * interval < 7 * stride) {
        half = 0;
        whole(idiv(2 * interval, 3), needed);
        pending += 3;
      } else if (interval >= SWING) {
        half = 0;
        whole(interval, needed);
        pending += 2;
      } else {
        if (half > 0) whole(half + interval, needed);
        half = interval;
        pending++;
      }
      walks = alike >= needed;
      if (walks) {
        steps += pending;
        pending = 0;
        idle = 0;
      } else if (idle > AGAIN) idle = AGAIN;
      return true;
    },
    stop: () => {
      begin();
      pending = 0;
      stride = 0;
      half = 0;
      idle = AGAIN;
    },
    steps: () => steps,
    stride: () => (walks ? stride : 0),
  };
}
