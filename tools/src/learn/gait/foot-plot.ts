/** A U-turn as the sensors felt it, with what was marked and what was told; below, where steps were missed and told wrongly. */
import { box, curve, dot, GREEN, GRID, INK, line, PALE, picture, RED, words } from "../svg.ts";
import { at, type JudgedFoot } from "./foot-judge.ts";

const WIDTH = 900;
const LEFT = 60;
const RIGHT = 880;

export function footPlot(judged: readonly JudgedFoot[]): string {
  const shown = judged.find(({ turn }) => turn !== undefined) ?? judged[0];
  return picture(WIDTH, 570, "Gait of foot sensors: a U-turn, and the steps missed of each person", [
    ...turnMarks(shown),
    ...peopleMarks(judged, 386),
  ]);
}

function turnMarks({ walk, told, turn }: JudgedFoot): string[] {
  const middle = turn === undefined ? 0 : at((turn.startMs + turn.endMs) / 2, walk);
  const from = Math.max(0, Math.round(middle - 4 * walk.rateHz));
  const to = from + 8 * walk.rateHz;
  const x = (sample: number) => LEFT + ((sample - from) / (to - from)) * (RIGHT - LEFT);
  const marks: string[] = [
    words(LEFT, 22, `${walk.id}: rate of turn about the ankles, deg/s; green: marked swings, red: what was told`, 13),
  ];
  const bounds = walk.truth?.turn;
  if (bounds !== undefined) marks.push(box(x(bounds[0]), 34, x(bounds[1]) - x(bounds[0]), 292, PALE, 0.25));
  if (turn !== undefined) {
    const start = x(at(turn.startMs, walk));
    marks.push(box(start, 330, x(at(turn.endMs, walk)) - start, 5, RED));
    marks.push(words(start, 350, `turn told, ${turn.degrees} degrees; grey: marked`, 12, RED));
  }
  for (const [row, { foot, values }] of walk.feet.entries()) {
    const zero = 110 + 145 * row;
    const y = (tenths: number) => zero - tenths / 130;
    marks.push(line(LEFT, zero, RIGHT, zero, GRID), words(8, zero + 4, foot, 12));
    const points: [number, number][] = [];
    for (let i = from; i < Math.min(to, values.length / 6); i++) points.push([x(i), y(values[6 * i + 4])]);
    marks.push(curve(points, INK, 1));
    const spans = (of: readonly (readonly [number, number])[], place: number, ink: string) => {
      for (const [start, end] of of) {
        if (end > from && start < to)
          marks.push(box(x(Math.max(start, from)), place, x(Math.min(end, to)) - x(Math.max(start, from)), 5, ink));
      }
    };
    spans(walk.truth?.steps[foot] ?? [], zero + 52, GREEN);
    spans(
      told.steps.filter((step) => step.foot === foot).map((step) => [at(step.startMs, walk), at(step.endMs, walk)] as const),
      zero + 60,
      RED,
    );
  }
  return marks;
}

/** A row of dots a person: each a step missed, or one that nobody marked. */
function peopleMarks(judged: readonly JudgedFoot[], top: number): string[] {
  const people = [...new Set(judged.map(({ walk }) => walk.person))];
  const step = (RIGHT - LEFT) / Math.max(1, people.length);
  const marks = [
    words(LEFT, top, "for each person, of all walks: steps marked (grey), missed (green), told and not marked (red)", 13),
  ];
  for (const [i, person] of people.entries()) {
    const own = judged.filter(({ walk }) => walk.person === person);
    const marked = own.reduce((all, { pairs, missed }) => all + pairs.length + missed.length, 0);
    const missed = own.reduce((all, one) => all + one.missed.length, 0);
    const wrong = own.reduce((all, one) => all + one.wrong.length, 0);
    const x = LEFT + step * (i + 0.5);
    marks.push(words(x, top + 160, person, 12, INK, "middle"), words(x, top + 174, `${marked}`, 11, PALE, "middle"));
    for (let k = 0; k < missed; k++) marks.push(dot(x - 7, top + 140 - 11 * k, GREEN, 4));
    for (let k = 0; k < wrong; k++) marks.push(dot(x + 7, top + 140 - 11 * k, RED, 4));
  }
  return marks;
}
