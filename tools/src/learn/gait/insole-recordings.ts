/** Walks of "Gait in Parkinson's Disease" (PhysioNet, Hausdorff): time, eight forces of each foot in N, often the total of each. */
import { closeSync, openSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import { filesOf, readTable } from "../sense/table.ts";
import { FEET, type FootName, type FootSignal } from "./host.ts";

export const CELLS = 8;
/** Places of the left foot's cells, to the side and towards the toes: a tenth of the publisher's units is about a mm. */
export const SIDE_MM = [-50, -70, -30, -70, -30, -70, -30, -50];
export const FORWARD_MM = [-80, -40, -40, 0, 0, 40, 40, 80];
/** What an insole with four cells has: heel, forefoot outside and inside, toe. */
export const FOUR = [0, 5, 6, 7];
export const RANGE_N = 1000;

export interface InsoleWalk {
  readonly id: string;
  readonly person: string;
  readonly rateHz: number;
  readonly feet: readonly FootSignal[];
  /** Sum of the eight cells of each sample, N. */
  readonly total: Record<FootName, Float64Array>;
}

export function insoleWalks(folder: string): InsoleWalk[] {
  const files = [".txt", ".csv"].flatMap((ending) => filesIn(folder, ending)).sort();
  const walks = files.flatMap((file) => walkOf(folder, file) ?? []);
  if (walks.length === 0) {
    throw new InputError(
      `There is no .txt or .csv file with the time and sixteen forces in ${folder}; --data names the folder.`,
    );
  }
  return walks;
}

function filesIn(folder: string, ending: string): string[] {
  try {
    return filesOf(folder, ending);
  } catch (error) {
    if (error instanceof InputError && error.message.startsWith("There is no")) return [];
    throw error;
  }
}

/** Nothing for a file of something else, as the list of people. */
function walkOf(folder: string, name: string): InsoleWalk | undefined {
  const file = join(folder, name);
  const first = firstLine(file);
  const delimiter = first.includes("\t") ? "\t" : ",";
  const fields = first.split(delimiter);
  if (fields.length < 1 + 2 * CELLS) return undefined;
  const header = fields.some((field) => /[a-z]/i.test(field));
  if (header && !/left|right|time|sec|_in_/i.test(first)) return undefined;
  const table = readTable(file, { delimiter, header });
  const time = table.column(0);
  const columns = Array.from({ length: 2 * CELLS }, (_, i) => table.column(i + 1));
  const rateHz = rateOf(time, file);
  const values = (from: number) => {
    const into = new Float64Array(CELLS * table.rows);
    for (let i = 0; i < table.rows; i++) {
      const whole = columns.slice(from, from + CELLS).every((column) => !Number.isNaN(column[i]));
      for (let cell = 0; cell < CELLS; cell++) {
        const force = Math.round(columns[from + cell][i] * 10);
        into[i * CELLS + cell] = whole ? Math.max(0, Math.min(RANGE_N * 10, force)) : Number.NaN;
      }
    }
    return into;
  };
  const feet = FEET.map((foot, side) => ({ foot, values: values(side * CELLS) }));
  const sum = (side: number) =>
    Float64Array.from({ length: table.rows }, (_, i) =>
      columns.slice(side * CELLS, side * CELLS + CELLS).reduce((all, column) => all + column[i], 0),
    );
  return {
    id: name.replace(/\.\w+$/, ""),
    person: basename(name).replace(/_.*$/, ""),
    rateHz,
    feet,
    total: { left: sum(0), right: sum(1) },
  };
}

function firstLine(file: string): string {
  const octets = Buffer.alloc(2000);
  const opened = openSync(file, "r");
  const read = readSync(opened, octets, 0, octets.length, 0);
  closeSync(opened);
  return octets.toString("utf8", 0, read).split("\n", 1)[0].trim();
}

function rateOf(time: Float64Array, file: string): number {
  const passed = time[time.length - 1] - time[0];
  const rate = Math.round((time.length - 1) / passed);
  if (!(rate >= 50 && rate <= 200)) {
    throw new InputError(`${file}: the first column should be the time in s at 50 to 200 samples a second.`);
  }
  return rate;
}
