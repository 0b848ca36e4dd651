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
  let skip = 0;
  let looks = 0;
  let sum = 0;
  let same = 0;
  let frozen = false;
  let begun = false;
  let lastX = 0;
  let lastY = 0;
  let lastZ = 0;

  function look(x: number, y: number, z: number): void {
    const byX = x < lastX ? lastX - x : x - lastX;
    const byY = y < lastY ? lastY - y : y - lastY;
    const byZ = z < lastZ ? lastZ - z : z - lastZ;
    lastX = x;
    lastY = y;
    lastZ = z;
    if (!begun) {
      begun = true;
      return;
    }
    const by = byX + byY + byZ;
    if (by > STILL_MG) sum += by - STILL_MG;
    same = by === 0 ? same + 1 : 0;
    if (same >= FROZEN_LOOKS) frozen = true;
    looks += 1;
    if (looks === looksAMinute) {
      onMinute(frozen ? UNKNOWN : sum >> 4);
      looks = 0;
      sum = 0;
      frozen = same >= FROZEN_LOOKS;
    }
  }

  function feed(samples: Ints, count: number): void {
    let i = skip;
    for (; i < count; i += every) look(samples[3 * i], samples[3 * i + 1], samples[3 * i + 2]);
    skip = i - count;
  }

  function restart(): void {
    skip = 0;
    looks = 0;
    sum = 0;
    same = 0;
    frozen = false;
    begun = false;
  }

  return {
    feed,
    doubt: () => (begun ? (same >= FROZEN_LOOKS ? FROZEN : CLEAR) : STARTING),
    restart,
  };
}
