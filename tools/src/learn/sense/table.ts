/** Files of numbers in columns. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import { decimalAt } from "./decimal.ts";

export interface Table {
  readonly rows: number;
  /** By its name in the header, or by its place where there is none. NaN where a field is missing or is no number. */
  readonly column: (name: string | number) => Float64Array;
  readonly has: (name: string | number) => boolean;
}

export interface TableShape {
  readonly delimiter: "," | "\t" | ";";
  /** Lines before the header. */
  readonly before?: number;
  /** Whether the next line names the columns; quotes and spaces around a name do not count. */
  readonly header: boolean;
}

const NEWLINE = 10;
const QUOTE = 39;

/** Rows without a single number (units, blank lines) are left out. Throws `InputError` where the file or a column is missing. */
export function readTable(file: string, { delimiter, before = 0, header }: TableShape): Table {
  const octets = octetsOf(file);
  const mark = delimiter.charCodeAt(0);
  let from = 0;
  const nextLine = (): readonly [number, number] | undefined => {
    if (from >= octets.length) return undefined;
    const found = octets.indexOf(NEWLINE, from);
    const to = found < 0 ? octets.length : found;
    const start = from;
    from = to + 1;
    return [start, octets[to - 1] === 13 ? to - 1 : to];
  };
  for (let i = 0; i < before; i++) nextLine();
  const named = header ? nextLine() : undefined;
  const names =
    named === undefined
      ? []
      : octets
          .toString("utf8", ...named)
          .replace(/^\uFEFF/, "")
          .split(delimiter)
          .map((name) => name.trim().replace(/^(['"])(.*)\1$/, "$2"));
  const rows: number[][] = [];
  for (let line = nextLine(); line !== undefined; line = nextLine()) {
    const [start, end] = line;
    const row: number[] = [];
    let some = false;
    for (let at = start; at <= end; ) {
      const found = octets.indexOf(mark, at);
      const to = found < 0 || found > end ? end : found;
      const quoted = octets[at] === QUOTE && octets[to - 1] === QUOTE;
      const value = quoted ? decimalAt(octets, at + 1, to - 1) : decimalAt(octets, at, to);
      some ||= !Number.isNaN(value);
      row.push(value);
      at = to + 1;
    }
    if (some) rows.push(row);
  }
  return {
    rows: rows.length,
    has: (name) => (typeof name === "number" ? rows.some((row) => name < row.length) : names.includes(name)),
    column(name) {
      const place = typeof name === "number" ? name : names.indexOf(name);
      if (place < 0 || !rows.some((row) => place < row.length)) {
        const there = names.length === 0 ? `${rows[0]?.length ?? 0} columns` : names.join(", ");
        throw new InputError(`${file} has no column ${typeof name === "number" ? name + 1 : `"${name}"`}; it has ${there}.`);
      }
      return Float64Array.from(rows, (row) => row[place] ?? Number.NaN);
    },
  };
}

function octetsOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new InputError(`The file ${file} cannot be read.`);
  }
}

/** Paths below `folder` with this ending, in order; not hidden ones. Throws `InputError` when there are none. */
export function filesOf(folder: string, ending: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    throw new InputError(`The folder ${folder} cannot be read; --data names the folder with the recordings.`);
  }
  const found = names.filter((name) => name.endsWith(ending) && !basename(name).startsWith(".")).sort();
  if (found.length === 0)
    throw new InputError(`There is no ${ending} file in ${folder}; --data names the folder with the recordings.`);
  return found;
}
