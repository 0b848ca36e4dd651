/**
 * Numeric matrices of MATLAB 5 files, as they are by default, also compressed ones. What else a file holds is passed over.
 * Source: "MAT-File Format" of MathWorks, chapter 1, level 5.
 */
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { InputError } from "@songbai/sim/scenario/input-error";

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Column by column. */
  readonly values: Float64Array;
}

interface Element {
  readonly type: number;
  readonly data: Buffer;
}

const HEADER = 128;
const MATRIX = 14;
const COMPRESSED = 15;
const INT8 = 1;
const INT32 = 5;
/** Inflated, more than a day of pulse: a file that claims more is not read. */
const MOST_OCTETS = 1 << 28;

/** How wide a number of each type is, and how to read it. */
const NUMBERS: Record<number, readonly [number, (from: Buffer, at: number) => number]> = {
  1: [1, (from, at) => from.readInt8(at)],
  2: [1, (from, at) => from.readUInt8(at)],
  3: [2, (from, at) => from.readInt16LE(at)],
  4: [2, (from, at) => from.readUInt16LE(at)],
  5: [4, (from, at) => from.readInt32LE(at)],
  6: [4, (from, at) => from.readUInt32LE(at)],
  7: [4, (from, at) => from.readFloatLE(at)],
  9: [8, (from, at) => from.readDoubleLE(at)],
};

/** By their names. Throws `InputError` when the file cannot be read or is no such file. */
export function readMatrices(file: string): Map<string, Matrix> {
  let octets: Buffer;
  try {
    octets = readFileSync(file);
  } catch {
    throw new InputError(`The file ${file} cannot be read.`);
  }
  try {
    return matricesOf(octets);
  } catch (error) {
    throw new InputError(
      `${file} is no MATLAB 5 file that can be read: ${error instanceof Error ? error.message : "damaged"}.`,
    );
  }
}

/** Throws `Error` or `RangeError` on what is no such file. */
export function matricesOf(octets: Buffer): Map<string, Matrix> {
  if (octets.length < HEADER || octets.toString("latin1", 126, 128) !== "IM") {
    throw new Error("it does not begin as one of a little-endian machine does");
  }
  const found = new Map<string, Matrix>();
  for (const element of elementsOf(octets.subarray(HEADER))) {
    const inner =
      element.type === COMPRESSED ? elementsOf(inflateSync(element.data, { maxOutputLength: MOST_OCTETS })) : [element];
    for (const { type, data } of inner) if (type === MATRIX) addMatrix(found, elementsOf(data));
  }
  return found;
}

function elementsOf(octets: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at + 8 <= octets.length; ) {
    const tag = octets.readUInt32LE(at);
    const small = tag >>> 16;
    const size = small > 0 ? small : octets.readUInt32LE(at + 4);
    const from = at + (small > 0 ? 4 : 8);
    if (small > 4 || from + size > octets.length) throw new Error("a part of it is cut off");
    found.push({ type: tag & 0xffff, data: octets.subarray(from, from + size) });
    // A small one has its data within the eight octets of its tag; a compressed one is not padded.
    at = small > 0 ? at + 8 : from + size + ((tag & 0xffff) === COMPRESSED ? 0 : -size & 7);
  }
  return found;
}

function addMatrix(found: Map<string, Matrix>, [, dimensions, name, real]: Element[]): void {
  const number = real === undefined ? undefined : NUMBERS[real.type];
  if (number === undefined || dimensions?.type !== INT32 || dimensions.data.length !== 8 || name?.type !== INT8) return;
  const [width, read] = number;
  const rows = dimensions.data.readInt32LE(0);
  const columns = dimensions.data.readInt32LE(4);
  if (rows < 0 || columns < 0 || rows * columns * width !== real.data.length)
    throw new Error("a matrix is not of the size it says");
  const values = Float64Array.from({ length: rows * columns }, (_, i) => read(real.data, i * width));
  found.set(name.data.toString("latin1"), { rows, columns, values });
}
