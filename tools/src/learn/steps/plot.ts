/** Each recording: what was counted beside what was true. */
import { box, GREEN, GRID, INK, line, PALE, picture, RED, words } from "../svg.ts";
import { type CountedWalk, errorOf, falseAnHour, kindOf } from "./counted-walk.ts";

const WIDTH = 900;
const TOP = 84;
const ROW = 24;
const NAMES = 300;
/** Percent to either side of the middle of the errors. */
const ERRORS = { middle: 500, width: 170, most: 15 };
const NUMBERS = 700;

export function stepsPlot(dataset: string, recordings: readonly CountedWalk[]): string {
  const order = ["walk", "mixed", "still", "unknown"];
  const rows = [...recordings].sort((a, b) => order.indexOf(kindOf(a)) - order.indexOf(kindOf(b)));
  const bottom = TOP + rows.length * ROW;
  const x = (percent: number) => ERRORS.middle + Math.max(-1, Math.min(1, percent / ERRORS.most)) * ERRORS.width;
  const ticks = [-15, -10, -4, 0, 4, 10, 15].flatMap((percent) => [
    line(x(percent), TOP - 10, x(percent), bottom, percent === 0 ? PALE : GRID),
    words(x(percent), TOP - 16, `${percent}`, 10, INK, "middle"),
  ]);
  return picture(WIDTH, bottom + 34, `Steps counted in ${dataset}`, [
    words(24, 28, `Steps: ${dataset}, ${recordings.length} recordings`, 16),
    words(ERRORS.middle, TOP - 34, "error of the count, % of the true steps; aim ±4 on average", 11, INK, "middle"),
    words(NUMBERS, TOP - 34, "counted", 11, INK, "start"),
    words(NUMBERS + 70, TOP - 34, "true", 11, INK, "start"),
    words(NUMBERS + 120, TOP - 34, "false/h", 11, INK, "start"),
    ...ticks,
    ...rows.flatMap((recording, i) => row(recording, TOP + i * ROW, x)),
    words(
      24,
      bottom + 22,
      "Bars end at ±15 %. Where nobody walked there is no error in percent, but false steps an hour.",
      11,
      PALE,
    ),
  ]);
}

function row(recording: CountedWalk, y: number, x: (percent: number) => number): string[] {
  const kind = kindOf(recording);
  const name = recording.id.split("/").at(-1) ?? recording.id;
  const text = y + ROW - 8;
  const error = errorOf(recording);
  const bar =
    kind === "walk" || kind === "mixed"
      ? [box(Math.min(x(0), x(error)), y + 4, Math.abs(x(error) - x(0)), ROW - 10, colour(kind, error))]
      : [];
  return [
    words(NAMES, text, name.slice(0, 44), 11, INK, "end"),
    ...bar,
    words(NUMBERS, text, `${recording.steps}`, 11),
    words(NUMBERS + 70, text, `${recording.trueSteps ?? "?"}`, 11),
    ...(kind === "still" ? [words(NUMBERS + 120, text, `${Math.round(falseAnHour(recording))}`, 11)] : []),
  ];
}

function colour(kind: string, error: number): string {
  if (kind === "mixed") return PALE;
  return Math.abs(error) <= 4 ? GREEN : RED;
}
