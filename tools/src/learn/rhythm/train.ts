/** Trees for the rhythm, learnt from patients, and how they do for patients that they have not seen. */

import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { FEATURES } from "@songbai/sdk/sensing/rhythm/features";
import { carriedOn, rhythm } from "@songbai/sdk/sensing/rhythm/rhythm";
import { type Boosting, boost } from "../trees/boost.ts";
import { type Forest, packed, quantised, sumOf } from "../trees/forest.ts";
import type { Rows } from "../trees/rows.ts";
import { FIBRILLATION, FULL_SCALE, type Patient, SENSED_HZ } from "./pieces.ts";
import { simulatedHealth } from "./simulated.ts";

const BOOSTING: Boosting = { trees: 80, depth: 3, tried: 8, rowsPercent: 60, least: 2, ridge: 1, rate: 0.08 };
/** Log odds are told in 1024ths. */
const UNIT = 1024;

/** A piece that the sense could judge. */
interface Row {
  readonly features: Int32Array;
  readonly label: number;
  /** Place of the piece. */
  readonly piece: number;
}

export interface Learnt {
  readonly rows: readonly Row[];
}

/** What the sense itself measures of each piece. */
export function learntFrom({ pieces, labels }: Patient): Learnt {
  const rows: Row[] = [];
  let features = new Int32Array(FEATURES);
  const keep = (measured: ArrayLike<number>) => {
    features = Int32Array.from({ length: FEATURES }, (_, i) => measured[i]);
    return 0;
  };
  let piece = 0;
  const sense = rhythm({ rateHz: SENSED_HZ, fullScale: FULL_SCALE, falling: false, score: keep }, ({ intervalMs }) => {
    if (intervalMs !== UNKNOWN && labels !== undefined)
      rows.push({ features, label: labels[piece] === FIBRILLATION ? 1 : 0, piece });
  });
  pieces.forEach((samples, i) => {
    piece = i;
    sense.gap();
    sense.feed(samples, samples.length);
  });
  return { rows };
}

/** The packed trees of a sense that knows these patients; above 0 is fibrillation. */
export function treesFrom(patients: readonly Learnt[], seed: number): string {
  return packed(quantised(forestOf(patients, seed), UNIT, -UNIT * thresholdOf(patients, seed)));
}

/** Of `table.ts` of the sense. */
export function tableFile(patients: readonly Learnt[], seed: number): string {
  return `// Written by songbai train rhythm: not by hand.
import { trees } from "../trees.ts";

/** ${BOOSTING.trees} boosted trees of depth ${BOOSTING.depth} from ${patients.length} patients of Liu et al. and simulated healthy people (seed ${seed}). See docs/senses/rhythm.md. */
export const FIBRILLATION_TREES =
  ${JSON.stringify(treesFrom(patients, seed))};

/** Above 0 for a rhythm as in atrial fibrillation, 1024ths of log odds. */
export const fibrillation = trees(FIBRILLATION_TREES);
`;
}

/** Of `folds.ts` beside this: for each patient that the table knows, one that does not know them. */
export function foldsFile(patients: readonly Patient[], learnt: readonly Learnt[], seed: number): string {
  const folds = patients.map(({ id, print }, i) => {
    const others = learnt.filter((_, other) => other !== i);
    return `  {\n    id: ${JSON.stringify(id)},\n    print: ${JSON.stringify(print)},\n    trees:\n      ${JSON.stringify(treesFrom(others, seed))},\n  },\n`;
  });
  return `// Written by songbai train rhythm: not by hand.

/** Patients that the table of the sense is learnt from, each with one that is learnt from the others: to score them by. */
export const FOLDS: readonly { readonly id: string; readonly print: string; readonly trees: string }[] = [
${folds.join("")}];
`;
}

function forestOf(patients: readonly Learnt[], seed: number): Forest {
  return boost(tableOf([...patients, healthy()]), BOOSTING, seed);
}

let made: Learnt | undefined;
function healthy(): Learnt {
  made ??= learntFrom(simulatedHealth());
  return made;
}

/** Every patient counts, one with many pieces more, by their square root; fibrillation as much in all as the rest. */
function tableOf(patients: readonly Learnt[]): Rows {
  const all = patients.flatMap(({ rows }) => {
    const of = [0, 0];
    for (const { label } of rows) of[label]++;
    return rows.map((row) => ({ ...row, weight: 1 / Math.sqrt(of[row.label]) }));
  });
  const sums = [0, 0];
  for (const { label, weight } of all) sums[label] += weight;
  return {
    length: all.length,
    features: FEATURES,
    values: Int32Array.from(all.flatMap(({ features }) => [...features])),
    labels: Uint8Array.from(all, ({ label }) => label),
    weights: Float64Array.from(all, ({ label, weight }) => (weight * all.length) / (2 * sums[label])),
  };
}

/** Where as many of either kind are told right, each patient judged by trees learnt from the others. */
function thresholdOf(patients: readonly Learnt[], seed: number): number {
  const judged = patients.flatMap((own) => {
    const forest = forestOf(
      patients.filter((other) => other !== own),
      seed,
    );
    return smoothed(own, forest);
  });
  return balanced(judged);
}

interface Judged {
  readonly score: number;
  readonly label: number;
}

/** As the device does: this piece and those before it. */
function smoothed({ rows }: Learnt, forest: Forest): Judged[] {
  let score = 0;
  return rows.map(({ label, features }) => {
    score = sumOf(forest, features) + carriedOn(Math.round(UNIT * score)) / UNIT;
    return { label, score };
  });
}

function balanced(judged: readonly Judged[]): number {
  const ones = judged.filter(({ label }) => label === 1).map(({ score }) => score);
  const others = judged.filter(({ label }) => label === 0).map(({ score }) => score);
  if (ones.length === 0 || others.length === 0) return 0;
  const right = (threshold: number) =>
    Math.min(
      ones.filter((score) => score > threshold).length / ones.length,
      others.filter((score) => score <= threshold).length / others.length,
    );
  let best = 0;
  for (let threshold = -4; threshold <= 4; threshold += 0.02) if (right(threshold) > right(best)) best = threshold;
  return best;
}
