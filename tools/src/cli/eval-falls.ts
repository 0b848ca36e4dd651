/** songbai eval falls: every recording of a data set through the fall detector of a device. */
import { writeFileSync } from "node:fs";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { detectorOn } from "../learn/falls/detector-host.ts";
import { digestOf, evaluate } from "../learn/falls/evaluate.ts";
import { strongestEvidence } from "../learn/falls/evidence.ts";
import { learntAt } from "../learn/falls/positions.ts";
import { FALL_DATASETS, FALL_POSITIONS, type PositionName, readFalls } from "../learn/falls/recordings/datasets.ts";
import { fallPlot } from "../learn/falls/report/fall-plot.ts";
import { fallReport } from "../learn/falls/report/fall-report.ts";
import { resultsOf } from "../learn/falls/report/results.ts";
import type { Judged } from "../learn/falls/score.ts";
import { type Alarm, PARTS } from "../learn/falls/sensor-path.ts";
import { SENSE_RUNTIMES } from "../learn/sense/runtimes.ts";
import { round } from "./result.ts";
import { working } from "./working.ts";

interface EvalFallsOptions {
  dataset: string;
  data: string;
  position: string;
  detector?: string;
  runtime: string;
  digest?: boolean;
  json?: boolean;
  plot?: string;
}

export function addEvalFalls(program: Command): void {
  program
    .command("falls")
    .description("falls and activities of daily living: what is heard, what is missed, what is a false alarm")
    .requiredOption("--dataset <name>", `the format of the recordings: ${FALL_DATASETS.join(" or ")}`)
    .requiredOption("--data <dir>", "the folder with the recordings; those at 25 Hz and of other people will do, too")
    .requiredOption("--position <name>", `where the sensor was worn: ${FALL_POSITIONS.join(", ")}`)
    .option("--detector <name>", "what it has learnt at another position than where the sensor was worn: how far that carries")
    .option("--runtime <name>", `one of ${SENSE_RUNTIMES.join(", ")}`, "native")
    .option("--digest", "also print a digest over all alarms: it is the same on every runtime")
    .option("--plot <file.svg>", "also draw the figures there")
    .option("--json", "print one JSON object and nothing else: each recording with its alarms")
    .addHelpText(
      "after",
      "\nExample:\n  songbai eval falls --dataset weda-fall --data WEDA-FALL --position wrist --plot wrist.svg",
    )
    .action(async (options: EvalFallsOptions) => evalFalls(options));
}

function positionOf(option: string): PositionName {
  const position = FALL_POSITIONS.find((name) => name === option);
  if (position !== undefined) return position;
  throw new InputError(`There is no position "${option}"; there are ${FALL_POSITIONS.join(", ")}.`);
}

async function evalFalls(options: EvalFallsOptions): Promise<void> {
  const position = positionOf(options.position);
  // A table was learnt through its own part: with its range.
  const table = positionOf(options.detector ?? position);
  const done = working(`reading ${options.dataset}`);
  const recordings = readFalls(options.dataset, options.data, position);
  const detector = await detectorOn(options.runtime, table);
  const judged = evaluate(recordings, PARTS[table], detector);
  detector.close();
  done();
  if (options.plot !== undefined) {
    const learnt = learntAt(table);
    const results = resultsOf(
      {
        dataset: options.dataset,
        position,
        protocol: "the detector as it ships",
        model: "",
        command: "",
      },
      judged,
      (recording) => strongestEvidence(recording, PARTS[table], learnt),
    );
    writePlot(options.plot, fallPlot(results));
  }
  for (const { unknown, absent } of recordings) {
    if (unknown !== undefined && absent !== true) process.stderr.write(`${unknown}\n`);
  }
  const digest = options.digest === true ? digestOf(judged) : undefined;
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(jsonOf(judged, position, { runtime: options.runtime, table }, digest))}\n`);
  } else {
    process.stdout.write(`${fallReport(judged, { ...options, position })}\n`);
    if (digest !== undefined) process.stdout.write(`\ndigest over all alarms  ${digest}\n`);
  }
}

function writePlot(file: string, svg: string): void {
  try {
    writeFileSync(file, svg);
  } catch {
    throw new InputError(`The file ${file} of --plot cannot be written; name one that can.`);
  }
}

/** The object of --json: every recording, with an alarm or without; times on the recording's own stamps, s. */
function jsonOf(
  judged: readonly Judged<Alarm>[],
  position: PositionName,
  { runtime, table }: { readonly runtime: string; readonly table: PositionName },
  digest: string | undefined,
) {
  return {
    detector: { table, runtime, rateHz: 25, ...PARTS[table] },
    position,
    ...(digest === undefined ? {} : { digest }),
    recordings: judged.map(({ recording: { id, durationS, unknown }, alarms }) => ({
      id,
      durationS: round(durationS, 3),
      alarms: alarms.map(({ timeS, impactS }) => ({ timeS: round(timeS, 3), impactS: round(impactS, 3) })),
      ...(unknown === undefined ? {} : { unknown }),
    })),
  };
}
