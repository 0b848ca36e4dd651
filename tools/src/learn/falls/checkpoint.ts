/** Answers on disk, a line each as soon as it is known: what was killed goes on where it was. */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

export interface Checkpoint<Answer> {
  readonly get: (job: string) => Answer | undefined;
  readonly put: (job: string, answer: Answer) => void;
}

interface Line<Answer> {
  readonly of: string;
  readonly job: string;
  readonly answer: Answer;
}

/** `of` is all that the answers depend on; without `resume`, or where it has changed, everything begins anew. */
export function checkpoint<Answer>(file: string, of: unknown, resume: boolean): Checkpoint<Answer> {
  const key = createHash("sha256").update(JSON.stringify(of)).digest("hex");
  const known = new Map<string, Answer>();
  const kept: string[] = [];
  if (resume && existsSync(file)) {
    for (const text of readFileSync(file, "utf8").split("\n")) {
      const line = lineOf<Answer>(text);
      if (line?.of !== key) continue;
      known.set(line.job, line.answer);
      kept.push(`${text}\n`);
    }
  }
  // A line that was cut by the kill would spoil the next one.
  writeFileSync(file, kept.join(""));
  return {
    get: (job) => known.get(job),
    put: (job, answer) => {
      known.set(job, answer);
      appendFileSync(file, `${JSON.stringify({ of: key, job, answer } satisfies Line<Answer>)}\n`);
    },
  };
}

function lineOf<Answer>(text: string): Line<Answer> | undefined {
  try {
    return JSON.parse(text) as Line<Answer>;
  } catch {
    return undefined;
  }
}
