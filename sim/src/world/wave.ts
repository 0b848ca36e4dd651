import { sine } from "./sine.ts";

/** Points of a wave. A power of two, so that an index wraps with a mask. */
export const WAVE_POINTS = 1024;

/** One cycle of a repeating movement on top of gravity: mg along the wrist's x, y and z. */
export interface Wave {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
}

/** A single movement's course from 0 to 0 over its duration, peak 1. */
export type Shape = (done: number) => number;

/** Half a sine: a push, a blow. */
export const BUMP: Shape = (done) => sine(done / 2);

/** Three swings that die away: what soft tissue and strap do after a blow. */
export const RING: Shape = (done) => sine(done * 3) * (1 - done) * (1 - done);

function wave(x: Shape, y: Shape, z: Shape): Wave {
  const course = (shape: Shape) => Float64Array.from({ length: WAVE_POINTS }, (_, i) => shape(i / WAVE_POINTS));
  return { x: course(x), y: course(y), z: course(z) };
}

/** `shape` from `from` to `to` of the cycle, 0 elsewhere. */
function during(from: number, to: number, shape: Shape): Shape {
  return (phase) => (phase < from || phase > to ? 0 : shape((phase - from) / (to - from)));
}

/** No movement. */
export const STILL: Wave = wave(
  () => 0,
  () => 0,
  () => 0,
);

/** The chest lifts the arm: a hundredth of g, one breath a cycle. */
export const BREATH: Wave = wave(
  (phase) => 5 * sine(phase),
  (phase) => 3 * sine(phase + 0.1),
  (phase) => 9 * sine(phase + 0.05),
);

const heelStrike: Shape = (phase) =>
  during(0.08, 0.15, BUMP)(phase) +
  during(0.58, 0.65, BUMP)(phase) * 0.8 +
  during(0.15, 0.35, RING)(phase) * 0.5 +
  during(0.65, 0.85, RING)(phase) * 0.4;

/** One stride, two steps: the arm swings once, the trunk rises and falls twice, each heel sends its shock up the arm. */
export const GAIT: Wave = wave(
  (phase) => -220 * sine(phase * 2 + 0.1) - 420 * heelStrike(phase),
  (phase) => 90 * sine(phase + 0.3) + 60 * sine(phase * 2) + 120 * heelStrike(phase),
  (phase) => 240 * sine(phase) + 60 * sine(phase * 3 + 0.2) + 150 * heelStrike(phase),
);

/** One clap: the hands swing together, meet within some 20 ms of a 400 ms cycle, ring and part. */
export const CLAP: Wave = wave(
  (phase) => 150 * sine(phase) + 500 * during(0.5, 0.55, BUMP)(phase) + 250 * during(0.55, 0.8, RING)(phase),
  (phase) => 350 * sine(phase + 0.25) + 1700 * during(0.5, 0.55, BUMP)(phase) - 500 * during(0.55, 0.8, RING)(phase),
  (phase) => 120 * sine(phase * 2) + 900 * during(0.5, 0.55, BUMP)(phase) + 300 * during(0.55, 0.8, RING)(phase),
);
