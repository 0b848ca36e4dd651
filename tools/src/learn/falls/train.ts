/** From recordings to the table of a position, with the figures that strangers would see. */
import { REFRACTORY } from "@songbai/sdk/sensing/fall/detector";
import { ALONG_AXES } from "@songbai/sdk/sensing/fall/features";
import { FRAME_HZ } from "@songbai/sdk/sensing/fall/frames";
import type { FallTrigger } from "@songbai/sdk/sensing/fall/position";
import { type Forest, packed, quantised } from "../trees/forest.ts";
import { confidencesOf, type Evidence, evidenceOf } from "./calibrate.ts";
import { type Candidate, candidatesOf, readOtherwise } from "./candidates.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { type Fold, foldOf, judgedBy, outerFolds, peopleOf, type Task } from "./cross-validate.ts";
import type { FoldWork } from "./fold-worker.ts";
import type { Aim } from "./operate.ts";
import { type Hand, shared, threadHand } from "./pool.ts";
import type { PositionName } from "./recordings/datasets.ts";
import type { FallRecording } from "./recordings/recording.ts";
import { AIMS } from "./report/results.ts";
import type { Judged } from "./score.ts";
import { PARTS } from "./sensor-path.ts";
import { HARMLESS, simulatedRecordings } from "./simulated.ts";
import { taught } from "./teach.ts";
import { type Configuration, type TreeConfiguration, trainerOf, treeTrainer } from "./trainer.ts";

/** Impacts below are none, mg: no fall of the recordings stays below. */
const TRIGGER_MG: Record<PositionName, number> = { wrist: 2000, waist: 1400, chest: 1400, ankle: 1400, insole: 1400 };
/** What is not learnt from: where nobody knows how the board lies, no axis of its own is believed. */
const IGNORED: Partial<Record<PositionName, readonly number[]>> = { insole: ALONG_AXES };
/** Where the issue names no aim. */
const NO_AIM: Aim = { sensitivity: 95, specificity: 97 };
const INNER_FOLDS = 5;

/**
 * What is tried: all of it within 300,000 instructions a decision and 16 kB of tables. Few, each good at one place at least: between
 * many that are nearly alike the choice is a lottery, which costs strangers a point.
 */
const boosting = { kind: "boosting", trees: 64, depth: 3, tried: 4, rowsPercent: 70 } as const;
export const CONFIGURATIONS: readonly TreeConfiguration[] = [
  { ...boosting, rate: 0.15, least: 0.1, ridge: 1 },
  { ...boosting, rate: 0.12, least: 0.1, ridge: 0.1 },
  { kind: "extra trees", trees: 32, depth: 6, tried: 6, least: 2 },
];

export function triggerOf(position: PositionName): FallTrigger {
  return { rangeG: PARTS[position].rangeG, triggerMg: TRIGGER_MG[position] };
}

/** Simulated people who do each thing that is no fall, and the seed that makes them. */
const SIMULATED = { people: 30, seed: 5 };
/** An impact of theirs counts half of a person's: enough to silence a thrown bracelet, and strangers are heard as well as without. */
const SIMULATED_WEIGHT = 0.5;

/** Impacts of simulated movements that are no falls: a bracelet thrown or dropped, a bus, housework, and what recorded people do. */
export function harmlessAt(position: PositionName): Candidate[] {
  const { rangeG } = triggerOf(position);
  const recordings = simulatedRecordings({ plays: HARMLESS, ...SIMULATED, rangeG });
  return candidatesOf(recordings, PARTS[position], triggerOf(position)).map((one) => ({ ...one, weight: SIMULATED_WEIGHT }));
}

/** `others`: the same recordings, in the same order, read otherwise. */
export function taskOf(
  recordings: readonly FallRecording[],
  position: PositionName,
  seed: number,
  innerFolds = INNER_FOLDS,
  others: readonly (readonly FallRecording[])[] = [],
): Task {
  const found = (read: readonly FallRecording[]) =>
    without(candidatesOf(read, PARTS[position], triggerOf(position)), IGNORED[position]);
  const candidates = readOtherwise(found(recordings), others.map(found));
  // What is learnt from are the candidates: threads are spared the samples.
  const bare = recordings.map((recording) => ({ ...recording, samples: new Int16Array(0) }));
  return { recordings: bare, candidates, aim: AIMS[position] ?? NO_AIM, seed, innerFolds };
}

/** The candidates with nothing in some places of their features: no tree is split there. */
function without(candidates: readonly Candidate[], places: readonly number[] = []): Candidate[] {
  return candidates.map((one) => ({ ...one, features: one.features.map((value, i) => (places.includes(i) ? 0 : value)) }));
}

/** Everything that the answers depend on, for a checkpoint. */
export function fingerprint(
  { recordings, candidates, harmless = [], ...rest }: Task,
  configurations: readonly Configuration[],
): unknown {
  return [
    rest,
    configurations,
    recordings.map(({ id, subject, fall }) => [id, subject, fall]),
    candidates.map(({ recording, impactS, teaching, features, otherwise = [] }) => [
      recording,
      impactS,
      teaching,
      ...[features, ...otherwise].map((one) => [...one]),
    ]),
    harmless.map(({ weight, features }) => [weight, [...features]]),
  ];
}

export interface Validated {
  readonly folds: readonly Fold[];
  /** How strangers were judged: each by models and thresholds that knew nothing of them. */
  readonly judged: readonly Judged[];
  /** What decided about them. */
  readonly evidence: readonly Evidence[];
  /** What is chosen with everybody. */
  readonly everybody: Fold;
}

export interface Trained extends Validated {
  /** What ships: chosen and trained with everybody. */
  readonly forest: Forest;
  /** See `FallPosition`. */
  readonly confidence: readonly number[];
}

export interface Training<C extends Configuration = Configuration> {
  readonly configurations: readonly C[];
  /** Worker threads; 0 works in this one. */
  readonly threads: number;
  /** Groups of people held out; everybody alone when left out. */
  readonly folds?: number;
  readonly kept: Checkpoint<Fold>;
  readonly onFold: (done: number, of: number) => void;
}

/** How good these configurations are for strangers. */
export async function validate(
  task: Task,
  { configurations, threads, folds: count, kept, onFold }: Training,
): Promise<Validated> {
  // The last fold holds nobody out: what it chooses is what ships.
  const jobs = [...outerFolds(task.recordings, count), []];
  const missing = jobs.filter((held) => kept.get(nameOf(held)) === undefined);
  let done = jobs.length - missing.length;
  onFold(done, jobs.length);
  await shared(missing, handsFor({ task, configurations }, Math.min(threads, missing.length)), (fold, held) => {
    kept.put(nameOf(held), fold);
    onFold(++done, jobs.length);
  });
  const folds = jobs.map((held) => kept.get(nameOf(held))!);
  const everybody = folds.pop()!;
  const judged = judgedBy(task, folds, REFRACTORY / FRAME_HZ);
  return { folds, judged, evidence: evidenceOf(task, judged, folds), everybody };
}

export async function trainFalls(task: Task, training: Training<TreeConfiguration>): Promise<Trained> {
  const validated = await validate(task, training);
  const { everybody } = validated;
  const trainer = training.configurations.map(treeTrainer).find(({ name }) => name === everybody.chosen)!;
  const { recordings, candidates, seed } = task;
  const model = await taught(trainer, recordings, candidates, new Set(peopleOf(recordings)), seed, task.harmless);
  return {
    ...validated,
    forest: quantised(model.forest, 1, -everybody.threshold),
    confidence: confidencesOf(validated.evidence),
  };
}

function nameOf(held: readonly string[]): string {
  return held.length === 0 ? "everybody" : held.join(" ");
}

function handsFor(work: FoldWork, threads: number): Hand<string[], Fold>[] {
  if (threads === 0) {
    const trainers = work.configurations.map(trainerOf);
    return [{ work: (held) => foldOf(work.task, trainers, held), close: () => {} }];
  }
  const module = new URL("./fold-worker.js", import.meta.url);
  return Array.from({ length: threads }, () => threadHand<string[], Fold>(module, work));
}

/** The file of a position in sdk/src/sensing/fall. */
export function positionFile(
  position: PositionName,
  { forest, confidence }: Pick<Trained, "forest" | "confidence">,
  about: string,
): string {
  const { rangeG, triggerMg } = triggerOf(position);
  return `// Written by songbai train falls: not by hand.
import type { FallPosition } from "./position.ts";
import { trees } from "../trees.ts";

/** ${about} */
export const ${position}: FallPosition = {
  rangeG: ${rangeG},
  triggerMg: ${triggerMg},
  confidence: [${confidence.join(", ")}],
  score: trees(
    ${JSON.stringify(packed(forest))},
  ),
};
`;
}
