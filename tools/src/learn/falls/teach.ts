/** Rows from candidates. Where a data set does not say which impact was the fall, the models of other people say it. */

import type { Rows } from "../trees/rows.ts";
import type { Candidate } from "./candidates.ts";
import type { FallRecording } from "./recordings/recording.ts";
import { type Model, type Trainer, treeTrainer } from "./trainer.ts";

/** A quick model that reads well which of several impacts was the fall. */
const TEACHER = treeTrainer({ kind: "extra trees", trees: 40, depth: 6, tried: 6, least: 2 });
const ROUNDS = 2;
const FOLDS = 5;

/** What to learn from the people `known`, each fall once, and from what is `harmless` whoever is known: ready for any trainer. */
export async function lessonsOf(
  recordings: readonly FallRecording[],
  candidates: readonly Candidate[],
  known: ReadonlySet<string>,
  seed: number,
  harmless: readonly Candidate[] = [],
): Promise<Rows> {
  const own = candidates.filter(({ recording }) => known.has(recordings[recording].subject));
  // Where nothing is labelled, the strongest impact is the fall at first (facts of UMAFall), then the one that looks most like it.
  let falls = chosen(own, ({ impactMg }) => impactMg);
  if (own.some(({ teaching }) => teaching === "perhaps")) {
    const people = [...known].sort();
    for (let round = 0; round < ROUNDS; round++) {
      const scores = new Map<Candidate, number>();
      for (let fold = 0; fold < FOLDS; fold++) {
        const held = new Set(people.filter((_, i) => i % FOLDS === fold));
        const others = own.filter(({ recording }) => !held.has(recordings[recording].subject));
        const model = await TEACHER.train(rowsOf(others, falls), seed + fold);
        for (const candidate of own) {
          if (held.has(recordings[candidate.recording].subject)) scores.set(candidate, model.score(candidate.features));
        }
      }
      falls = chosen(own, (candidate) => scores.get(candidate)!);
    }
  }
  return rowsOf([...own, ...harmless], falls);
}

/** Of the impacts that may be a recording's fall, the one with most worth. */
function chosen(candidates: readonly Candidate[], worth: (candidate: Candidate) => number): Set<Candidate> {
  const best = new Map<number, Candidate>();
  for (const candidate of candidates) {
    if (candidate.teaching !== "perhaps") continue;
    const other = best.get(candidate.recording);
    if (other === undefined || worth(candidate) > worth(other)) best.set(candidate.recording, candidate);
  }
  return new Set(best.values());
}

function rowsOf(candidates: readonly Candidate[], falls: ReadonlySet<Candidate>): Rows {
  const taught = candidates.filter(
    (candidate) => candidate.teaching === "adl" || candidate.teaching === "fall" || falls.has(candidate),
  );
  // An impact that was read in several ways counts once.
  const readings = taught.flatMap((candidate) => {
    const ways = [candidate.features, ...(candidate.otherwise ?? [])];
    const label = candidate.teaching === "adl" ? 0 : 1;
    const weight = (candidate.weight ?? 1) / ways.length;
    return ways.map((features) => ({ features, label, weight }));
  });
  const features = taught[0]?.features.length ?? 0;
  const values = new Int32Array(readings.length * features);
  readings.forEach((reading, row) => {
    values.set(reading.features, row * features);
  });
  return {
    length: readings.length,
    features,
    values,
    labels: Uint8Array.from(readings, ({ label }) => label),
    weights: Float64Array.from(readings, ({ weight }) => weight),
  };
}

/** Trains on the people `known`. */
export async function taught<M extends Model>(
  trainer: Trainer<M>,
  recordings: readonly FallRecording[],
  candidates: readonly Candidate[],
  known: ReadonlySet<string>,
  seed: number,
  harmless: readonly Candidate[] = [],
): Promise<M> {
  return trainer.train(await lessonsOf(recordings, candidates, known, seed, harmless), seed);
}
