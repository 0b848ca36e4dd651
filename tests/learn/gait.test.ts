import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { InputError } from "@songbai/sim/scenario/input-error";
import { walking } from "@songbai/sim/world/gait";
import { GAIT } from "@songbai/tools/learn/gait/evaluate";
import { footWalks } from "@songbai/tools/learn/gait/foot-recordings";
import { strikesOf } from "@songbai/tools/learn/gait/insole-judge";
import { insoleWalks } from "@songbai/tools/learn/gait/insole-recordings";
import { paired } from "@songbai/tools/learn/gait/measure";
import { worsened } from "@songbai/tools/learn/gait/worse";
import { senseOn } from "@songbai/tools/learn/sense/sense";
import fc from "fast-check";

const FOLDERS: string[] = [];
afterAll(() => {
  for (const folder of FOLDERS) rmSync(folder, { recursive: true });
});

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "songbai-gait-"));
  FOLDERS.push(folder);
  mkdirSync(join(folder, "GaitData"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const HEADER = "Acquisition frequency: 100 Hz\nPacketCounter\tAcc_X\tAcc_Y\tAcc_Z\tGyr_X\tGyr_Y\tGyr_Z\tMag_X\tMag_Y\tMag_Z\n";
const WALKER = walking({ seed: 1, untilMs: 14_000, turnAtMs: 8000, turnDegrees: 180 });
const LASTS = 18_000;

/** A file of a foot, without the rows of the samples that are lost. */
function footFile(side: 0 | 1, lost: readonly number[] = []): string {
  const signal = WALKER.motion(side, 100, LASTS);
  let text = HEADER;
  for (let i = 0; i < signal.length / 6; i++) {
    if (lost.includes(i)) continue;
    const row = [...signal.subarray(6 * i, 6 * i + 6)].map((value, axis) =>
      (axis < 3 ? (value * 9.80665) / 1000 : (value * Math.PI) / 1800).toFixed(6),
    );
    text += `${i}.0\t${row.join("\t")}\t0.1\t0.2\t0.3\n`;
  }
  return text;
}

/** A lower back, its x upwards, that turns by so much within 4 s, from before the feet to behind them; each fourth sample is lost. */
function backFile(degrees: number): string {
  let text = HEADER;
  for (let i = 0; i < LASTS / 10; i++) {
    const rate = i >= 750 && i < 1150 ? ((degrees / 4) * Math.PI) / 180 : 0;
    if (i % 4 !== 2) text += `${i}.0\t9.7\t0.5\t-1.2\t${rate}\t0.01\t-0.02\t0.1\t0.2\t0.3\n`;
  }
  return text;
}

function truthFile(): string {
  const events = (side: 0 | 1) =>
    WALKER.treads[side].map(({ toeOffMs, strikeMs }) => [toeOffMs, strikeMs].map((ms) => Math.round(ms / 10)));
  return JSON.stringify({ LeftFootEvents: events(0), RightFootEvents: events(1), UTurnBoundaries: [800, 1100] }).replace(
    "}",
    ', "Height": NaN}',
  );
}

function insoleFile(delimiter: string, header = ""): string {
  const plan = { sideMm: [-50, -70, -30, -70, -30, -70, -30, -50], forwardMm: [-80, -40, -40, 0, 0, 40, 40, 80] };
  const [left, right] = ([0, 1] as const).map((side) => WALKER.cells(side, plan, 100, LASTS));
  let text = header;
  for (let i = 0; i < left.length / 8; i++) {
    const cells = [...left.subarray(8 * i, 8 * i + 8), ...right.subarray(8 * i, 8 * i + 8)].map((force) => force / 10);
    text += `${[(i / 100).toFixed(4), ...cells].join(delimiter)}\n`;
  }
  return text;
}

async function evaluated(dataset: string, folder: string) {
  const device = await senseOn("native", GAIT.program);
  const evaluation = GAIT.evaluate(dataset, folder, device);
  device.close();
  return evaluation;
}

const figure = ({ figures }: Awaited<ReturnType<typeof evaluated>>, name: RegExp) =>
  figures.find((one) => name.test(one.name))?.value;

describe("recordings of feet", () => {
  it("are judged against their marks: a walker of the world, with lost samples", async () => {
    const folder = folderWith({
      "GaitData/7-1_lf.txt": footFile(0, [300, 301, 302, 640]),
      "GaitData/7-1_rf.txt": footFile(1),
      "GaitData/7-1.json": truthFile(),
    });
    const evaluation = await evaluated("gait-foot", folder);
    expect(figure(evaluation, /^steps found: /)).toBe(100);
    expect(figure(evaluation, /nobody marked$/)).toBe(0);
    expect(figure(evaluation, /^stride time, median/)).toBeLessThanOrEqual(20);
    expect(figure(evaluation, /^U-turns found/)).toBe(100);
    const [{ id, steps, strides, turns, walks, durationS }] = evaluation.recordings as never as Record<string, never[]>[];
    expect({ id, durationS }).toEqual({ id: "GaitData/7-1", durationS: 18 });
    expect(steps.length).toBe(2 * WALKER.treads[0].length);
    expect(strides.length).toBe(steps.length - 2);
    expect([turns.length, walks.length]).toEqual([1, 1]);
    expect(evaluation.plot()).toContain("<svg");
  });

  it.each([
    ["turned with them", 180, 0],
    ["stood still", 0, 1],
    ["turned the other way", -180, 1],
  ])("have their turns held to a lower back that %s", async (_, degrees, wrong) => {
    const folder = folderWith({
      "GaitData/7-1_lf.txt": footFile(0),
      "GaitData/7-1_rf.txt": footFile(1),
      "GaitData/7-1_lb.txt": backFile(degrees),
    });
    const evaluation = await evaluated("gait-foot", folder);
    expect(figure(evaluation, /^turns told that the lower back did not make/)).toBe(wrong);
    const distance = figure(evaluation, /^turn, median distance from the lower back/) ?? Number.NaN;
    expect(Math.abs(distance - (180 - degrees))).toBeLessThan(20);
  });

  it("are told without marks, and of one foot alone", async () => {
    const folder = folderWith({ "GaitData/7-1_rf.txt": footFile(1) });
    const evaluation = await evaluated("gait-foot", folder);
    expect(figure(evaluation, /^steps found: /)).toBeNull();
    const [{ steps, walks }] = evaluation.recordings as never as Record<string, { foot: string }[]>[];
    expect(steps.length).toBe(WALKER.treads[1].length);
    expect(new Set(steps.map(({ foot }) => foot))).toEqual(new Set(["right"]));
    expect(walks.length).toBe(1);
    expect(evaluation.plot()).toContain("<svg");
  });

  it("put each sample where its counter says", () => {
    const [{ feet }] = footWalks(folderWith({ "GaitData/7-1_lf.txt": footFile(0, [5, 6]) }));
    const rows = Array.from({ length: 9 }, (_, i) => Number.isNaN(feet[0].values[6 * i]));
    expect(rows).toEqual([false, false, false, false, false, true, true, false, false]);
  });

  it.each([
    ["no such folder", {}, /There is no _?.*txt file/],
    [
      "a rate that is none",
      { "GaitData/1-1_lf.txt": "Acquisition frequency: fast\nPacketCounter\n" },
      /where a rate of 50 to 200 Hz is needed/,
    ],
    [
      "columns that are missing",
      { "GaitData/1-1_lf.txt": "Acquisition frequency: 100 Hz\nPacketCounter\tAcc_X\n0\t1\n" },
      /has no column "Acc_Y"/,
    ],
    ["marks that are no JSON", { "GaitData/1-1_lf.txt": footFile(0), "GaitData/1-1.json": "{" }, /is no JSON/],
    [
      "marks that are no spans",
      { "GaitData/1-1_lf.txt": footFile(0), "GaitData/1-1.json": '{"LeftFootEvents": [[1, "2"]], "RightFootEvents": []}' },
      /LeftFootEvents should be a list/,
    ],
  ])("are refused in one sentence: %s", (_, files, sentence) => {
    const read = () => footWalks(folderWith(files as Record<string, string>));
    expect(read).toThrow(InputError);
    expect(read).toThrow(sentence);
  });
});

describe("recordings of insoles", () => {
  it("are read with commas and a header, and with tabs and none, and judged", async () => {
    const folder = folderWith({
      "GaCo07_01.txt": insoleFile("\t"),
      "GaPt08_01.csv": insoleFile(",", `PD_In_SePDnds,${Array.from({ length: 16 }, (_, i) => `PD_Left${i}`).join(",")}\n`),
      "demographics.csv": `ID,Study,Group,${"x,".repeat(20)}\nGaPt03,Ga,PD,${"1,".repeat(20)}\n`,
    });
    const evaluation = await evaluated("gait-insole", folder);
    expect(evaluation.recordings.map(({ id }) => id)).toEqual(["GaCo07_01", "GaPt08_01"]);
    for (const cells of ["8 cells", "4 cells"]) {
      expect(figure(evaluation, new RegExp(`median error, ${cells}$`))).toBeLessThanOrEqual(20);
      expect(figure(evaluation, new RegExp(`found, ${cells}$`))).toBe(100);
      expect(figure(evaluation, new RegExp(`without one, ${cells}$`))).toBe(0);
    }
    expect(evaluation.plot()).toContain("<svg");
  });

  it("are refused in one sentence where there are none, or their time is none", () => {
    expect(() => insoleWalks(folderWith({ "a.txt": "1\t2\n" }))).toThrow(
      /no .txt or .csv file with the time and sixteen forces/,
    );
    const row = Array(19).fill("0").join("\t");
    expect(() => insoleWalks(folderWith({ "a.txt": `${row}\n${row}\n` }))).toThrow(/the first column should be the time/);
  });

  it("never fall over whatever the files hold", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.oneof(fc.double(), fc.string({ maxLength: 3 })), { maxLength: 19 }), { maxLength: 6 }),
        (rows) => {
          const text = rows.map((row) => row.join("\t")).join("\n");
          for (const read of [
            () => insoleWalks(folderWith({ "a.txt": text })),
            () => footWalks(folderWith({ "GaitData/1-1_lf.txt": `${HEADER}${text}` })),
          ]) {
            try {
              read();
            } catch (error) {
              if (!(error instanceof InputError)) throw error;
            }
          }
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it("have their heel strikes where the total rises over 25 N, not at knocks in the air", () => {
    const total = Float64Array.from([
      ...Array(20).fill(0),
      ...Array(30).fill(500),
      ...Array(15).fill(0),
      ...Array(5).fill(60),
      ...Array(15).fill(0),
      ...Array(30).fill(500),
      ...Array(20).fill(0),
    ]);
    expect(strikesOf(total, 100)).toEqual([850]);
  });
});

it("pairs are the nearest first, each used once", () => {
  const near = (a: number, b: number) => (Math.abs(a - b) <= 20 ? Math.abs(a - b) : undefined);
  expect(paired([10, 25, 90], [24, 26, 60], near)).toEqual([
    [25, 24],
    [10, 26],
  ]);
});

it("noise and drift are the same again for the same seed, and as large as is said", () => {
  const still = new Float64Array(4 * 12_000);
  const worse = worsened(still, 4, 100, 3);
  expect(worsened(still, 4, 100, 3).join()).toBe(worse.join());
  expect(worsened(still, 4, 100, 4).join()).not.toBe(worse.join());
  expect(Math.max(...worse)).toBeGreaterThan(150);
  expect(Math.max(...worse)).toBeLessThan(350);
});
