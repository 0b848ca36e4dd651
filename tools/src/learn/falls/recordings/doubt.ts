/** Whether a recording can be judged at all. A wrong sensor must give "unknown", never a confident answer. */
import type { Rows } from "./recording.ts";

/** Fewer samples a second do not hold an impact, Hz: UMAFall has 16.7 at the lowest. */
const LEAST_HZ = 15;
const SHORTEST_S = 1;
/** Share of rows that may be malformed. With more, what looks well-formed is suspect, too. */
const MALFORMED = 0.05;
/** The same three values for so long: no sensor on a body. The longest of both data sets is 0.94 s. */
const FROZEN_S = 2;
/** An axis at its own extreme for so long is no movement: the longest of WEDA-FALL is 0.1 s. */
const SATURATED_S = 0.5;
/** Full scale of the least part, ±2 g, mg. */
const FULL_SCALE_MG = 1900;
/** Spread of the magnitude within a second that counts as still, mg. */
const STILL_MG = 120;
/** So many still seconds say what the sensor reads for gravity, mg. */
const STILL_SECONDS = 2;
const GRAVITY_MG = { least: 800, most: 1200 };
/** Where nobody keeps still: what the median magnitude may be, mg. Hopping at the waist has 580, jogging at the wrist 1520. */
const MOVING_MG = { least: 450, most: 1900 };

/** What is wrong with the signal of rows in the order of time, as one sentence without the file; `undefined` when nothing is. */
export function doubt(rows: Rows): string | undefined {
  const { time, skipped, skippedLine } = rows;
  const count = time.length;
  if (skipped > MALFORMED * (count + skipped)) {
    return `line ${skippedLine}: a number is malformed or beyond what a part measures, and so are ${skipped} of ${count + skipped} rows`;
  }
  if (count < 2) return `there are ${count} samples`;
  const seconds = time[count - 1] - time[0];
  if (seconds < SHORTEST_S) return `${seconds.toFixed(2)} s of recording are too short; at least ${SHORTEST_S} s is needed`;
  const rateHz = (count - 1) / seconds;
  if (rateHz < LEAST_HZ) {
    return `${count} samples in ${seconds.toFixed(1)} s are ${rateHz.toFixed(1)} Hz; at least ${LEAST_HZ} Hz are needed`;
  }
  return frozen(rows, rateHz) ?? saturated(rows, rateHz) ?? gravity(rows, Math.round(rateHz));
}

function frozen({ mg, line }: Rows, rateHz: number): string | undefined {
  const from = longest(line.length, (i) => i > 0 && [0, 1, 2].every((axis) => mg[3 * i + axis] === mg[3 * i - 3 + axis]));
  if (from.length / rateHz < FROZEN_S) return undefined;
  return `line ${line[from.at]}: the sensor is frozen, the same values come for ${(from.length / rateHz).toFixed(1)} s`;
}

function saturated({ mg, line }: Rows, rateHz: number): string | undefined {
  for (let axis = 0; axis < 3; axis++) {
    for (const sign of [1, -1]) {
      let extreme = 0;
      for (let i = axis; i < mg.length; i += 3) extreme = Math.max(extreme, sign * mg[i]);
      if (extreme < FULL_SCALE_MG) continue;
      const run = longest(line.length, (i) => sign * mg[3 * i + axis] > 0.995 * extreme);
      if (run.length / rateHz >= SATURATED_S) {
        const held = (run.length / rateHz).toFixed(1);
        return `line ${line[run.at]}: axis ${"xyz"[axis]} is stuck at ${Math.round(sign * extreme)} mg for ${held} s`;
      }
    }
  }
  return undefined;
}

/** The longest stretch of rows for which something holds. */
function longest(count: number, holds: (row: number) => boolean): { readonly at: number; readonly length: number } {
  let best = { at: 0, length: 0 };
  let length = 0;
  for (let i = 0; i < count; i++) {
    length = holds(i) ? length + 1 : 0;
    if (length > best.length) best = { at: i - length + 1, length };
  }
  return best;
}

/** Who keeps still feels 1 g and nothing else. */
function gravity({ mg }: Rows, perSecond: number): string | undefined {
  const magnitudes = Float64Array.from({ length: mg.length / 3 }, (_, i) =>
    Math.hypot(mg[3 * i], mg[3 * i + 1], mg[3 * i + 2]),
  );
  const still: number[] = [];
  for (let from = 0; from + perSecond <= magnitudes.length; from += perSecond) {
    const second = magnitudes.slice(from, from + perSecond).sort();
    if (second[perSecond - 1] - second[0] < STILL_MG) still.push(second[perSecond >> 1]);
  }
  // A sensor that changes its scale half way is wrong, too: no second at rest may be off for long.
  const off = still.filter((mg) => mg < GRAVITY_MG.least || mg > GRAVITY_MG.most);
  if (off.length >= STILL_SECONDS) return gravityIs("at rest", off[0]);
  if (still.length >= STILL_SECONDS) return undefined;
  const median = magnitudes.sort()[magnitudes.length >> 1];
  return median < MOVING_MG.least || median > MOVING_MG.most ? gravityIs("in the median", median) : undefined;
}

function gravityIs(when: string, mg: number): string {
  return `the magnitude ${when} is ${(mg / 1000).toFixed(2)} g, not 1 g: gravity is removed, or the scale is wrong`;
}
