/** What a pulse looks like in light: how its beats follow each other, and the shape of one. */
import { decibels } from "../likeness/harmonics.ts";
import { deviation, mean, rootMeanSquare } from "../statistics.ts";

/** A stretch of light, 25 samples a second, with the beats of the heart beside it. */
export interface Lit {
  /** More is more blood, any unit. */
  readonly blood: Float64Array;
  readonly rate: number;
  /** s. */
  readonly beats: readonly number[];
}

export interface PulseMeasure {
  readonly name: string;
  readonly unit: string;
  readonly what: string;
}

export const PULSE_MEASURES: readonly PulseMeasure[] = [
  { name: "rate", unit: "/min", what: "mean heart rate" },
  { name: "SDNN", unit: "ms", what: "standard deviation of the intervals" },
  { name: "RMSSD", unit: "ms", what: "root mean square of the differences of successive intervals" },
  { name: "second harmonic", unit: "dB", what: "of the mean beat, against its first" },
  { name: "third harmonic", unit: "dB", what: "the same" },
  { name: "rise", unit: "% of a beat", what: "from the foot of the mean beat to its top" },
  { name: "width", unit: "% of a beat", what: "of the mean beat at half its height" },
  { name: "unevenness", unit: "%", what: "standard deviation of the heights of the beats, against their mean" },
];

/** Points of the mean beat. */
export const POINTS = 40;
/** An interval that is no heart's, s. */
const LEAST_S = 0.3;
const MOST_S = 2;

/** In the order of `PULSE_MEASURES`. */
export function measured(lit: Lit): number[] {
  const intervals = lit.beats.slice(1).map((beat, i) => beat - lit.beats[i]);
  const known = intervals.filter((interval) => interval > LEAST_S && interval < MOST_S);
  const middle = mean(known);
  const changes = known.slice(1).map((interval, i) => interval - known[i]);
  const shape = meanBeat(lit);
  const foot = shape.indexOf(Math.min(...shape));
  const fromFoot = shape.map((_, i) => shape[(foot + i) % POINTS]);
  const harmonics = [1, 2, 3].map((order) => harmonic(shape, order));
  const heights = cycles(lit).map((cycle) => Math.max(...cycle) - Math.min(...cycle));
  return [
    60 / middle,
    1000 * deviation(known),
    1000 * rootMeanSquare(changes),
    decibels(harmonics[1], harmonics[0]),
    decibels(harmonics[2], harmonics[0]),
    (100 * fromFoot.indexOf(1)) / POINTS,
    (100 * shape.filter((value) => value > 0.5).length) / POINTS,
    (100 * deviation(heights)) / mean(heights),
  ];
}

/** The middle one of all beats at each of `POINTS` places between two beats, 0 to 1. */
export function meanBeat(lit: Lit): number[] {
  const all = cycles(lit).map((cycle) => {
    const [least, most] = [Math.min(...cycle), Math.max(...cycle)];
    return cycle.map((value) => (value - least) / (most - least));
  });
  const shape = Array.from({ length: POINTS }, (_, i) => middleOf(all.map((cycle) => cycle[i])));
  const [least, most] = [Math.min(...shape), Math.max(...shape)];
  return shape.map((value) => (value - least) / (most - least));
}

/** The light between two beats at `POINTS` places, its slope from beat to beat taken off. */
function cycles({ blood, rate, beats }: Lit): number[][] {
  return beats.slice(1).flatMap((to, i) => {
    const from = beats[i];
    const interval = to - from;
    if (interval < LEAST_S || interval > MOST_S || Math.ceil(to * rate) + 1 >= blood.length) return [];
    const drift = at(blood, to * rate) - at(blood, from * rate);
    return [
      Array.from({ length: POINTS }, (_, k) => at(blood, (from + (interval * k) / POINTS) * rate) - (drift * k) / POINTS),
    ];
  });
}

function at(values: Float64Array, place: number): number {
  const whole = Math.floor(place);
  return values[whole] + (values[whole + 1] - values[whole]) * (place - whole);
}

function harmonic(shape: readonly number[], order: number): number {
  let re = 0;
  let im = 0;
  shape.forEach((value, i) => {
    re += value * Math.cos((2 * Math.PI * order * i) / shape.length);
    im += value * Math.sin((2 * Math.PI * order * i) / shape.length);
  });
  return Math.hypot(re, im);
}

export function middleOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Root mean square of what is faster than a breath and slower than 5 Hz, percent of the level: what movement does to the light. */
export function unrest(light: Float64Array, rate: number): number {
  const slow = smoothed(light, Math.round(rate * 1.6));
  const quick = smoothed(light, Math.max(1, Math.round(rate / 10)));
  const rest = Array.from(light, (_, i) => quick[i] - slow[i]).slice(rate, -rate);
  return (100 * rootMeanSquare(rest)) / mean([...light]);
}

/** Means over `width` places around each. */
function smoothed(values: Float64Array, width: number): Float64Array {
  const half = width >> 1;
  return values.map((_, i) => {
    const around = values.subarray(Math.max(0, i - half), Math.min(values.length, i + half + 1));
    return around.reduce((sum, value) => sum + value, 0) / around.length;
  });
}
