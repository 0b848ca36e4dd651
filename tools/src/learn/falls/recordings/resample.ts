import { COMMON_HZ } from "../../sense/part.ts";
import type { Run } from "./recording.ts";
import type { Stretch } from "./timeline.ts";

/**
 * Half the height is lost at this frequency, Hz: below what a recording at 20 Hz can hold, so that no recording keeps more of a
 * movement than another and none tells its rate.
 */
const CUT_HZ = 8;
/** The kernel reaches so far to either side, s. */
const REACH_S = 0.16;

export interface Resampled {
  /** x, y, z … in mg, from the first stretch's first stamp on, also over the holes, where they are 0. */
  readonly samples: Int16Array;
  readonly runs: readonly Run[];
}

/**
 * Low-pass and common rate in one: at each point of the grid a windowed sinc (Hamming) over what lies around it. The weights are
 * divided by their sum, so that gravity stays gravity at any rate and at the ends. Each run ends with its last stamp: nothing is
 * padded. The grid begins `lateS` after the first stamp.
 */
export function resample(stretches: readonly Stretch[], lateS = 0, cutHz = CUT_HZ): Resampled {
  const start = stretches[0].time[0] + lateS;
  const last = stretches[stretches.length - 1].time.at(-1) as number;
  const samples = new Int16Array(3 * (placeOf(last, start) + 1));
  const runs: Run[] = [];
  for (const { time, mg } of stretches) {
    const from = Math.max(0, Math.ceil((time[0] - start) * COMMON_HZ - 1e-9));
    const to = placeOf(time[time.length - 1], start) + 1;
    let first = 0;
    for (let place = from; place < to; place++) {
      const at = start + place / COMMON_HZ;
      while (time[first] <= at - REACH_S) first++;
      let weights = 0;
      let x = 0;
      let y = 0;
      let z = 0;
      for (let i = first; i < time.length && time[i] < at + REACH_S; i++) {
        const weight = kernel(time[i] - at, cutHz);
        weights += weight;
        x += weight * mg[3 * i];
        y += weight * mg[3 * i + 1];
        z += weight * mg[3 * i + 2];
      }
      samples[3 * place] = Math.round(x / weights);
      samples[3 * place + 1] = Math.round(y / weights);
      samples[3 * place + 2] = Math.round(z / weights);
    }
    if (to > from) runs.push({ from, to });
  }
  return { samples, runs };
}

/** What has been resampled, as stretches to resample again: its first stamp is 0. */
export function stretchesOf({ samples, runs }: Resampled): Stretch[] {
  return runs.map(({ from, to }) => ({
    time: Float64Array.from({ length: to - from }, (_, i) => (from + i) / COMMON_HZ),
    mg: Float64Array.from(samples.subarray(3 * from, 3 * to)),
  }));
}

/** The last place of the grid that is not behind `timeS`. */
function placeOf(timeS: number, start: number): number {
  return Math.floor((timeS - start) * COMMON_HZ + 1e-9);
}

function kernel(s: number, cutHz: number): number {
  const angle = 2 * Math.PI * cutHz * s;
  const sinc = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
  return sinc * (0.54 + 0.46 * Math.cos((Math.PI * s) / REACH_S));
}
