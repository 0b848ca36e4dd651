import { readFileSync } from "node:fs";
import { doubt } from "./doubt.ts";
import type { Reading } from "./readings.ts";
import type { FallRecording, Rows } from "./recording.ts";
import { resample, stretchesOf } from "./resample.ts";
import { timeline } from "./timeline.ts";

/** Who and what, as the folder and the labels say. */
export type Label = Pick<FallRecording, "id" | "subject" | "activity" | "fall" | "elder" | "startS" | "endS">;

/** A file that is not of the format. */
class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** What a reader throws: one sentence without the file. */
export function unreadable(why: string): Error {
  return new Unreadable(why);
}

/** The octets of a recording's file. */
export function octetsOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw unreadable("the file cannot be read");
  }
}

/**
 * A recording at the common rate, by the same steps for every data set: rows into the order of time, holes, low-pass. What
 * cannot be judged comes back without samples and with the reason; `read` may throw `unreadable`.
 */
export function assemble(label: Label, file: string, read: () => Rows, reading: Reading = {}): FallRecording {
  const unknown = (why: string, firstS = 0, durationS = 0): FallRecording => ({
    ...label,
    firstS,
    durationS,
    samples: new Int16Array(0),
    runs: [],
    unknown: `${file}, ${why}.`,
  });
  let rows: Rows;
  try {
    rows = reading.everySecond === true ? everySecond(read()) : read();
  } catch (error) {
    if (error instanceof Unreadable) return unknown(error.message);
    throw error;
  }
  const firstS = rows.time.length === 0 ? 0 : Math.min(...rows.time);
  const durationS = rows.time.length === 0 ? 0 : Math.max(...rows.time) - firstS;
  const line = timeline(rows);
  if ("wrong" in line) return unknown(line.wrong, firstS, durationS);
  const wrong = doubt(rows);
  if (wrong !== undefined) return unknown(wrong, firstS, durationS);
  const { again = false, lateS = 0, cutHz } = reading;
  const once = resample(line.stretches, lateS, cutHz);
  return { ...label, firstS: firstS + lateS, durationS, ...(again ? resample(stretchesOf(once)) : once) };
}

function everySecond({ time, mg, line, ...rest }: Rows): Rows {
  const kept = (_: number, i: number) => i % 2 === 0;
  return { ...rest, time: time.filter(kept), mg: mg.filter((_, i) => Math.floor(i / 3) % 2 === 0), line: line.filter(kept) };
}
