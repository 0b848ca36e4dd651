/** How far simulated people move as recorded ones do. */
import type { FallRecording } from "../recordings/recording.ts";
import { MEASURES, type Measured, measure } from "./measures.ts";

/** Values at the 10th, 25th, 50th, 75th and 90th percentile. */
export type Quantiles = readonly number[];
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9];

export interface Pair {
  readonly recorded: Quantiles;
  readonly simulated: Quantiles;
  /** The largest difference between the two cumulative distributions (Kolmogorov and Smirnov): 0 the same, 1 apart. */
  readonly distance: number;
}

/** One activity, recorded and simulated. */
export interface Likeness {
  readonly activity: string;
  readonly recorded: number;
  readonly simulated: number;
  /** In the order of `MEASURES`. */
  readonly pairs: readonly Pair[];
}

/** Every activity that is in both, by name. */
export function likeness(recorded: readonly FallRecording[], simulated: readonly FallRecording[]): Likeness[] {
  const real = byActivity(recorded);
  const made = byActivity(simulated);
  return [...made.keys()]
    .filter((activity) => real.has(activity))
    .sort()
    .map((activity) => {
      const a = real.get(activity) as Measured[];
      const b = made.get(activity) as Measured[];
      const pairs = MEASURES.map((_, place) => pairOf(sorted(a, place), sorted(b, place)));
      return { activity, recorded: a.length, simulated: b.length, pairs };
    });
}

function byActivity(recordings: readonly FallRecording[]): Map<string, Measured[]> {
  const found = new Map<string, Measured[]>();
  for (const recording of recordings) {
    const measured = measure(recording);
    if (measured !== undefined) found.set(recording.activity, [...(found.get(recording.activity) ?? []), measured]);
  }
  return found;
}

function sorted(all: readonly Measured[], place: number): number[] {
  return all.map((measured) => measured[place]).sort((a, b) => a - b);
}

function pairOf(recorded: readonly number[], simulated: readonly number[]): Pair {
  return { recorded: quantiles(recorded), simulated: quantiles(simulated), distance: distance(recorded, simulated) };
}

function quantiles(values: readonly number[]): Quantiles {
  return SHARES.map((share) => values[Math.round(share * (values.length - 1))]);
}

/** Of two rising lists. */
export function distance(a: readonly number[], b: readonly number[]): number {
  let i = 0;
  let j = 0;
  let most = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i], b[j]);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    most = Math.max(most, Math.abs(i / a.length - j / b.length));
  }
  return most;
}
