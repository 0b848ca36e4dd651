import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { songbai } from "../support/command.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "songbai-"));
const MANIFEST = JSON.parse(readFileSync("devices/bracelet/manifest.json", "utf8")) as Record<string, unknown>;
const MAIN = readFileSync("devices/bracelet/main.ts", "utf8");
const SCENARIO = readFileSync("sim/scenarios/sos.yaml", "utf8");
const HEADER = "accel_time_list,accel_x_list,accel_y_list,accel_z_list";

let files = 0;

/** A file with this text; its path. */
function file(name: string, text: string): string {
  const folder = join(FOLDER, String(files++));
  mkdirSync(folder);
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** A device folder inside the project, where the SDK is found. */
function device(manifest: string, main = MAIN): string {
  const folder = join("node_modules/.cache/songbai-test", String(files++));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), manifest);
  writeFileSync(join(folder, "main.ts"), main);
  return `./${folder}`;
}

const manifest = (change: (object: Record<string, unknown>) => void) => {
  const copy = structuredClone(MANIFEST);
  change(copy);
  return JSON.stringify(copy);
};
const scenario = (from: string | RegExp, to: string) => file("mine.yaml", SCENARIO.replace(from, to));
const samples = (rows: readonly string[]) => file("rec.csv", [HEADER, ...rows, ""].join("\n"));
const still = (count: number) => Array.from({ length: count }, (_, i) => `${i * 0.02},0.1,0.2,9.8`);

/** A folder of WEDA-FALL with one walk. */
function walks(rows: readonly string[]): string {
  const folder = join(FOLDER, String(files++));
  mkdirSync(join(folder, "D01"), { recursive: true });
  writeFileSync(join(folder, "D01/U15_R01_accel.csv"), [HEADER, ...rows, ""].join("\n"));
  return folder;
}

const evalFalls = (dataset: string, data: string, position = "wrist") =>
  ["eval", "falls", "--dataset", dataset, "--data", data, "--position", position] as const;

/** What is given, and what the sentence must say. */
const CASES: readonly (readonly [string, () => readonly string[], RegExp])[] = [
  ["an unknown device", () => ["run", "brazelet"], /There is no device "brazelet"; there are bracelet/],
  ["a folder that is no device", () => ["run", "./docs"], /\.\/docs holds no main\.ts/],
  [
    "an unknown runtime",
    () => ["run", "bracelet", "--runtime", "lua52"],
    /no runtime "lua52"; there are native, lua51, lua53, lua54, js/,
  ],
  ["an unknown scenario", () => ["run", "bracelet", "--scenario", "loud-day"], /no scenario "loud-day"; there are .*quiet-day/],
  ["a missing scenario file", () => ["run", "bracelet", "--scenario", "./none.yaml"], /no scenario file \.\/none\.yaml/],
  ["an unknown option", () => ["run", "bracelet", "--sed", "1"], /unknown option '--sed'/],
  ["an unknown command", () => ["walk"], /unknown command 'walk'/],
  ["no device", () => ["run"], /missing required argument 'device'/],
  [
    "a seed that is no number",
    () => ["run", "bracelet", "--seed", "one"],
    /--seed one is not a whole number from 0 to 2147483647/,
  ],
  [
    "Bluetooth for a device without it",
    () => ["run", "bracelet", "--ble-hci", join(FOLDER, "hci")],
    /--ble-hci is for devices with BLE; the manifest of bracelet names no bearer "ble"/,
  ],
  ["a seed out of range", () => ["run", "bracelet", "--seed", "2147483648"], /--seed 2147483648 is not/],
  ["a speed that is none", () => ["run", "bracelet", "--speed", "0"], /--speed 0 is no speed; give max/],
  [
    "scenario and recording at once",
    () => ["run", "bracelet", "--scenario", "sos", "--recording", "x.csv"],
    /either --scenario or --recording/,
  ],

  ["a manifest that is no JSON", () => ["run", device("{ id: ")], /manifest\.json:1 is neither JSON nor YAML/],
  [
    "a manifest with an unknown key",
    () => ["build", device(manifest((m) => Object.assign(m, { colour: "red" })))],
    /the key "colour" is unknown; known are .*id, name/,
  ],
  ["a manifest without a key", () => ["build", device(manifest((m) => delete m.bearers))], /the key "bearers" is missing/],
  [
    "a manifest with a number out of range",
    () => [
      "build",
      device(manifest((m) => Object.assign(m, { sensors: { accelerometer: { rateHz: 5, rangeG: 8, watermark: 25 } } }))),
    ],
    /sensors\.accelerometer\.rateHz: 5 must be >= 20 \(samples a second, 20 to 100\)/,
  ],
  [
    "a manifest with a wrong choice",
    () => [
      "build",
      device(manifest((m) => Object.assign(m, { sensors: { accelerometer: { rateHz: 50, rangeG: 3, watermark: 25 } } }))),
    ],
    /sensors\.accelerometer\.rangeG: 3 is not one of 2, 4, 8, 16/,
  ],
  [
    "a manifest with text for a number",
    () => ["build", device(manifest((m) => Object.assign(m, { bearers: { lorawan: { subBand: "ten", dataRate: 3 } } })))],
    /bearers\.lorawan\.subBand: "ten" is not of type integer/,
  ],

  [
    "a scenario that is no YAML",
    () => ["run", "bracelet", "--scenario", file("mine.yaml", "title: [")],
    /mine\.yaml:\d+ is neither JSON nor YAML/,
  ],
  ["an empty scenario", () => ["run", "bracelet", "--scenario", file("mine.yaml", "")], /null is not of type object/],
  [
    "an unknown key in a scenario",
    () => ["run", "bracelet", "--scenario", scenario("title:", "titel: x\ntitle:")],
    /the key "titel" is unknown/,
  ],
  [
    "an unknown action",
    () => ["run", "bracelet", "--scenario", scenario("do: sit", "do: fly")],
    /events\.0\.do: "fly" is not one of stand, walk/,
  ],
  [
    "an unknown person",
    () => ["run", "bracelet", "--scenario", scenario("do: sit, who: wang", "do: sit, who: wong")],
    /events\.0\.who: there is no person "wong"; people are wang/,
  ],
  [
    "an action without a person",
    () => ["run", "bracelet", "--scenario", scenario("do: sit, who: wang", "do: sit")],
    /events\.0: "sit" needs the key "who"/,
  ],
  [
    "a press without a duration",
    () => ["run", "bracelet", "--scenario", scenario(", for: 4 s", "")],
    /"press" needs the key "for"/,
  ],
  [
    "events out of order",
    () => ["run", "bracelet", "--scenario", scenario('at: "21:00:00"', 'at: "21:05:00"')],
    /events\.1\.at: 21:04:00 comes before/,
  ],
  [
    "an event after the end",
    () => ["run", "bracelet", "--scenario", scenario('at: "21:04:00"', 'at: "21:40:00"')],
    /events\.1\.at: 21:40:00 lies after the end/,
  ],
  [
    "a duration that is none",
    () => ["run", "bracelet", "--scenario", scenario("10 min", "ten minutes")],
    /duration: "ten minutes" must match .*such as 45 min/,
  ],
  [
    "a date that is none",
    () => ["run", "bracelet", "--scenario", scenario("2026-03-02", "2026-13-42")],
    /start: 2026-13-42 21:00:00 is no date/,
  ],
  [
    "an expectation that is not understood",
    () => ["run", "bracelet", "--scenario", scenario("no other alarm", "all is well")],
    /expect\.1: "all is well" is not understood; say "alarm fall/,
  ],
  [
    "a scenario of another device",
    () => ["run", "bracelet", "--scenario", scenario("device: bracelet", "device: watch")],
    /is about the device "watch", not "bracelet"/,
  ],

  ["a missing recording", () => ["run", "bracelet", "--recording", "./none.csv"], /none\.csv/],
  ["an empty recording", () => ["run", "bracelet", "--recording", file("rec.csv", "")], /empty/],
  ["a recording of 0 rows", () => ["run", "bracelet", "--recording", samples([])], /no sample/],
  [
    "a recording without a column",
    () => ["run", "bracelet", "--recording", file("rec.csv", "accel_time_list,accel_x_list,accel_y_list\n0,1,2\n")],
    /accel_z_list/,
  ],
  [
    "a recording with text in a number",
    () => ["run", "bracelet", "--recording", samples([...still(60), "1.3,much,0.2,9.8"])],
    /rec\.csv, line 62.*much/,
  ],
  [
    "a recording with NaN",
    () => ["run", "bracelet", "--recording", samples([...still(60), "1.3,NaN,0.2,9.8"])],
    /rec\.csv, line 62.*NaN/,
  ],
  [
    "a recording whose times go back",
    () => ["run", "bracelet", "--recording", samples([...still(60), "0.5,0,0,9.8"])],
    /rec\.csv, line 62/,
  ],

  ["a sense that there is not", () => ["eval", "fall"], /unknown command 'fall'/],
  ["no data set", () => ["eval", "falls"], /required option '--dataset <name>' not specified/],
  ["an unknown data set", () => evalFalls("kfall", FOLDER), /no data set "kfall"; there are weda-fall and umafall/],
  [
    "a folder without recordings",
    () => evalFalls("weda-fall", "./docs"),
    /\.\/docs holds no WEDA-FALL recordings; give the folder/,
  ],
  [
    "an unknown position",
    () => evalFalls("weda-fall", FOLDER, "knee"),
    /no position "knee"; there are wrist, waist, chest, ankle, insole/,
  ],
  [
    "a position that the data set has not",
    () => evalFalls("weda-fall", FOLDER, "waist"),
    /recorded at the wrist, not at the waist/,
  ],
  [
    "an unknown runtime for the detector",
    () => [
      ...evalFalls("weda-fall", walks(Array.from({ length: 100 }, (_, i) => `${i / 50},0,${i % 2}e-1,9.8`))),
      "--runtime",
      "lua52",
    ],
    /no runtime "lua52"; there are native, lua51, lua53, lua54, js, board:reference-m4/,
  ],
  [
    "recordings that cannot be judged",
    () => evalFalls("weda-fall", walks(still(9))),
    /D01\/U15_R01_accel\.csv, 0\.16 s .* too short/,
  ],

  [
    "a broker that does not answer",
    () => ["run", "bracelet", "--scenario", "sos", "--mqtt", "mqtt://127.0.0.1:9"],
    /No MQTT broker answers at mqtt:\/\/127\.0\.0\.1:9/,
  ],
  ["a broker address that is none", () => ["run", "bracelet", "--scenario", "sos", "--mqtt", "broker"], /broker/],
  [
    "a device that is not portable",
    () => ["build", device(JSON.stringify(MANIFEST), MAIN.replace("seconds(20)", "seconds(40 / 2)"))],
    /main\.ts:\d+:\d+: .*idiv/,
  ],
  [
    "a device that is not portable, run on Lua",
    () => ["run", device(JSON.stringify(MANIFEST), `${MAIN}\nexport const seen = new Map();\n`), "--runtime", "lua53"],
    /main\.ts:\d+:\d+: /,
  ],
  ["an output folder that is a file", () => ["build", "bracelet", "--out", "package.json"], /package\.json cannot be written/],
];

describe("songbai, given", () => {
  it.each(CASES)("%s: one sentence, exit status 2, no stack", async (_, argv, sentence) => {
    const { status, stdout, stderr } = await songbai(...argv());
    expect(stderr).toMatch(sentence);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
