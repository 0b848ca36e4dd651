/** Pieces of pulse with a rhythm: the format of Liu et al., J. Am. Heart Assoc., 2022 (`MPA_*.mat`, a patient each). */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { InputError } from "@songbai/sim/scenario/input-error";
import { filesOf } from "../sense/table.ts";
import { readMatrices } from "./matlab.ts";

/** In the files; a sensor averages four of them, as MAXM86161 and its like do by themselves, and gives 25 a second. */
const PIECE = 1000;
const AVERAGED = 4;
export const SENSED_HZ = 25;
export const PIECE_S = 10;
/** The counts that a pulse scaled to 0..1 is given: a sensor of 16 bits that is well set. */
const LOW = 16_384;
const HIGH = 49_152;
export const FULL_SCALE = 65_535;

/** By the number in the files. */
export const RHYTHMS = [
  "sinus",
  "ventricular extra beats",
  "atrial extra beats",
  "ventricular tachycardia",
  "supraventricular tachycardia",
  "atrial fibrillation",
];
export const FIBRILLATION = 5;

export interface Patient {
  /** The name of the file. */
  readonly id: string;
  /** Of its first piece: tells a patient whatever the file is called. */
  readonly print: string;
  /** Ten seconds each, counts. */
  readonly pieces: readonly Int32Array[];
  /** Place in `RHYTHMS` for each piece, where the file says it. */
  readonly labels?: readonly number[];
}

/** All of a folder. Throws `InputError` where a file is none. */
export function patientsIn(folder: string): Patient[] {
  return filesOf(folder, ".mat").map((name) => patientOf(join(folder, name), name.slice(0, -4)));
}

function patientOf(file: string, id: string): Patient {
  const matrices = readMatrices(file);
  const pulse = matrices.get("ppgseg");
  if (pulse === undefined || pulse.columns !== PIECE || pulse.rows === 0) {
    throw new InputError(
      `${file} has no matrix ppgseg of ${PIECE} columns; it has ${[...matrices.keys()].join(", ") || "none"}.`,
    );
  }
  const pieces = Array.from({ length: pulse.rows }, (_, row) =>
    Int32Array.from({ length: PIECE / AVERAGED }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < AVERAGED; j++) sum += pulse.values[(AVERAGED * i + j) * pulse.rows + row];
      return countsOf(sum / AVERAGED);
    }),
  );
  const labels = matrices.get("labels")?.values;
  if (labels !== undefined && labels.length !== pieces.length) {
    throw new InputError(`${file} has ${labels.length} labels for ${pieces.length} pieces.`);
  }
  const print = createHash("sha256").update(pieces[0]).digest("hex").slice(0, 12);
  return { id, print, pieces, ...(labels === undefined ? {} : { labels: [...labels] }) };
}

/** Nothing is seen where there is no number. */
export function countsOf(value: number): number {
  if (!Number.isFinite(value)) return 0;
  return Math.max(0, Math.min(FULL_SCALE, Math.round(LOW + value * (HIGH - LOW))));
}
