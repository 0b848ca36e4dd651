import { COMMON_HZ } from "../../sense/part.ts";
import type { FallRecording } from "../recordings/recording.ts";

/** What a person would say of a movement at its strongest moment, each a number with a unit. */
export const MEASURES = [
  { name: "peak", unit: "mg", what: "strongest magnitude" },
  { name: "lightest", unit: "mg", what: "least magnitude in the second before" },
  { name: "light", unit: "ms", what: "time below 0.7 g in the second before" },
  { name: "turn", unit: "°", what: "between the mean directions 1.5 to 0.5 s before and 1 to 2 s after" },
  { name: "stir", unit: "mg", what: "movement from 1 to 2.5 s after, root mean square" },
  { name: "effort", unit: "mg", what: "movement from 1.5 to 0.5 s before, root mean square" },
  { name: "shaking", unit: "mg", what: "change from sample to sample in the half second on either side, root mean square" },
] as const;

export type Measured = readonly number[];

const LIGHT_MG = 700;
const seconds = (s: number) => Math.round(s * COMMON_HZ);
/** Room that the measures want on either side of the moment. */
const BEFORE = seconds(1.5);
const AFTER = seconds(2.5);

/**
 * The measures at the strongest moment of a recording: of the fall where the recording says when it was, else of all of it that has
 * room on either side. `undefined` when there is none.
 */
export function measure({ samples, startS, endS, firstS, unknown }: FallRecording): Measured | undefined {
  if (unknown !== undefined) return undefined;
  const count = samples.length / 3;
  const magnitude = Float64Array.from({ length: count }, (_, i) =>
    Math.hypot(samples[3 * i], samples[3 * i + 1], samples[3 * i + 2]),
  );
  const from = Math.max(BEFORE, startS === undefined ? 0 : seconds(startS - firstS));
  const to = Math.min(count - AFTER, endS === undefined ? count : seconds(endS - firstS + 0.6));
  if (to <= from) return undefined;
  let at = from;
  for (let i = from; i < to; i++) if (magnitude[i] > magnitude[at]) at = i;

  const second = magnitude.subarray(at - seconds(1), at);
  const before = spread(samples, at - BEFORE, at - seconds(0.5));
  const after = spread(samples, at + seconds(1), at + seconds(2));
  return [
    magnitude[at],
    second.reduce((least, value) => Math.min(least, value)),
    (second.filter((value) => value < LIGHT_MG).length * 1000) / COMMON_HZ,
    angle(before.mean, after.mean),
    spread(samples, at + seconds(1), at + AFTER).deviation,
    before.deviation,
    change(samples, at - seconds(0.5), at + seconds(0.5)),
  ];
}

/** Mean acceleration of a span, and how far samples are from it, root mean square. */
function spread(samples: Int16Array, from: number, to: number): { mean: readonly number[]; deviation: number } {
  const mean = [0, 1, 2].map((axis) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += samples[3 * i + axis];
    return sum / (to - from);
  });
  let squares = 0;
  for (let i = 3 * from; i < 3 * to; i++) squares += (samples[i] - mean[i % 3]) ** 2;
  return { mean, deviation: Math.sqrt(squares / (to - from)) };
}

function change(samples: Int16Array, from: number, to: number): number {
  let squares = 0;
  for (let i = 3 * from; i < 3 * to; i++) squares += (samples[i] - samples[i - 3]) ** 2;
  return Math.sqrt(squares / (to - from));
}

/** Degrees. */
function angle(a: readonly number[], b: readonly number[]): number {
  const dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cosine = dot / (Math.hypot(...a) * Math.hypot(...b) || 1);
  return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
}
