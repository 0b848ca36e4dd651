/** Recordings of light on the skin with an ECG beside it, on their way to the sense: what the parts of a device read. */
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import { filesOf, readTable, type Table } from "../sense/table.ts";
import { rPeaks } from "./ecg.ts";

export const DEVICE_HZ = 25;

export interface HeartRecording {
  readonly id: string;
  readonly durationS: number;
  /** 25 a second: light in counts of 18 bits, x, y, z in mg. NaN in the light where a reading is missing. */
  readonly samples: Float64Array;
  /** R peaks, s; nothing without an ECG. */
  readonly peaks: readonly number[] | undefined;
}

interface Format {
  readonly rate: number;
  readonly light: string;
  readonly ecg: string;
  readonly axes: readonly string[];
  /** What the light's amplifier takes, least and most, in the unit of the file. */
  readonly least: number;
  readonly most: number;
  /** Whether the ECG was taken from somebody who walks, or has other slow waves. */
  readonly sharp: (id: string) => boolean;
}

const AXIS = "wrist_low_noise_accelerometer_";

export const FORMATS: Record<string, Format> = {
  // Volts of a BIOPAC amplifier, +-10.
  "ppg-rest": { rate: 100, light: "PPG", ecg: "ECG", axes: [], least: -10, most: 10, sharp: () => true },
  // Millivolts of a Shimmer unit, 0 to 3 V; its acceleration is in m/s2.
  "ppg-wrist": {
    rate: 256,
    light: "wrist_ppg",
    ecg: "chest_ecg",
    axes: [`${AXIS}x`, `${AXIS}y`, `${AXIS}z`],
    least: 0,
    most: 3000,
    sharp: (id) => /walk|run/.test(id),
  },
};

const COUNTS = 262_143;
const MG_PER_MS2 = 1000 / 9.80665;
/** LIS2DH12, as for falls: 4 g, steps of 2 mg. */
const FULL_MG = 4000;
const STEP_MG = 2;

/** All of a folder. Throws `InputError` for files without the columns. */
export function heartRecordings(dataset: string, folder: string): HeartRecording[] {
  const format = FORMATS[dataset];
  return filesOf(folder, ".csv").map((name) => {
    const file = join(folder, name);
    const table = readTable(file, { delimiter: ",", header: true });
    if (table.rows === 0) throw new InputError(`${file} has no rows of numbers.`);
    const id = name.slice(0, -".csv".length);
    return {
      id,
      durationS: table.rows / format.rate,
      samples: sensed(table, format),
      peaks: table.has(format.ecg) ? peaksOf(table.column(format.ecg), format.rate, format.sharp(id)) : undefined,
    };
  });
}

function peaksOf(ecg: Float64Array, rate: number, sharp: boolean): number[] | undefined {
  const known = ecg.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? undefined : rPeaks(known, rate, sharp);
}

/** What the light sensor and the accelerometer of a device read: means over 40 ms, held to their ranges and rounded to their steps. */
function sensed(table: Table, { rate, light, axes, least, most }: Format): Float64Array {
  const places = Math.floor((table.rows * DEVICE_HZ) / rate + 1e-9);
  const samples = new Float64Array(4 * places);
  const wave = table.column(light);
  const wider = unitOf(wave, least, most);
  const perUnit = COUNTS / ((most - least) * wider);
  const columns = axes.map((axis) => table.column(axis));
  for (let place = 0; place < places; place++) {
    const from = Math.round((place * rate) / DEVICE_HZ);
    const to = Math.round(((place + 1) * rate) / DEVICE_HZ);
    const counts = Math.round((mean(wave, from, to) - least * wider) * perUnit);
    samples[4 * place] = Math.max(0, Math.min(COUNTS, counts));
    columns.forEach((column, axis) => {
      const mg = Math.round((mean(column, from, to) * MG_PER_MS2) / STEP_MG) * STEP_MG;
      samples[4 * place + 1 + axis] = Math.max(-FULL_MG, Math.min(FULL_MG, mg));
    });
  }
  return samples;
}

/** 1, or the power of ten that the file's unit is smaller by, when its values do not fit the amplifier. */
function unitOf(values: Float64Array, least: number, most: number): number {
  let unit = 1;
  const outside = (value: number) => value > most * unit || value < least * unit;
  while (unit < 1e9 && values.filter(outside).length > values.length / 100) unit *= 10;
  return unit;
}

function mean(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i];
  return sum / (to - from);
}
