/** The figures of an evaluation, drawn: what the threshold trades, each activity, the evidence of falls and of all else. */
import { GREEN, INK, line, PALE, picture, RED, round, words } from "../../svg.ts";
import { AIMS, type FallResults, type RecordingResult, tradeOff } from "./results.ts";

const FALLS = GREEN;
const ADL = RED;
const AIM = "#d1fae5";

const WIDTH = 1000;
const TOP = 70;
/** The trade-off: a square of so many pixels for the last percents. */
const SQUARE = { left: 64, size: 300, from: 80 };
const BARS = { left: 590, width: 330, row: 20 };
const SPREAD = { top: 440, height: 96, bins: 30 };

export function fallPlot(results: FallResults): string {
  const { figures, activities, dataset, position, protocol } = results;
  const height = Math.max(SPREAD.top + SPREAD.height + 60, TOP + activities.length * BARS.row + 40);
  return picture(WIDTH, height, `Falls at the ${position}: trade-off, activities, evidence`, [
    words(24, 28, `Falls at the ${position}: ${dataset}, ${figures.people} people, ${protocol}`, 16),
    ...square(results),
    ...bars(results),
    ...spread(results),
    words(24, height - 12, "All falls were acted by healthy adults on mattresses.", 11, PALE),
  ]);
}

/** Sensitivity over specificity for every threshold, the aim, and the detector with its intervals. */
function square({ figures, recordings, position }: FallResults): string[] {
  const { left, size, from } = SQUARE;
  const x = (percent: number) => left + (Math.max(percent - from, 0) / (100 - from)) * size;
  const y = (percent: number) => TOP + size - (Math.max(percent - from, 0) / (100 - from)) * size;
  const aim = AIMS[position];
  const ticks = [80, 85, 90, 95, 100].flatMap((percent) => [
    line(x(percent), TOP, x(percent), TOP + size, "#e5e7eb"),
    line(left, y(percent), left + size, y(percent), "#e5e7eb"),
    words(x(percent), TOP + size + 16, String(percent), 10, INK, "middle"),
    words(left - 6, y(percent) + 4, String(percent), 10, INK, "end"),
  ]);
  const { sensitivity, specificity } = figures;
  const curve = tradeOff(recordings).map((point) => `${round(x(point.specificity))} ${round(y(point.sensitivity))}`);
  return [
    words(left, TOP - 12, "what the threshold trades, %", 12),
    ...(aim === undefined
      ? []
      : [
          `<rect x="${round(x(aim.specificity))}" y="${TOP}" width="${round(x(100) - x(aim.specificity))}" height="${round(y(aim.sensitivity) - TOP)}" fill="${AIM}"/>`,
        ]),
    ...ticks,
    `<path d="M${curve.join("L")}" fill="none" stroke="${INK}" stroke-width="1.5"/>`,
    line(x(specificity.interval[0]), y(sensitivity.percent), x(specificity.interval[1]), y(sensitivity.percent), FALLS),
    line(x(specificity.percent), y(sensitivity.interval[0]), x(specificity.percent), y(sensitivity.interval[1]), FALLS),
    `<circle cx="${round(x(specificity.percent))}" cy="${round(y(sensitivity.percent))}" r="5" fill="${FALLS}"/>`,
    words(left + size / 2, TOP + size + 34, "specificity", 12, INK, "middle"),
    words(left, TOP + size + 34, "sensitivity ↑", 12),
    ...(aim === undefined ? [] : [words(left + size, TOP + size + 34, "shaded: the aim", 11, PALE, "end")]),
  ];
}

/** A bar an activity: the share of its recordings that came out right. */
function bars({ activities }: FallResults): string[] {
  return [
    words(BARS.left, TOP - 12, "recordings that came out right", 12),
    ...activities.flatMap(({ name, fall, of, right }, row) => {
      const top = TOP + row * BARS.row;
      return [
        words(BARS.left - 8, top + 13, name, 11, INK, "end"),
        `<rect x="${BARS.left}" y="${top + 2}" width="${BARS.width}" height="${BARS.row - 6}" fill="#f3f4f6"/>`,
        `<rect x="${BARS.left}" y="${top + 2}" width="${round((BARS.width * right) / of)}" height="${BARS.row - 6}" fill="${fall ? FALLS : ADL}" opacity="0.75"/>`,
        words(BARS.left + BARS.width + 6, top + 13, `${right} of ${of}`, 10),
      ];
    }),
  ];
}

/** How strong the evidence was, against the threshold: falls above the line, all else below. */
function spread({ recordings }: FallResults): string[] {
  const { top, height, bins } = SPREAD;
  const { left, size } = SQUARE;
  const margins = recordings.flatMap(({ margin }) => margin ?? []);
  if (margins.length === 0) return [];
  const least = Math.min(0, ...margins);
  const most = Math.max(0, ...margins, least + 1);
  const counts = (fall: boolean) => {
    const sums = new Array<number>(bins).fill(0);
    for (const one of recordings) {
      if (one.fall === fall && one.margin !== null) sums[binOf(one, least, most, bins)]++;
    }
    return sums;
  };
  const [falls, adl] = [counts(true), counts(false)];
  const tallest = Math.max(...falls, ...adl);
  const middle = top + height / 2;
  const bar = (count: number, bin: number, up: boolean) => {
    const tall = ((height / 2) * count) / tallest;
    return `<rect x="${round(left + (bin * size) / bins)}" y="${round(up ? middle - tall : middle)}" width="${round(size / bins - 1)}" height="${round(tall)}" fill="${up ? FALLS : ADL}" opacity="0.75"/>`;
  };
  const zero = left + ((0 - least) / (most - least)) * size;
  return [
    words(left, top - 8, "strongest evidence of a recording: falls up, all else down", 12),
    ...falls.map((count, bin) => bar(count, bin, true)),
    ...adl.map((count, bin) => bar(count, bin, false)),
    line(zero, top - 4, zero, top + height + 4, INK),
    words(zero, top + height + 18, "threshold", 10, INK, "middle"),
  ];
}

function binOf({ margin }: RecordingResult, least: number, most: number, bins: number): number {
  return Math.min(bins - 1, Math.floor((((margin ?? least) - least) / (most - least)) * bins));
}
