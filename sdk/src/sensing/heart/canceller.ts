/**
 * Takes what the arm's movement puts into the light off it: a normalised least-mean-squares filter (Widrow & Hoff; for this use
 * Fallet & Vesin, Physiological Measurement 2017; 38:155) that predicts the light from the acceleration of the last three samples on
 * three axes. What it cannot predict is the heart, or noise. It learns only from a residue above the usual (Gollamudi et al., IEEE Signal
 * Processing Letters 1998; 5:111), which costs half; every other sample would do as well, but for hearts that mirror the arm there.
 */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { LENGTH, NATURAL } from "./spectrum.ts";

/** Three taps of three axes. */
const INPUTS = 9;
/** The light is scaled so that it is so far from its mean on average; it, and what is predicted of it, is held to `MOST`. */
const LEVEL = 512;
const MOST = 4095;
/** The level is that of all samples until there are so many, then it follows each stretch by an eighth. */
const SETTLED = 64;
/** Sixteenths; brighter than this is no pulse. */
const MOST_LEVEL = 0x2000000;
/** The acceleration, in sums of up to four samples, is held to so much. */
const MOST_MOVED = 8190;
/** Weights have 8 bits of fraction, and are held to this before each stretch: in one of 20 samples none grows by more than 21600. */
const MOST_WEIGHT = 4096;
/** Step: 0.3 of what would cancel a sample altogether, times 2^16, and 11 bits more. */
const STEP = 19661 * 2048;
/** A movement of this power, times 64, counts half; it keeps a step below 1080. */
const QUIET = 288;
/** Quieter than this the arm is still, mg over the three axes: then nothing is predicted. */
const STILL_MG = 16;
/** Who moves less, mg over the three axes, may have beats. */
const CALM_MG = 32;
/** A residue beyond three times its mean is a knock; it counts as much as that, and never as less than `LEAST`. */
const KNOCK = 3;
const LEAST = 64;

/** What the light and the arm did in a stretch of some seconds; the object is reused. */
export interface Stretch {
  /** Samples of movement in it. */
  samples: number;
  /** The sum of the light of all their parts, counts. */
  light: number;
  /** How many of them were at an end of the range. */
  clipped: number;
  /** How far the light went, scaled; 0 when it is frozen. */
  went: number;
  /** Whether all of `explained` is 0. */
  still: boolean;
  /** Whether the arm kept still enough for beats to be heard, all of the time and at the end. */
  calm: boolean;
  calmNow: boolean;
}

export interface Canceller {
  /** Values `from..end` of samples of four: light, x, y, z. */
  readonly run: (values: Ints, from: number, end: number) => void;
  /** Rings of 64 samples of movement: what is left of the light, which is about `LEVEL`, and what was predicted of it. */
  readonly rests: Ints;
  readonly explained: Ints;
  /** Where the oldest stands. */
  readonly head: () => number;
  /** Of the last 64 samples with movement: how, along the diagonal of the axes; and how many there were, of which the ring tells the place. */
  readonly along: Ints;
  readonly swings: () => number;
  /** A stretch is over, the next one begins. */
  readonly turn: () => Stretch;
  readonly restart: () => void;
}

function held(value: number, bound: number): number {
  return value > bound ? bound : value < -bound ? -bound : value;
}

/**
 * A sample of movement is `parts` samples, `perMovement` of what the acceleration is counted in. `bright`: the light of one sample at the
 * end of its range. Everything lives in local variables while it runs. Allocates only here.
 */
export function canceller(parts: number, perMovement: number, bright: number): Canceller {
  const rests = allocInts(LENGTH);
  const explained = allocInts(LENGTH);
  const along = allocInts(LENGTH);
  const weights = allocInts(INPUTS);
  const inputs = allocInts(INPUTS - 3);
  /** Sums of light, x, y, z of the sample of movement in work; twice their means. */
  const sums = allocInts(8);
  const share = idiv(parts, perMovement);
  const still = 4 * STILL_MG * perMovement;
  const calm = 4 * CALM_MG * perMovement;
  const stretch: Stretch = { samples: 0, light: 0, clipped: 0, went: 0, still: true, calm: true, calmNow: true };
  /** Samples of the one of movement in work. */
  let filled = 0;
  let head = 0;
  let swings = 0;
  let settled = 0;
  /** Mean size of the light, in sixteenths; by what it is scaled. */
  let level = 0;
  let scale = 0;
  /** Of the last stretch: the mean size of the residue, and where it is held. */
  let usual = 0;
  let bound = MOST;
  /** Mean square of the movement; four times its mean size. */
  let power = 0;
  let stir = 0;
  /** Samples in stretches since the arm moved. */
  let stillFor = LENGTH;
  // Of the stretch: where it began, its samples in movement, sums, the most of `stir`.
  let began = 0;
  let stirs = 0;
  let lightSum = 0;
  let clipped = 0;
  let went = 0;
  let residueSum = 0;
  let most = 0;

  function rescale(): void {
    scale = idiv(NATURAL, level + 16);
  }

  return {
    rests,
    explained,
    along,
    swings: () => swings,
    run: (values, from, end) => {
      let light = sums[0];
      let x = sums[1];
      let y = sums[2];
      let z = sums[3];
      let lightMean = sums[4];
      let xMean = sums[5];
      let yMean = sums[6];
      let zMean = sums[7];
      let w0 = weights[0];
      let w1 = weights[1];
      let w2 = weights[2];
      let w3 = weights[3];
      let w4 = weights[4];
      let w5 = weights[5];
      let w6 = weights[6];
      let w7 = weights[7];
      let w8 = weights[8];
      let x0 = 0;
      let y0 = 0;
      let z0 = 0;
      let x1 = inputs[0];
      let y1 = inputs[1];
      let z1 = inputs[2];
      let x2 = inputs[3];
      let y2 = inputs[4];
      let z2 = inputs[5];
      let n = filled;
      let seen = settled;
      let place = head;
      let stirred = stir;
      let swung = swings;
      let factor = scale;
      let limit = level >> 1;
      let floor = -limit;
      let sizes = went;
      let residues = residueSum;
      let lights = lightSum;
      let squares = power;
      let peak = most;
      /** Before this, three samples are whole ones of movement, as at 25 Hz. */
      const whole = parts === 3 ? end - 12 : -1;
      let last = 0;
      const before = swings;
      const moves = still;
      const small = usual;
      const smallest = -usual;
      const highest = bound;
      const lowest = -bound;
      let at = from;
      while (at < end) {
        if (n === 0 && at <= whole) {
          last = values[at + 8];
          light = values[at] + values[at + 4] + last;
          x = values[at + 1] + values[at + 5] + values[at + 9];
          y = values[at + 2] + values[at + 6] + values[at + 10];
          z = values[at + 3] + values[at + 7] + values[at + 11];
          at += 12;
        } else {
          if (n === 0) {
            light = 0;
            x = 0;
            y = 0;
            z = 0;
          }
          last = values[at];
          light += last;
          x += values[at + 1];
          y += values[at + 2];
          z += values[at + 3];
          at += 4;
          n += 1;
          if (n < parts) continue;
          n = 0;
          if (share > 1) {
            x = idiv(x, share);
            y = idiv(y, share);
            z = idiv(z, share);
          }
        }
        lights += light;
        if (last >= bright || last <= 0) clipped += 1;
        // What is slower than a heart is taken off, by a leaky mean of two samples, off light and arm alike.
        let wave = light - (lightMean >> 1);
        lightMean += wave;
        x0 = x - (xMean >> 1);
        xMean += x0;
        y0 = y - (yMean >> 1);
        yMean += y0;
        z0 = z - (zMean >> 1);
        zMean += z0;
        if (seen < SETTLED) {
          if (seen === 0) {
            lightMean = 2 * light;
            xMean = 2 * x;
            yMean = 2 * y;
            zMean = 2 * z;
            wave = 0;
            x0 = 0;
            y0 = 0;
            z0 = 0;
          }
          seen += 1;
          level += idiv(16 * (wave < 0 ? -wave : wave) - level, seen);
          rescale();
          factor = scale;
          limit = level >> 1;
          floor = -limit;
        }
        let sum = x0;
        if (x0 < 0) sum = -x0;
        if (y0 < 0) sum -= y0;
        else sum += y0;
        if (z0 < 0) sum -= z0;
        else sum += z0;
        stirred += sum - (stirred >> 2);
        if (stirred > peak) peak = stirred;
        if (wave > limit) wave = limit;
        else if (wave < floor) wave = floor;
        let left = wave * factor;
        left = left >> 18;
        if (left < 0) sizes -= left;
        else sizes += left;
        let guess = 0;
        if (stirred >= moves) {
          if (sum > MOST_MOVED) {
            x0 = held(x0, MOST_MOVED);
            y0 = held(y0, MOST_MOVED);
            z0 = held(z0, MOST_MOVED);
          }
          guess = w0 * x0 + w1 * y0 + w2 * z0 + w3 * x1 + w4 * y1 + w5 * z1 + w6 * x2 + w7 * y2 + w8 * z2;
          guess = guess >> 8;
          if (guess > MOST || guess < -MOST) guess = held(guess, MOST);
          left -= guess;
          if (left > highest) left = highest;
          else if (left < lowest) left = lowest;
          if (left < 0) residues -= left;
          else residues += left;
          const more = x0 * x0 + y0 * y0 + z0 * z0 - squares;
          squares += more >> 3;
          along[swung & 63] = x0 + y0 + z0;
          swung += 1;
          if (left > small || left < smallest) {
            let gain = left * idiv(STEP, ((squares & NATURAL) >> 6) + QUIET);
            gain = gain >> 11;
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
          x2 = x1;
          y2 = y1;
          z2 = z1;
          x1 = x0;
          y1 = y0;
          z1 = z0;
        }
        rests[place] = left;
        explained[place] = guess;
        place = (place + 1) & 63;
      }
      sums[0] = light;
      sums[1] = x;
      sums[2] = y;
      sums[3] = z;
      sums[4] = lightMean;
      sums[5] = xMean;
      sums[6] = yMean;
      sums[7] = zMean;
      inputs[0] = x1;
      inputs[1] = y1;
      inputs[2] = z1;
      inputs[3] = x2;
      inputs[4] = y2;
      inputs[5] = z2;
      filled = n;
      settled = seen;
      head = place;
      stir = stirred;
      swings = swung & 0xffff;
      went = sizes;
      residueSum = residues;
      lightSum = lights;
      power = squares;
      most = peak;
      stirs += swung - before;
      if (peak < still) return;
      weights[0] = w0;
      weights[1] = w1;
      weights[2] = w2;
      weights[3] = w3;
      weights[4] = w4;
      weights[5] = w5;
      weights[6] = w6;
      weights[7] = w7;
      weights[8] = w8;
    },
    head: () => head,
    turn: () => {
      const samples = (head - began) & 63;
      stretch.samples = samples;
      stretch.light = lightSum;
      stretch.clipped = clipped;
      stretch.went = went;
      stretch.calm = most < calm;
      stretch.calmNow = stir < calm;
      const mean = idiv(went, samples);
      if (settled === SETTLED) {
        if (level > MOST_LEVEL) level = MOST_LEVEL;
        const grown = (level >> 6) * (mean - LEVEL);
        level += grown >> 6;
        rescale();
      }
      usual = stirs > 0 ? idiv(residueSum, stirs) : mean;
      bound = KNOCK * usual + LEAST;
      if (bound > MOST) bound = MOST;
      if (stirs > 0) for (let i = 0; i < INPUTS; i++) weights[i] = held(weights[i], MOST_WEIGHT);
      stillFor = stirs > 0 ? 0 : stillFor + samples;
      stretch.still = stillFor >= LENGTH;
      began = head;
      stirs = 0;
      lightSum = 0;
      clipped = 0;
      went = 0;
      residueSum = 0;
      most = 0;
      return stretch;
    },
    restart: () => {
      for (let i = 0; i < LENGTH; i++) {
        rests[i] = 0;
        explained[i] = 0;
      }
      for (let i = 0; i < INPUTS; i++) weights[i] = 0;
      for (let i = 0; i < INPUTS - 3; i++) inputs[i] = 0;
      for (let i = 0; i < 8; i++) sums[i] = 0;
      filled = 0;
      stillFor = LENGTH;
      settled = 0;
      level = 0;
      scale = 0;
      bound = MOST;
      usual = 0;
      power = 0;
      stir = 0;
      began = head;
      stirs = 0;
      lightSum = 0;
      clipped = 0;
      went = 0;
      residueSum = 0;
      most = 0;
    },
  };
}
