/** What `songbai eval` knows of a sense: a program around it that runs on every runtime, and how its answers are judged. */
import { fileURLToPath } from "node:url";
import { type LineProgram, programOn } from "./runtimes.ts";

/**
 * A module of portable TypeScript, `program.ts` of the sense's folder: `receive` answers lines of its own making, of at most 1000
 * printable characters (the emulated board takes no longer ones); the empty line makes the sense anew. Numbers reach it as words of
 * three characters (`textOfWords` here, `readSamples` there), each -131072..131071.
 */
export interface SenseProgram {
  /** Its folder in `learn`. */
  readonly folder: string;
  readonly receive: (line: string) => string;
}

/** The measure of a table, and what it should be. */
export interface Figure {
  readonly name: string;
  /** Nothing where there was no truth to hold against. */
  readonly value: number | null;
  readonly unit: string;
  /** How many windows, steps, nights … it is taken from. */
  readonly of: number;
  readonly aim?: { readonly atMost: number } | { readonly atLeast: number };
}

/** A recording with what the device said of it: goes into --json as it is. Numbers that are rounded stay the same everywhere. */
export interface SensedRecording {
  /** Path below the folder, without extension. */
  readonly id: string;
  readonly durationS?: number;
  readonly [said: string]: unknown;
}

export interface Evaluation {
  /** All that the folder has, in order of their ids. */
  readonly recordings: readonly SensedRecording[];
  readonly figures: readonly Figure[];
  /** Sentences below the table: what failed most, what could not be judged and why. */
  readonly notes: readonly string[];
  /** The figures drawn, an SVG. */
  readonly plot: () => string;
}

export interface Sense {
  /** As in `songbai eval heart`. */
  readonly name: string;
  /** For --help. */
  readonly description: string;
  /** For --help: `songbai eval heart --dataset ppg-rest --data ppg-rest`. */
  readonly datasets: readonly string[];
  readonly program: SenseProgram;
  /**
   * Reads the folder and streams each recording into a sense that has seen nothing else. Without truth in the recordings (no ECG,
   * no truth.csv) it still says what the device said. Throws `InputError` for what cannot be read.
   */
  readonly evaluate: (dataset: string, folder: string, device: LineProgram) => Evaluation;
}

/** The program of a sense, in this process or as the bundle of a device. */
export async function senseOn(runtime: string, { folder, receive }: SenseProgram): Promise<LineProgram> {
  if (runtime === "native") return { call: receive, close: () => {} };
  // The source, also where this is the compiled file beside it.
  const entryFile = fileURLToPath(new URL(`../../../src/learn/${folder}/program.ts`, import.meta.url));
  return programOn(runtime, folder, { entryFile });
}
