/**
 * Walks of Voisard et al., IPOL 2023: `<person>-<trial>_lf.txt`, `_rf.txt`, and, where they are there, `_lb.txt` of the lower back and
 * `<person>-<trial>.json` with the truth.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import { filesOf, readTable } from "../sense/table.ts";
import type { FootName, FootSignal } from "./host.ts";

/** In samples. */
export type Span = readonly [number, number];

export interface FootTruth {
  readonly steps: Record<FootName, readonly Span[]>;
  readonly walk: Span | undefined;
  readonly turn: Span | undefined;
}

export interface FootWalk {
  readonly id: string;
  readonly person: string;
  readonly rateHz: number;
  readonly feet: readonly FootSignal[];
  /** The lower back, in the values of a foot. */
  readonly back: Float64Array | undefined;
  readonly truth: FootTruth | undefined;
}

const COLUMNS = ["Acc_X", "Acc_Y", "Acc_Z", "Gyr_X", "Gyr_Y", "Gyr_Z"];
/** What a part such as the LSM6DSO reads at most: mg, and 0.1 deg/s. */
export const RANGE_G = 16;
export const RANGE_DPS = 2000;
const PER_MS2 = 1000 / 9.80665;
const PER_RAD = 1800 / Math.PI;
/** A hole longer than so many samples is no counter that skipped: it was set anew. */
const LOST_MOST = 6000;

export function footWalks(folder: string): FootWalk[] {
  const files = filesOf(folder, ".txt").filter((file) => /_[lr]f\.txt$/.test(file));
  if (files.length === 0) {
    throw new InputError(
      `There is no _lf.txt or _rf.txt file in ${folder}; --data names the folder with the recordings of the feet.`,
    );
  }
  const ids = [...new Set(files.map((file) => file.replace(/_[lr]f\.txt$/, "")))];
  return ids.map((id) => {
    const there = (["left", "right"] as const).filter((foot) => files.includes(fileOf(id, foot)));
    const rateHz = rateOf(join(folder, fileOf(id, there[0])));
    return {
      id,
      person: basename(id).replace(/-[^-]*$/, ""),
      rateHz,
      feet: there.map((foot) => ({ foot, values: valuesOf(join(folder, fileOf(id, foot))) })),
      back: existsSync(join(folder, `${id}_lb.txt`)) ? valuesOf(join(folder, `${id}_lb.txt`)) : undefined,
      truth: truthOf(join(folder, dirname(id)), basename(id)),
    };
  });
}

function fileOf(id: string, foot: FootName): string {
  return `${id}_${foot[0]}f.txt`;
}

function rateOf(file: string): number {
  const [first] = readFileSync(file, "utf8").split("\n", 1);
  const rate = Number(/([\d.]+)\s*Hz/.exec(first)?.[1]);
  if (!Number.isInteger(rate) || rate < 50 || rate > 200) {
    throw new InputError(`${file} begins with "${first.slice(0, 60).trim()}" where a rate of 50 to 200 Hz is needed.`);
  }
  return rate;
}

/** Each sample at the place that its counter says: what the radio lost is NaN. */
function valuesOf(file: string): Float64Array {
  const table = readTable(file, { delimiter: "\t", before: 1, header: true });
  const columns = COLUMNS.map((name) => table.column(name));
  const counter = table.has("PacketCounter") ? table.column("PacketCounter") : Float64Array.from(columns[0], (_, i) => i);
  const places: number[] = [];
  let place = -1;
  let last = 0;
  for (let i = 0; i < table.rows; i++) {
    const step = i === 0 ? (counter[0] >= 0 && counter[0] <= LOST_MOST ? counter[0] + 1 : 1) : counter[i] - last;
    place += step >= 1 && step <= LOST_MOST ? Math.round(step) : 1;
    if (!Number.isNaN(counter[i])) last = counter[i];
    else last += 1;
    places.push(place);
  }
  const values = new Float64Array(6 * (place + 1)).fill(Number.NaN);
  for (let i = 0; i < table.rows; i++) {
    if (columns.some((column) => Number.isNaN(column[i]))) continue;
    columns.forEach((column, axis) => {
      const full = axis < 3 ? RANGE_G * 1000 : RANGE_DPS * 10;
      const value = Math.round(column[i] * (axis < 3 ? PER_MS2 : PER_RAD));
      values[6 * places[i] + axis] = Math.max(-full, Math.min(full, value));
    });
  }
  return values;
}

function truthOf(folder: string, name: string): FootTruth | undefined {
  const file = [join(folder, `${name}.json`), join(folder, `${name}_meta.json`)].find((path) => existsSync(path));
  if (file === undefined) return undefined;
  let json: Record<string, unknown>;
  try {
    // Python writes NaN for what is not known, which JSON does not have.
    json = JSON.parse(readFileSync(file, "utf8").replace(/\bNaN\b/g, "null"));
  } catch {
    throw new InputError(`${file} is no JSON; it should name LeftFootEvents and RightFootEvents, or be left out.`);
  }
  const events = (key: string): Span[] => {
    const list = json?.[key];
    if (!Array.isArray(list) || !list.every(isSpan)) {
      throw new InputError(`${file}: ${key} should be a list of [start, end] in samples.`);
    }
    return list;
  };
  const bounds = (key: string) => (isSpan(json[key]) ? json[key] : undefined);
  if (json === null || (json.LeftFootEvents === undefined && json.RightFootEvents === undefined)) return undefined;
  return {
    steps: { left: events("LeftFootEvents"), right: events("RightFootEvents") },
    walk: bounds("TrialBoundaries"),
    turn: bounds("UTurnBoundaries"),
  };
}

function isSpan(value: unknown): value is Span {
  return Array.isArray(value) && value.length === 2 && value.every((end) => typeof end === "number" && Number.isFinite(end));
}
