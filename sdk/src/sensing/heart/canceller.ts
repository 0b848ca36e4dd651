/**
 * Takes what the arm's movement puts into the light off it: a normalised least-mean-squares filter (Widrow & Hoff; for this use
 * Fallet & Vesin, Physiological Measurement 2017; 38:155) that predicts the light from the acceleration of the last three samples on
 * three axes. What it cannot predict is the heart, or noise.
 */
import { allocInts, idiv, imul } from "../../lang/intrinsics.ts";

const AXES = 3;
const TAPS = 3;
const INPUTS = AXES * TAPS;
/** The acceleration is held to so much, mg, the normalised light and what is predicted to `MOST`. */
const MOST_MG = 4095;
const MOST = 4095;
/** The light is scaled so that it is so far from its mean on average. */
const LEVEL = 512;
/** Weights are 8 bits of fraction; within `MOST_WEIGHT` no sum of products leaves int32. */
const MOST_WEIGHT = 32767;
/** Step: 0.3 of what would cancel a sample altogether, times 2^16. */
const STEP = 19661;
/** Quieter than this the arm is still, mg over the three axes: then nothing is predicted. */
const STILL_MG = 16;
/** A residue beyond three times its mean is a knock; it counts as much as that. */
const KNOCK = 3;
/** Never held to less: what was dark for a while would stay so. */
const LEAST = 64;
/** Samples before the residue has a mean. */
const SETTLING = 8;
/** The mean levels are those of all samples until there are so many, then of about the last so many. */
const MEMORY = 128; // 2^7

export interface Canceller {
  /** The next sample: light in counts, acceleration in mg. */
  readonly feed: (light: number, x: number, y: number, z: number) => void;
  /** What is left of the light, about `LEVEL` before, and what was predicted of it; also how it moved along the diagonal of the axes. */
  readonly rest: () => number;
  readonly predicted: () => number;
  readonly along: () => number;
  /** Mean of what the axes move, mg. */
  readonly movementMg: () => number;
  readonly restart: () => void;
}

export function canceller(): Canceller {
  const weights = allocInts(INPUTS);
  /** The inputs twice in a row, the newest at `newest`, so that all of them stand in order from there. */
  const inputs = allocInts(2 * INPUTS);
  /** Means of the four channels, taken off twice: in fourths. */
  const slow = allocInts(8);
  let newest = 0;
  let samples = 0;
  let level = 0;
  let residue = 0;
  let power = 0;
  let movement = 0;
  let rest = 0;
  let predicted = 0;
  let along = 0;

  function held(value: number, most: number): number {
    return value > most ? most : value < -most ? -most : value;
  }

  /** `value` without what is slower than about half a second: twice a leaky mean of four samples. */
  function quick(channel: number, value: number): number {
    const mean = slow[channel] >> 2;
    slow[channel] += value - mean;
    const once = value - mean;
    const again = slow[channel + 4] >> 2;
    slow[channel + 4] += once - again;
    return once - again;
  }

  return {
    feed: (light, x, y, z) => {
      if (samples === 0) {
        slow[0] = 4 * light;
        slow[1] = 4 * x;
        slow[2] = 4 * y;
        slow[3] = 4 * z;
      }
      if (samples < MEMORY) samples += 1;
      const wave = held(quick(0, light), 4194303);
      const ax = held(quick(1, x), MOST_MG);
      const ay = held(quick(2, y), MOST_MG);
      const az = held(quick(3, z), MOST_MG);
      along = ax + ay + az;
      movement += (16 * ((ax < 0 ? -ax : ax) + (ay < 0 ? -ay : ay) + (az < 0 ? -az : az)) - movement) >> 2;
      const away = 16 * (wave < 0 ? -wave : wave) - level;
      level += samples < MEMORY ? idiv(away, samples) : away >> 7;
      const scaled = held(idiv((LEVEL >> 1) * wave, (level >> 5) + 1), MOST);
      newest = newest === 0 ? INPUTS - AXES : newest - AXES;
      inputs[newest] = ax;
      inputs[newest + 1] = ay;
      inputs[newest + 2] = az;
      inputs[newest + INPUTS] = ax;
      inputs[newest + INPUTS + 1] = ay;
      inputs[newest + INPUTS + 2] = az;
      power += ((imul(ax, ax) + imul(ay, ay) + imul(az, az)) >> 3) - (power >> 3);
      const moving = movement >= 16 * STILL_MG;
      let sum = 0;
      if (moving) for (let i = 0; i < INPUTS; i++) sum += weights[i] * inputs[newest + i];
      predicted = held(sum >> 8, MOST);
      const left = scaled - predicted;
      rest = samples > SETTLING ? held(left, KNOCK * (residue >> 4) + LEAST) : left;
      const more = 16 * (rest < 0 ? -rest : rest) - residue;
      residue += samples > 2 * SETTLING ? more >> 4 : idiv(more, samples);
      if (!moving) return;
      const gain = idiv(rest * STEP, (power >> 6) + 16);
      for (let i = 0; i < INPUTS; i++) weights[i] = held(weights[i] + (imul(gain, inputs[newest + i]) >> 16), MOST_WEIGHT);
    },
    rest: () => rest,
    predicted: () => predicted,
    along: () => along,
    movementMg: () => movement >> 4,
    restart: () => {
      for (let i = 0; i < INPUTS; i++) weights[i] = 0;
      for (let i = 0; i < 2 * INPUTS; i++) inputs[i] = 0;
      for (let i = 0; i < 8; i++) slow[i] = 0;
      samples = 0;
      level = 0;
      residue = 0;
      power = 0;
      movement = 0;
    },
  };
}
