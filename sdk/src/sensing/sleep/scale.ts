import { idiv } from "../../lang/intrinsics.ts";

/** The mean follows the last so many moving minutes: about a day. */
const DAY = 720;
/** Before so many of them it is no scale. */
const LEARNT = 60;
/** Fixed point of the mean: a device that counts to ten is no worse off. */
const FINE = 256;

export interface MovementScale {
  readonly add: (count: number) => void;
  /** Whether an hour of movement was seen. */
  readonly known: () => boolean;
  /** What a minute says: 1 for sleep, or 1, 2 or 3 against it. */
  readonly evidence: (count: number) => number;
}

/**
 * How much this wearer and this device count in a minute that has counts at all. Devices differ tenfold, and so do wearers; of
 * such a mean, sleepers keep below a 64th in four minutes of five, and who watches television below an eighth in half of them.
 */
export function movementScale(): MovementScale {
  let mean = 0;
  let moving = 0;

  return {
    add: (count) => {
      if (count === 0) return;
      if (moving < DAY) moving += 1;
      mean += idiv(count * FINE - mean, moving);
    },
    known: () => moving >= LEARNT,
    evidence: (count) => {
      const fine = count * FINE;
      if (fine <= mean >> 6) return 1;
      if (fine <= mean >> 3) return -1;
      return fine <= mean >> 1 ? -2 : -3;
    },
  };
}
