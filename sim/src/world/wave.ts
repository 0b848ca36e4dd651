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

/** All of it, but for a tenth at either end: a flight, a brake. */
export const HOLD: Shape = (done) => Math.min(1, 10 * done, 10 * (1 - done));

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

/** An arm that rests and yet is not still: some 90 mg in all. */
export const UNREST: Wave = wave(
  (phase) => 70 * sine(phase * 2) + 40 * sine(phase * 5 + 0.3),
  (phase) => 60 * sine(phase * 3 + 0.6) + 40 * sine(phase * 7),
  (phase) => 50 * sine(phase * 2 + 0.4) + 45 * sine(phase * 4),
);

const heelStrike: Shape = (phase) =>
  during(0.08, 0.15, BUMP)(phase) +
  during(0.58, 0.65, BUMP)(phase) * 0.8 +
  during(0.15, 0.48, RING)(phase) * 0.6 +
  during(0.65, 0.98, RING)(phase) * 0.5;

/** One stride, two steps: the arm swings once, the trunk rises and falls twice, each heel sends its shock up the arm. */
export const GAIT: Wave = wave(
  (phase) => -220 * sine(phase * 2 + 0.1) + 70 * sine(phase * 5) - 420 * heelStrike(phase),
  (phase) => 90 * sine(phase + 0.3) + 60 * sine(phase * 2) + 80 * sine(phase * 5 + 0.4) + 120 * heelStrike(phase),
  (phase) => 240 * sine(phase) + 60 * sine(phase * 3 + 0.2) + 70 * sine(phase * 6 + 0.1) + 150 * heelStrike(phase),
);

/** One clap: the hands swing together, meet within some 50 ms of a 400 ms cycle, ring and part. */
export const CLAP: Wave = wave(
  (phase) => 300 * sine(phase) + 400 * during(0.47, 0.6, BUMP)(phase) + 250 * during(0.6, 0.98, RING)(phase),
  (phase) => 130 * sine(phase + 0.25) + 1000 * during(0.47, 0.6, BUMP)(phase) - 450 * during(0.6, 0.98, RING)(phase),
  (phase) =>
    200 * sine(phase) + 120 * sine(phase * 2) + 600 * during(0.47, 0.6, BUMP)(phase) + 300 * during(0.6, 0.98, RING)(phase),
);

const footfall: Shape = (phase) => during(0.1, 0.3, BUMP)(phase) + during(0.6, 0.8, BUMP)(phase);

/** One stride of a run, the elbow bent: twice a moment in the air, twice the foot. */
export const RUN: Wave = wave(
  (phase) => 500 * sine(phase) + 350 * sine(phase * 2 + 0.2),
  (phase) => 1050 * sine(phase * 2) + 2500 * footfall(phase) - 350,
  (phase) => 650 * sine(phase * 2 + 0.05) + 300 * sine(phase + 0.25) + 500 * footfall(phase),
);

/** A cloth or a broom, there and back. */
export const WIPE: Wave = wave(
  (phase) => 260 * sine(phase) + 50 * sine(phase * 3),
  (phase) => 140 * sine(phase + 0.15),
  (phase) => 60 * sine(phase * 2 + 0.1),
);

/** An engine and a road under a seat. */
export const RIDE: Wave = wave(
  (phase) => 14 * sine(phase * 9) + 10 * sine(phase * 17 + 0.3) + 15 * sine(phase),
  (phase) => 12 * sine(phase * 7 + 0.2) + 9 * sine(phase * 19) + 20 * sine(phase + 0.4),
  (phase) => 30 * sine(phase * 11 + 0.1) + 22 * sine(phase * 3) + 14 * sine(phase * 23),
);
