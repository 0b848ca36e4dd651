/**
 * The SensorTag of UMAFall measures ±8 g in steps of 1/4096 g. Until its range is confirmed, the recorder took it for ±2 g: readings are a
 * quarter of what they should be, for the first rows of a recording or for all. Their steps are a quarter, too, so such rows give
 * themselves away whatever the movement: by 1/16384 g, which no row at the right scale has.
 */
import type { Rows } from "./recording.ts";

/** Steps of a row at the wrong scale in one mg: 1/16384 g. */
const FINE = 16.384;
/** So many of them are a step at the right scale. */
const COARSE = 4;
const FACTOR = 4;
/** Numbers are written with all their digits: what is off by more is no step. */
const EXACT = 0.01;
/** Where a reading at the end of the scale stands, in fine steps: on the grid of neither. */
const END = 32_500;
/** One row in 64 stands on the coarse grid by chance; so many on end do not, also where rows come twice. */
const GAP = 5;
const LEAST_ROWS = 5;
/** A quarter of 1 g in the median, and of 1.9 g where somebody jogs. A part of ±2 g whose rows are right has 1 g. */
const QUARTER_MOST_MG = 500;

/** The same rows, all at the scale of ±8 g. */
export function oneScale(rows: Rows): Rows {
  const mg = Float64Array.from(rows.mg);
  const count = mg.length / 3;
  for (let from = 0; from < count; from++) {
    if (!isFine(mg, from)) continue;
    let to = from + 1;
    let fine = 1;
    for (let i = to; i < count && i < to + GAP; i++) {
      if (!isFine(mg, i)) continue;
      fine++;
      to = i + 1;
    }
    // The first rows of a recording may be on both grids.
    const first = from < GAP ? 0 : from;
    if (fine >= LEAST_ROWS && median(mg, first, to) < QUARTER_MOST_MG) {
      for (let i = 3 * first; i < 3 * to; i++) mg[i] *= FACTOR;
    }
    from = to;
  }
  return { ...rows, mg };
}

/** Whether a row stands on the fine grid and not on the coarse one. */
function isFine(mg: Float64Array, row: number): boolean {
  let fine = false;
  for (let i = 3 * row; i < 3 * row + 3; i++) {
    const steps = mg[i] * FINE;
    const whole = Math.round(steps);
    if (Math.abs(steps - whole) > EXACT) return false;
    if (whole % COARSE !== 0 && Math.abs(whole) < END) fine = true;
  }
  return fine;
}

function median(mg: Float64Array, from: number, to: number): number {
  const magnitudes = Float64Array.from({ length: to - from }, (_, i) =>
    Math.hypot(...mg.subarray(3 * (from + i), 3 * (from + i) + 3)),
  );
  return magnitudes.sort()[magnitudes.length >> 1];
}
