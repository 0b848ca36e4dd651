/** songbai compare: simulated people beside recorded ones. */
import { writeFileSync } from "node:fs";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Command } from "commander";
import { type Likeness, likeness } from "../learn/falls/body/compare.ts";
import { MEASURES } from "../learn/falls/body/measures.ts";
import { likenessPlot } from "../learn/falls/body/plot.ts";
import { nativeDetector } from "../learn/falls/detector-host.ts";
import { evaluate } from "../learn/falls/evaluate.ts";
import { learntAt } from "../learn/falls/positions.ts";
import { readFalls } from "../learn/falls/recordings/datasets.ts";
import type { FallRecording } from "../learn/falls/recordings/recording.ts";
import { byActivity, named } from "../learn/falls/report/fall-report.ts";
import { PARTS } from "../learn/falls/sensor-path.ts";
import { OTHER_PLAYS, simulatedRecordings, WEDA_PLAYS } from "../learn/falls/simulated.ts";
import { integerOption } from "./options.ts";
import { round } from "./result.ts";
import { working } from "./working.ts";

interface CompareOptions {
  data: string;
  people: string;
  seed: string;
  plot?: string;
  json?: boolean;
}

/** Of an activity's recordings, how many the detector answered with an alarm. */
interface Alarmed {
  readonly activity: string;
  readonly recorded?: number;
  readonly simulated: number;
}

/** Full scale of the watch that WEDA-FALL was recorded with, g. */
const WEDA_RANGE_G = 4;

export function addCompare(program: Command): void {
  const command = program.command("compare").description("lay simulated people beside recorded ones");
  command
    .command("falls")
    .description(
      "how strong, light, turned and restless falls and everyday movements are, and how many of them the detector hears",
    )
    .requiredOption("--data <dir>", "the folder of WEDA-FALL")
    .option("--people <number>", "how many simulated people do each thing", "60")
    .option("--seed <number>", "seed of the simulated people", "1")
    .option("--plot <file.svg>", "draw the distributions there")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText("after", "\nExample:\n  songbai compare falls --data WEDA-FALL --plot body.svg")
    .action(compareFalls);
}

function compareFalls(options: CompareOptions): void {
  const people = integerOption("--people", options.people, 5, 1000);
  const seed = integerOption("--seed", options.seed, 0, 2147483647);
  const done = working("reading, simulating and comparing");
  const recorded = readFalls("weda-fall", options.data, "wrist");
  const simulated = simulatedRecordings({ plays: [...WEDA_PLAYS, ...OTHER_PLAYS], people, seed, rangeG: WEDA_RANGE_G });
  const rows = likeness(recorded, simulated);
  const alarmed = alarmedAmong(recorded, simulated);
  done();
  if (rows.length === 0)
    throw new InputError(`No activity of WEDA-FALL is in ${options.data}; there are D01 to D11, F01 to F08.`);
  if (options.plot !== undefined) writeFileSync(options.plot, likenessPlot(rows, named));
  process.stdout.write(options.json === true ? `${JSON.stringify(jsonOf(rows, alarmed))}\n` : pageOf(rows, alarmed));
}

/** Percent of the recordings of each activity in which the wrist's detector raises an alarm. */
export function alarmedAmong(recorded: readonly FallRecording[], simulated: readonly FallRecording[]): Alarmed[] {
  const detector = nativeDetector(learntAt("wrist"));
  const shares = (recordings: readonly FallRecording[]) =>
    new Map(
      byActivity(evaluate(recordings, PARTS.wrist, detector)).map(({ name, fall, of, right }) => [
        name,
        (100 * (fall ? right : of - right)) / of,
      ]),
    );
  const real = shares(recorded);
  return [...shares(simulated)].map(([activity, share]) => {
    const beside = real.get(activity);
    return { activity, ...(beside === undefined ? {} : { recorded: beside }), simulated: share };
  });
}

function pageOf(rows: readonly Likeness[], alarmed: readonly Alarmed[]): string {
  const head = MEASURES.map(({ name, unit }) => `${name}, ${unit}`.padStart(18)).join("");
  const lines = rows.map(({ activity, recorded, simulated, pairs }) => {
    const cells = pairs.map((pair) =>
      `${Math.round(pair.recorded[2])} ${Math.round(pair.simulated[2])} ${pair.distance.toFixed(2)}`.padStart(18),
    );
    return `${named(activity).padEnd(28)}${`${recorded} ${simulated}`.padStart(7)}${cells.join("")}`;
  });
  const all = rows.flatMap(({ pairs }) => pairs.map(({ distance }) => distance)).sort((a, b) => a - b);
  return [
    "Medians of recorded and simulated people, and how far their distributions are apart (0 the same, 1 nothing in common):",
    "",
    `${"".padEnd(28)}${"n".padStart(7)}${head}`,
    ...lines,
    "",
    `The middle distance is ${all[all.length >> 1].toFixed(2)}; ${all.filter((one) => one >= 0.5).length} of ${all.length} are 0.5 or more.`,
    ...MEASURES.map(({ name, what }) => `  ${name.padEnd(10)} ${what}`),
    "",
    `${"recordings with an alarm".padEnd(28)}${"recorded".padStart(12)}${"simulated".padStart(12)}`,
    ...alarmed.map(
      ({ activity, recorded, simulated }) =>
        `${activity.padEnd(28)}${(recorded === undefined ? "-" : `${recorded.toFixed(0)} %`).padStart(12)}${`${simulated.toFixed(0)} %`.padStart(12)}`,
    ),
    "",
  ].join("\n");
}

function jsonOf(rows: readonly Likeness[], alarmed: readonly Alarmed[]) {
  const rounded = (values: readonly number[]) => values.map((value) => round(value, 1));
  return {
    measures: MEASURES,
    activities: rows.map(({ activity, recorded, simulated, pairs }) => ({
      activity,
      recorded,
      simulated,
      pairs: pairs.map((pair) => ({
        recorded: rounded(pair.recorded),
        simulated: rounded(pair.simulated),
        distance: round(pair.distance, 3),
      })),
    })),
    alarmed: alarmed.map(({ activity, recorded, simulated }) => ({
      activity,
      ...(recorded === undefined ? {} : { recorded: round(recorded, 1) }),
      simulated: round(simulated, 1),
    })),
  };
}
