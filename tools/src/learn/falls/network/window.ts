/** The signal around an impact, as a network sees it that makes its own features. */
import { COMMON_HZ, type Part, sensed } from "../../sense/part.ts";
import type { Candidate } from "../candidates.ts";
import type { FallRecording } from "../recordings/recording.ts";

/** Frames before an impact and behind it: what the detector's history holds when it decides. */
const BEFORE = 37;
const BEHIND = 54;
export const WINDOW_FRAMES = BEFORE + 1 + BEHIND;
/** x, y, z, magnitude less 1 g, and how far all axes together have gone since the frame before; all in mg. */
export const WINDOW_CHANNELS = 5;
const ONE_G = 1000;

/** The same impacts with the window around each in place of its features: for the same folds, lessons and scores. Other readings are left to `varyWindow`. */
export function windowed(recordings: readonly FallRecording[], part: Part, candidates: readonly Candidate[]): Candidate[] {
  const felt = new Map<number, Int16Array>();
  return candidates.map((candidate) => {
    const recording = recordings[candidate.recording];
    const samples = felt.get(candidate.recording) ?? sensed(recording.samples, part);
    felt.set(candidate.recording, samples);
    const impact = Math.round((candidate.impactS - recording.firstS) * COMMON_HZ);
    const run = recording.runs.find(({ from, to }) => impact >= from && impact < to)!;
    const { otherwise: _, ...once } = candidate;
    return { ...once, features: windowAt(samples, impact, run.from, run.to) };
  });
}

/** Frames outside of `from` (inclusive) to `to` (exclusive) are the nearest inside. */
function windowAt(samples: Int16Array, impact: number, from: number, to: number): Int32Array {
  const window = new Int32Array(WINDOW_FRAMES * WINDOW_CHANNELS);
  for (let frame = 0; frame < WINDOW_FRAMES; frame++) {
    const at = 3 * Math.max(from, Math.min(to - 1, impact - BEFORE + frame));
    put(window, frame, samples[at], samples[at + 1], samples[at + 2]);
  }
  return window;
}

function put(window: Int32Array, frame: number, x: number, y: number, z: number): void {
  const to = frame * WINDOW_CHANNELS;
  window[to] = Math.round(x);
  window[to + 1] = Math.round(y);
  window[to + 2] = Math.round(z);
  window[to + 3] = Math.round(Math.hypot(x, y, z)) - ONE_G;
  let way = 0;
  if (frame > 0) for (let axis = to; axis < to + 3; axis++) way += Math.abs(window[axis] - window[axis - WINDOW_CHANNELS]);
  window[to + 4] = way;
}

export interface Variation {
  /** The device may sit on the other wrist: x the other way round in every second window. */
  readonly mirrored: boolean;
  /** Full scale of the part, mg. */
  readonly fullMg: number;
}

/**
 * A window as another person, another strap and another sensor might have given it: turned a little about two axes (8° of standard
 * deviation), 7 % stronger or weaker, 8 % slower or faster, up to a frame early or late, with a noise of 20 mg.
 */
export function varyWindow({ mirrored, fullMg }: Variation) {
  return (window: ArrayLike<number>, to: Int32Array, draw: (bound: number) => number): void => {
    const even = (reach: number) => (reach * (draw(20001) - 10000)) / 10000;
    // The sum of three even draws within ±1 has the deviation 1.
    const normal = (deviation: number) => deviation * (even(1) + even(1) + even(1));
    const stretch = 1 + even(0.08);
    const shift = even(1);
    const gain = 1 + even(0.07);
    const [roll, yaw] = [normal(0.15), normal(0.12)];
    const side = mirrored && draw(2) === 1 ? -1 : 1;
    const [cosRoll, sinRoll, cosYaw, sinYaw] = [Math.cos(roll), Math.sin(roll), Math.cos(yaw), Math.sin(yaw)];
    const held = (mg: number) => Math.max(-fullMg, Math.min(fullMg, mg));
    for (let frame = 0; frame < WINDOW_FRAMES; frame++) {
      const place = Math.max(0, Math.min(WINDOW_FRAMES - 1.001, BEFORE + (frame - BEFORE) * stretch + shift));
      const part = place - Math.floor(place);
      const at = Math.floor(place) * WINDOW_CHANNELS;
      const axis = (i: number) => gain * (window[at + i] * (1 - part) + window[at + WINDOW_CHANNELS + i] * part);
      const x = axis(0) * side;
      const y = axis(1) * cosRoll - axis(2) * sinRoll;
      const z = axis(1) * sinRoll + axis(2) * cosRoll;
      const turnedX = x * cosYaw - y * sinYaw;
      const turnedY = x * sinYaw + y * cosYaw;
      put(to, frame, held(turnedX + normal(20)), held(turnedY + normal(20)), held(z + normal(20)));
    }
  };
}
