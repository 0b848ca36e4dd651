import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { type History, PLACE, squareOf, ZERO } from "./history.ts";
import { log2Q10, squareRoot } from "./integer.ts";

/** Frames of signal that the features want before an impact, and behind it. */
export const BEFORE = 33;
export const AFTER = 55;

/** Places in the features of an impact. */
export const SHAKING = 0;
export const TURN = 1;
export const STIR = 2;
export const EFFORT = 3;
export const LIGHT = 4;
export const FEATURES = 5;

/** Keeps one nearly weightless frame from deciding alone, steps². */
const LIGHT_FLOOR = 156;
/** Angles below a few degrees are noise: 1/1024 of 1 - cos. */
const TURN_FLOOR = 16;

/**
 * Measures the two seconds around the frame `impact` into `features`. Every feature is a logarithm (1/1024 octave), so that a stiff
 * strap or a soft mattress shifts it and does not scale it; none depends on how the board is turned on the body or on where a
 * recording ends.
 */
export function fallFeatures(history: History): (impact: number, features: Ints) => void {
  const meanBefore = allocInts(3);
  const meanAfter = allocInts(3);

  /** Mean squared change from frame to frame, steps². */
  function shaking(from: number, to: number): number {
    let packed = history[(from - 1) & PLACE];
    let x = packed & 1023;
    let y = (packed >> 10) & 1023;
    let z = packed >> 20;
    let sum = 0;
    for (let at = from; at < to; at++) {
      packed = history[at & PLACE];
      const dx = (packed & 1023) - x;
      const dy = ((packed >> 10) & 1023) - y;
      const dz = (packed >> 20) - z;
      x += dx;
      y += dy;
      z += dz;
      sum += dx * dx + dy * dy + dz * dz;
    }
    return idiv(sum, to - from) + 1;
  }

  /** Largest (`sign` 1) or smallest (`sign` -1) squared magnitude, steps². */
  function extreme(from: number, to: number, sign: number): number {
    let best = -1;
    for (let at = from; at < to; at++) {
      const square = squareOf(history[at & PLACE]);
      if (best < 0 || (square - best) * sign > 0) best = square;
    }
    return best;
  }

  /** Mean acceleration, steps, into `mean`. */
  function meanOf(from: number, to: number, mean: Ints): void {
    let x = 0;
    let y = 0;
    let z = 0;
    for (let at = from; at < to; at++) {
      const packed = history[at & PLACE];
      x += packed & 1023;
      y += (packed >> 10) & 1023;
      z += packed >> 20;
    }
    mean[0] = idiv(x, to - from) - ZERO;
    mean[1] = idiv(y, to - from) - ZERO;
    mean[2] = idiv(z, to - from) - ZERO;
  }

  return (impact, features) => {
    meanOf(impact - 15, impact - 5, meanBefore);
    meanOf(impact + 3, impact + 13, meanAfter);
    features[SHAKING] = log2Q10(shaking(impact - 13, impact + 13));
    features[TURN] = log2Q10(turn(meanBefore, meanAfter) + TURN_FLOOR);
    features[STIR] = log2Q10(shaking(impact + 40, impact + AFTER));
    features[EFFORT] = log2Q10(extreme(impact - 30, impact - 10, 1) + 1);
    features[LIGHT] = log2Q10(extreme(impact - 10, impact + AFTER, -1) + LIGHT_FLOOR);
  };
}

/** 1024 × (1 - cos of the angle between two vectors of at most 900 steps): 0 the same way, 2048 turned right over. */
function turn(a: Ints, b: Ints): number {
  const lengths = lengthOf(a) * lengthOf(b);
  const unit = lengths >> 10;
  if (unit === 0) return 1024; // weightless all along: no direction to compare
  const cosine = idiv(a[0] * b[0] + a[1] * b[1] + a[2] * b[2], unit);
  if (cosine > 1024) return 0;
  return cosine < -1024 ? 2048 : 1024 - cosine;
}

function lengthOf(vector: Ints): number {
  return squareRoot(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
}
