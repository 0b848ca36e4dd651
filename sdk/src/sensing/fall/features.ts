/**
 * What happened around an impact, as integers that a model can weigh.
 *
 * The window is eight segments of 40 ms frames, from two seconds before the impact to 2.2 s behind it. None of the features knows left
 * from right wrist, or where a recording ends: they are ratios to the impact itself, angles between mean accelerations, and changes from
 * frame to frame. All but `ALONG_AXES` are the same however the board is turned.
 */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { CLEAR, NO_GRAVITY, NOT_WORN, SATURATED } from "../doubt.ts";
import { type History, LIMIT, PLACE, SQUARE } from "./history.ts";

/** Frames of signal that the features want before an impact, and behind it. */
export const BEFORE = 51;
export const AFTER = 54;
/** Frames before an impact that will do where the signal has just begun. */
export const BEFORE_LEAST = 31;

/** The segments in time: three before the impact (`B0` the last), the impact, four behind it. */
const B2 = 0;
const B1 = 1;
const B0 = 2;
const IMPACT = 3;
const A0 = 4;
const A1 = 5;
const A2 = 6;
const A3 = 7;

/**
 * What is kept of a segment, in mg where the range is ±4 g: mean acceleration and its length squared / 1024; of the squares (mg² / 1024) the mean
 * change from frame to frame, the largest and the smallest.
 */
const X = 0;
const Y = 1;
const Z = 2;
const LENGTH = 3;
const CHANGE = 4;
const MOST = 5;
const LEAST = 6;
const KEPT = 7;

/** The square of this still is an int32. */
const ROOT_MOST = 46340;

/** The names of the features by place; models refer to places. None is negative, and each is scaled so that what matters lies within 0..2047. */
export const FEATURE_NAMES = [
  "peak",
  "impact along z",
  "change at impact",
  "change a0",
  "change a3",
  "relative change b2",
  "relative change b1",
  "relative change b0",
  "relative change a2",
  "relative change a3",
  "relative change before",
  "relative change after",
  "least a1",
  "most a2 a3",
  "relative most b2",
  "relative most b1",
  "relative most before",
  "relative most a2",
  "relative most a3",
  "cosine b2 a1",
  "cosine b2 a2",
  "cosine b1 a0",
  "cosine b1 a1",
  "cosine b1 a2",
  "cosine b0 impact",
  "cosine b0 a0",
  "cosine b0 a1",
  "cosine a2 a3",
  "distance b2 a2",
  "distance b0 a1",
  "distance a2 a3",
  "along x a1",
  "along x a3",
];
export const FEATURES = 33;
/** Those along an axis of the board. */
export const ALONG_AXES = [1, 31, 32];
export const RELATIVE_CHANGE_A3 = 9;
export const RELATIVE_MOST_BEFORE = 16;
export const COSINE_B1_A1 = 22;

/** An axis is at the end of the range. */
const FULL_SCALE = (LIMIT * LIMIT) >> 4;
/** Frames of free flight before the impact: a body's fall has two at most, in 99 of 100 of WEDA-FALL. */
const FLIGHT_LEAST = 3;

/**
 * Writes the features of an impact at place `impact` of the history, which knows `before` (31..51) frames before it and `AFTER` behind.
 * Answers a code of sensing/doubt.
 */
export type Measure = (impact: number, before: number, features: Ints) => number;

/** `oneG`: the square of rest, 976 at ±4 g, where squares are in 16 steps² (mg² / 1024). */
export function fallFeatures(history: History, oneG: number): Measure {
  // Half a g and less all the time is no gravity; a quarter is free flight. Noise and the steps of the sensor move the square of a device that
  // nobody wears by less than this, pulse and breath move it by more.
  const nothing = oneG >> 2;
  const flying = (oneG >> 4) << 4;
  const motionless = idiv(oneG, 48);
  const segments = allocInts(8 * KEPT);

  /** Fills in `segment` from the frames `from` to `to`, the last one included. `part`: 32768 / their number, which is 25 at most. */
  function gather(segment: number, from: number, to: number, part: number): void {
    const xy = history.xy;
    const squareZ = history.squareZ;
    let last = squareZ[(from - 1) & PLACE] & SQUARE;
    let change = 0;
    let most = 0;
    let least = SQUARE;
    let sumXY = 0;
    let sumZ = 0;
    for (let at = from; at <= to; at++) {
      const place = at & PLACE;
      sumXY += xy[place];
      const both = squareZ[place];
      sumZ += both >> 20;
      const square = both & SQUARE;
      const by = square - last;
      if (by < 0) change -= by;
      else change += by;
      if (square > most) most = square;
      if (square < least) least = square;
      last = square;
    }
    // A sum of x is within 25 frames of 500 steps: what is beside it are 32768 × the sum of y.
    const rounded = sumXY + 16384;
    const sumY = rounded >> 15;
    // Eighths of a step: 25 frames of 500 steps in 1/4096 stay inside int32, as does the change of the squares.
    let x = (sumXY - sumY * 32768) * part;
    let y = sumY * part;
    let z = sumZ * part;
    x >>= 12;
    y >>= 12;
    z >>= 12;
    const length = x * x + y * y + z * z;
    const kept = segments;
    const at = segment * KEPT;
    kept[at + X] = x;
    kept[at + Y] = y;
    kept[at + Z] = z;
    kept[at + LENGTH] = length > ROOT_MOST << 10 ? ROOT_MOST : length >> 10;
    kept[at + CHANGE] = idiv(change, 16 * (to - from + 1));
    kept[at + MOST] = most >> 4;
    kept[at + LEAST] = least >> 4;
  }

  /** 1024 × the squared cosine of the angle between the means of two segments, negative beyond a right angle; and 1024 more. */
  function cosine(a: number, b: number): number {
    const kept = segments;
    const i = a * KEPT;
    const k = b * KEPT;
    const product = kept[i] * kept[k] + kept[i + Y] * kept[k + Y] + kept[i + Z] * kept[k + Z];
    let along = product >> 10;
    if (along > ROOT_MOST) along = ROOT_MOST;
    else if (along < -ROOT_MOST) along = -ROOT_MOST;
    const lengths = kept[i + LENGTH] * kept[k + LENGTH];
    const unit = (lengths >> 10) + 1;
    return 1024 + idiv(along < 0 ? -along * along : along * along, unit);
  }

  /** Square of the distance between the means of two segments, mg² / 4096. */
  function distance(a: number, b: number): number {
    const kept = segments;
    const i = a * KEPT;
    const k = b * KEPT;
    const x = kept[i] - kept[k];
    const y = kept[i + Y] - kept[k + Y];
    const z = kept[i + Z] - kept[k + Z];
    const square = x * x + y * y + z * z;
    return square >> 12;
  }

  /** Whether the segments can be those of a person. */
  function doubt(impact: number): number {
    const kept = segments;
    const mostA3 = kept[A3 * KEPT + MOST];
    const leastA3 = kept[A3 * KEPT + LEAST];
    if (leastA3 >= FULL_SCALE) return SATURATED;
    if (mostA3 < nothing || kept[B2 * KEPT + MOST] < nothing) return NO_GRAVITY;
    const moves = mostA3 - leastA3 > motionless || kept[A2 * KEPT + MOST] - kept[A2 * KEPT + LEAST] > motionless;
    return moves || flight(impact) < FLIGHT_LEAST ? CLEAR : NOT_WORN;
  }

  /** Frames of the 0.8 s before the impact in which the device weighed next to nothing. */
  function flight(impact: number): number {
    let frames = 0;
    for (let at = impact - 20; at < impact; at++) if ((history.squareZ[at & PLACE] & SQUARE) < flying) frames++;
    return frames;
  }

  return (impact, before, features) => {
    gather(B2, impact - before + 1, impact - 26, idiv(32768, before - 26));
    gather(B1, impact - 25, impact - 13, 2521);
    gather(B0, impact - 12, impact - 4, 3641);
    gather(IMPACT, impact - 3, impact + 3, 4681);
    gather(A0, impact + 4, impact + 12, 3641);
    gather(A1, impact + 13, impact + 25, 2521);
    gather(A2, impact + 26, impact + 38, 2521);
    gather(A3, impact + 39, impact + AFTER, 2048);

    const kept = segments;
    const strongest = history.squareZ[impact & PLACE];
    const peak = (strongest & SQUARE) >> 4;
    features[0] = peak >> 4;
    features[1] = sizeOf(strongest >> 20);

    // Changes of the squares: at the impact, and what was there before and came after in relation to it.
    const shock = kept[IMPACT * KEPT + CHANGE] + 1;
    const b2 = idiv(kept[B2 * KEPT + CHANGE] * 256, shock);
    const b1 = idiv(kept[B1 * KEPT + CHANGE] * 256, shock);
    const a2 = idiv(kept[A2 * KEPT + CHANGE] * 256, shock);
    const a3 = idiv(kept[A3 * KEPT + CHANGE] * 256, shock);
    features[2] = shock >> 4;
    features[3] = kept[A0 * KEPT + CHANGE] >> 4;
    features[4] = kept[A3 * KEPT + CHANGE];
    features[5] = b2;
    features[6] = b1;
    features[7] = idiv(kept[B0 * KEPT + CHANGE] * 256, shock);
    features[8] = a2;
    features[9] = a3;
    features[10] = b2 + b1;
    features[11] = idiv(kept[A1 * KEPT + CHANGE] * 256, shock) + a2 + a3;

    // The strongest and weakest moments around the impact: 1024 is as strong as the impact itself.
    const mostB2 = idiv(kept[B2 * KEPT + MOST] * 1024, peak);
    const mostB1 = idiv(kept[B1 * KEPT + MOST] * 1024, peak);
    const mostB0 = idiv(kept[B0 * KEPT + MOST] * 1024, peak);
    features[12] = kept[A1 * KEPT + LEAST];
    features[13] = moreOf(kept[A2 * KEPT + MOST], kept[A3 * KEPT + MOST]) >> 4;
    features[14] = mostB2;
    features[15] = mostB1;
    features[16] = moreOf(moreOf(mostB2, mostB1), mostB0);
    features[17] = idiv(kept[A2 * KEPT + MOST] * 1024, peak);
    features[18] = idiv(kept[A3 * KEPT + MOST] * 1024, peak);

    // How the body part turned.
    features[19] = cosine(B2, A1);
    features[20] = cosine(B2, A2);
    features[21] = cosine(B1, A0);
    features[22] = cosine(B1, A1);
    features[23] = cosine(B1, A2);
    features[24] = cosine(B0, IMPACT);
    features[25] = cosine(B0, A0);
    features[26] = cosine(B0, A1);
    features[27] = cosine(A2, A3);
    features[28] = distance(B2, A2);
    features[29] = distance(B0, A1);
    features[30] = distance(A2, A3);
    features[31] = sizeOf(kept[A1 * KEPT + X]);
    features[32] = sizeOf(kept[A3 * KEPT + X]);
    return doubt(impact);
  };
}

function moreOf(a: number, b: number): number {
  return a > b ? a : b;
}

function sizeOf(value: number): number {
  return value < 0 ? -value : value;
}
