import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CONTACT, DOOR, MOTION } from "@songbai/sdk/sensing/routine/kinds";
import { InputError } from "@songbai/sim/scenario/input-error";
import { homesIn, timeOf } from "@songbai/tools/learn/routine/home-events";
import { outingsByRule } from "@songbai/tools/learn/routine/rule";
import { recordingsIn } from "@songbai/tools/learn/sleep/evaluate";
import fc from "fast-check";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "home-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);

/** What a reader makes of any text: recordings, or one sentence. */
function survives(name: string, read: (folder: string) => unknown, text: string): boolean {
  file(name, text);
  try {
    read(folder);
    return true;
  } catch (error) {
    return error instanceof InputError && error.message.includes(folder);
  }
}

const LOG = [
  "2017-03-01T10:00:00.100;MotionD_K;1",
  "2017-03-01T10:00:30.000;MotionD_K;0",
  "2017-03-01T10:01:00.000;ContactS_E;1",
  "2017-03-01T10:01:09.900;ContactS_E;0",
  "2017-03-01T10:05:00.000;EMeter_L;19.9",
  "2017-03-01T10:06:00.000;EMeter_L.CommFailure;1",
  "2017-03-01T11:00:00.000;ContactS_E;1",
  "2017-03-01T11:00:05.000;ContactS_E;0",
  "2017-03-01T11:05:00.000;EMeter_L;20.0",
  "2017-03-01T12:00:00.000;ContactS_E;1",
  "2017-03-01T12:00:03.000;ContactS_E;0",
  "2017-03-01T12:10:03.900;ContactS_E;1",
];

describe("the log of a home", () => {
  it("is read with its sensors, its own clock and whole seconds", () => {
    file("a.csv", `${LOG.join("\r\n")}\r\n\r\n`);
    const [home] = homesIn(folder);
    expect(home.sensors.map(({ kind }) => kind).slice(0, 2)).toEqual([MOTION, DOOR]);
    expect(home.sensors).toHaveLength(3);
    expect(home.reports[0]).toEqual({ second: 36_000, sensor: 0, on: true });
    expect(home.reports.filter(({ sensor }) => sensor === 2).map(({ on }) => on)).toEqual([false, true]);
    expect(timeOf(home, 36_000)).toBe("2017-03-01T10:00:00");
  });

  it("has by the authors' rule the outing in which nothing went on, if it was longer than ten minutes", () => {
    file("a.csv", LOG.join("\n"));
    expect(outingsByRule(homesIn(folder)[0])).toEqual([{ from: 36_069, until: 39_600 }]);
  });

  it("has other contacts beside the door, and a header if it likes", () => {
    file("a.csv", `time;sensor;value\n2017-03-01 10:00;ContactS_Fridge;1\n2017-03-01 10:01;ContactS_Entrance;1\n`);
    expect(homesIn(folder)[0].sensors.map(({ kind }) => kind)).toEqual([CONTACT, DOOR]);
  });

  it.each([
    ["2017-03-01T10:00:00;MotionD_K;1\nyesterday;MotionD_K;1", /line 2: "yesterday;MotionD_K;1" is not time;sensor;value/],
    ["2017-03-01T10:00:00;MotionD_K;1\n2017-03-01T10:00:00;MotionD_K", /line 2: .* is not time;sensor;value/],
    ["2017-03-01T10:00:00;MotionD_K;on", /line 1: the value "on" of MotionD_K is no number/],
    ["2017-03-01T10:00:00;Doorbell;1", /no report of a motion detector/],
    ["", /no report of a motion detector/],
    [Array.from({ length: 33 }, (_, i) => `2017-03-01T10:00:00;MotionD_${i};1`).join("\n"), /more than 32 sensors/],
  ])("says in a sentence what is wrong with %j", (text, sentence) => {
    file("a.csv", text);
    expect(() => homesIn(folder)).toThrow(sentence);
  });

  it("survives any text", () => {
    const field = fc.constantFrom(
      ";",
      "\n",
      "2017-03-01T10:00:00",
      "2017-02-31T25:61:00",
      "MotionD_K",
      "ContactS_E",
      "1",
      "1e999",
      "",
      "a.b",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(field, fc.string({ maxLength: 4 })), { maxLength: 40 }), (parts) =>
        survives("a.csv", homesIn, parts.join("")),
      ),
      { numRuns: 100 },
    );
  });
});

const AWD = ["name", "23-Jan-1918", "13:58", " 4 ", "00", "V1", "X", "0", "12", "130 M", ""];

const export_ = (rows: readonly string[]): string =>
  [
    '\uFEFF"Actiware Export File  (Version 05.00 )"',
    '"SLEEP","1","04/07/2015","21:20:30","05/07/2015","06:56:30","576.00","0.00","89.78","44.50","7.73","531.50","92.27",',
    '"REST","1","04/07/2015","21:05:00","05/07/2015","06:57:00","592.00"',
    '"1","04/07/2015","21:00:00","Marker!","ACTIVE",',
    ...rows,
  ].join("\r\n");

describe("actigraphy", () => {
  it("of an .AWD has its first minute, its counts, and the nights and naps of its diary", () => {
    file("a.AWD", AWD.join("\r\n"));
    file(
      "a_sleepdiary.csv",
      "type,start,end\nNIGHT,1918-01-23 23:00:00,1918-01-24 07:00:00\nNAP,1918-01-24 13:00:00,1918-01-24 13:45:00\nNOWEAR,1918-01-24 15:00:00,1918-01-24 16:00:00\n",
    );
    const [one, ...others] = recordingsIn(folder);
    expect(others).toEqual([]);
    expect(new Date(one.firstMs).toISOString()).toBe("1918-01-23T13:58:00.000Z");
    expect(one.minutes).toEqual([0, 12, 130]);
    expect([one.nights.length, one.naps.length]).toEqual([1, 1]);
  });

  it("of an .AWD without a diary has no truth", () => {
    file("a.AWD", AWD.join("\n"));
    expect(recordingsIn(folder)[0].nights).toEqual([]);
  });

  it("of an export has minutes of two epochs, unknown where one is NaN, and the scored sleep with its minutes", () => {
    file(
      "a.csv",
      export_([
        '"1","04/07/2015","23:59:00","5","0"',
        '"2","04/07/2015","23:59:30","7","0"',
        '"3","05/07/2015","00:00:00","NaN","0"',
        '"4","05/07/2015","00:00:30","3","0"',
      ]),
    );
    const [one] = recordingsIn(folder);
    expect(one.minutes).toEqual([12, Number.NaN]);
    expect(one.nights).toEqual([
      { startMs: Date.UTC(2015, 6, 4, 21, 20, 30), endMs: Date.UTC(2015, 6, 5, 6, 56, 30), asleepMin: 531.5 },
    ]);
  });

  it("of an export in French with the day of the week and the seconds is the same, rows that are missing are missing", () => {
    const rows = [
      '"SOMMEIL","1","4/02/2015","mer.","19:58:00","5/02/2015","jeu.","8:16:00","738.00",',
      '"1","0","4/02/2015","23:59:00","5","0"',
      '"2","60","5/02/2015","00:00:00","NAN"',
      '"4","180","5/02/2015","00:02:00","8"',
    ];
    file("a.csv", ['"Fichier d\'exportation Actiware (Version 05.00)"', ...rows].join("\n"));
    const [one] = recordingsIn(folder);
    expect(one.minutes).toEqual([5, Number.NaN, Number.NaN, 8]);
    expect(one.nights).toEqual([{ startMs: Date.UTC(2015, 1, 4, 19, 58), endMs: Date.UTC(2015, 1, 5, 8, 16) }]);
  });

  it("of an American export has the month first, and its clock twelve hours", () => {
    file(
      "a.csv",
      ['"Actiware Export File"', '"1","4/7/2015","11:59:00 PM","5"', '"2","4/8/2015","12:00:00 AM","6"'].join("\n"),
    );
    expect(new Date(recordingsIn(folder)[0].firstMs).toISOString()).toBe("2015-04-07T23:59:00.000Z");
  });

  it.each([
    ["a.AWD", "name\n23-Jan-1918\n13:58\n7\n", /is no .AWD file/],
    ["a.AWD", "name\n23-Foo-1918\n13:58\n4\n", /is no .AWD file/],
    ["a.AWD", AWD.join("\n").replace("130 M", "x"), /line 10: "x" does not begin with a count/],
    ["a.csv", export_([]), /no rows of number, date, time and activity/],
    [
      "a.csv",
      export_(['"1","04/07/2015","23:59:00","5"', '"2","04/07/2015","23:59:30","five"']),
      /the activity "five" is no number/,
    ],
    ["a.csv", export_(['"1","04/07/2015","23:00:00","5"', '"2","04/07/2015","23:05:00","5"']), /epochs of 300 s/],
    ["a.csv", "time,count\n1,2\n", /no .AWD file and no Actiware export/],
  ])("in %s says in a sentence what is wrong", (name, text, sentence) => {
    file(name, text);
    expect(() => recordingsIn(folder)).toThrow(sentence);
  });

  it("survives any text", () => {
    const field = fc.constantFrom(
      '"',
      ",",
      "\n",
      '"1","04/07/2015","23:59:00","5"\n',
      '"2","04/07/2015","23:58:00","5"\n',
      '"3","99/99/2015","23:59:30"\n',
      '"SLEEP","1","04/07/2015"',
      "NaN",
    );
    const text = fc.array(fc.oneof(field, fc.string({ maxLength: 4 })), { maxLength: 30 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (some) => survives("a.csv", recordingsIn, `"Actiware"\n${some}`)),
      { numRuns: 100 },
    );
    rmSync(join(folder, "a.csv"));
    fc.assert(
      fc.property(text, (some) => survives("a.AWD", recordingsIn, `a\n23-Jan-1918\n13:58\n4\n\n\n\n${some}`)),
      { numRuns: 100 },
    );
  });
});
