import type { Rows } from "./recording.ts";

/** No part measures more, mg: a number beyond this has lost its decimal point. */
const BEYOND_MG = 17_000;

export interface RowCollector {
  /** A row of the file; left out and counted when a number is missing or impossible. */
  readonly add: (line: number, timeS: number, xMg: number, yMg: number, zMg: number) => void;
  readonly rows: () => Rows;
}

/** Gathers rows of at most `most` lines. */
export function rowCollector(most: number): RowCollector {
  const time = new Float64Array(most);
  const mg = new Float64Array(3 * most);
  const lines = new Int32Array(most);
  let count = 0;
  let skipped = 0;
  let skippedLine = 0;

  return {
    add(line, timeS, xMg, yMg, zMg) {
      const largest = Math.max(Math.abs(xMg), Math.abs(yMg), Math.abs(zMg));
      // Written so that NaN is left out, too.
      if (!(Math.abs(timeS) < 1e9 && largest < BEYOND_MG)) {
        if (skipped++ === 0) skippedLine = line;
        return;
      }
      time[count] = timeS;
      mg[3 * count] = xMg;
      mg[3 * count + 1] = yMg;
      mg[3 * count + 2] = zMg;
      lines[count++] = line;
    },
    rows: () => ({
      time: time.subarray(0, count),
      mg: mg.subarray(0, 3 * count),
      line: lines.subarray(0, count),
      skipped,
      skippedLine,
    }),
  };
}
