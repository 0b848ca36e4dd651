/** Samples with stamps of their own, brought to the even pace of a sensor with a FIFO. */

import { InputError } from "@songbai/sim/scenario/input-error";
import { COMMON_HZ } from "../sense/part.ts";

export interface Steady {
  readonly durationS: number;
  /** mg at 25 Hz, three a sample; one run ends where samples were lost for long. */
  readonly runs: readonly Int16Array[];
}

/** Samples farther apart are lost, and the device starts again behind them. */
const GAP_S = 1;
/** Rows of which more than this share is no number, or not behind the row before, are no recording. */
const BAD = 0.01;
const PERIOD_S = 1 / COMMON_HZ;
const FULL_MG = 32767;

/**
 * A frame is the mean of what lies within 40 ms of it, the nearer counting more, and where samples are farther apart the straight
 * line between them. `s` and `mg` say what one unit of the file is. Throws `InputError` for what is no recording.
 */
export function steady(file: string, time: Float64Array, axes: readonly Float64Array[], s: number, mg: number): Steady {
  const rows = sound(file, time, axes);
  const at = (row: number) => (time[row] - time[rows[0]]) * s;
  const runs: Int16Array[] = [];
  for (let from = 0; from < rows.length; ) {
    let to = from + 1;
    while (to < rows.length && at(rows[to]) - at(rows[to - 1]) <= GAP_S) to++;
    runs.push(run(rows.slice(from, to), at, axes, mg));
    from = to;
  }
  return { durationS: at(rows[rows.length - 1]), runs };
}

/** The rows that are numbers and later than those before. */
function sound(file: string, time: Float64Array, axes: readonly Float64Array[]): number[] {
  const rows: number[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < time.length; row++) {
    if (time[row] > latest && axes.every((axis) => Number.isFinite(axis[row]))) {
      rows.push(row);
      latest = time[row];
    }
  }
  const bad = time.length - rows.length;
  if (rows.length < 2 || bad > BAD * time.length) {
    throw new InputError(
      `${file}: ${bad} of ${time.length} rows are no samples: a number is missing, or the time does not go on.`,
    );
  }
  return rows;
}

function run(rows: readonly number[], at: (row: number) => number, axes: readonly Float64Array[], mg: number): Int16Array {
  const start = at(rows[0]);
  const frames = Math.floor((at(rows[rows.length - 1]) - start) * COMMON_HZ + 1e-9) + 1;
  const samples = new Int16Array(3 * frames);
  let first = 0;
  for (let frame = 0; frame < frames; frame++) {
    const now = start + frame * PERIOD_S;
    while (first + 1 < rows.length && at(rows[first + 1]) <= now - PERIOD_S) first++;
    const weights = weightsAt(rows, first, at, now);
    const sum = weights.reduce((total, [, weight]) => total + weight, 0);
    axes.forEach((axis, k) => {
      const mean = weights.reduce((total, [row, weight]) => total + weight * axis[row], 0) / sum;
      samples[3 * frame + k] = Math.max(-FULL_MG, Math.min(FULL_MG, Math.round(mean * mg)));
    });
  }
  return samples;
}

/** Rows, from `first` on, with what they count for the frame at `now`. */
function weightsAt(rows: readonly number[], first: number, at: (row: number) => number, now: number): [number, number][] {
  let before = first;
  while (before + 1 < rows.length && at(rows[before + 1]) <= now) before++;
  const after = Math.min(before + 1, rows.length - 1);
  const apart = at(rows[after]) - at(rows[before]);
  if (apart > PERIOD_S) {
    const share = (now - at(rows[before])) / apart;
    return [
      [rows[before], 1 - share],
      [rows[after], share],
    ];
  }
  const weights: [number, number][] = [];
  for (let i = first; i < rows.length && at(rows[i]) < now + PERIOD_S; i++) {
    weights.push([rows[i], Math.max(0, 1 - Math.abs(at(rows[i]) - now) / PERIOD_S)]);
  }
  return weights;
}
