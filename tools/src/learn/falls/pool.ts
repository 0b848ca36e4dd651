/** Jobs over worker threads, their answers in the order of the jobs whichever thread was first. */
import { Worker } from "node:worker_threads";

/** One job at a time. */
export interface Hand<Job, Answer> {
  readonly work: (job: Job) => Promise<Answer>;
  readonly close: () => void;
}

/** A thread that runs the module and answers each message by one. A thread that fails is the failure of its job. */
export function threadHand<Job, Answer>(module: URL, workerData: unknown): Hand<Job, Answer> {
  const worker = new Worker(module, { workerData });
  return {
    work: (job) =>
      new Promise((resolve, reject) => {
        worker.once("error", reject);
        worker.once("message", (answer: Answer) => {
          worker.off("error", reject);
          resolve(answer);
        });
        worker.postMessage(job);
      }),
    close: () => void worker.terminate(),
  };
}

/** Every job by whichever hand is free. `onAnswer` is called as they come. */
export async function shared<Job, Answer>(
  jobs: readonly Job[],
  hands: readonly Hand<Job, Answer>[],
  onAnswer: (answer: Answer, job: Job) => void = () => {},
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  try {
    await Promise.all(
      hands.map(async (hand) => {
        while (next < jobs.length) {
          const own = next++;
          answers[own] = await hand.work(jobs[own]);
          onAnswer(answers[own], jobs[own]);
        }
      }),
    );
  } finally {
    for (const hand of hands) hand.close();
  }
  return answers;
}
