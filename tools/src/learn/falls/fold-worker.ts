/** A thread that works on folds: the task comes with it, each message is the people of a fold. */
import { parentPort, workerData } from "node:worker_threads";
import { foldOf, type Task } from "./cross-validate.ts";
import { type Configuration, trainerOf } from "./trainer.ts";

export interface FoldWork {
  readonly task: Task;
  readonly configurations: readonly Configuration[];
}

const { task, configurations } = workerData as FoldWork;
const trainers = configurations.map((configuration) => trainerOf(configuration));

parentPort!.on("message", (held: string[]) => {
  void foldOf(task, trainers, held).then((fold) => parentPort!.postMessage(fold));
});
