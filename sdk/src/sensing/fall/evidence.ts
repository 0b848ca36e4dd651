import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { log2Q10, squareRoot } from "./integer.ts";

/**
 * What speaks for a fall in the two seconds around an impact. Every feature is a logarithm (1/1024 octave), so that a stiff
 * strap or a soft mattress shifts it and does not scale it; none depends on how the board is turned on the wrist or on where a
 * recording ends, and windows are in milliseconds.
 *
 * Weights: logistic regression on the WEDA-FALL wrist recordings (Marques & Moreno), each axis held to ±4 g as there, all
 * falls acted by young adults. 100 is one logit an octave.
 */
const WEIGHT_IMPACT = 139; // how hard the half second on either side shook: squared change from frame to frame
const WEIGHT_TURN = 50; // how far the forearm turned from just before to just after the impact
const WEIGHT_STIR = -15; // moving on at the end of the window: who fell lies still, who clapped does not
const WEIGHT_EFFORT = -77; // peaks in the second before: jogging, clapping and hitting come in series
const WEIGHT_LIGHT = -22; // the lightest moment around the impact: who falls is weightless for a moment
const BIAS = -520000;

/** Full scale of the recordings behind the weights, mg; a stronger reading counts as this much. */
const LIMIT_MG = 4000;
/** Keeps one nearly weightless frame from deciding alone, mg². */
const LIGHT_FLOOR = 10000;
/** Angles below a few degrees are noise: 1/1024 of 1 - cos. */
const TURN_FLOOR = 16;

/** Milliseconds of signal needed before an impact, and the wait after it until the evidence is complete. */
export const BEFORE_MS = 1300;
export const AFTER_MS = 2200;

/** The last frames in mg, each axis within ±16384 and in a ring of its own, oldest overwritten first. */
export interface Frames {
  readonly x: Ints;
  readonly y: Ints;
  readonly z: Ints;
  /** Number of frames in the rings. */
  readonly size: number;
  /** Duration of a frame, µs. */
  readonly frameUs: number;
}

/** The logit of a fall in 1/1024, for the impact whose frame is `impactAt` in the rings. */
export type Evidence = (impactAt: number) => number;

/** Weighs the window around an impact. Allocates only here, at the start. */
export function fallEvidence(frames: Frames): Evidence {
  const xs = frames.x;
  const ys = frames.y;
  const zs = frames.z;
  const size = frames.size;
  const meanBefore = allocInts(3);
  const meanAfter = allocInts(3);

  /** Place of the frame `ms` after (before, when negative) the impact. */
  function atMs(impactAt: number, ms: number): number {
    const offset = idiv(ms * 1000 + (ms < 0 ? -1 : 1) * (frames.frameUs >> 1), frames.frameUs);
    const at = impactAt + offset;
    if (at < 0) return at + size;
    return at >= size ? at - size : at;
  }

  /** Mean squared change from frame to frame, in (4 mg)². */
  function shaking(from: number, to: number): number {
    let at = from === 0 ? size - 1 : from - 1;
    let x = limited(xs[at]) >> 2;
    let y = limited(ys[at]) >> 2;
    let z = limited(zs[at]) >> 2;
    let sum = 0;
    let count = 0;
    at = from;
    while (at !== to) {
      const dx = (limited(xs[at]) >> 2) - x;
      const dy = (limited(ys[at]) >> 2) - y;
      const dz = (limited(zs[at]) >> 2) - z;
      x += dx;
      y += dy;
      z += dz;
      sum += dx * dx + dy * dy + dz * dz;
      count++;
      at = at + 1 === size ? 0 : at + 1;
    }
    return idiv(sum, count) + 1;
  }

  /** Largest (`sign` 1) or smallest (`sign` -1) squared magnitude, mg². */
  function extreme(from: number, to: number, sign: number): number {
    let best = -1;
    let at = from;
    while (at !== to) {
      const x = limited(xs[at]);
      const y = limited(ys[at]);
      const z = limited(zs[at]);
      const square = x * x + y * y + z * z;
      if (best < 0 || (square - best) * sign > 0) best = square;
      at = at + 1 === size ? 0 : at + 1;
    }
    return best;
  }

  /** Mean acceleration, mg, into `mean`. */
  function meanOf(from: number, to: number, mean: Ints): void {
    let x = 0;
    let y = 0;
    let z = 0;
    let count = 0;
    let at = from;
    while (at !== to) {
      x += limited(xs[at]);
      y += limited(ys[at]);
      z += limited(zs[at]);
      count++;
      at = at + 1 === size ? 0 : at + 1;
    }
    mean[0] = idiv(x, count);
    mean[1] = idiv(y, count);
    mean[2] = idiv(z, count);
  }

  return (impactAt) => {
    const at = (ms: number) => atMs(impactAt, ms);
    meanOf(at(-600), at(-200), meanBefore);
    meanOf(at(120), at(520), meanAfter);
    return idiv(
      WEIGHT_IMPACT * log2Q10(shaking(at(-520), at(520))) +
        WEIGHT_TURN * log2Q10(turn(meanBefore, meanAfter) + TURN_FLOOR) +
        WEIGHT_STIR * log2Q10(shaking(at(1600), at(AFTER_MS))) +
        WEIGHT_EFFORT * log2Q10(extreme(at(-1200), at(-400), 1) + 1) +
        WEIGHT_LIGHT * log2Q10(extreme(at(-400), at(AFTER_MS), -1) + LIGHT_FLOOR) +
        BIAS,
      100,
    );
  };
}

function limited(mg: number): number {
  if (mg > LIMIT_MG) return LIMIT_MG;
  return mg < -LIMIT_MG ? -LIMIT_MG : mg;
}

/** 1024 × (1 - cos of the angle between two vectors of at most 7000 mg): 0 the same way, 2048 turned right over. */
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
