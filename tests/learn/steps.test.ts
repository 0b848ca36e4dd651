import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { senseOn } from "@songbai/tools/learn/sense/sense";
import { falseAnHour } from "@songbai/tools/learn/steps/counted-walk";
import { STEPS } from "@songbai/tools/learn/steps/evaluate";
import { steady } from "@songbai/tools/learn/steps/steady";
import { walksIn } from "@songbai/tools/learn/steps/walks";
import fc from "fast-check";
import { folderOf } from "./files.ts";

const WATCH = "Time (ms),X,Y,Z\n";

/** A watch's file of a walk at two steps a second, in 1/8192 g; every 80 ms but for what `drop` leaves out, 3 ms early or late. */
function watch(seconds: number, drop = (_i: number) => false): string {
  const rows = Array.from({ length: Math.round(seconds * 12.5) }, (_, i) => i)
    .filter((i) => !drop(i))
    .map(
      (i) =>
        `${80 * i + ((i * 5) % 7) - 3 + 85},${Math.round(8192 * (1 + 0.3 * Math.sin(4 * Math.PI * 0.08 * i)))},${(i * 31) % 50},-40`,
    );
  return `${WATCH}${rows.join("\n")}\n`;
}

/** A phone's rows: ns, m/s², and whatever else a row has. */
function phone(seconds: number, rateHz: number, row: (t: string, x: string) => string): string {
  return Array.from({ length: seconds * rateHz }, (_, i) =>
    row(
      `${1_000_000_000_000 + Math.round((i / rateHz) * 1e9)}`,
      (9.80665 * (1 + 0.3 * Math.sin((4 * Math.PI * i) / rateHz))).toFixed(4),
    ),
  ).join("\n");
}

async function evaluated(dataset: string, files: Record<string, string>) {
  const device = await senseOn("native", STEPS.program);
  const evaluation = STEPS.evaluate(dataset, folderOf(files), device);
  device.close();
  return evaluation;
}

function trouble(dataset: string, files: Record<string, string>): string {
  try {
    for (const _ of walksIn(dataset, folderOf(files)));
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("the recordings of steps-watch", () => {
  it("are counted, each from the start, by their truth where there is one", async () => {
    const truth = "file,steps,seconds\nb.csv,118,60\nsitting.csv,0,60\n";
    const still = watch(60).replaceAll(/^(\d+),\d+/gm, "$1,8192");
    const { recordings, figures, notes } = await evaluated("steps-watch", {
      "a.csv": watch(60),
      "b.csv": watch(60, (i) => i % 9 === 4),
      "sitting.csv": still,
      "truth.csv": truth,
    });
    expect(recordings.map(({ id }) => id)).toEqual(["a", "b", "sitting"]);
    const [a, b, sitting] = recordings as unknown as {
      steps: number;
      trueSteps?: number;
      windows: { t: number; cadence: number | null }[];
    }[];
    expect([Math.abs(a.steps - 119) <= 2, a.trueSteps]).toEqual([true, undefined]);
    expect([Math.abs(b.steps - 119) <= 3, b.trueSteps]).toEqual([true, 118]);
    expect(sitting.steps).toBe(0);
    expect(b.windows.map(({ t }) => t).slice(0, 3)).toEqual([4, 8, 12]);
    expect(Math.abs((b.windows[10].cadence as number) - 120)).toBeLessThanOrEqual(4);
    const [mean, worst, falsely] = figures;
    expect([mean.value, mean.of]).toEqual([(100 * Math.abs(b.steps - 118)) / 118, 1]);
    expect(worst.value).toBe(mean.value);
    expect([falsely.value, falsely.of]).toEqual([0, 1]);
    expect(notes.at(-1)).toBe("Of 1 recordings nobody has counted the steps.");
  });

  it("have no figures without truth, but counts", async () => {
    const { recordings, figures, plot } = await evaluated("steps-watch", { "a.csv": watch(30) });
    expect(recordings).toHaveLength(1);
    expect(figures.every(({ value, of }) => value === null && of === 0)).toBe(true);
    expect(plot()).toContain("<svg");
  });

  it("begin anew behind a gap of more than a second, and not behind a shorter one", () => {
    const runs = (from: number, to: number) => {
      const [walk] = walksIn("steps-watch", folderOf({ "a.csv": watch(30, (i) => i > from && i < to) }));
      return walk.runs.map((run) => run.length / 3);
    };
    expect(runs(100, 103)).toEqual([749]);
    expect(runs(100, 120)).toEqual([201, 508]);
  });

  it("are not judged in the two seconds behind a gap", async () => {
    const { recordings } = await evaluated("steps-watch", { "a.csv": watch(11.6, (i) => i > 100 && i < 120) });
    const windows = recordings[0].windows as { cadence: number | null }[];
    expect([windows.at(-2)?.cadence !== null, windows.at(-1)?.cadence]).toEqual([true, null]);
  });
});

describe("false steps", () => {
  it("are those beyond the true ones", () => {
    const drive = { id: "a", durationS: 1800, trueSteps: 18, windows: [] };
    expect([0, 18, 28].map((steps) => falseAnHour({ ...drive, steps }))).toEqual([0, 0, 20]);
  });
});

describe("the recordings of steps-phone", () => {
  it("are those of both kinds, with the truth of the devices where there is no file of it", async () => {
    const { recordings } = await evaluated("steps-phone", {
      "validation/user9_hand_1.csv": phone(60, 100, (t, x) => `${t},${x},0,0,7,118,0`),
      "optimisation/data/Phone_P_1/accelerometer.csv": phone(60, 200, (t, x) => `${t},3,0,0,${x}`),
      "optimisation/data/Phone_P_1/stepcounter.csv": "1,1,1\n2,0,1\n3,1,1\n4,1,0\n5,0,1\n6,1,1\n",
      "optimisation/data/Phone_P_1/metadata.txt": "BMI160",
    });
    expect(recordings.map(({ id, trueSteps }) => [id, trueSteps])).toEqual([
      ["optimisation/data/Phone_P_1", 3],
      ["validation/user9_hand_1", 118],
    ]);
    expect(recordings.map(({ steps }) => steps)).toEqual([120, 120]);
  });
});

describe("what cannot be read", () => {
  it("is said in one sentence", () => {
    const short = `${WATCH}1,2\n3,4\n`;
    expect(trouble("steps-watch", { "a.csv": short })).toMatch(/a\.csv has no column 3; it has Time \(ms\), X, Y, Z\.$/);
    const bad = watch(30).replaceAll(/^(\d+5),\d+/gm, "$1,1.2.3");
    expect(trouble("steps-watch", { "a.csv": bad })).toMatch(/a\.csv: \d+ of 375 rows are no samples: .*\.$/);
    expect(trouble("steps-watch", { "a.csv": `${WATCH}85,1,2,3\n` })).toMatch(/0 of 1 rows are no samples/);
    expect(trouble("steps-watch", { "truth.csv": "file,steps,seconds\n" })).toMatch(/There is no recording in/);
    expect(trouble("steps-watch", { "a.txt": "" })).toMatch(/There is no \.csv file in/);
    const back = watch(30).split("\n");
    expect(trouble("steps-watch", { "a.csv": [...back.slice(0, 200), ...back.slice(1, 200)].join("\n") })).toMatch(
      /the time does not go on/,
    );
  });

  it("is left out where it is a row in a hundred", () => {
    const rows = watch(30).split("\n");
    rows[50] = "4000,,12";
    expect(trouble("steps-watch", { "a.csv": rows.join("\n") })).toBe("");
  });

  it("is never a crash: any octets", () => {
    const folder = mkdtempSync(join(tmpdir(), "songbai-steps-"));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.,-e\n\r \"'x"), maxLength: 200 }), (text) => {
        writeFileSync(join(folder, "a.csv"), text);
        for (const dataset of ["steps-watch", "steps-phone"]) {
          try {
            for (const { runs } of walksIn(dataset, folder)) expect(runs.length).toBeGreaterThan(0);
          } catch (error) {
            expect((error as Error).name).toBe("InputError");
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("the even pace", () => {
  it("is a straight line between slow samples, and the mean of quick ones", () => {
    const slow = steady(
      "f",
      Float64Array.of(0, 100, 200),
      [0, 1, 2].map((k) => Float64Array.of(0, 100 * k, 0)),
      1e-3,
      1,
    );
    expect([...slow.runs[0]]).toEqual([0, 0, 0, 0, 40, 80, 0, 80, 160, 0, 80, 160, 0, 40, 80, 0, 0, 0]);
    const time = Float64Array.from({ length: 41 }, (_, i) => i * 5);
    const alternating = time.map((_, i) => (i % 2 === 0 ? 1000 : 0));
    const quick = steady("f", time, [alternating, alternating, alternating], 1e-3, 1);
    expect([...quick.runs[0].slice(3, 15)].every((mg) => Math.abs(mg - 500) < 20)).toBe(true);
    expect(quick.runs[0].length).toBe(18);
    expect(quick.durationS).toBe(0.2);
  });
});
