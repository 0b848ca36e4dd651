import { describe, expect, it } from "@jest/globals";
import { parseRecording, RecordingError, readRecording } from "@songbai/sim/world/recording";

const WEDA = "accel_time_list,accel_x_list,accel_y_list,accel_z_list";
const OWN = "time_s,x_mg,y_mg,z_mg";

/** What the parser says about a bad text. */
function complaint(text: string): string {
  try {
    parseRecording(text, "walk.csv");
  } catch (error) {
    if (error instanceof RecordingError) return error.message;
    throw error;
  }
  return "no complaint";
}

describe("world/recording", () => {
  it("plays m/s² as mg, on the line between two samples, until the recording ends", () => {
    const recording = parseRecording(`${WEDA}\n0.0,0,0,9.80665\n1.0,9.80665,-9.80665,0\n`, "walk.csv");
    const into = new Int32Array(30);
    expect(recording.fill(0, 250_000, 10, into)).toBe(5);
    expect([...into.subarray(0, 15)]).toEqual([0, 0, 1000, 250, -250, 750, 500, -500, 500, 750, -750, 250, 1000, -1000, 0]);
    expect(recording.fill(1_000_001, 250_000, 10, into)).toBe(0);
    expect(recording.durationUs).toBe(1_000_000);
  });

  it("spreads stamps that came in batches evenly, and starts at the first stamp", () => {
    const recording = parseRecording(`${OWN}\n5.0,0,0,0\n5.001,100,0,0\n5.002,200,0,0\n5.9,300,0,0\n7.0,400,0,0`, "walk.csv");
    const into = new Int32Array(15);
    expect(recording.fill(0, 500_000, 5, into)).toBe(5);
    expect([0, 3, 6, 9, 12].map((i) => into[i])).toEqual([0, 100, 200, 300, 400]);
    expect(recording.rateHz).toBe(2);
  });

  it("gives the same however a span is cut", () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${i / 50},${(i * 37) % 101},${i},${-i}`);
    const recording = parseRecording([OWN, ...rows].join("\n"), "walk.csv");
    const whole = new Int32Array(300);
    recording.fill(0, 17_000, 100, whole);
    const part = new Int32Array(75);
    for (let i = 0; i < 4; i++) {
      recording.fill(i * 25 * 17_000, 17_000, 25, part);
      expect([...part]).toEqual([...whole.subarray(i * 75, i * 75 + 75)]);
    }
  });

  it("takes a byte order mark, CRLF, other columns and another order", () => {
    expect(complaint(`\uFEFFz_mg,note,x_mg,y_mg,time_s\r\n1,a,2,3,0\r\n1,b,2,3,1\r\n`)).toBe("no complaint");
  });

  it("names a file that cannot be read", () => {
    expect(() => readRecording("no/such/walk.csv")).toThrow(
      new RecordingError("no/such/walk.csv: the file cannot be read; give the path of a CSV recording."),
    );
  });

  const bad: readonly [string, string, string][] = [
    ["an empty file", "", `walk.csv: the file is empty; the first line must be ${WEDA}.`],
    ["a header alone", WEDA, "walk.csv: there is a header and no sample; at least 1 s is needed."],
    ["a missing column", `time_s,x_mg,z_mg\n0,1,2`, `walk.csv, line 1: column y_mg is missing; needed are ${OWN}.`],
    [
      "a header of nothing known",
      `a,b\n0,1`,
      `walk.csv, line 1: column ${WEDA.replaceAll(",", ", ")} is missing; needed are ${WEDA}.`,
    ],
    [
      "text in a number",
      `${OWN}\n0,1,2,3\n1,1,2g,3`,
      `walk.csv, line 3: "2g" is not a number; write a finite decimal such as -9.81.`,
    ],
    ["an empty field", `${OWN}\n0,1,,3`, `walk.csv, line 2: "" is not a number; write a finite decimal such as -9.81.`],
    ["NaN", `${OWN}\n0,NaN,2,3`, `walk.csv, line 2: "NaN" is not a number; write a finite decimal such as -9.81.`],
    ["infinity", `${OWN}\n0,1,2,1e999`, `walk.csv, line 2: "1e999" is not a number; write a finite decimal such as -9.81.`],
    [
      "time that goes back",
      `${OWN}\n1,0,0,0\n0.5,0,0,0`,
      "walk.csv, line 3: the time 0.5 s goes back from 1 s; stamps must not decrease.",
    ],
    ["a short row", `${OWN}\n0,1,2,3\n1,1`, "walk.csv, line 3: 2 fields where the header promises at least 4."],
    ["less than a second", `${OWN}\n0,0,0,0\n0.5,0,0,0`, "walk.csv: 0.500 s of recording; at least 1 s is needed."],
  ];
  for (const [what, text, sentence] of bad) {
    it(`refuses ${what} with a sentence`, () => {
      expect(complaint(text)).toBe(sentence);
    });
  }
});
