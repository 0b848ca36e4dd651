/** songbai train falls: the tables of a position, and how good they are for people that they have not seen. */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { besideOf, strangers } from "../learn/falls/beside.ts";
import { reliabilityOf } from "../learn/falls/calibrate.ts";
import { checkpoint } from "../learn/falls/checkpoint.ts";
import type { Fold, Task } from "../learn/falls/cross-validate.ts";
import { networkTrials } from "../learn/falls/network/fall-networks.ts";
import { loadTensorFlow, NoTensorFlow } from "../learn/falls/network/tensorflow.ts";
import {
  FALL_DATASETS,
  FALL_POSITIONS,
  type PositionName,
  readFalls,
  readFallsOrUnknown,
} from "../learn/falls/recordings/datasets.ts";
import { READINGS, TAUGHT_READINGS } from "../learn/falls/recordings/readings.ts";
import type { FallRecording } from "../learn/falls/recordings/recording.ts";
import { fallPlot } from "../learn/falls/report/fall-plot.ts";
import { type Beside, type FallResults, resultsOf } from "../learn/falls/report/results.ts";
import type { Share } from "../learn/falls/score.ts";
import {
  CONFIGURATIONS,
  fingerprint,
  harmlessAt,
  positionFile,
  type Training,
  taskOf,
  trainFalls,
  type Validated,
  validate,
} from "../learn/falls/train.ts";
import { type Configuration, UNIT } from "../learn/falls/trainer.ts";
import { working } from "./working.ts";

interface TrainFallsOptions {
  dataset: string;
  data: string;
  position: string;
  model: string;
  out: string;
  seed: string;
  folds?: string;
  threads?: string;
  simulated?: boolean;
  resume?: boolean;
}

/** Trees are what the device runs; networks stand beside them for comparison. */
const MODELS = ["trees", "network", "all"];

export function addTrainFalls(program: Command): void {
  program
    .command("falls")
    .description("the fall detector at a place on the body: chooses, trains, and tests on people left out")
    .requiredOption("--dataset <name>", `the format of the recordings: ${FALL_DATASETS.join(" or ")}`)
    .requiredOption("--data <dir>", "the folder with the recordings")
    .requiredOption("--position <name>", `where the sensor was worn: ${FALL_POSITIONS.join(", ")}`)
    .requiredOption(
      "--out <dir>",
      "folder for the position's table, the figures, their plot, and the log of all that was tried",
    )
    .option("--model <kind>", `what to train: ${MODELS.join(", ")}; networks are measured and not written as a table`, "trees")
    .option("--seed <n>", "the same seed gives the same tables", "1")
    .option("--folds <k>", "leave out the people in so many groups instead of one by one")
    .option("--threads <n>", "worker threads; as many as there are cores when left out")
    .option(
      "--simulated",
      "also learn from simulated movements that are no falls: a bracelet thrown or dropped, a bus, housework (wrist only)",
    )
    .option("--resume", "go on where a training with the same data and settings was stopped")
    .addHelpText(
      "after",
      "\nExample:\n  songbai train falls --dataset weda-fall --data WEDA-FALL --position wrist --out falls-wrist",
    )
    .action(async (options: TrainFallsOptions) => train(options));
}

async function train(options: TrainFallsOptions): Promise<void> {
  const position = FALL_POSITIONS.find((name) => name === options.position);
  if (position === undefined) {
    throw new InputError(`There is no position "${options.position}"; there are ${FALL_POSITIONS.join(", ")}.`);
  }
  if (!MODELS.includes(options.model)) {
    throw new InputError(`--model takes ${MODELS.join(", ")}, not "${options.model}".`);
  }
  if (options.model !== "trees") await needTensorFlow();
  const seed = whole("--seed", options.seed, 1, 2147483647);
  const folds = options.folds === undefined ? undefined : whole("--folds", options.folds, 2, 1000);
  const threads =
    options.threads === undefined ? Math.min(availableParallelism(), 8) : whole("--threads", options.threads, 1, 64);
  if (options.simulated === true && position !== "wrist") {
    throw new InputError(`--simulated is for the wrist: the simulator has no ${position}.`);
  }
  makeFolder(options.out);
  const read = working(`reading ${options.dataset}`);
  const recordings = readFalls(options.dataset, options.data, position);
  const others = TAUGHT_READINGS.map((reading) => readFalls(options.dataset, options.data, position, reading));
  const harmless = options.simulated === true ? { harmless: harmlessAt(position) } : {};
  const task = { ...taskOf(recordings, position, seed, undefined, others), ...harmless };
  read();
  if (!task.candidates.some(({ teaching }) => teaching === "fall" || teaching === "perhaps")) {
    throw new InputError(`There is no fall in ${options.data} to learn from; it takes recordings of falls by several people.`);
  }
  const plan = <C extends Configuration>(name: string, own: Task, configurations: readonly C[]): Training<C> => {
    const startedAt = performance.now();
    const file = join(options.out, `checkpoint${name}.jsonl`);
    return {
      configurations,
      threads,
      ...(folds === undefined ? {} : { folds }),
      kept: checkpoint<Fold>(file, fingerprint(own, configurations), options.resume === true),
      onFold: (done, of) => progress(done, of, performance.now() - startedAt),
    };
  };
  const report = (name: string, own: Task, validated: Validated, beside: readonly Beside[] = []) => {
    const results = { ...resultsFor(options, position, own, validated, folds), beside };
    write(options, position, name, validated, results);
    process.stdout.write(`${sentenceOf(results, validated)}\n\n`);
  };
  if (options.model !== "network") {
    const trained = await trainFalls(task, plan("", task, CONFIGURATIONS));
    const about = `${trained.everybody.chosen} (seed ${seed}) from the ${options.dataset} recordings at the ${wornAt(position)}; all falls acted by young adults. See docs/fall-detector.md.`;
    const table = join(options.out, `${position}.ts`);
    writeFileSync(table, positionFile(position, trained, about));
    const unseen = await strangers(task, trained.folds, CONFIGURATIONS, position);
    const beside = Object.entries(READINGS)
      .slice(1)
      .map(([what, reading]) => [what, readFallsOrUnknown(options.dataset, options.data, position, reading)] as const)
      .filter(([, read]) => read.some(({ unknown }) => unknown === undefined))
      .map(([what, read]) => besideOf(what, unseen.judge(read)));
    report("", task, trained, beside);
    process.stdout.write(`The tables are in ${table}; its place is sdk/src/sensing/fall.\n`);
  }
  if (options.model !== "trees") {
    for (const { sees, task: own, configurations } of networkTrials(recordings, task, position)) {
      const name = `-network-${sees}`;
      report(name, own, await validate(own, plan(name, own, configurations)));
    }
  }
}

async function needTensorFlow(): Promise<void> {
  try {
    await loadTensorFlow();
  } catch (error) {
    throw error instanceof NoTensorFlow ? new InputError(error.message) : error;
  }
}

function resultsFor(
  { dataset, seed, model, simulated }: TrainFallsOptions,
  position: PositionName,
  task: Task,
  validated: Validated,
  folds?: number,
): FallResults {
  const settings = [
    ...(model === "trees" ? [] : [` --model ${model}`]),
    ...(seed === "1" ? [] : [` --seed ${seed}`]),
    ...(folds === undefined ? [] : [` --folds ${folds}`]),
    ...(simulated === true ? [" --simulated"] : []),
  ].join("");
  return resultsOf(
    {
      dataset,
      position,
      protocol: `nested ${folds === undefined ? "leave-one-subject-out" : `${folds}-fold by subject`}: model and threshold chosen among the others`,
      model: validated.everybody.chosen,
      command: `songbai train falls --dataset ${dataset} --data ${folderName(dataset)} --position ${position} --out falls-${position}${settings}`,
    },
    validated.judged,
    marginsOf(task, validated),
    reliabilityOf(validated.evidence),
  );
}

/** Figures, plot and log of one family of models; `name` is empty for what the device runs. */
function write(
  { out }: TrainFallsOptions,
  position: PositionName,
  name: string,
  { folds, everybody }: Validated,
  results: FallResults,
): void {
  const log = [...folds, everybody].flatMap(({ held, chosen, tried }) =>
    tried.map((one) => JSON.stringify({ held, ...one, chosen: one.name === chosen })),
  );
  writeFileSync(join(out, `results${name}.json`), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(out, `log${name}.jsonl`), `${log.join("\n")}\n`);
  writeFileSync(join(out, `fall-${position}${name}.svg`), fallPlot(results));
}

/** The strongest evidence in a recording against its own fold's threshold, in logits. */
function marginsOf({ recordings, candidates }: Task, { folds }: Validated) {
  const most = new Map<string, number>();
  for (const fold of folds) {
    candidates
      .filter(({ recording }) => fold.held.includes(recordings[recording].subject))
      .forEach(({ recording, teaching }, i) => {
        if (teaching === "none") return;
        const { id } = recordings[recording];
        most.set(id, Math.max(fold.margins[i] / UNIT, most.get(id) ?? Number.NEGATIVE_INFINITY));
      });
  }
  return ({ id }: FallRecording): number | null => most.get(id) ?? null;
}

function sentenceOf(
  { figures: f, dataset, position, protocol, reliability, beside = [] }: FallResults,
  { folds, everybody }: Validated,
): string {
  const share = ({ right, of, percent, interval: [low, high] }: Share) =>
    `${percent.toFixed(1)} % [${low.toFixed(1)}, ${high.toFixed(1)}]  ${right} of ${of}`;
  const choices = new Map<string, number>();
  for (const { chosen } of folds) choices.set(chosen, (choices.get(chosen) ?? 0) + 1);
  return [
    `${dataset}, ${position}: ${protocol}; ${f.people} people. All falls were acted.`,
    "",
    `sensitivity   ${share(f.sensitivity)}`,
    `specificity   ${share(f.specificity)}`,
    `elders        ${f.elderAlarms} of ${f.elderRecordings} recordings with an alarm`,
    ...(reliability === undefined ? [] : [`confidence    off by ${reliability.errorPercent.toFixed(1)} points in the mean`]),
    "",
    ...beside.map(({ what, sensitivity, specificity }) => `read ${what}: ${share(sensitivity)}; ${share(specificity)}`),
    "",
    "chosen in the folds:",
    ...[...choices].sort(([, a], [, b]) => b - a).map(([name, count]) => `  ${String(count).padStart(3)}  ${name}`),
    `with everybody: ${everybody.chosen}`,
  ].join("\n");
}

function progress(done: number, of: number, tookMs: number): void {
  if (!process.stderr.isTTY) return;
  const left = done === 0 ? "" : `, ${Math.ceil(((tookMs / done) * (of - done)) / 1000)} s left`;
  process.stderr.write(done === of ? "\r\x1b[K" : `\r\x1b[Kpeople left out: ${done} of ${of}${left}`);
}

/** Where the recordings of a position are from. */
function wornAt(position: PositionName): string {
  return position === "insole" ? "ankle, turned anyhow: no fall was recorded in a shoe" : position;
}

function folderName(dataset: string): string {
  return dataset === "umafall" ? "UMAFall" : "WEDA-FALL";
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    throw new InputError(`The folder ${folder} of --out cannot be written; name one that can.`);
  }
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new InputError(`${option} takes a number from ${least} to ${most}, not "${text}".`);
  return value;
}
