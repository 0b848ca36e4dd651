/** What a line of this very sensor and person would be worth: fitted to the other recordings, never to those that it is scored on. */
import type { Measured } from "./measured.ts";

/** Recordings that follow on each other are alike: so many in a row are left out together. */
const BLOCK = 8;

/** The errors of all, percent; none where there are not two blocks. */
export function recalibrated(recordings: readonly Measured[]): number[] {
  const points = recordings.flatMap(({ ratio, trueSpo2 }) =>
    ratio === null || typeof trueSpo2 !== "number" ? [] : [{ ratio, spo2: trueSpo2 }],
  );
  if (points.length < 2 * BLOCK) return [];
  return points.map(({ ratio, spo2 }, i) => {
    const block = Math.floor(i / BLOCK);
    const others = points.filter((_, j) => Math.floor(j / BLOCK) !== block);
    const n = others.length;
    const meanRatio = others.reduce((sum, point) => sum + point.ratio, 0) / n;
    const meanSpo2 = others.reduce((sum, point) => sum + point.spo2, 0) / n;
    let cross = 0;
    let square = 0;
    for (const point of others) {
      cross += (point.ratio - meanRatio) * (point.spo2 - meanSpo2);
      square += (point.ratio - meanRatio) ** 2;
    }
    return meanSpo2 + (square === 0 ? 0 : cross / square) * (ratio - meanRatio) - spo2;
  });
}
