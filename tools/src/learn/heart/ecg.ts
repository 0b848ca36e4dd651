/** The truth beside a pulse: R peaks of an ECG, and the rate of windows. */
import { median } from "../statistics.ts";

export interface TrueWindow {
  readonly startS: number;
  /** Beats a minute by the median interval; nothing with fewer than three peaks or where the intervals disagree. */
  readonly bpm: number | undefined;
}

const WINDOW_S = 8;
const STEP_S = 2;
const REFRACTORY_S = 0.28;
/** The threshold follows the tops of five stretches of so long. */
const STRETCH_S = 3;
const SEARCH_S = 0.09;

/**
 * Times in s. Band-pass by moving averages (5-20 Hz; `sharp`: 12-50 Hz, for who walks, as movement is slower than the QRS), squared
 * slope, adaptive threshold: after Pan & Tompkins, IEEE Trans Biomed Eng 1985; 32:230.
 */
export function rPeaks(ecg: Float64Array, rate: number, sharp: boolean): number[] {
  const [short, long] = sharp ? [even(rate / 55), even(rate / 14)] : [even(rate / 22), even(rate / 4.5)];
  const [wide, part] = sharp ? [0.045, 0.16] : [0.08, 0.22];
  const low = movingMean(ecg, short);
  const high = movingMean(ecg, long);
  const late = Math.floor((long - Math.max(short, 1)) / 2);
  const band = ecg.map((_, i) => low[Math.max(0, i - late)] - high[i]);
  const energy = movingMean(
    band.map((value, i) => (i > 1 ? (value - band[i - 2]) ** 2 : 0)),
    even(rate * wide),
  );
  const lag = late + even(rate * wide * 0.75);
  const stretch = even(rate * STRETCH_S);
  const refractory = even(rate * REFRACTORY_S);
  const reach = even(rate * SEARCH_S);
  const tops: number[] = [];
  for (let i = 0; i < energy.length; i += stretch) tops.push(energy.subarray(i, i + stretch).reduce((a, b) => Math.max(a, b)));
  const centred = (i: number) => Math.abs(low[i] - high[Math.min(high.length - 1, i + late)]);

  const peaks: number[] = [];
  let i = 0;
  while (i < energy.length) {
    const k = Math.floor(i / stretch);
    const near = tops.slice(Math.max(0, k - 2), k + 3).sort((a, b) => a - b);
    const threshold = part * near[Math.floor(near.length / 2)];
    if (!(energy[i] > threshold && threshold > 0)) {
      i++;
      continue;
    }
    const top = highest(i, Math.min(energy.length, i + refractory), (at) => energy[at]);
    const centre = Math.max(0, top - lag);
    const from = Math.max(0, centre - reach);
    const to = Math.min(band.length, centre + reach);
    const peak = to > from ? highest(from, to, centred) : centre;
    const last = peaks.at(-1);
    if (last === undefined || peak - last > refractory * 0.8) peaks.push(peak);
    i = top + refractory;
  }
  return peaks.map((peak) => peak / rate);
}

/** Windows of 8 s every 2 s that lie within `durationS`. */
export function trueWindows(peaks: readonly number[], durationS: number): TrueWindow[] {
  const windows: TrueWindow[] = [];
  for (let startS = 0; startS + WINDOW_S <= durationS + 1e-6; startS += STEP_S) {
    const inside = peaks.filter((peak) => startS <= peak && peak < startS + WINDOW_S);
    windows.push({ startS, bpm: rateOf(inside.slice(1).map((peak, i) => peak - inside[i])) });
  }
  return windows;
}

function rateOf(intervals: readonly number[]): number | undefined {
  if (intervals.length < 2) return undefined;
  const middle = median(intervals);
  const odd = intervals.filter((interval) => Math.abs(interval - middle) > 0.3 * middle).length;
  return odd <= intervals.length * 0.2 ? 60 / middle : undefined;
}

/** To the nearest, halves to the even one. */
function even(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

function movingMean(values: Float64Array, width: number): Float64Array {
  const of = Math.max(1, width);
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (i >= of ? values[i - of] : 0);
    return sum / Math.min(i + 1, of);
  });
}

/** The first of the highest in `from..to`. */
function highest(from: number, to: number, of: (at: number) => number): number {
  let best = from;
  for (let at = from + 1; at < to; at++) if (of(at) > of(best)) best = at;
  return best;
}
