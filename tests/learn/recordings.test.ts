import { describe, expect, it } from "@jest/globals";
import { type PositionName, readFalls } from "@songbai/tools/learn/falls/recordings/datasets";
import { READINGS, type Reading } from "@songbai/tools/learn/falls/recordings/readings";
import type { FallRecording } from "@songbai/tools/learn/falls/recordings/recording";
import { decimalAt } from "@songbai/tools/learn/sense/decimal";
import fc from "fast-check";
import { folderOf, type Row, resting, rowsOf, umafall, WEDA_HEADER, weda } from "./files.ts";

const GOOD = weda(resting(4, 50));

function readWeda(files: Record<string, string>, below = ""): FallRecording[] {
  return readFalls("weda-fall", `${folderOf(files)}${below}`, "wrist");
}

/** The one recording of these rows. */
const read = (rows: readonly Row[]): FallRecording => readText(weda(rows));

/** The one recording of this text, which stands beside a good one. */
function readText(text: string): FallRecording {
  return readWeda({ "F01/U15_R01_accel.csv": text, "D01/U15_R01_accel.csv": GOOD })[1];
}

/** x of a recording at 25 Hz. */
const xOf = ({ samples }: FallRecording) => Array.from({ length: samples.length / 3 }, (_, i) => samples[3 * i]);

describe("learn/falls/recordings/decimal", () => {
  const octets = (text: string) => new TextEncoder().encode(text);

  it("reads what Number reads", () => {
    const short = fc.tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 1, max: 9 }));
    const texts = fc.oneof(
      short.map(([value, digits]) => (value / 1000).toFixed(digits)),

      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.float({ noNaN: true }).map(String),
    );
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(/\d/.test(text));
        expect(decimalAt(octets(`a${text} ;`), 1, text.length + 2)).toBe(Number(text));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("refuses what is no number", () => {
    for (const text of ["", " ", "-", ".", "1.2.3", "-3.016.666.603", "1e", "x", "0x10", "Infinity", "1,2", "1 2"]) {
      expect([text, decimalAt(octets(text), 0, text.length)]).toEqual([text, Number.NaN]);
    }
  });
});

describe("learn/falls/recordings/weda-fall", () => {
  it("knows people it has never seen, elders by their numbers, and the time of a fall", () => {
    const files = {
      "dataset/fall_timestamps.csv": "\uFEFFfilename,start_time,end_time\r\nF01/U15_R01,1.2,3.2\r\n",
      "dataset/50Hz/F01/U15_R01_accel.csv": GOOD,
      "dataset/50Hz/F01/U15_R01_gyro.csv": "gyro_time_list\n",
      "dataset/50Hz/F01/U15_R01_vertical_accel.csv": "x\n",
      "dataset/50Hz/D04/U31_R02_accel.csv": GOOD,
    };
    const [adl, fall, ...more] = readWeda(files);
    expect(more).toEqual([]);
    expect(adl).toMatchObject({ id: "D04/U31_R02", subject: "U31", activity: "D04", fall: false, elder: true, durationS: 4 });
    expect(adl.startS).toBeUndefined();
    expect(fall).toMatchObject({ id: "F01/U15_R01", subject: "U15", fall: true, elder: false, startS: 1.2, endS: 3.2 });
    expect(fall.runs).toEqual([{ from: 0, to: 101 }]);
    expect([...fall.samples.slice(150, 153)].map((mg) => Math.abs(Math.round(mg / 50)))).toEqual([0, 0, 20]);
  });

  it("finds the recordings however the folder is named, 25 Hz files among them", () => {
    for (const place of ["", "50Hz/", "25Hz/", "dataset/50Hz/", "dataset/25Hz/"]) {
      const found = readWeda({ [`${place}F02/U15_R01_accel.csv`]: GOOD, [`${place}D01/U15_R01_accel.csv`]: GOOD });
      expect(found.map(({ id }) => id)).toEqual(["D01/U15_R01", "F02/U15_R01"]);
    }
    const both = { "dataset/25Hz/D01/U15_R01_accel.csv": GOOD, "dataset/50Hz/D02/U15_R01_accel.csv": GOOD };
    expect(readWeda(both).map(({ id }) => id)).toEqual(["D02/U15_R01"]);
    expect(readWeda(both, "/dataset/25Hz").map(({ id }) => id)).toEqual(["D01/U15_R01"]);
  });

  it("says of a file that cannot be read that it cannot", () => {
    const folder = folderOf({ "D01/U15_R01_accel.csv": GOOD, "D01/U15_R02_accel.csv/x": "" });
    const [good, bad] = readFalls("weda-fall", folder, "wrist");
    expect([good.unknown, bad.unknown]).toEqual([undefined, "D01/U15_R02_accel.csv, the file cannot be read."]);
  });

  it("says what is wrong with a folder or its labels", () => {
    expect(() => readWeda({ "x.csv": "" })).toThrow(/holds no WEDA-FALL recordings; give the folder that has dataset\/50Hz/);
    expect(() => readFalls("weda-fall", folderOf({}), "waist")).toThrow(/recorded at the wrist, not at the waist/);
    expect(() => readFalls("kfall", folderOf({}), "wrist")).toThrow(/no data set "kfall"; there are weda-fall and umafall/);
    const wrong = { "fall_timestamps.csv": "filename,start_time,end_time\nF01/U15_R01,5,4\n", "F01/U15_R01_accel.csv": GOOD };
    expect(() => readWeda(wrong)).toThrow(/fall_timestamps\.csv, line 2: "F01\/U15_R01,5,4" is not/);
  });
});

describe("learn/falls/recordings: the way to 25 Hz", () => {
  const wave = (hz: number) => (s: number) => [0.5 * Math.sin(2 * Math.PI * hz * s), 0, 1] as const;
  /** Half the spread of x away from the ends, g. */
  const swing = (recording: FallRecording) => {
    const inner = xOf(recording).slice(10, -10);
    return (Math.max(...inner) - Math.min(...inner)) / 2000;
  };

  it("keeps gravity and what a body does, and loses what 20 Hz could not hold, at any rate alike", () => {
    for (const rateHz of [20, 25, 40, 51]) {
      const at = (hz: number) => swing(read(rowsOf(4, rateHz, wave(hz))));
      expect(at(2)).toBeGreaterThan(0.47);
      expect(at(2)).toBeLessThan(0.52);
      expect(at(5)).toBeGreaterThan(0.4);
      if (rateHz > 25) expect(at(14)).toBeLessThan(0.02);
      const z = read(resting(4, rateHz)).samples.filter((_, i) => i % 3 === 2);
      expect(Math.min(...z)).toBeGreaterThan(970);
      expect(Math.max(...z)).toBeLessThan(1030);
    }
  });

  it("starts with the first stamp, ends with the last, pads nothing", () => {
    const late = rowsOf(3.03, 50, wave(1)).map(([s, ...g]) => [s + 7, ...g] as const);
    const recording = read(late);
    expect(recording.firstS).toBe(7);
    expect(recording.durationS).toBeCloseTo(3.04, 9);
    expect(recording.samples.length).toBe(3 * 77);
  });

  it("spreads stamps that come in batches, at the pace of the part", () => {
    const even = rowsOf(8, 50, wave(1.5));
    const batched = even.map(([, ...g], i) => [Math.floor(i / 5) * 0.1 + (i % 5) * 0.002, ...g] as const);
    const [a, b] = [xOf(read(even)), xOf(read(batched))];
    expect(Math.max(...b.map((mg, i) => Math.abs(mg - a[i])))).toBeLessThan(60);
    expect(Math.max(...batched.map(([s], i) => Math.abs(s - even[i][0])))).toBeGreaterThan(0.07);
  });

  it("puts a batch that came late where its stamps say", () => {
    const even = rowsOf(8, 50, wave(1));
    const late = [...even.slice(0, 100), ...even.slice(119, 140), ...even.slice(100, 119), ...even.slice(140)];
    expect(xOf(read(late))).toEqual(xOf(read(even)));
  });

  it("draws a line over a hole of up to a second, and starts anew behind a longer one", () => {
    const even = rowsOf(8, 50, (s) => [s < 4 ? 0 : 0.4, 0.02 * Math.sin(7 * s), 1]);
    const bridged = read(even.filter(([s]) => s < 3.6 || s > 4.4));
    expect(bridged.runs).toEqual([{ from: 0, to: 201 }]);
    expect(xOf(bridged)[100]).toBeGreaterThan(150);
    expect(xOf(bridged)[100]).toBeLessThan(250);
    expect(read(even.filter(([s]) => s < 3 || s > 5)).runs).toEqual([
      { from: 0, to: 75 },
      { from: 126, to: 201 },
    ]);
  });
});

describe("learn/falls/recordings: other readings of the same", () => {
  const tone = weda(rowsOf(6, 50, (s) => [0.5 * Math.sin(2 * Math.PI * 6 * s), 0.001 * s, 1]));
  const readAs = (reading: Reading) => readFalls("weda-fall", folderOf({ "D01/U15_R01_accel.csv": tone }), "wrist", reading)[0];
  const swing = (recording: FallRecording) => Math.max(...xOf(recording).slice(10, -10));

  it("low-passes twice, as files are that have been through one", () => {
    const [once, twice] = [readAs({}), readAs({ again: true })];
    expect(twice.samples.length).toBe(once.samples.length);
    expect(twice.runs).toEqual(once.runs);
    expect(swing(twice) / swing(once)).toBeCloseTo(swing(once) / 500, 1);
  });

  it("samples later, and says so in its stamps", () => {
    const [own, late] = [readAs({}), readAs({ lateS: 0.02 })];
    expect(late.firstS).toBe(0.02);
    expect(late.runs).toEqual([{ from: 0, to: 150 }]);
    const phase = (place: number) => xOf(late)[place] / swing(own);
    const expected = (place: number) => Math.sin(2 * Math.PI * 6 * (0.02 + place / 25));
    for (const place of [20, 33, 47]) expect(phase(place)).toBeCloseTo(expected(place), 1);
  });

  it("takes every second row", () => {
    expect(
      readFalls(
        "weda-fall",
        folderOf({ "D01/U15_R01_accel.csv": weda(resting(4, 28)), "D02/U15_R01_accel.csv": GOOD }),
        "wrist",
        { everySecond: true },
      )[0].unknown,
    ).toMatch(/are 14\.0 Hz/);
    expect(readAs({ everySecond: true }).unknown).toBeUndefined();
    expect(Object.keys(READINGS)[0]).toBe("as it is");
  });
});

describe("learn/falls/recordings: what cannot be judged", () => {
  const unknown = (rows: readonly Row[]) => read(rows).unknown;
  const still = resting(6, 50);
  const scaled = (by: number, from = 0) =>
    still.map(([s, ...g]) => [s, ...g.map((v) => (s < from ? v : v * by))] as unknown as Row);

  it("is unknown, with the reason, and holds no samples; the rest of the folder is read", () => {
    const [good, bad] = readWeda({ "D01/U15_R01_accel.csv": GOOD, "F01/U15_R01_accel.csv": weda(scaled(0)) });
    expect(good.unknown).toBeUndefined();
    expect(good.samples.length).toBeGreaterThan(0);
    expect(bad.samples.length).toBe(0);
    expect(bad.runs).toEqual([]);
  });

  const CASES: readonly (readonly [string, () => string | undefined, RegExp])[] = [
    [
      "a missing column",
      () => readText("accel_time_list,accel_x_list,accel_z_list\n0,0,9.8\n").unknown,
      /line 1: the column accel_y_list is missing/,
    ],
    ["an empty file", () => readText("").unknown, /line 1: the column .* is missing/],
    ["a header and no sample", () => readText(`${WEDA_HEADER}\n`).unknown, /there are 0 samples/],
    [
      "words for numbers",
      () => readText(GOOD.replace(/^(0\.[2-9].*),(.*)$/gm, "$1,none")).unknown,
      /F01\/U15_R01_accel\.csv, line 12: a number is malformed .* 40 of 201 rows/,
    ],
    [
      "fields that are missing",
      () => readText(GOOD.replace(/^(0\..*),(.*)$/gm, "$1")).unknown,
      /line 2: a number is malformed/,
    ],
    ["a lost decimal point", () => unknown(scaled(180, 5)), /beyond what a part measures/],
    ["a recording too short", () => unknown(still.slice(0, 30)), /0\.58 s of recording are too short/],
    ["1 Hz", () => unknown(resting(60, 1)), /61 samples in 60\.0 s are 1\.0 Hz; at least 15 Hz/],
    ["10 Hz", () => unknown(resting(10, 10)), /10\.0 Hz; at least 15 Hz/],
    [
      "a clock that jumps",
      () => unknown(still.map(([s, ...g]) => [s < 3 ? s : s + 90, ...g])),
      /line 152: the time jumps from 2\.98 s to 93 s/,
    ],
    ["a clock that starts again", () => unknown([...still, ...still]), /line 303: the time goes back from 6 s to 0 s/],
    ["gravity removed", () => unknown(still.map(([s, x, y, z]) => [s, x, y, z - 1])), /0\.0\d g, not 1 g: gravity is removed/],
    [
      "gravity removed from one who never rests",
      () => unknown(rowsOf(6, 50, (s) => [0.4 * Math.sin(9 * s), 0.1 * Math.cos(9 * s), 0])),
      /in the median is 0\.\d+ g, not 1 g/,
    ],
    ["a scale that is off", () => unknown(scaled(0.25)), /at rest is 0\.25 g/],
    ["a scale that changes", () => unknown(scaled(4, 3)), /at rest is (3\.9|4\.0)\d g/],
    [
      "a frozen sensor",
      () => unknown(still.map(([s, ...g]) => (s < 3 ? [s, ...g] : [s, 0.1, 0.2, 1]))),
      /line 153: the sensor is frozen/,
    ],
    [
      "a saturated axis",
      () => unknown(still.map(([s, x, y, z]) => (s < 3 || s > 3.8 ? [s, x, y, z] : [s, x, 3.99, z]))),
      /line 152: axis y is stuck at 39\d\d mg for 0\.8 s/,
    ],
  ];

  it.each(CASES)("%s", (_, says, sentence) => {
    expect(says()).toMatch(sentence);
  });

  it("takes what people do: hopping, clapping at full scale, a few malformed rows, stillness", () => {
    const hop = rowsOf(6, 50, (s) => [0, 0, s % 0.6 < 0.4 ? 0.55 : 1.9]);
    const clap = rowsOf(6, 50, (s) => [s % 0.4 < 0.1 ? 3.998 : 0.2, 0.1, 1]);
    for (const rows of [hop, clap, still]) expect(unknown(rows)).toBeUndefined();
    expect(readText(GOOD.replace(/^1\.02.*$/m, "1.02,-3.016.666,1,9.8")).unknown).toBeUndefined();
  });

  it("refuses a folder where nothing can be judged", () => {
    expect(() => readWeda({ "D01/U15_R01_accel.csv": weda(resting(60, 1)) })).toThrow(
      /D01\/U15_R01_accel\.csv, 61 samples .* 1\.0 Hz/,
    );
  });
});

describe("learn/falls/recordings/umafall", () => {
  const fall = "UMAFall_Subject_21_Fall_backwardFall_3_2016-06-13_20-52-55.csv";
  const adl = "UMAFall_Subject_01_ADL_LyingDown_OnABed_1_2017-04-14_23-38-23.csv";
  const readUma = (files: Record<string, string>, position: PositionName = "waist") =>
    readFalls("umafall", folderOf(files), position);

  it("reads the rows of the sensor that the header puts at the position", () => {
    const [lying, backward] = readUma({ [fall]: umafall(resting(5, 20)), [adl]: umafall(resting(6, 20), { age: 67 }) });
    expect(lying).toMatchObject({
      id: adl.slice(0, -4),
      subject: "Subject_01",
      activity: "LyingDown_OnABed",
      fall: false,
      elder: true,
    });
    expect(backward).toMatchObject({ subject: "Subject_21", activity: "backwardFall", fall: true, elder: false, durationS: 5 });
    expect(backward.startS).toBeUndefined();
    expect(backward.samples.length).toBe(3 * 126);
    expect(backward.samples[2]).toBeGreaterThan(950);
  });

  it("leaves out malformed rows, and gives up where they are many", () => {
    const text = umafall(resting(5, 20));
    const spoilt = (every: number) =>
      text.replace(/^(\d+);(\d+);[^;]+;/gm, (row, s, i) => (i % every === 1 ? `${s};${i};-3.016.666.603;` : row));
    expect(readUma({ [fall]: spoilt(40) })[0].unknown).toBeUndefined();
    expect(readUma({ [fall]: spoilt(10), [adl]: text })[1].unknown).toMatch(
      /Fall_backwardFall_3.*line 9: a number is malformed/,
    );
  });

  it("says of each recording without the sensor that it has none, and refuses a folder without", () => {
    const [lying] = readUma({ [fall]: umafall(resting(5, 20)), [adl]: umafall(resting(6, 20), { sensor: 4 }) });
    expect(lying).toMatchObject({ absent: true, unknown: `${adl}: there is no sensor at the waist.` });
    expect(() => readUma({ [fall]: umafall(resting(5, 20)) }, "ankle")).toThrow(/No recording .* has a sensor at the ankle/);
    expect(readUma({ [`there/${fall}`]: umafall(resting(5, 20)) }).map(({ id }) => id)).toEqual([fall.slice(0, -4)]);
    expect(() => readUma({ "x.csv": "" })).toThrow(/holds no UMAFall recordings/);
  });

  /** Rows as the SensorTag's steps of ±8 g, as if they were of ±2 g from `from` to `to` (rows). */
  const steps = (rows: readonly Row[], from = 0, to = 0) =>
    rows.map(
      ([s, ...g], i) =>
        [s, ...g.map((value) => Math.round(value * 4096) / (i >= from && i < to ? 16384 : 4096))] as unknown as Row,
    );
  const readOne = (rows: readonly Row[]) => readUma({ [fall]: umafall(rows), [adl]: umafall(resting(5, 20)) })[1];
  // A first row that stands on both grids, and later ones that do by chance.
  const shaken = rowsOf(9, 20, (s) =>
    s === 0
      ? [0.25, 0.5, 1]
      : [0.3 + 2.5 * Math.sin(7 * s) * Math.exp(-((s - 3) ** 2)), 0.2 * Math.cos(5 * s), 0.9 + 0.1 * Math.sin(s)],
  );

  it("mends the rows that were read at a quarter of their scale: at first, half way, or all", () => {
    const right = readOne(steps(shaken));
    expect(right.unknown).toBeUndefined();
    expect(Math.max(...right.samples)).toBeGreaterThan(2000);
    for (const [from, to] of [
      [0, 11],
      [0, 130],
      [0, 181],
      [40, 90],
    ]) {
      expect([from, to, readOne(steps(shaken, from, to)).samples]).toEqual([from, to, right.samples]);
    }
  });

  it("leaves a part of ±2 g alone that reads 1 g, and readings at the end of the scale", () => {
    const fine = readOne(
      shaken.map(([s, ...g]) => [s, ...g.map((value) => Math.round(value * 16384) / 16384)] as unknown as Row),
    );
    expect(fine.unknown).toBeUndefined();
    expect(Math.max(...fine.samples)).toBeLessThan(3000);
    // Hopping: next to nothing, and the end of ±2 g in every fourth row, which is on neither grid.
    const low = 1116 / 4096;
    const hops = Array.from(
      { length: 100 },
      (_, i): Row => (i % 4 === 0 ? [i / 20, -32511 / 16384, 0, 0] : [i / 20, low, low, low]),
    );
    expect(Math.min(...readOne(hops).samples)).toBeGreaterThan(-2100);
    expect(Math.min(...readOne(hops).samples)).toBeLessThan(-500);
  });

  it("knows nothing of a quarter of 1 g that has no such steps", () => {
    const quarter = steps(resting(5, 20), 0, 101).map(([s, x, y, z]): Row => [s, x, y, z + 1e-6]);
    expect(readOne(quarter).unknown).toMatch(/the magnitude at rest is 0.25 g/);
  });
});
