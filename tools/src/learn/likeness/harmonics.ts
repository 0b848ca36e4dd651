/** What repeats with each stride: its harmonics, window by window. */
import { mean, median, rootMeanSquare } from "../statistics.ts";

export const HARMONICS = 6;

export interface Stride {
  readonly hz: number;
  /** Root mean square of each harmonic, from the first on, in the signal's unit. */
  readonly levels: readonly number[];
  /** Root mean square of all that moves. */
  readonly rms: number;
  /** What of its power the harmonics are, percent. */
  readonly share: number;
}

/** Strides last 0.8 to 1.6 s: less than an octave, so that half of one is not taken for a whole. */
const SLOWEST_HZ = 0.62;
const FASTEST_HZ = 1.22;
const STEP_HZ = 0.01;

/** Of whole windows only. */
export function stridesIn(signal: Float64Array, rateHz: number, windowS: number): Stride[] {
  const length = Math.round(rateHz * windowS);
  const strides: Stride[] = [];
  for (let from = 0; from + length <= signal.length; from += length) {
    const window = signal.subarray(from, from + length);
    if (window.every(Number.isFinite)) strides.push(strideOf(window, rateHz));
  }
  return strides;
}

function strideOf(window: Float64Array, rateHz: number): Stride {
  const middle = mean([...window]);
  const values = window.map((value) => value - middle);
  const rms = rootMeanSquare([...values]);
  const power = (hz: number) => levelsAt(values, hz, rateHz).reduce((sum, level) => sum + level * level, 0);
  let hz = SLOWEST_HZ;
  for (let one = SLOWEST_HZ; one < FASTEST_HZ; one += STEP_HZ) if (power(one) > power(hz)) hz = one;
  return { hz, levels: levelsAt(values, hz, rateHz), rms, share: (100 * power(hz)) / (rms * rms) };
}

function levelsAt(values: Float64Array, hz: number, rateHz: number): number[] {
  return Array.from({ length: HARMONICS }, (_, i) => {
    // Goertzel's recurrence: one multiplication a sample.
    const twice = 2 * Math.cos((2 * Math.PI * hz * (i + 1)) / rateHz);
    let last = 0;
    let before = 0;
    for (const value of values) {
      const now = value + twice * last - before;
      before = last;
      last = now;
    }
    const power = Math.max(0, last * last + before * before - twice * last * before);
    return (Math.SQRT2 * Math.sqrt(power)) / values.length;
  });
}

/** Of `level` against `against`. */
export function decibels(level: number, against: number): number {
  return 20 * Math.log10(level / against);
}

/** Standard deviation, percent of the middle one, by the middle half of the values: a turn or a pause is no stride. */
export function variation(values: readonly number[]): number {
  const middle = median(values);
  return (148.26 * median(values.map((value) => Math.abs(value - middle)))) / middle;
}
