import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { nativeDetector } from "@songbai/tools/learn/falls/detector-host";
import { evaluate } from "@songbai/tools/learn/falls/evaluate";
import { learntAt } from "@songbai/tools/learn/falls/positions";
import { assemble } from "@songbai/tools/learn/falls/recordings/assemble";
import { readFalls } from "@songbai/tools/learn/falls/recordings/datasets";
import type { FallRecording, Rows } from "@songbai/tools/learn/falls/recordings/recording";
import { timeline } from "@songbai/tools/learn/falls/recordings/timeline";
import { score } from "@songbai/tools/learn/falls/score";
import { PARTS } from "@songbai/tools/learn/falls/sensor-path";
import { areaLeftOut, atRate, residueOf } from "./rate.ts";
import { sharedFalls } from "./shared-data.ts";

const FOLDER = sharedFalls("weda-fall");
const MG = 1000 / 9.80665;

/** The rows of a file, evenly spaced. */
function rowsOf(id: string): Rows {
  const text = readFileSync(join(FOLDER, "dataset/50Hz", `${id}_accel.csv`), "utf8");
  const rows = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number));
  const line = timeline({
    time: Float64Array.from(rows, ([s]) => s),
    mg: Float64Array.from(rows.flatMap(([, ...xyz]) => xyz.map((value) => value * MG))),
    line: Int32Array.from(rows, (_, i) => i + 2),
    skipped: 0,
    skippedLine: 0,
  });
  if ("wrong" in line) throw new Error(line.wrong);
  const [stretch] = line.stretches;
  return { ...stretch, line: new Int32Array(stretch.time.length), skipped: 0, skippedLine: 0 };
}

// Falls run at 39 to 41 Hz in WEDA-FALL, all else at 48 to 51. Each recording is made anew at the other's rate: what a classifier
// still tells apart then, and what the detector hears, is in the movement and not in the rate.
describe("learn/falls/recordings on WEDA-FALL: the sampling rate", () => {
  const files = readFalls("weda-fall", FOLDER, "wrist").map((recording) => {
    const rows = rowsOf(recording.id);
    const seconds = rows.time[rows.time.length - 1] - rows.time[0];
    return { recording, rows, seconds, rateHz: (rows.time.length - 1) / seconds };
  });
  const swapped = files.map(({ recording, rows, rateHz }): FallRecording => {
    const [toHz, batch] = recording.fall ? [50, 5] : [40, 4];
    return assemble(recording, recording.id, () => atRate(rows, rateHz, toHz, batch));
  });
  const area = (recordings: readonly FallRecording[]) =>
    areaLeftOut(
      recordings.flatMap(({ samples, durationS, subject, fall }) => {
        const values = residueOf(samples, 25, durationS);
        return values === undefined ? [] : [{ subject, kind: fall, values }];
      }),
    );

  it("tells falls from all else by itself, as the files stand", () => {
    const raw = files.map(({ recording: { subject, fall }, rateHz }) => ({ subject, kind: fall, values: [rateHz] }));
    expect(areaLeftOut(raw)).toBeGreaterThan(0.999);
  });

  it("is not in what is read, whichever way round: a coin knows as much", () => {
    for (const recordings of [files.map(({ recording }) => recording), swapped]) {
      expect(Math.abs(area(recordings) - 0.5)).toBeLessThan(0.1);
    }
  });

  it("is not what the detector lives on: it hears as much when the rates are swapped", () => {
    const detector = nativeDetector(learntAt("wrist"));
    const [own, other] = [files.map(({ recording }) => recording), swapped].map((recordings) =>
      score(evaluate(recordings, PARTS.wrist, detector)),
    );
    expect(swapped.filter(({ unknown }) => unknown !== undefined)).toEqual([]);
    expect(Math.abs(own.sensitivity.percent - other.sensitivity.percent)).toBeLessThan(2.5);
    expect(Math.abs(own.specificity.percent - other.specificity.percent)).toBeLessThan(1.5);
  });
});
