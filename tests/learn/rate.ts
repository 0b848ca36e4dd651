/** What of its sampling rate is left in a signal, and whether a classifier can tell two kinds of recording by that alone. */

import type { Rows } from "@songbai/tools/learn/falls/recordings/recording";

export interface Residue {
  readonly subject: string;
  readonly kind: boolean;
  /** What `residueOf` has left. */
  readonly values: readonly number[];
}

const WINDOW = 32;
/** Spread of each axis in a moment that counts as quiet, mg: what moves has energy of its own. */
const QUIET_MG = 150;

const WAVES = Array.from({ length: WINDOW }, (_, k) =>
  Array.from({ length: WINDOW }, (_, i) => {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (WINDOW - 1));
    return [window * Math.cos((2 * Math.PI * k * i) / WINDOW), window * Math.sin((2 * Math.PI * k * i) / WINDOW)] as const;
  }),
);

/**
 * The residue of x, y, z … at `rateHz` over `seconds`, or `undefined` where nobody keeps quiet: the logarithm of the energy from 8 to
 * 12.5 Hz over that from 2 to 8 Hz, and samples a second. Only quiet moments speak of the rate: movement has energy of its own.
 */
export function residueOf(samples: ArrayLike<number>, rateHz: number, seconds: number): readonly number[] | undefined {
  let high = 0;
  let low = 0;
  const count = samples.length / 3;
  for (let from = 0; from + WINDOW <= count; from += WINDOW / 2) {
    for (let axis = 0; axis < 3; axis++) {
      const values = Array.from({ length: WINDOW }, (_, i) => samples[3 * (from + i) + axis]);
      if (Math.max(...values) - Math.min(...values) > QUIET_MG) continue;
      const middle = mean(values);
      for (let k = Math.ceil((2 * WINDOW) / rateHz); k <= (12.5 * WINDOW) / rateHz; k++) {
        let re = 0;
        let im = 0;
        for (const [i, [cosine, sine]] of WAVES[k].entries()) {
          re += cosine * (values[i] - middle);
          im += sine * (values[i] - middle);
        }
        if ((k * rateHz) / WINDOW > 8) high += re * re + im * im;
        else low += re * re + im * im;
      }
    }
  }
  return low === 0 ? undefined : [Math.log((high + 1) / (low + 1)), (count - 1) / seconds];
}

/** Half the length of the interpolating kernel, samples of the slower rate. */
const REACH = 8;

/**
 * Evenly spaced rows as a part with another rate would have given them: the same movement, band-limited, rounded to 0.1 m/s², the
 * stamps in batches of `batch` every 0.1 s.
 */
export function atRate(rows: Rows, fromHz: number, toHz: number, batch: number): Rows {
  const start = rows.time[0];
  const count = Math.floor(((rows.time.length - 1) / fromHz) * toHz) + 1;
  const band = Math.min(fromHz, toHz);
  const reach = (REACH * fromHz) / band;
  const mg = new Float64Array(3 * count);
  for (let to = 0; to < count; to++) {
    const place = (to / toHz) * fromHz;
    let weights = 0;
    const sums = [0, 0, 0];
    for (let i = Math.max(0, Math.ceil(place - reach)); i < Math.min(rows.time.length, place + reach); i++) {
      const angle = Math.PI * (i - place) * (band / fromHz);
      const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
      const weight = sinc * (0.5 + 0.5 * Math.cos((Math.PI * (i - place)) / reach));
      weights += weight;
      for (let axis = 0; axis < 3; axis++) sums[axis] += weight * rows.mg[3 * i + axis];
    }
    for (let axis = 0; axis < 3; axis++) mg[3 * to + axis] = Math.round(sums[axis] / weights / STEP_MG) * STEP_MG;
  }
  const stamp = (i: number) => start + Math.floor(i / batch) * (batch / toHz) + (i % batch) * 0.002;
  return {
    time: Float64Array.from({ length: count }, (_, i) => (i === count - 1 ? start + i / toHz : stamp(i))),
    mg,
    line: Int32Array.from({ length: count }, (_, i) => i + 2),
    skipped: 0,
    skippedLine: 0,
  };
}

/** 0.1 m/s² */
const STEP_MG = 100 / 9.80665;

/** Area under the curve of a linear classifier that is always asked about a person it has not seen: 0.5 is a coin. */
export function areaLeftOut(residues: readonly Residue[]): number {
  const scores = residues.map((one) => {
    const others = residues.filter(({ subject }) => subject !== one.subject);
    return fisher(others)(one.values);
  });
  let won = 0;
  let pairs = 0;
  for (const [i, a] of residues.entries()) {
    if (!a.kind) continue;
    for (const [j, b] of residues.entries()) {
      if (b.kind) continue;
      pairs++;
      won += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    }
  }
  return won / pairs;
}

/** Fisher's discriminant with a diagonal covariance. */
function fisher(residues: readonly Residue[]): (values: readonly number[]) => number {
  const size = residues[0].values.length;
  const of = (kind: boolean) => residues.filter((one) => one.kind === kind).map(({ values }) => values);
  const weights = Array.from({ length: size }, (_, i) => {
    const [yes, no] = [of(true), of(false)].map((rows) => rows.map((row) => row[i]));
    return (mean(yes) - mean(no)) / (variance(yes) + variance(no) + 1e-6);
  });
  return (values) => values.reduce((sum, value, i) => sum + weights[i] * value, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
}
