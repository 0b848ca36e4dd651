/** The months of a home: a row a day, a cell half an hour. */
import { INACTIVE } from "@songbai/sdk/sensing/routine/kinds";
import { box, dot, GREEN, GRID, INK, line, PALE, picture, RED, words } from "../svg.ts";
import type { Judged } from "./evaluate.ts";
import { timeOf } from "./home-events.ts";

const DAY_S = 86_400;
const CELL_S = 1800;
const ROW = 3;
const LEFT = 70;
const TOP = 56;
const WIDTH = 720;

export function lifePlot({ home, told, outings }: Judged): string {
  const days = Math.floor(home.reports[home.reports.length - 1].second / DAY_S) + 1;
  const x = (second: number) => LEFT + (WIDTH * (second % DAY_S)) / DAY_S;
  const y = (second: number) => TOP + ROW * Math.floor(second / DAY_S);
  const cells = new Set(home.reports.filter(({ on }) => on).map(({ second }) => Math.floor(second / CELL_S)));
  const seen = [...cells]
    .sort((a, b) => a - b)
    .map((cell) => `M${(LEFT + (WIDTH * ((cell * CELL_S) % DAY_S)) / DAY_S).toFixed(0)} ${y(cell * CELL_S) + 1}h15`);
  const away = outings.flatMap(({ from, until }) => {
    const rows: string[] = [];
    for (let at = from; at < until; at = (Math.floor(at / DAY_S) + 1) * DAY_S) {
      const end = Math.min(until, (Math.floor(at / DAY_S) + 1) * DAY_S);
      rows.push(box(x(at), y(at), Math.max(1, (WIDTH * (end - at)) / DAY_S), ROW - 0.5, GREEN));
    }
    return rows;
  });
  const alarms = told.filter(({ kind }) => kind === INACTIVE).map(({ at }) => dot(x(at), y(at) + 1, RED, 4));
  const bottom = TOP + ROW * days;
  const hours = [0, 6, 12, 18, 24].flatMap((hour) => [
    line(LEFT + (WIDTH * hour) / 24, TOP, LEFT + (WIDTH * hour) / 24, bottom, GRID),
    words(LEFT + (WIDTH * hour) / 24, bottom + 16, `${hour}:00`, 11, INK, "middle"),
  ]);
  const months: string[] = [];
  for (let day = 0; day < days; day += 28)
    months.push(words(LEFT - 8, y(day * DAY_S) + 8, timeOf(home, day * DAY_S).slice(5, 10), 11, INK, "end"));
  return picture(LEFT + WIDTH + 30, bottom + 30, `The days of ${home.id}: movement, outings and alarms`, [
    words(LEFT, 24, "Movement at home (grey), outings (green), alarms of inactivity (red); a row is a day", 14),
    ...hours,
    ...months,
    `<path d="${seen.join("")}" stroke="${PALE}" stroke-width="2"/>`,
    ...away,
    ...alarms,
  ]);
}
