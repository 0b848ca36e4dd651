/** Red and infrared counts with an oximeter's reading in the name: the format of OxiWear's recordings (`proto1`, `proto2`). */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import { filesOf, readTable } from "../sense/table.ts";

export interface RawLight {
  readonly id: string;
  /** Whole samples a second. */
  readonly rateHz: number;
  /** Runs without a missing sample: infrared, red, infrared, red … */
  readonly runs: readonly Int32Array[];
  /** "finger" for the sensor maker's kit, "ear" for the prototype. */
  readonly place: "finger" | "ear";
  /** What the oximeter said, percent; "unattached" where there was nobody; nothing where the name does not say. */
  readonly spo2?: number | "unattached";
  /** Beats a minute. */
  readonly rate?: number;
}

/** Of MAXM86161, 19 bits. */
export const FULL_SCALE = 524_287;
const KIT_HZ = 64;
const EAR_HZ = 25;
/** The header of the kit's table comes after a dump of registers and two lines. */
const MOST_LINES_BEFORE = 40;

/** All of a folder, in order. Throws `InputError` where a file is no such recording. */
export function rawLightIn(folder: string): RawLight[] {
  return filesOf(folder, ".csv").map((name) => rawLightOf(join(folder, name), name.slice(0, -4)));
}

function rawLightOf(file: string, id: string): RawLight {
  const lines = firstLines(file);
  const header = lines.findIndex((line) => line.includes("LEDC1"));
  const said = truthOf(basename(id));
  if (header < 0) {
    const table = readTable(file, { delimiter: ",", header: true });
    return { id, rateHz: EAR_HZ, place: "ear", runs: runsOf(table.column(0), table.column(2)), ...said };
  }
  const table = readTable(file, { delimiter: ",", before: header, header: true });
  const places = table.has("sampleNum") ? table.column("sampleNum") : undefined;
  const runs = runsOf(table.column("LEDC1"), table.column("LEDC2"), places);
  return { id, rateHz: KIT_HZ, place: "finger", runs, ...said };
}

function firstLines(file: string): string[] {
  try {
    return readFileSync(file, "latin1").split("\n", MOST_LINES_BEFORE);
  } catch {
    throw new InputError(`The file ${file} cannot be read.`);
  }
}

/** Rows without light are others'; a number that is left out is a sample that was lost. */
function runsOf(infrared: Float64Array, red: Float64Array, places?: Float64Array): Int32Array[] {
  const runs: number[][] = [];
  let last = Number.NaN;
  infrared.forEach((value, row) => {
    if (Number.isNaN(value) || Number.isNaN(red[row])) return;
    const place = places?.[row] ?? last + 1;
    if (runs.length === 0 || (places !== undefined && place !== last + 1)) runs.push([]);
    last = place;
    runs[runs.length - 1].push(counts(value), counts(red[row]));
  });
  return runs.map((run) => Int32Array.from(run));
}

function counts(value: number): number {
  return Math.max(0, Math.min(FULL_SCALE, Math.round(value)));
}

/** `1516-95-73`, `20201012-165638-9596-7174`, `…-unattached`: two numbers in one are a range. */
function truthOf(name: string): Pick<RawLight, "spo2" | "rate"> {
  if (name.includes("unattached")) return { spo2: "unattached" };
  const [, spo2, rate] = /^(?:\d{4}|\d{8}-\d{6})-(\d{2,4})(?:-(\d{2,4}))?(?!\d)/.exec(name) ?? [];
  return { ...(spo2 === undefined ? {} : { spo2: middle(spo2) }), ...(rate === undefined ? {} : { rate: middle(rate) }) };
}

function middle(text: string): number {
  return text.length === 4 ? (Number(text.slice(0, 2)) + Number(text.slice(2))) / 2 : Number(text);
}
