/** Rates over time: the ECG's as a line, the device's as dots, what it does not say as a mark below. */
import { box, curve, dot, GREEN, GRID, line, PALE, picture, RED, words } from "../svg.ts";
import type { Compared, HeardRecording } from "./evaluate.ts";

const WIDTH = 860;
const LEFT = 60;
const RIGHT = 20;
const ROW = 170;
const TOP = 54;
const PLOT = 104;
const WRONG_BPM = 10;

export function heartPlot(
  dataset: string,
  heard: readonly HeardRecording[],
  compared: readonly (readonly Compared[])[],
): string {
  const marks = [
    words(LEFT, 22, `Heart rate on ${dataset}`, 15),
    words(
      LEFT,
      40,
      "grey: ECG, where it has a reference; green: the device; red: off by more than 10 bpm; tick below: it says nothing",
      11,
      PALE,
    ),
  ];
  heard.forEach((recording, i) => {
    marks.push(...row(recording, compared[i], TOP + i * ROW));
  });
  return picture(WIDTH, TOP + heard.length * ROW, `Heart rate of the device and of an ECG, ${dataset}`, marks);
}

function row({ id, durationS, windows }: HeardRecording, compared: readonly Compared[], top: number): string[] {
  const rates = [...compared.map(({ bpm }) => bpm), ...windows.flatMap(({ bpm }) => (bpm === null ? [] : [bpm]))];
  const low = 20 * Math.floor((Math.min(60, ...rates) - 5) / 20);
  const high = 20 * Math.ceil((Math.max(100, ...rates) + 5) / 20);
  const x = (t: number) => LEFT + ((WIDTH - LEFT - RIGHT) * t) / durationS;
  const y = (bpm: number) => top + 20 + (PLOT * (high - bpm)) / (high - low);
  const marks = [words(LEFT, top + 12, id, 12)];
  for (let bpm = low; bpm <= high; bpm += 20) {
    marks.push(line(LEFT, y(bpm), WIDTH - RIGHT, y(bpm), GRID), words(LEFT - 6, y(bpm) + 4, String(bpm), 10, PALE, "end"));
  }
  const every = durationS > 120 ? 60 : 10;
  for (let t = 0; t <= durationS; t += every) marks.push(words(x(t), y(low) + 24, `${t} s`, 10, PALE, "middle"));
  const truth = new Map(compared.map(({ t, bpm }) => [t, bpm]));
  marks.push(
    curve(
      windows.map(({ t }) => [x(t), y(truth.get(t) ?? Number.NaN)] as const),
      PALE,
      3,
    ),
  );
  for (const { t, bpm } of windows) {
    if (bpm === null) marks.push(box(x(t) - 1, y(low) + 4, 2, 6, PALE));
    else marks.push(dot(x(t), y(bpm), Math.abs(bpm - (truth.get(t) ?? bpm)) > WRONG_BPM ? RED : GREEN, 2.5));
  }
  return marks;
}
