import { type Ints, idiv } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, STARTING, WRONG_RATE } from "../doubt.ts";
import { UNKNOWN } from "../reading.ts";

/** Samples are compared five times a second: slower than a twitch, faster than a turn in bed, and cheap. */
const LOOKS_HZ = 5;
/** Noise of three axes and the breath, mg: what changes by less has not moved. */
const STILL_MG = 40;
/** Not one octet of noise for ten seconds: the sensor is frozen. */
const FROZEN_LOOKS = 10 * LOOKS_HZ;

export interface Counts {
  /** Takes the next `count` samples: x, y, z, x, y, z … in mg, any int16 values. */
  readonly feed: (samples: Ints, count: number) => void;
  /** `CLEAR`, `STARTING`, `FROZEN` or `WRONG_RATE`. */
  readonly doubt: () => number;
  /** Samples were lost: the minute begins anew. */
  readonly restart: () => void;
}

/**
 * Counts of movement a minute from an accelerometer of 20..100 Hz: how far the three axes go from one look to the next, above what
 * noise and breath do, in 16 mg. A minute with a frozen sensor is `UNKNOWN`. Which axis is which does not matter.
 */
export function counts(rateHz: number, onMinute: (count: number) => void): Counts {
  if (rateHz < 20 || rateHz > 100) return { feed: () => {}, doubt: () => WRONG_RATE, restart: () => {} };
  const every = idiv(rateHz, LOOKS_HZ);
  // Where samples are no multiple of looks, a minute has so many of them.
  const looksAMinute = idiv(rateHz * 60, every);
  // Where in the next batch the next look is; looks until the minute is whole. The first of all looks is compared with itself: it is
  // one more, and is not one that was the same.
  let skip = 0;
  let left = looksAMinute + 1;
  let sum = 0;
  let same = -1;
  let frozen = false;
  let lastX = 0;
  let lastY = 0;
  let lastZ = 0;

  // What a look touches lives in local variables while a batch lasts, which a Lua reaches sooner than those of the closure.
  function feed(samples: Ints, count: number): void {
    const end = 3 * count;
    const step = 3 * every;
    let at = skip;
    if (left > looksAMinute && at < end) {
      lastX = samples[at];
      lastY = samples[at + 1];
      lastZ = samples[at + 2];
    }
    let wasX = lastX;
    let wasY = lastY;
    let wasZ = lastZ;
    let moved = sum;
    let still = same;
    let looks = left;
    while (at < end) {
      const x = samples[at];
      const y = samples[at + 1];
      const z = samples[at + 2];
      let by = x - wasX;
      if (by < 0) by = -by;
      if (y > wasY) by += y - wasY;
      else by += wasY - y;
      if (z > wasZ) by += z - wasZ;
      else by += wasZ - z;
      wasX = x;
      wasY = y;
      wasZ = z;
      if (by > STILL_MG) moved += by - STILL_MG;
      if (by > 0) still = 0;
      else {
        still++;
        if (still >= FROZEN_LOOKS) frozen = true;
      }
      looks--;
      if (looks === 0) {
        looks = looksAMinute;
        left = looks;
        same = still;
        onMinute(frozen ? UNKNOWN : moved >> 4);
        moved = 0;
        frozen = false;
      }
      at += step;
    }
    skip = at - end;
    lastX = wasX;
    lastY = wasY;
    lastZ = wasZ;
    sum = moved;
    same = still;
    left = looks;
  }

  function restart(): void {
    skip = 0;
    left = looksAMinute + 1;
    sum = 0;
    same = -1;
    frozen = false;
  }

  return {
    feed,
    doubt: () => (left > looksAMinute ? STARTING : same >= FROZEN_LOOKS ? FROZEN : CLEAR),
    restart,
  };
}
