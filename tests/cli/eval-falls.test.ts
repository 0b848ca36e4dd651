import { describe, expect, it } from "@jest/globals";
import { folderOf, resting, weda } from "../learn/files.ts";
import { songbai } from "../support/command.ts";

// Nobody falls here: an elder rests, a fall is acted so badly that no detector hears it, and a watch takes gravity away.
const FOLDER = folderOf({
  "fall_timestamps.csv": "filename,start_time,end_time\nF01/U15_R01,1,3\n",
  "25Hz/D04/U31_R01_accel.csv": weda(resting(12.36, 25)),
  "25Hz/D05/U16_R02_accel.csv": weda(resting(8, 25).map(([s, x, y, z]) => [s, x, y, z - 1])),
  "25Hz/F01/U15_R01_accel.csv": weda(resting(10, 21)),
});
const evalFalls = (...more: readonly string[]) =>
  songbai("eval", "falls", "--dataset", "weda-fall", "--data", FOLDER, "--position", "wrist", ...more);

describe("songbai eval falls", () => {
  it("lists every recording in its JSON, with an alarm or without, and says on the side what is unknown", async () => {
    const { status, stdout, stderr } = await evalFalls("--json");
    expect(status).toBe(0);
    const why = expect.stringMatching(/^D05\/U16_R02_accel\.csv, the magnitude at rest is 0\.0\d g/);
    expect(JSON.parse(stdout)).toEqual({
      detector: expect.objectContaining({ table: "wrist", runtime: "native", rateHz: 25, rangeG: 4, watermark: 5 }),
      position: "wrist",
      recordings: [
        { id: "D04/U31_R01", durationS: 12.36, alarms: [] },
        { id: "D05/U16_R02", durationS: 8, alarms: [], unknown: why },
        { id: "F01/U15_R01", durationS: 10, alarms: [] },
      ],
    });
    expect(stdout.trim().split("\n").length).toBe(1);
    expect(stderr.trim()).toEqual(why);
  });

  it("asks what was learnt at another position", async () => {
    const { stdout } = await evalFalls("--json", "--detector", "waist");
    expect(JSON.parse(stdout).detector).toMatchObject({ table: "waist", rangeG: 8 });
    const { status, stderr } = await evalFalls("--detector", "knee");
    expect([status, stderr]).toEqual([2, 'There is no position "knee"; there are wrist, waist, chest, ankle, insole.\n']);
  });

  it("says what was heard, missed and false, of whom, and what that does not mean", async () => {
    const { stdout } = await evalFalls("--digest");
    expect(stdout).toMatch(/^weda-fall at the wrist: 3 recordings of 3 people \(native\)/);
    expect(stdout).toMatch(/sensitivity +0\.0 % +0 of 1 falls heard \(0\.0 to 0\.0\)/);
    expect(stdout).toMatch(/specificity +100\.0 % +2 of 2 ADL recordings/);
    expect(stdout).toMatch(/alarms among elders +0 +of 1 recordings/);
    expect(stdout).toMatch(/F01 forwards, slip +1 +0\.0 % +0\nD04 sitting down, getting up +1 +100\.0 % +0/);
    expect(stdout).toMatch(/Missed: F01\/U15_R01/);
    expect(stdout).toMatch(/Unknown falls count as missed\./);
    expect(stdout).toMatch(/Unknown: D05\/U16_R02/);
    expect(stdout).toMatch(/falls were acted .* by healthy adults/);
    expect(stdout).toMatch(/trained with flatter/);
    expect(stdout).not.toMatch(/have no time of their own/);
    expect(stdout).toMatch(/digest over all alarms {2}[0-9a-f]{64}\n$/);
  });
});
