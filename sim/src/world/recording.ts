import { readFileSync } from "node:fs";
import type { Motion } from "./motion.ts";

/** A recording that cannot be played. The message is one sentence: file, line, what is wrong, what would be right. */
export class RecordingError extends Error {
  override name = "RecordingError";
}

export interface Recording extends Motion {
  /** From the first sample to the last, µs. */
  readonly durationUs: number;
  /** Mean sampling rate of the recording, Hz. */
  readonly rateHz: number;
}

interface Format {
  /** Names of the columns for time (s), x, y and z. */
  readonly columns: readonly string[];
  /** One unit of x, y, z in mg. */
  readonly mg: number;
}

/** WEDA-FALL (Marques & Moreno) in m/s² with standard gravity, and Songbai's own. */
const FORMATS: readonly Format[] = [
  { columns: ["accel_time_list", "accel_x_list", "accel_y_list", "accel_z_list"], mg: 1000 / 9.80665 },
  { columns: ["time_s", "x_mg", "y_mg", "z_mg"], mg: 1 },
];

const SHORTEST_S = 1;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Reads a recorded accelerometer from a CSV file. Its first sample is felt at scenario time 0. */
export function readRecording(file: string): Recording {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new RecordingError(`${file}: the file cannot be read; give the path of a CSV recording.`);
  }
  return parseRecording(text, file);
}

/**
 * A recording from the text of a CSV file (`file` is for messages). Time stamps may come in batches, as a watch hands them over:
 * the samples are spread evenly from the first stamp to the last, and what lies between two samples on the line between them.
 */
export function parseRecording(text: string, file: string): Recording {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  while (lines.at(-1)?.trim() === "") lines.pop();
  if (lines.length === 0) {
    throw new RecordingError(`${file}: the file is empty; the first line must be ${FORMATS[0].columns.join(",")}.`);
  }
  const { places, mg } = columnsOf(lines[0], file);
  if (lines.length === 1)
    throw new RecordingError(`${file}: there is a header and no sample; at least ${SHORTEST_S} s is needed.`);

  const needed = Math.max(...places) + 1;
  const count = lines.length - 1;
  const samples = new Float64Array(3 * count);
  let first = 0;
  let last = 0;
  for (let row = 0; row < count; row++) {
    const line = row + 2;
    const fields = lines[row + 1].split(",");
    if (fields.length < needed) {
      throw new RecordingError(`${file}, line ${line}: ${fields.length} fields where the header promises at least ${needed}.`);
    }
    const [time, x, y, z] = places.map((place) => numberOf(fields[place], file, line));
    if (row === 0) first = time;
    else if (time < last) {
      throw new RecordingError(`${file}, line ${line}: the time ${time} s goes back from ${last} s; stamps must not decrease.`);
    }
    last = time;
    samples[3 * row] = x * mg;
    samples[3 * row + 1] = y * mg;
    samples[3 * row + 2] = z * mg;
  }
  if (last - first < SHORTEST_S) {
    throw new RecordingError(`${file}: ${(last - first).toFixed(3)} s of recording; at least ${SHORTEST_S} s is needed.`);
  }
  return play(samples, count, Math.round((last - first) * 1_000_000));
}

/** The recording's format and where its four columns stand. */
function columnsOf(header: string, file: string): { places: number[]; mg: number } {
  const names = header.split(",").map((name) => name.trim());
  const format = FORMATS.find(({ columns }) => columns.some((column) => names.includes(column))) ?? FORMATS[0];
  const missing = format.columns.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new RecordingError(
      `${file}, line 1: column ${missing.join(", ")} is missing; needed are ${format.columns.join(",")}.`,
    );
  }
  return { places: format.columns.map((column) => names.indexOf(column)), mg: format.mg };
}

function numberOf(field: string, file: string, line: number): number {
  const value = NUMBER.test(field.trim()) ? Number(field) : Number.NaN;
  if (!Number.isFinite(value)) {
    throw new RecordingError(`${file}, line ${line}: "${field.trim()}" is not a number; write a finite decimal such as -9.81.`);
  }
  return value;
}

function play(samples: Float64Array, count: number, durationUs: number): Recording {
  const perUs = (count - 1) / durationUs;
  return {
    durationUs,
    rateHz: perUs * 1_000_000,
    fill(startUs, periodUs, wanted, into) {
      const left = startUs > durationUs ? 0 : Math.floor((durationUs - startUs) / periodUs) + 1;
      const exist = Math.min(wanted, left);
      for (let i = 0; i < exist; i++) {
        const place = (startUs + i * periodUs) * perUs;
        const before = Math.min(Math.floor(place), count - 2);
        const beyond = place - before;
        for (let axis = 0; axis < 3; axis++) {
          const from = samples[3 * before + axis];
          into[3 * i + axis] = Math.round(from + (samples[3 * before + 3 + axis] - from) * beyond);
        }
      }
      return exist;
    },
  };
}
