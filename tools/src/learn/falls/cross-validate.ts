/**
 * How good training is for people that it has not seen. Each person (or group of people) is held out once; among the others, which
 * model and which threshold to take is found by holding out again. The held-out people only ever hear the answer.
 */
import type { Candidate } from "./candidates.ts";
import { type Aim, type OperatingPoint, operatingPoint, suspicions } from "./operate.ts";
import type { FallRecording } from "./recordings/recording.ts";
import type { Judged } from "./score.ts";
import { lessonsOf, taught } from "./teach.ts";
import type { Model, Trainer } from "./trainer.ts";

export interface Task {
  readonly recordings: readonly FallRecording[];
  readonly candidates: readonly Candidate[];
  /** Impacts of nobody among the people, none of them a fall: learnt from beside them, and never asked about. */
  readonly harmless?: readonly Candidate[];
  readonly aim: Aim;
  readonly seed: number;
  /** Groups that the people known are cut into where a model or threshold is chosen. */
  readonly innerFolds: number;
}

/** A model that was tried, and what it did for people held out. */
export interface Tried extends OperatingPoint {
  readonly name: string;
}

export interface Choice<M extends Model = Model> {
  readonly trainer: Trainer<M>;
  readonly point: OperatingPoint;
  readonly tried: readonly Tried[];
}

/** The trainer and threshold that are best among the people `known`, each scored by models that have not seen them. */
export async function choose<M extends Model>(
  task: Task,
  trainers: readonly Trainer<M>[],
  known: ReadonlySet<string>,
): Promise<Choice<M>> {
  const { recordings, candidates, seed } = task;
  const own = candidates.filter(({ recording }) => known.has(recordings[recording].subject));
  const scores = trainers.map(() => new Map<Candidate, number>());
  for (const held of groupsOf(recordings, known, task.innerFolds)) {
    const others = new Set([...known].filter((person) => !held.has(person)));
    const rows = await lessonsOf(recordings, own, others, seed, task.harmless);
    const asked = own.filter(({ recording }) => held.has(recordings[recording].subject));
    for (const [i, trainer] of trainers.entries()) {
      const model = await trainer.train(rows, seed);
      for (const candidate of asked) scores[i].set(candidate, model.score(candidate.features));
    }
  }
  const points = scores.map((one) => operatingPoint(suspicions(recordings, own, one, known), task.aim));
  let best = 0;
  for (let i = 1; i < points.length; i++) if (points[i].worth > points[best].worth) best = i;
  return {
    trainer: trainers[best],
    point: points[best],
    tried: trainers.map(({ name }, i) => ({ name, ...points[i] })),
  };
}

/** What came of holding out these people. */
export interface Fold {
  readonly held: readonly string[];
  readonly chosen: string;
  readonly threshold: number;
  readonly tried: readonly Tried[];
  /** Their candidates' scores above the threshold, in the order of the task's. */
  readonly margins: readonly number[];
}

export async function foldOf(task: Task, trainers: readonly Trainer[], held: readonly string[]): Promise<Fold> {
  const { recordings, candidates } = task;
  const known = new Set(peopleOf(recordings).filter((person) => !held.includes(person)));
  const { trainer, point, tried } = await choose(task, trainers, known);
  const model = await taught(trainer, recordings, candidates, known, task.seed, task.harmless);
  const margins = candidates
    .filter(({ recording }) => held.includes(recordings[recording].subject))
    .map(({ features }) => model.score(features) - point.threshold);
  return { held, chosen: trainer.name, threshold: point.threshold, tried, margins };
}

/** Everybody alone, or so many groups with as many falls in each as can be. */
export function outerFolds(recordings: readonly FallRecording[], count?: number): string[][] {
  const people = peopleOf(recordings);
  if (count === undefined) return people.map((person) => [person]);
  return groupsOf(recordings, new Set(people), count).map((group) => [...group].sort());
}

/** Alarms as the detector would have given them: above the threshold, and none for a while after one. */
export function judgedBy(task: Task, folds: readonly Fold[], refractoryS: number): Judged[] {
  const { recordings, candidates } = task;
  const margins = new Map<Candidate, number>();
  for (const fold of folds) {
    const asked = candidates.filter(({ recording }) => fold.held.includes(recordings[recording].subject));
    for (const [i, candidate] of asked.entries()) margins.set(candidate, fold.margins[i]);
  }
  const judged = recordings.map((recording) => ({ recording, alarms: [] as { timeS: number; impactS: number }[] }));
  for (const candidate of candidates) {
    const { alarms } = judged[candidate.recording];
    const last = alarms.at(-1);
    if (last !== undefined && candidate.decidedS - last.timeS < refractoryS) continue;
    if (margins.get(candidate)! > 0) alarms.push({ timeS: candidate.decidedS, impactS: candidate.impactS });
  }
  return judged;
}

export function peopleOf(recordings: readonly FallRecording[]): string[] {
  return [...new Set(recordings.filter(({ unknown }) => unknown === undefined).map(({ subject }) => subject))].sort();
}

/** People dealt out by their number of falls, the most first, as cards are: round and back. */
function groupsOf(recordings: readonly FallRecording[], people: ReadonlySet<string>, count: number): Set<string>[] {
  const falls = new Map([...people].map((person) => [person, 0]));
  for (const { subject, fall } of recordings) {
    if (fall && falls.has(subject)) falls.set(subject, falls.get(subject)! + 1);
  }
  const order = [...people].sort((a, b) => falls.get(b)! - falls.get(a)! || (a < b ? -1 : 1));
  const groups = Array.from({ length: Math.min(count, order.length) }, () => new Set<string>());
  order.forEach((person, i) => {
    const round = i % (2 * groups.length);
    groups[round < groups.length ? round : 2 * groups.length - 1 - round].add(person);
  });
  return groups;
}
