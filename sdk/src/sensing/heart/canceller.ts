/**
 * Takes what the arm's movement puts into the light off it: a normalised least-mean-squares filter (Widrow & Hoff; for this use
 * Fallet & Vesin, Physiological Measurement 2017; 38:155) that predicts the light from the acceleration of the last three samples on
 * three axes. What it cannot predict is the heart, or noise.
 */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";

/** Three taps of three axes. */
const INPUTS = 9;
/** The acceleration is held to so much, mg, the normalised light and what is predicted to `MOST`, the light before to `MOST_LIGHT`. */
const MOST_MG = 4095;
const MOST = 4095;
const MOST_LIGHT = 4194303;
/** The light is scaled so that it is so far from its mean on average. */
const LEVEL = 512;
/** Weights have 8 bits of fraction. Within this at the start of a run, no sum of products in it leaves int32: a step is at most 4900. */
const MOST_WEIGHT = 16383;
export const LONGEST_RUN = 8;
/** Step: 0.3 of what would cancel a sample altogether, times 2^16. */
const STEP = 19661;
/** Quieter than this the arm is still, mg over the three axes: then nothing is predicted. */
export const STILL_MG = 16;
/** A residue beyond three times its mean is a knock; it counts as much as that, and never as less than `LEAST`. */
const KNOCK = 3;
const LEAST = 64;
/** Samples before the residue has a mean. */
const SETTLING = 8;
/** The mean levels are those of all samples until there are so many, then of about the last so many. */
const MEMORY = 128; // 2^7

export interface Canceller {
  /** At most `LONGEST_RUN` samples of four: light in counts, x, y, z in mg. */
  readonly run: (samples: Ints, count: number) => void;
  /** Of sample `i` of the run: what is left of the light, which was about `LEVEL`; what was predicted of it; how it moved along the
   * diagonal of the axes. */
  readonly rest: Ints;
  readonly predicted: Ints;
  readonly along: Ints;
  /** The most that the axes moved in the run, mg, a mean of about half a second. */
  readonly movementMg: () => number;
  readonly restart: () => void;
}

/** Everything lives in local variables while a run lasts, which a Lua reaches three times sooner. Allocates only here. */
export function canceller(): Canceller {
  const weights = allocInts(INPUTS);
  const inputs = allocInts(INPUTS);
  /** Means of the four channels, in fourths, and of what is left of them. */
  const slow = allocInts(8);
  const rest = allocInts(LONGEST_RUN);
  const predicted = allocInts(LONGEST_RUN);
  const along = allocInts(LONGEST_RUN);
  let samples = 0;
  let level = 0;
  let residue = 0;
  let power = 0;
  let movement = 0;
  let most = 0;

  function begin(batch: Ints): void {
    for (let channel = 0; channel < 4; channel++) slow[channel] = 4 * batch[channel];
  }

  function held(value: number, bound: number): number {
    return value > bound ? bound : value < -bound ? -bound : value;
  }

  return {
    rest,
    predicted,
    along,
    run: (batch, count) => {
      if (samples === 0) begin(batch);
      let n = samples;
      let lightMean = slow[0];
      let xMean = slow[1];
      let yMean = slow[2];
      let zMean = slow[3];
      let lightAgain = slow[4];
      let xAgain = slow[5];
      let yAgain = slow[6];
      let zAgain = slow[7];
      let w0 = weights[0];
      let w1 = weights[1];
      let w2 = weights[2];
      let w3 = weights[3];
      let w4 = weights[4];
      let w5 = weights[5];
      let w6 = weights[6];
      let w7 = weights[7];
      let w8 = weights[8];
      let x0 = inputs[0];
      let y0 = inputs[1];
      let z0 = inputs[2];
      let x1 = inputs[3];
      let y1 = inputs[4];
      let z1 = inputs[5];
      let x2 = inputs[6];
      let y2 = inputs[7];
      let z2 = inputs[8];
      let moved = movement;
      let peak = 0;
      for (let i = 0; i < count; i++) {
        if (n < MEMORY) n += 1;
        x2 = x1;
        y2 = y1;
        z2 = z1;
        x1 = x0;
        y1 = y0;
        z1 = z0;
        // What is slower than about half a second is taken off: twice a leaky mean of four samples.
        const at = 4 * i;
        let once = batch[at] - (lightMean >> 2);
        lightMean += once;
        let wave = once - (lightAgain >> 2);
        lightAgain += wave;
        once = batch[at + 1] - (xMean >> 2);
        xMean += once;
        x0 = once - (xAgain >> 2);
        xAgain += x0;
        once = batch[at + 2] - (yMean >> 2);
        yMean += once;
        y0 = once - (yAgain >> 2);
        yAgain += y0;
        once = batch[at + 3] - (zMean >> 2);
        zMean += once;
        z0 = once - (zAgain >> 2);
        zAgain += z0;
        let sum = (x0 < 0 ? -x0 : x0) + (y0 < 0 ? -y0 : y0) + (z0 < 0 ? -z0 : z0);
        if (sum > MOST_MG) {
          x0 = held(x0, MOST_MG);
          y0 = held(y0, MOST_MG);
          z0 = held(z0, MOST_MG);
        }
        // In sixteenths, as are the level and the residue.
        sum = 16 * sum - moved;
        moved += sum >> 2;
        if (moved > peak) peak = moved;
        if (wave > MOST_LIGHT || wave < -MOST_LIGHT) wave = held(wave, MOST_LIGHT);
        const away = 16 * (wave < 0 ? -wave : wave) - level;
        level += n < MEMORY ? idiv(away, n) : away >> 7;
        let left = idiv((LEVEL >> 1) * wave, (level >> 5) + 1);
        if (left > MOST || left < -MOST) left = held(left, MOST);
        let guess = 0;
        const moving = moved >= 16 * STILL_MG;
        if (moving) {
          guess = w0 * x0 + w1 * y0 + w2 * z0 + w3 * x1 + w4 * y1 + w5 * z1 + w6 * x2 + w7 * y2 + w8 * z2;
          guess = guess >> 8;
          if (guess > MOST || guess < -MOST) guess = held(guess, MOST);
          left -= guess;
          const bound = KNOCK * (residue >> 4) + LEAST;
          if (n > SETTLING && (left > bound || left < -bound)) left = held(left, bound);
        }
        const more = 16 * (left < 0 ? -left : left) - residue;
        residue += n > 2 * SETTLING ? more >> 4 : idiv(more, n);
        if (moving) {
          const squares = x0 * x0 + y0 * y0 + z0 * z0 - power;
          power += squares >> 3;
          const gain = idiv(left * STEP, (power >> 6) + 32);
          let step = gain * x0;
          w0 += step >> 16;
          step = gain * y0;
          w1 += step >> 16;
          step = gain * z0;
          w2 += step >> 16;
          step = gain * x1;
          w3 += step >> 16;
          step = gain * y1;
          w4 += step >> 16;
          step = gain * z1;
          w5 += step >> 16;
          step = gain * x2;
          w6 += step >> 16;
          step = gain * y2;
          w7 += step >> 16;
          step = gain * z2;
          w8 += step >> 16;
        }
        rest[i] = left;
        predicted[i] = guess;
        along[i] = x0 + y0 + z0;
      }
      samples = n;
      slow[0] = lightMean;
      slow[1] = xMean;
      slow[2] = yMean;
      slow[3] = zMean;
      slow[4] = lightAgain;
      slow[5] = xAgain;
      slow[6] = yAgain;
      slow[7] = zAgain;
      inputs[0] = x0;
      inputs[1] = y0;
      inputs[2] = z0;
      inputs[3] = x1;
      inputs[4] = y1;
      inputs[5] = z1;
      inputs[6] = x2;
      inputs[7] = y2;
      inputs[8] = z2;
      movement = moved;
      most = peak;
      if (peak < 16 * STILL_MG) return;
      weights[0] = held(w0, MOST_WEIGHT);
      weights[1] = held(w1, MOST_WEIGHT);
      weights[2] = held(w2, MOST_WEIGHT);
      weights[3] = held(w3, MOST_WEIGHT);
      weights[4] = held(w4, MOST_WEIGHT);
      weights[5] = held(w5, MOST_WEIGHT);
      weights[6] = held(w6, MOST_WEIGHT);
      weights[7] = held(w7, MOST_WEIGHT);
      weights[8] = held(w8, MOST_WEIGHT);
    },
    movementMg: () => most >> 4,
    restart: () => {
      for (let i = 0; i < INPUTS; i++) {
        weights[i] = 0;
        inputs[i] = 0;
      }
      for (let i = 0; i < 8; i++) slow[i] = 0;
      samples = 0;
      level = 0;
      residue = 0;
      power = 0;
      movement = 0;
      most = 0;
    },
  };
}
