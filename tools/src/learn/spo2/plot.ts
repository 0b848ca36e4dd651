/** Each recording: the ratio that was measured against the oximeter, and the curve that the sense reads it by. */
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { MAXM86161_FINGER, oxygenAt } from "@songbai/sdk/sensing/spo2/curve";
import { curve, dot, GREEN, GRID, INK, line, PALE, picture, RED, words } from "../svg.ts";
import type { Measured } from "./measured.ts";

const WIDTH = 900;
const HEIGHT = 520;
const LEFT = 70;
const RIGHT = 860;
const TOP = 70;
const BOTTOM = 470;
const RATIO = { least: 0.3, most: 1.4 };
const OXYGEN = { least: 65, most: 102 };

export function oxygenPlot(recordings: readonly Measured[]): string {
  const x = (ratio: number) => LEFT + ((RIGHT - LEFT) * (ratio - RATIO.least)) / (RATIO.most - RATIO.least);
  const y = (spo2: number) => BOTTOM - ((BOTTOM - TOP) * (spo2 - OXYGEN.least)) / (OXYGEN.most - OXYGEN.least);
  const points = Array.from({ length: 221 }, (_, i) => {
    const ratio = RATIO.least + (i * (RATIO.most - RATIO.least)) / 220;
    const tenths = oxygenAt(MAXM86161_FINGER, Math.round(1000 * ratio));
    return [x(ratio), tenths === UNKNOWN ? Number.NaN : y(tenths / 10)] as const;
  });
  return picture(WIDTH, HEIGHT, "Ratio of ratios against an oximeter", [
    words(24, 28, "Ratio of ratios of each recording against the oximeter's reading, and the published line of the sensor", 15),
    dot(30, 48, GREEN, 4),
    words(40, 52, "finger", 11),
    dot(110, 48, RED, 4),
    words(120, 52, "ear prototype", 11),
    ...[70, 75, 80, 85, 90, 95, 100].flatMap((spo2) => [
      line(LEFT, y(spo2), RIGHT, y(spo2), GRID),
      words(LEFT - 8, y(spo2) + 4, `${spo2} %`, 11, INK, "end"),
    ]),
    ...[0.4, 0.6, 0.8, 1, 1.2, 1.4].map((ratio) => words(x(ratio), BOTTOM + 20, `${ratio}`, 11, INK, "middle")),
    words(RIGHT, BOTTOM + 38, "ratio of ratios", 11, PALE, "end"),
    curve(points, INK),
    ...recordings.flatMap(({ ratio, trueSpo2, place }) =>
      ratio === null || typeof trueSpo2 !== "number" ? [] : [dot(x(ratio), y(trueSpo2), place === "finger" ? GREEN : RED, 4)],
    ),
  ]);
}
