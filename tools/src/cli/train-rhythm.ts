/** songbai train rhythm: the trees that hear atrial fibrillation, and those that do not know one of their patients. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { FIBRILLATION, patientsIn } from "../learn/rhythm/pieces.ts";
import { foldsFile, learntFrom, tableFile } from "../learn/rhythm/train.ts";
import { integerOption } from "./options.ts";
import { working } from "./working.ts";

/** Each patient is left out once, and then each of the others for the threshold. */
const LEAST_PATIENTS = 3;

export function addTrainRhythm(program: Command): void {
  program
    .command("rhythm")
    .description("the hint of atrial fibrillation: trees over beat intervals, learnt from labelled pieces of pulse")
    .requiredOption("--data <dir>", "the folder with the patients' .mat files, in the format of ppg-rhythm")
    .requiredOption("--out <dir>", "folder for table.ts, which goes to the SDK, and folds.ts, which goes to the tools")
    .option("--seed <n>", "the same seed gives the same tables", "1")
    .addHelpText("after", "\nExample:\n  songbai train rhythm --data ppg-rhythm --out rhythm-table")
    .action((options: { data: string; out: string; seed: string }) => {
      const seed = integerOption("--seed", options.seed, 1, 2147483647);
      const patients = patientsIn(options.data);
      const both = patients.filter(({ labels = [] }) => labels.includes(FIBRILLATION)).length;
      if (patients.length < LEAST_PATIENTS || both < 2 || patients.some(({ labels }) => labels === undefined)) {
        throw new InputError(
          `It takes ${LEAST_PATIENTS} patients with labels, two of them with atrial fibrillation, to learn from.`,
        );
      }
      const done = working(`learning from ${patients.length} patients`);
      const learnt = patients.map(learntFrom);
      const files = [
        ["table.ts", tableFile(learnt, seed)],
        ["folds.ts", foldsFile(patients, learnt, seed)],
      ];
      try {
        mkdirSync(options.out, { recursive: true });
        for (const [name, text] of files) writeFileSync(join(options.out, name), text);
      } catch {
        throw new InputError(`The folder ${options.out} of --out cannot be written; name one that can.`);
      }
      done();
      process.stdout.write(`${options.out}/table.ts and folds.ts: trees from ${patients.length} patients.\n`);
    });
}
