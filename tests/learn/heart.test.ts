import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { InputError } from "@songbai/sim/scenario/input-error";
import { sine } from "@songbai/sim/world/sine";
import { rPeaks, trueWindows } from "@songbai/tools/learn/heart/ecg";
import { HEART } from "@songbai/tools/learn/heart/evaluate";
import { heartRecordings } from "@songbai/tools/learn/heart/recordings";
import { senseOn } from "@songbai/tools/learn/sense/sense";
import fc from "fast-check";

const WRIST =
  "'Elapsed time','chest_ecg','wrist_ppg'," +
  ["x", "y", "z"].map((axis) => `'wrist_low_noise_accelerometer_${axis}'`).join(",");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "songbai-heart-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let folders = 0;
/** A folder with one file. */
function withFile(name: string, text: string): string {
  const own = mkdtempSync(join(folder, `${folders++}-`));
  writeFileSync(join(own, name), text);
  return own;
}

/** An ECG with a narrow spike at each of `beatsS`, a slow wave behind it, and breath below. */
function ecgOf(beatsS: readonly number[], rate: number, seconds: number): Float64Array {
  return Float64Array.from({ length: rate * seconds }, (_, i) => {
    const t = i / rate;
    let value = 0.3 * sine(t / 4);
    for (const beat of beatsS) {
      const since = t - beat;
      if (Math.abs(since) < 0.03) value += 1 - Math.abs(since) / 0.03;
      if (since > 0.2 && since < 0.4) value += 0.25 * sine((since - 0.2) / 0.4);
    }
    return value;
  });
}

const beatsEvery = (intervalS: number, seconds: number) =>
  Array.from({ length: Math.floor((seconds - 0.5) / intervalS) }, (_, k) => 0.5 + k * intervalS);

/** Rest at 100 Hz: 75 beats a minute in ECG and light. */
function restFile(seconds: number, ecg = true, light = (value: number): number | string => value): string {
  const beats = beatsEvery(0.8, seconds);
  const spikes = ecgOf(beats, 100, seconds);
  const rows = Array.from(spikes, (value, i) => {
    const phase = (((i / 100 - 0.7) % 0.8) + 0.8) % 0.8;
    const pulse = phase < 0.2 ? 5 * phase : (0.8 - phase) / 0.6;
    return `${ecg ? `${value.toFixed(4)},` : ""}${light(Number((0.4 * pulse).toFixed(4)))},0.5`;
  });
  return `${ecg ? "ECG," : ""}PPG,RSP\n${rows.join("\n")}\n`;
}

describe("learn/heart: the ECG beside", () => {
  it.each([
    [100, false],
    [256, false],
    [256, true],
  ])("finds each beat at %d Hz (sharp: %p)", (rate, sharp) => {
    const beats = beatsEvery(0.83, 30);
    const peaks = rPeaks(ecgOf(beats, rate, 30), rate, sharp);
    expect(peaks.length).toBe(beats.length);
    for (const [i, peak] of peaks.entries()) expect(Math.abs(peak - beats[i])).toBeLessThan(0.05);
  });

  it("has no rate where intervals disagree, or where there are fewer than three beats", () => {
    const steady = beatsEvery(0.75, 20);
    expect(trueWindows(steady, 20).map(({ bpm }) => bpm)).toEqual(Array(7).fill(80));
    const odd = steady.filter((_, i) => i % 3 !== 0);
    expect(trueWindows(odd, 8)[0].bpm).toBeUndefined();
    expect(trueWindows([1, 2], 8)[0].bpm).toBeUndefined();
    expect(trueWindows(steady, 7.9)).toEqual([]);
  });

  it("finds nothing in nothing", () => {
    expect(rPeaks(new Float64Array(0), 100, false)).toEqual([]);
    expect(rPeaks(new Float64Array(1000), 100, false)).toEqual([]);
  });
});

describe("learn/heart: recordings", () => {
  it("are read in the unit of the amplifier, or in one that is a power of ten smaller", () => {
    const text = `ECG,PPG\n${Array.from({ length: 8 }, () => "0,5").join("\n")}`;
    const large = `ECG,PPG\n${Array.from({ length: 8 }, () => "0,5000").join("\n")}`;
    const counts = (file: string) => heartRecordings("ppg-rest", withFile("a.csv", file))[0].samples[0];
    expect(counts(text)).toBe(Math.round(262_143 * 0.75));
    expect(counts(large)).toBe(Math.round(262_143 * 0.75));
  });

  it("of the wrist have a row of units, or none, and acceleration in mg", () => {
    const row = "'0:00.000',0,1500,9.80665,-4.903,0";
    const units = "'hh:mm:ss.mmm','mV','mV','ms^-2','ms^-2','ms^-2'";
    const rows = Array.from({ length: 256 }, () => row).join("\n");
    const plain = heartRecordings("ppg-wrist", withFile("s_walk.csv", `${WRIST}\n${rows}`))[0];
    const unit = heartRecordings("ppg-wrist", withFile("s_walk.csv", `${WRIST}\n${units}\n${rows}`))[0];
    expect(plain.samples.length).toBe(100);
    expect(Array.from(plain.samples.slice(0, 4))).toEqual([131_072, 1000, -500, 0]);
    expect(unit).toEqual(plain);
  });

  it.each([
    ["a column is missing", "ECG,RSP\n0,1\n", /^.*a\.csv has no column "PPG"; it has ECG, RSP\.$/],
    ["there are no rows", "ECG,PPG\n", /has no rows of numbers\.$/],
    ["nothing is a number", "ECG,PPG\nx,y\n", /has no rows of numbers\.$/],
    ["it is empty", "", /has no rows of numbers\.$/],
  ])("say in one sentence that %s", (_, text, sentence) => {
    const read = () => heartRecordings("ppg-rest", withFile("a.csv", text));
    expect(read).toThrow(InputError);
    expect(read).toThrow(sentence);
  });

  it("whatever is in a file, it is read or refused by a sentence", () => {
    const field = fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom("1.2.3", "--5", "1e999", "", "NaN", "0x10"));
    const rows = fc.array(
      fc.array(field, { maxLength: 4 }).map((fields) => fields.join(",")),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(rows, (lines) => {
        const own = withFile("a.csv", `ECG,PPG\n${lines.join("\n")}`);
        try {
          for (const { samples } of heartRecordings("ppg-rest", own)) {
            expect(samples.every((value) => Number.isNaN(value) || (value >= 0 && value <= 262_143))).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("learn/heart: the evaluation", () => {
  const evaluated = async (text: string) => {
    const device = await senseOn("native", HEART.program);
    return HEART.evaluate("ppg-rest", withFile("rest.csv", text), device);
  };
  const figureOf = ({ figures }: Awaited<ReturnType<typeof evaluated>>, name: string) =>
    figures.find((figure) => figure.name === name)?.value;

  it("holds windows and beats against the ECG", async () => {
    const evaluation = await evaluated(restFile(30));
    expect(figureOf(evaluation, "windows answered")).toBe(100);
    expect(figureOf(evaluation, "mean absolute error of the rate")).toBeLessThan(1);
    expect(figureOf(evaluation, "beat intervals, median error")).toBeLessThan(10);
    const [recording] = evaluation.recordings as unknown as { windows: { t: number; bpm: number }[]; beats: number[] }[];
    expect(recording.windows.map(({ t }) => t)).toEqual([8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]);
    expect(recording.beats.length).toBeGreaterThan(30);
    expect(evaluation.plot()).toContain("<svg");
  });

  it("without an ECG says what the device said, and has no figure", async () => {
    const evaluation = await evaluated(restFile(30, false));
    expect(evaluation.figures.map(({ value }) => value).filter((value) => value !== null)).toEqual([]);
    expect(evaluation.notes).toEqual(["rest: 12 of 12 windows answered; no ECG to hold against."]);
  });

  it("has nothing for eight seconds behind readings that are missing, and then it has", async () => {
    let row = 0;
    const evaluation = await evaluated(restFile(40, true, (value) => (++row > 1600 && row <= 1650 ? "" : value)));
    const [{ windows }] = evaluation.recordings as unknown as { windows: { t: number; bpm: number | null }[] }[];
    const unknown = windows.filter(({ bpm }) => bpm === null).map(({ t }) => t);
    expect(unknown[0]).toBeLessThanOrEqual(18);
    expect(unknown.at(-1)).toBeLessThanOrEqual(26);
    expect(unknown.length).toBeGreaterThanOrEqual(3);
  });
});
