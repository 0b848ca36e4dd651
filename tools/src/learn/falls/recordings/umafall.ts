/** UMAFall (Casilari et al., University of Málaga, figshare 4214283): SensorTags at chest, waist and ankle, 20 Hz. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import { decimalAt } from "../../sense/decimal.ts";
import { assemble, type Label } from "./assemble.ts";
import type { Reading } from "./readings.ts";
import type { FallRecording, Rows } from "./recording.ts";
import { rowCollector } from "./row-collector.ts";
import { oneScale } from "./sensor-tag.ts";
import { type Original, readAlike } from "./sharpness.ts";

const NAME = /^UMAFall_(Subject_\d+)_(ADL|Fall)_(.+?)_\d+(_.*)?\.csv$/;
/** Two of the volunteers are 55 and 67, the next is 28; they never acted falls. */
const ELDER_YEARS = 55;
const ACCELEROMETER = 0;
/** A SensorTag gives 20 samples a second at most. Its slopes are 0.068 at the waist, 0.067 at the chest, 0.078 at the ankle. */
const ORIGINAL: Original = { brought: (rateHz) => rateHz > 22.5, sharpness: 0.068 };

const NEWLINE = 10;
const SEMICOLON = 59;
/** How a line of the header begins: with % or white space. */
const HEADER = [37, 32, 9, 10, 13];

/** Every recording in `folder` as felt at `position`, by name. Throws `InputError`. */
export function readUmaFall(folder: string, position: string, reading?: Reading): FallRecording[] {
  const files = filesIn(folder).filter((file) => NAME.test(basename(file)));
  if (files.length === 0) {
    throw new InputError(
      `${folder} holds no UMAFall recordings; give the folder with files such as UMAFall_Subject_01_ADL_….csv.`,
    );
  }
  const read = files.map((path) => fileOf(folder, path, position));
  const recordings = readAlike(
    files.length,
    (place, cutHz) => {
      const { label, file, rows } = read[place];
      const recording = assemble(label, file, () => rows, cutHz === undefined ? reading : { ...reading, cutHz });
      if (rows.line.length + rows.skipped > 0) return recording;
      return { ...recording, unknown: `${file}: there is no sensor at the ${position}.`, absent: true };
    },
    () => read.map(({ rows }) => rows),
    ORIGINAL,
  );
  if (recordings.every(({ absent }) => absent === true)) {
    throw new InputError(`No recording in ${folder} has a sensor at the ${position}; UMAFall has chest, waist and ankle.`);
  }
  return recordings;
}

/** The recording in a file, as it is. */
function fileOf(folder: string, path: string, position: string): { label: Label; file: string; rows: Rows } {
  const file = basename(path);
  const [, subject, kind, activity] = NAME.exec(file) as RegExpExecArray;
  const text = readFileSync(join(folder, path));
  const header = text.subarray(0, endOfHeader(text)).toString("latin1");
  const age = Number(/% Age: *(\d+)/.exec(header)?.[1] ?? 0);
  const label = { id: file.slice(0, -4), subject, activity, fall: kind === "Fall", elder: age >= ELDER_YEARS };
  const sensor = new RegExp(`; *(\\d+) *; *${position} *;`, "i").exec(header)?.[1];
  return { label, file, rows: rowsOf(text, sensor === undefined ? Number.NaN : Number(sensor)) };
}

/** Also in folders below it. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

function endOfHeader(text: Uint8Array): number {
  let at = 0;
  while (at < text.length && HEADER.includes(text[at])) at = endOfLine(text, at) + 1;
  return at;
}

function endOfLine(text: Uint8Array, from: number): number {
  const end = text.indexOf(NEWLINE, from);
  return end < 0 ? text.length : end;
}

/** The accelerometer rows of one sensor: time in ms, number, x, y, z in g, type, sensor; more columns are empty. */
function rowsOf(text: Uint8Array, sensor: number): Rows {
  const body = endOfHeader(text);
  let line = 1;
  let lines = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== NEWLINE) continue;
    lines++;
    if (i < body) line++;
  }
  const rows = rowCollector(lines + 1);
  const starts = new Int32Array(8);
  for (let at = body; at < text.length; ) {
    const end = endOfLine(text, at);
    starts[0] = at;
    let fields = 1;
    for (let i = at; i < end && fields < 8; i++) if (text[i] === SEMICOLON) starts[fields++] = i + 1;
    if (fields < 8) starts[fields] = (text[end - 1] === 13 ? end - 1 : end) + 1;
    if (fields >= 7) {
      const field = (place: number) => decimalAt(text, starts[place], starts[place + 1] - 1);
      if (field(6) === sensor && field(5) === ACCELEROMETER) {
        rows.add(line, field(0) / 1000, field(2) * 1000, field(3) * 1000, field(4) * 1000);
      }
    }
    line++;
    at = end + 1;
  }
  return oneScale(rows.rows());
}
