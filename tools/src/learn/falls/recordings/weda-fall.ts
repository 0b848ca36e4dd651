/** WEDA-FALL (Marques & Moreno, github joaojtmarques/WEDA-FALL): a watch at the wrist, 50 Hz; also its 25 Hz files. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import { decimalAt } from "../../sense/decimal.ts";
import { assemble, octetsOf, unreadable } from "./assemble.ts";
import type { Reading } from "./readings.ts";
import type { FallRecording, Rows } from "./recording.ts";
import { rowCollector } from "./row-collector.ts";
import { type Original, readAlike } from "./sharpness.ts";

/** Where the activities may lie below the folder that is given, the best first. */
const PLACES = ["", "50Hz", "dataset/50Hz", "25Hz", "dataset/25Hz", "40Hz", "dataset/40Hz", "dataset"].flatMap((place) => [
  place,
  join("WEDA-FALL", place),
]);
const SUFFIX = "_accel.csv";
const COLUMNS = ["accel_time_list", "accel_x_list", "accel_y_list", "accel_z_list"];
/** m/s² in mg, by standard gravity. */
const MG = 1000 / 9.80665;
/** The watch gives 39 samples a second and more. Falls have a slope of 0.052, all else one of 0.051. */
const ORIGINAL: Original = { brought: (rateHz) => rateHz < 30, sharpness: 0.051 };
/** Persons with higher numbers are the elders. */
const LAST_YOUNG = 20;

const NEWLINE = 10;
const COMMA = 44;

/** Every recording below `folder`, in the order of activities and names. Throws `InputError`. */
export function readWedaFall(folder: string, reading?: Reading): FallRecording[] {
  const root = PLACES.map((place) => join(folder, place)).find((place) => activitiesOf(place).length > 0);
  if (root === undefined) {
    throw new InputError(
      `${folder} holds no WEDA-FALL recordings; give the folder that has dataset/50Hz, or folders F01, D01 … with *${SUFFIX} in them.`,
    );
  }
  const labels = labelsNear(root);
  const files = activitiesOf(root).flatMap((activity) =>
    recordingsIn(join(root, activity)).map((file) => ({ activity, file })),
  );
  const rows = new Map<string, Rows>();
  const read = ({ activity, file }: { activity: string; file: string }, cutHz: number | undefined): FallRecording => {
    const name = file.slice(0, -SUFFIX.length);
    const id = `${activity}/${name}`;
    const subject = name.split("_")[0];
    const fall = activity.startsWith("F");
    const times = fall ? labels.get(id) : undefined;
    const label = { id, subject, activity, fall, elder: Number(subject.slice(1)) > LAST_YOUNG };
    return assemble(
      times === undefined ? label : { ...label, startS: times[0], endS: times[1] },
      `${id}${SUFFIX}`,
      () => {
        const known = rows.get(id) ?? readRows(join(root, activity, file));
        rows.set(id, known);
        return known;
      },
      cutHz === undefined ? reading : { ...reading, cutHz },
    );
  };
  return readAlike(
    files.length,
    (place, cutHz) => read(files[place], cutHz),
    () => rows.values(),
    ORIGINAL,
  );
}

function activitiesOf(folder: string): string[] {
  return namesIn(folder).filter((name) => /^[DF]\d+$/.test(name) && recordingsIn(join(folder, name)).length > 0);
}

function recordingsIn(folder: string): string[] {
  return namesIn(folder).filter((name) => name.endsWith(SUFFIX) && !name.includes("vertical"));
}

function namesIn(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
}

/** Start and end of each fall, s; beside the activities or one folder above. None when the file is missing. */
function labelsNear(root: string): Map<string, readonly [number, number]> {
  const file = [root, join(root, ".."), join(root, "../..")]
    .map((place) => join(place, "fall_timestamps.csv"))
    .find((place) => existsSync(place));
  const labels = new Map<string, readonly [number, number]>();
  if (file === undefined) return labels;
  const lines = readFileSync(file, "utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line.trim() === "") continue;
    const [id, start, end] = line.split(",").map((field) => field.trim());
    if (!(Number(start) <= Number(end))) {
      throw new InputError(`${file}, line ${i + 1}: "${line}" is not a file name, a start and a later end in seconds.`);
    }
    labels.set(id, [Number(start), Number(end)]);
  }
  return labels;
}

function readRows(file: string): Rows {
  const text = octetsOf(file);
  const places = columnsOf(text);
  const widest = Math.max(...places);
  let lines = 0;
  for (const octet of text) if (octet === NEWLINE) lines++;
  const rows = rowCollector(lines + 1);
  const fields = new Float64Array(widest + 1);
  let line = 1;
  let at = endOfLine(text, 0) + 1;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const stop = text[end - 1] === 13 ? end - 1 : end;
    line++;
    if (stop > at) {
      fields.fill(Number.NaN);
      let from = at;
      for (let field = 0; field <= widest && from <= stop; field++) {
        let to = from;
        while (to < stop && text[to] !== COMMA) to++;
        fields[field] = decimalAt(text, from, to);
        from = to + 1;
      }
      rows.add(line, fields[places[0]], fields[places[1]] * MG, fields[places[2]] * MG, fields[places[3]] * MG);
    }
    at = end + 1;
  }
  return rows.rows();
}

function endOfLine(text: Uint8Array, from: number): number {
  const end = text.indexOf(NEWLINE, from);
  return end < 0 ? text.length : end;
}

/** Where time, x, y and z stand. */
function columnsOf(text: Buffer): number[] {
  const header = text
    .subarray(0, endOfLine(text, 0))
    .toString("utf8")
    .replace(/^\uFEFF/, "");
  const names = header.split(",").map((name) => name.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0)
    throw unreadable(`line 1: the column ${missing.join(", ")} is missing; needed are ${COLUMNS.join(",")}`);
  return COLUMNS.map((column) => names.indexOf(column));
}
