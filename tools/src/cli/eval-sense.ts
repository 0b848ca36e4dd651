/** songbai eval <sense>: every recording of a data set through a sense of a device. */
import { writeFileSync } from "node:fs";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { digestOfSense, senseReport } from "../learn/sense/report.ts";
import { SENSE_RUNTIMES } from "../learn/sense/runtimes.ts";
import { type Sense, senseOn } from "../learn/sense/sense.ts";
import { working } from "./working.ts";

interface EvalSenseOptions {
  dataset: string;
  data: string;
  runtime: string;
  digest?: boolean;
  json?: boolean;
  plot?: string;
}

export function addEvalSense(program: Command, sense: Sense): void {
  const [example] = sense.datasets;
  program
    .command(sense.name)
    .description(sense.description)
    .requiredOption("--dataset <name>", `the format of the recordings: ${sense.datasets.join(" or ")}`)
    .requiredOption("--data <dir>", "the folder with the recordings; those of other people will do, too")
    .option("--runtime <name>", `one of ${SENSE_RUNTIMES.join(", ")}`, "native")
    .option("--digest", "also print a digest over all that was said: it is the same on every runtime")
    .option("--plot <file.svg>", "also draw the figures there")
    .option("--json", "print one JSON object and nothing else: each recording with what was said of it")
    .addHelpText(
      "after",
      `\nExample:\n  songbai eval ${sense.name} --dataset ${example} --data ${example} --plot ${sense.name}.svg`,
    )
    .action(async (options: EvalSenseOptions) => evalSense(sense, options));
}

async function evalSense(sense: Sense, { dataset, data, runtime, digest, json, plot }: EvalSenseOptions): Promise<void> {
  if (!sense.datasets.includes(dataset)) {
    throw new InputError(
      `There is no data set "${dataset}" for songbai eval ${sense.name}; there is ${sense.datasets.join(", ")}.`,
    );
  }
  const done = working(`${sense.name} of ${dataset}`);
  const device = await senseOn(runtime, sense.program);
  const evaluation = sense.evaluate(dataset, data, device);
  device.close();
  done();
  if (plot !== undefined) {
    try {
      writeFileSync(plot, evaluation.plot());
    } catch {
      throw new InputError(`The file ${plot} of --plot cannot be written; name one that can.`);
    }
  }
  const sum = digest === true ? digestOfSense(evaluation) : undefined;
  if (json === true) {
    const { recordings, figures } = evaluation;
    const object = { sense: sense.name, dataset, runtime, ...(sum === undefined ? {} : { digest: sum }), figures, recordings };
    process.stdout.write(`${JSON.stringify(object)}\n`);
    return;
  }
  process.stdout.write(`${senseReport(evaluation, `${sense.name}, ${dataset} (${runtime})`)}\n`);
  if (sum !== undefined) process.stdout.write(`\ndigest over all that was said  ${sum}\n`);
}
