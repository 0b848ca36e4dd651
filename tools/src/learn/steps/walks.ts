/** The recordings of steps-watch and steps-phone, as an accelerometer of 25 Hz would give them. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import { filesOf, readTable, type Table } from "../sense/table.ts";
import { steady } from "./steady.ts";

export interface Walk {
  /** Path below the folder, without extension; of a folder with its own counter, the folder. */
  readonly id: string;
  readonly durationS: number;
  /** mg at 25 Hz, three a sample, without the time between runs. */
  readonly runs: readonly Int16Array[];
  /** Nothing where nobody counted. */
  readonly trueSteps: number | undefined;
}

const STANDARD_G = 9.80665;
/** The watch says 1/8192 g and ms, the phone m/s² and ns. */
const WATCH = { mg: 1000 / 8192, s: 1e-3 };
const PHONE = { mg: 1000 / STANDARD_G, s: 1e-9 };
/** The file that a phone's folder keeps its samples in. */
const SAMPLES = "accelerometer.csv";
const COUNTER = "stepcounter.csv";
const TRUTH = "truth.csv";
/** Column of the reference device in the files of the validation. */
const REFERENCE = 5;

/** One at a time: they are long. Throws `InputError` for what cannot be read. */
export function* walksIn(dataset: string, folder: string): Generator<Walk> {
  const phone = dataset === "steps-phone";
  const files = filesOf(folder, ".csv").filter((name) => ![TRUTH, COUNTER].includes(basename(name)));
  if (files.length === 0)
    throw new InputError(`There is no recording in ${folder}; --data names the folder with the recordings.`);
  const truths = truthsOf(folder);
  for (const name of files) {
    const file = join(folder, name);
    const own = phone && basename(name) === SAMPLES;
    const table = readTable(file, { delimiter: ",", header: !phone });
    const [time, x, y, z] = (own ? [0, 2, 3, 4] : [0, 1, 2, 3]).map(table.column);
    const { s, mg } = phone ? PHONE : WATCH;
    const { runs, durationS } = steady(file, time, [x, y, z], s, mg);
    const place = name.split(sep).join("/");
    const key = own ? place.slice(0, -SAMPLES.length) : place;
    yield {
      id: key.replace(/(\.csv|\/)$/, ""),
      durationS,
      runs,
      trueSteps: truths.get(key) ?? (phone ? counted(file, table, own) : undefined),
    };
  }
}

/** The lines of truth.csv: file, steps, seconds. */
function truthsOf(folder: string): ReadonlyMap<string, number> {
  const file = join(folder, TRUTH);
  if (!existsSync(file)) return new Map();
  const fields = readFileSync(file, "utf8")
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(","));
  return new Map(
    fields.filter(([name, steps]) => name !== "" && /^\d+$/.test(steps ?? "")).map(([name, steps]) => [name, Number(steps)]),
  );
}

/** What the devices on the feet counted: contacts of either foot that begin, or the reference's sum. */
function counted(file: string, table: Table, own: boolean): number | undefined {
  if (!own) return table.has(REFERENCE) ? table.column(REFERENCE).at(-1) : undefined;
  const counter = join(dirname(file), COUNTER);
  if (!existsSync(counter)) return undefined;
  const contacts = readTable(counter, { delimiter: ",", header: false });
  const begun = (foot: number) =>
    contacts.column(foot).reduce((sum, now, i, all) => sum + (i > 0 && now === 1 && all[i - 1] === 0 ? 1 : 0), 0);
  return begun(1) + begun(2);
}
