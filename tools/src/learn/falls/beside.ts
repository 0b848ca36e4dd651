/** The folds of a training, asked about the same people when their recordings are read otherwise. */
import { REFRACTORY } from "@songbai/sdk/sensing/fall/detector";
import { FRAME_HZ } from "@songbai/sdk/sensing/fall/frames";
import { candidatesOf } from "./candidates.ts";
import { type Fold, judgedBy, peopleOf, type Task } from "./cross-validate.ts";
import type { PositionName } from "./recordings/datasets.ts";
import type { FallRecording } from "./recordings/recording.ts";
import type { Beside } from "./report/results.ts";
import { type Judged, shareOf } from "./score.ts";
import { PARTS } from "./sensor-path.ts";
import { taught } from "./teach.ts";
import { triggerOf } from "./train.ts";
import { type Configuration, type Model, trainerOf } from "./trainer.ts";

/** Models and thresholds of folds, for people that they have not seen. */
export interface Strangers {
  readonly judge: (read: readonly FallRecording[]) => Judged[];
}

/** Trains the chosen model of each fold once more. */
export async function strangers(
  task: Task,
  folds: readonly Fold[],
  configurations: readonly Configuration[],
  position: PositionName,
): Promise<Strangers> {
  const trainers = configurations.map(trainerOf);
  const models: Model[] = [];
  for (const { held, chosen } of folds) {
    const trainer = trainers.find(({ name }) => name === chosen)!;
    const known = new Set(peopleOf(task.recordings).filter((person) => !held.includes(person)));
    models.push(await taught(trainer, task.recordings, task.candidates, known, task.seed, task.harmless));
  }
  return {
    judge(read) {
      const candidates = candidatesOf(read, PARTS[position], triggerOf(position));
      const asked = folds.map((fold, i) => ({
        ...fold,
        margins: candidates
          .filter(({ recording }) => fold.held.includes(read[recording].subject))
          .map(({ features }) => models[i].score(features) - fold.threshold),
      }));
      return judgedBy({ ...task, recordings: read, candidates }, asked, REFRACTORY / FRAME_HZ);
    },
  };
}

/** A line of the model card. */
export function besideOf(what: string, judged: readonly Judged[]): Beside {
  return {
    what,
    sensitivity: shareOf(judged.filter(({ recording }) => recording.fall && recording.absent !== true)),
    specificity: shareOf(judged.filter(({ recording }) => !recording.fall && recording.absent !== true)),
  };
}
