/** Some strides of an insole, and how far the heel strikes are off. */
import { box, curve, GREEN, GRID, INK, line, PALE, picture, RED, words } from "../svg.ts";
import type { JudgedInsole } from "./insole-judge.ts";
import { CELLS, FOUR } from "./insole-recordings.ts";

const LEFT = 60;
const RIGHT = 880;
const SECONDS = 6;
const STEP_MS = 10;
const REACH = 8;

export function insolePlot(judged: readonly JudgedInsole[]): string {
  return picture(900, 520, "Gait of insoles: forces of some strides, and errors of the heel strike", [
    ...strideMarks(judged[0]),
    ...errorMarks(judged, 330),
  ]);
}

function strideMarks({ walk, soles }: JudgedInsole): string[] {
  const { rateHz } = walk;
  const rows = walk.total.left.length;
  const from = Math.min(30 * rateHz, Math.max(0, rows - SECONDS * rateHz));
  const x = (sample: number) => LEFT + ((sample - from) / (SECONDS * rateHz)) * (RIGHT - LEFT);
  const marks = [
    words(
      LEFT,
      22,
      `${walk.id}: force of all cells (black) and of four (grey), N; heel strikes told with 8 (green) and 4 cells (red)`,
      13,
    ),
  ];
  for (const [row, { foot, values }] of walk.feet.entries()) {
    const zero = 150 + 140 * row;
    const y = (newton: number) => zero - newton / 12;
    marks.push(line(LEFT, zero, RIGHT, zero, GRID), words(8, zero + 4, foot, 12), words(8, y(1000) + 4, "1000 N", 11, PALE));
    const of = (force: (i: number) => number): [number, number][] => {
      const points: [number, number][] = [];
      for (let i = from; i < Math.min(rows, from + SECONDS * rateHz); i += 2) points.push([x(i), y(force(i))]);
      return points;
    };
    marks.push(
      curve(
        of((i) => FOUR.reduce((all, cell) => all + values[CELLS * i + cell] / 10, 0)),
        PALE,
        1,
      ),
    );
    marks.push(
      curve(
        of((i) => walk.total[foot][i]),
        INK,
        1,
      ),
    );
    for (const [place, ink] of [GREEN, RED].entries()) {
      for (const { endMs } of soles[place].told.steps.filter((step) => step.foot === foot)) {
        const at = (endMs * rateHz) / 1000;
        if (at >= from && at < from + SECONDS * rateHz)
          marks.push(line(x(at), zero + 2 + 8 * place, x(at), zero + 9 + 8 * place, ink));
      }
    }
  }
  return marks;
}

function errorMarks(judged: readonly JudgedInsole[], top: number): string[] {
  const marks = [words(LEFT, top, "heel strike told less that of the total force, ms", 13)];
  for (const [place, name] of ["8 cells", "4 cells", "4 cells, noise and drift"].entries()) {
    const errors = judged.flatMap(({ soles }) => soles[place].errors);
    const left = LEFT + 275 * place;
    marks.push(words(left, top + 24, `${name}: ${errors.length} steps`, 12));
    for (let bin = -REACH; bin <= REACH; bin++) {
      const share = errors.filter((error) => Math.round(error / STEP_MS) === bin).length / Math.max(1, errors.length);
      const x = left + 14 * (bin + REACH);
      marks.push(box(x, top + 150 - 110 * share, 12, 110 * share, place === 0 ? GREEN : RED, place === 1 ? 1 : 0.7));
      if (bin % 4 === 0) marks.push(words(x + 6, top + 166, `${bin * STEP_MS}`, 11, INK, "middle"));
    }
    marks.push(line(left, top + 150, left + 14 * (2 * REACH + 1), top + 150, GRID));
  }
  return marks;
}
