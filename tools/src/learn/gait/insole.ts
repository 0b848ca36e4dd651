/** Insoles with eight and with four cells against the total force of the eight. */
import type { LineProgram } from "../sense/runtimes.ts";
import type { Evaluation, Figure } from "../sense/sense.ts";
import { quantile, share } from "../statistics.ts";
import { type JudgedInsole, judgeInsole } from "./insole-judge.ts";
import { insolePlot } from "./insole-plot.ts";
import { CELLS, insoleWalks } from "./insole-recordings.ts";
import { recordingOf } from "./recording.ts";

/** A turn at each end of the hall: strides that last longer or shorter than the median by a quarter are none of the walk's. */
const ODD = 0.25;

export function evaluateInsole(folder: string, device: LineProgram): Evaluation {
  const judged = insoleWalks(folder).map((walk, place) => judgeInsole(walk, place, device));
  return {
    recordings: judged.map(({ walk, soles: [eight, ...others] }) => ({
      ...recordingOf(walk, eight.told, CELLS),
      otherwise: others.map(({ name, told }) => ({
        cells: name,
        steps: told.steps.map(({ foot, startMs, endMs }) => ({ foot, start: startMs / 1000, end: endMs / 1000 })),
        walks: told.walks,
      })),
    })),
    figures: figuresOf(judged),
    notes: [
      "The reference is the sum of the eight cells: with eight cells the figures show what the learning of the level in the air and the sampling cost, no more.",
      "With noise and drift: 3 N of noise (standard deviation) on each of the four cells, whose levels wander by 15 N up and down within one to two minutes.",
    ],
    plot: () => insolePlot(judged),
  };
}

function figuresOf(judged: readonly JudgedInsole[]): Figure[] {
  const figures: Figure[] = [];
  for (const [place, name] of ["8 cells", "4 cells", "4 cells with noise and drift"].entries()) {
    const soles = judged.map(({ soles: those }) => those[place]);
    const errors = soles.flatMap((sole) => sole.errors.map(Math.abs));
    const missed = soles.reduce((all, sole) => all + sole.missed, 0);
    const wrong = soles.reduce((all, sole) => all + sole.wrong, 0);
    const aim = place < 2 ? { aim: { atMost: 20 } as const } : {};
    const people = [...new Set(judged.map(({ walk }) => walk.person))].map((person) =>
      quantile(
        judged.filter(({ walk }) => walk.person === person).flatMap(({ soles: those }) => those[place].errors.map(Math.abs)),
        0.5,
      ),
    );
    const worst = people.filter((error) => error !== null);
    figures.push(
      { name: `heel strike, median error, ${name}`, value: quantile(errors, 0.5), unit: "ms", of: errors.length, ...aim },
      { name: `nine of ten within, ${name}`, value: quantile(errors, 0.9), unit: "ms", of: errors.length },
      { name: `median error of the worst person, ${name}`, value: quantile(worst, 1), unit: "ms", of: worst.length },
      {
        name: `heel strikes found, ${name}`,
        value: share(errors.length, errors.length + missed, 2),
        unit: "%",
        of: errors.length + missed,
      },
      {
        name: `steps told without one, ${name}`,
        value: share(wrong, errors.length + wrong, 2),
        unit: "%",
        of: errors.length + wrong,
      },
    );
    const variations = judged.flatMap(({ walk, strikes, soles: those }) => {
      const told = those[place].told.walks.toSorted((a, b) => b.strides - a.strides)[0]?.variationPercent;
      const truth = variationOf(walk.feet.map(({ foot }) => strikes[foot]));
      return told === null || told === undefined || truth === null ? [] : [Math.abs(told - truth)];
    });
    figures.push({
      name: `stride time variation, median error, ${name}`,
      value: quantile(variations, 0.5),
      unit: "points",
      of: variations.length,
    });
  }
  const loads = judged.flatMap(({ soles: [eight, four] }) => {
    const [a, b] = [eight, four].map(({ told }) => told.walks.toSorted((x, y) => y.strides - x.strides)[0]?.leftLoadPercent);
    return typeof a === "number" && typeof b === "number" ? [Math.abs(a - b)] : [];
  });
  figures.push({
    name: "left share of the load, 4 cells against 8, median",
    value: quantile(loads, 0.5),
    unit: "points",
    of: loads.length,
  });
  return figures;
}

/** Coefficient of variation of the strides between these heel strikes, percent, without the odd ones. */
function variationOf(feet: readonly (readonly number[])[]): number | null {
  let squares = 0;
  let count = 0;
  let sum = 0;
  for (const strikes of feet) {
    const strides = strikes.slice(1).map((strike, i) => strike - strikes[i]);
    const middle = quantile(strides, 0.5) ?? 0;
    const even = strides.filter((stride) => Math.abs(stride - middle) <= ODD * middle);
    const mean = even.reduce((all, stride) => all + stride, 0) / even.length;
    squares += even.reduce((all, stride) => all + (stride - mean) ** 2, 0);
    sum += mean * even.length;
    count += even.length;
  }
  return count < 20 ? null : (100 * Math.sqrt(squares / (count - 2))) / (sum / count);
}
