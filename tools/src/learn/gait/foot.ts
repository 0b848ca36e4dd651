/** Foot sensors against the steps that people marked. */
import type { LineProgram } from "../sense/runtimes.ts";
import type { Evaluation, Figure } from "../sense/sense.ts";
import { quantile, share } from "../statistics.ts";
import { at, type JudgedFoot, judgeFoot, NEAR_S } from "./foot-judge.ts";
import { footPlot } from "./foot-plot.ts";
import { type FootWalk, footWalks, type Span } from "./foot-recordings.ts";
import type { ToldTurn } from "./host.ts";
import { recordingOf } from "./recording.ts";
import { trunkTurned } from "./trunk.ts";

/** A lower back that turned less did not turn. */
const TRUNK_LEAST_DEG = 60;

export function evaluateFoot(folder: string, device: LineProgram): Evaluation {
  const judged = footWalks(folder).map((walk) => judgeFoot(walk, device));
  return {
    recordings: judged.map(({ walk, told }) => recordingOf(walk, told, 6)),
    figures: figuresOf(judged),
    notes: notesOf(judged),
    plot: () => footPlot(judged),
  };
}

function figuresOf(all: readonly JudgedFoot[]): Figure[] {
  const judged = all.filter(({ walk }) => walk.truth !== undefined);
  const marked = sum(judged.map(({ pairs, missed }) => pairs.length + missed.length));
  const found = judged.flatMap(({ walk, pairs }) => pairs.map((pair) => ({ walk, ...pair })));
  const told = sum(judged.map(({ pairs, wrong }) => pairs.length + wrong.length));
  const bothEnds = found.filter(
    ({ walk, marked: [start], found: step }) => Math.abs(at(step.startMs, walk) - start) <= NEAR_S * walk.rateHz,
  );
  const ms = (samples: number, walk: FootWalk) => (1000 * samples) / walk.rateHz;
  const strikes = found.map(({ walk, marked: [, end], found: step }) => Math.abs(step.endMs - ms(end, walk)));
  const toes = found.map(({ walk, marked: [start], found: step }) => Math.abs(step.startMs - ms(start, walk)));
  const swings = found.map(({ walk, marked: [start, end], found: step }) =>
    Math.abs(step.endMs - step.startMs - ms(end - start, walk)),
  );
  const strides = judged.flatMap(strideErrors);
  const people = [...new Set(judged.map(({ walk }) => walk.person))].map((person) => {
    const own = judged.filter(({ walk }) => walk.person === person);
    const steps = sum(own.map(({ pairs, missed }) => pairs.length + missed.length));
    const right = sum(own.map(({ pairs }) => pairs.length));
    const wrong = sum(own.map((one) => one.wrong.length));
    return {
      found: share(right, steps, 2) ?? 0,
      wrong: share(wrong, right + wrong, 2) ?? 0,
      stride: quantile(own.flatMap(strideErrors), 0.5) ?? 0,
    };
  });
  const turning = judged.filter(({ walk }) => walk.truth?.turn !== undefined);
  const turned = turning.flatMap(({ walk, turn }) => (turn === undefined ? [] : [{ walk, turn }]));
  const startErrors = turned.map(({ walk, turn }) => turn.startMs - ms(walk.truth?.turn?.[0] ?? 0, walk));
  const endErrors = turned.map(({ walk, turn }) => turn.endMs - ms(walk.truth?.turn?.[1] ?? 0, walk));
  const between = sum(
    judged.map(({ walk, told: { turns }, turn }) => turns.filter((one) => one !== turn && inside(one, walk)).length),
  );
  const beside = all.flatMap(({ walk, told: { turns } }) =>
    turns.flatMap((turn) => {
      const trunk = trunkTurned(walk, turn);
      return trunk === undefined ? [] : [{ trunk, degrees: turn.degrees }];
    }),
  );
  const counts = judged.map(
    ({ pairs, missed, wrong }) => Math.abs(wrong.length - missed.length) / Math.max(1, pairs.length + missed.length),
  );
  const size = (values: readonly number[]) => values.map(Math.abs);
  return [
    {
      name: "steps found: heel strike within 0.2 s",
      value: share(found.length, marked, 2),
      unit: "%",
      of: marked,
      aim: { atLeast: 98 },
    },
    {
      name: "steps told that nobody marked",
      value: share(told - found.length, told, 2),
      unit: "%",
      of: told,
      aim: { atMost: 2 },
    },
    { name: "stride time, median error", value: quantile(strides, 0.5), unit: "ms", of: strides.length, aim: { atMost: 20 } },
    { name: "stride time, nine of ten within", value: quantile(strides, 0.9), unit: "ms", of: strides.length },
    {
      name: "U-turns found",
      value: share(turned.length, turning.length, 2),
      unit: "%",
      of: turning.length,
      aim: { atLeast: 100 },
    },
    { name: "start of the U-turn, median error", value: quantile(size(startErrors), 0.5), unit: "ms", of: turned.length },
    { name: "end of the U-turn, median error", value: quantile(size(endErrors), 0.5), unit: "ms", of: turned.length },
    { name: "turns told elsewhere in the walks", value: between, unit: "", of: judged.length },
    {
      name: "turns told that the lower back did not make",
      value: beside.filter(({ trunk, degrees }) => trunk * Math.sign(degrees) < TRUNK_LEAST_DEG).length,
      unit: "",
      of: beside.length,
    },
    {
      name: "turn, median distance from the lower back",
      value: quantile(
        beside.map(({ trunk, degrees }) => Math.abs(trunk - degrees)),
        0.5,
      ),
      unit: "degrees",
      of: beside.length,
    },
    { name: "both ends of the swing within 0.2 s", value: share(bothEnds.length, marked, 2), unit: "%", of: marked },
    { name: "heel strike, median error", value: quantile(strikes, 0.5), unit: "ms", of: strikes.length },
    { name: "toe-off, median error", value: quantile(toes, 0.5), unit: "ms", of: toes.length },
    { name: "swing time, median error", value: quantile(swings, 0.5), unit: "ms", of: swings.length },
    { name: "steps of a walk, mean error", value: share(sum(counts), counts.length, 2), unit: "%", of: counts.length },
    { name: "steps found, worst person", value: least(people.map((one) => one.found)), unit: "%", of: people.length },
    {
      name: "steps nobody marked, worst person",
      value: quantile(
        people.map((one) => one.wrong),
        1,
      ),
      unit: "%",
      of: people.length,
    },
    {
      name: "stride time, median error of the worst person",
      value: quantile(
        people.map((one) => one.stride),
        1,
      ),
      unit: "ms",
      of: people.length,
    },
  ];
}

function inside(turn: ToldTurn, walk: FootWalk): boolean {
  const bounds = walk.truth?.walk;
  return bounds === undefined || (at(turn.startMs, walk) >= bounds[0] && at(turn.endMs, walk) <= bounds[1]);
}

/** From a marked heel strike to the next of that foot, where both were found, against what was found; ms. */
function strideErrors({ walk, pairs }: JudgedFoot): number[] {
  return walk.feet.flatMap(({ foot }) => {
    const marks = walk.truth?.steps[foot] ?? [];
    const found = marks.map((mark) => pairs.find((pair) => pair.foot === foot && pair.marked === mark)?.found);
    return marks.flatMap(([, end], i) => {
      const one = found[i - 1];
      const next = found[i];
      if (i === 0 || one === undefined || next === undefined) return [];
      return [Math.abs(next.endMs - one.endMs - (1000 * (end - marks[i - 1][1])) / walk.rateHz)];
    });
  });
}

function notesOf(judged: readonly JudgedFoot[]): string[] {
  const outside = (marked: Span, { truth }: FootWalk) =>
    truth?.walk !== undefined && (marked[1] < truth.walk[0] || marked[0] > truth.walk[1]);
  const turning = (marked: Span, { truth }: FootWalk) =>
    truth?.turn !== undefined && marked[1] > truth.turn[0] && marked[0] < truth.turn[1];
  const missed = judged.flatMap(({ walk, missed: those }) => those.map(({ marked }) => ({ walk, marked })));
  const wrong = judged.flatMap(({ walk, wrong: those }) =>
    those.map((step) => ({ walk, marked: [at(step.startMs, walk), at(step.endMs, walk)] as Span })),
  );
  if (missed.length + wrong.length === 0) return [];
  const where = (those: typeof missed) =>
    `${those.filter(({ marked, walk }) => turning(marked, walk)).length} in the U-turn, ${those.filter(({ marked, walk }) => outside(marked, walk)).length} outside the marked walk`;
  return [`Of ${missed.length} missed steps ${where(missed)}; of ${wrong.length} that nobody marked ${where(wrong)}.`];
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function least(values: readonly number[]): number | null {
  return quantile(values, 0);
}
