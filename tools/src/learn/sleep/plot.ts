/** The days of each wearer from noon to noon: movement, the sleep that was found, and what the diary says. */
import { box, GREEN, GRID, INK, line, PALE, picture, words } from "../svg.ts";
import type { Judged } from "./evaluate.ts";
import type { Night } from "./night.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const CELL_MIN = 10;
const LEFT = 110;
const WIDTH = 720;
const ROW = 22;
const TOP = 50;

export function nightsPlot(judged: readonly Judged[]): string {
  const marks: string[] = [
    words(
      LEFT,
      22,
      "Movement (grey), sleep that was found (green), diary or scorer (dark line); a row goes from noon to noon",
      13,
    ),
  ];
  let top = TOP;
  for (const one of judged) {
    const { marks: some, rows } = wearer(one, top);
    marks.push(...some);
    top += ROW * rows + 34;
  }
  return picture(LEFT + WIDTH + 30, top, "Nights found by the sense of sleep", marks);
}

function wearer({ recording, sleeps }: Judged, top: number): { marks: string[]; rows: number } {
  const { firstMs, minutes, nights, naps } = recording;
  const noonMs = Math.floor((firstMs - DAY_MS / 2) / DAY_MS) * DAY_MS + DAY_MS / 2;
  const rows = Math.ceil((firstMs + minutes.length * MINUTE_MS - noonMs) / DAY_MS);
  const x = (ms: number) => LEFT + (WIDTH * ((ms - noonMs) % DAY_MS)) / DAY_MS;
  const y = (ms: number) => top + ROW * Math.floor((ms - noonMs) / DAY_MS);
  const bars = (night: Night, from: number, height: number, ink: string, opacity: number): string[] => {
    const pieces: string[] = [];
    for (let at = night.startMs; at < night.endMs; ) {
      const end = Math.min(night.endMs, noonMs + (Math.floor((at - noonMs) / DAY_MS) + 1) * DAY_MS);
      pieces.push(box(x(at), y(at) + from, (WIDTH * (end - at)) / DAY_MS, height, ink, opacity));
      at = end;
    }
    return pieces;
  };
  const moved = minutes.filter((count) => count > 0);
  const full = (2 * moved.reduce((sum, count) => sum + count, 0)) / moved.length;
  let path = "";
  for (let i = 0; i + CELL_MIN <= minutes.length; i += CELL_MIN) {
    const level = minutes.slice(i, i + CELL_MIN).reduce((sum, count) => sum + count, 0) / CELL_MIN / full;
    const ms = firstMs + (i + CELL_MIN / 2) * MINUTE_MS;
    const height = Math.min(1, level) * (ROW - 4);
    if (height > 0.3) path += `M${x(ms).toFixed(1)} ${(y(ms) + ROW - 4).toFixed(0)}v${(-height).toFixed(1)}`;
  }
  const hours = [0, 6, 12, 18, 24].flatMap((hour) => {
    const at = LEFT + (WIDTH * hour) / 24;
    return [
      line(at, top, at, top + ROW * rows, GRID),
      words(at, top + ROW * rows + 14, `${(12 + hour) % 24}:00`, 10, INK, "middle"),
    ];
  });
  return {
    rows,
    marks: [
      words(LEFT - 8, top + 14, recording.id.slice(-18), 10, INK, "end"),
      ...hours,
      ...sleeps.flatMap((one) => bars(one, 0, ROW - 4, GREEN, 0.3)),
      `<path d="${path}" stroke="${PALE}" stroke-width="4"/>`,
      ...[...nights, ...naps].flatMap((one) => bars(one, ROW - 4, 2, INK, 1)),
    ],
  };
}
