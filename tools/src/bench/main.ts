/** npm run bench: ratios, never a test. Each figure stands beside its aim. */
import { createRequire } from "node:module";
import { readScenario, type Scenario } from "@songbai/sim/scenario/scenario";
import { type BoardProfile, type SimulationResult, simulate } from "@songbai/sim/scenario/simulate";
import { findDevice } from "../cli/find-device.ts";
import { prepareRuntime, RUNTIMES } from "../cli/runtimes.ts";
import { demoHub } from "../hub/hub.ts";
import { demoCredentials, identityOf } from "../provision/demo.ts";
import { alohaAmong, heardAmong, lossAt } from "./air.ts";
import { benchCiphers } from "./ciphers.ts";
import { benchCurves } from "./curves.ts";
import { benchDelivery } from "./delivery.ts";
import { benchHub, type Rate } from "./hub.ts";
import { benchDetector, benchRecord } from "./kernels.ts";
import { benchLog } from "./log.ts";

/** Slow runtimes get the first hours of the day. */
const HOURS: Record<string, number> = { native: 24, lua51: 8, lua53: 2, lua54: 8, js: 8 };
const SPEED_AIMS: Record<string, string> = { native: ">= 10,000, aim 40,000", lua54: ">= 500, aim 3,000" };

async function day(runtime: string, hours: number): Promise<{ result: SimulationResult; bytes: number }> {
  const device = findDevice("bracelet");
  const credentials = demoCredentials(1, device.name);
  const whole = readScenario("quiet-day");
  const durationMs = hours * 3_600_000;
  const scenario: Scenario = {
    ...whole,
    durationMs,
    timeline: whole.timeline.filter(({ atMs }) => atMs < durationMs),
    story: whole.story.filter(({ atMs }) => atMs < durationMs),
  };
  const { bundle, start } = await prepareRuntime(device, runtime);
  const result = await simulate({
    scenario,
    seed: 1,
    profile: createRequire(import.meta.url)("@songbai/board-profiles/simulator/profile.json") as BoardProfile,
    identity: identityOf(credentials),
    start,
    server: demoHub(credentials, device.manifest.bearers.lorawan?.subBand ?? 0, () => {}),
  });
  return { result, bytes: Buffer.byteLength(bundle.code) };
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const print = (row: readonly string[]) =>
    process.stdout.write(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("  ")}\n`,
    );
  process.stdout.write(`\n${title}\n`);
  print(head);
  for (const row of rows) print(row);
}

const number = (value: number) => Math.round(value).toLocaleString("en-US");

const rows: string[][] = [];
let nativeSpeed = 0;
for (const runtime of RUNTIMES) {
  const hours = HOURS[runtime];
  const { result, bytes } = await day(runtime, hours);
  const speed = result.simulatedSeconds / result.wallSeconds;
  if (runtime === "native") nativeSpeed = speed;
  const { afterBootBytes, peakBytes } = result.heap;
  rows.push([
    runtime,
    `${hours} h`,
    number(speed),
    (speed / nativeSpeed).toFixed(3),
    SPEED_AIMS[runtime] ?? "",
    runtime === "native" ? "" : number(bytes),
    afterBootBytes === undefined ? "" : number(afterBootBytes),
    peakBytes === undefined ? "" : number(peakBytes),
  ]);
}
table(
  "A bracelet's quiet day: 50 Hz accelerometer, fall detector, reports, LoRaWAN, hub",
  ["runtime", "of it", "x real time", "of native", "floor and aim", "bundle bytes", "heap after boot", "heap peak"],
  rows,
);

const kernel = (name: string, unit: string, { ns, baselineNs, ratio }: ReturnType<typeof benchRecord>) => [
  name,
  `${ns.toFixed(1)} ns/${unit}`,
  `${baselineNs.toFixed(1)} ns/${unit}`,
  ratio.toFixed(2),
  "<= 2",
];
table(
  "The SDK against the same kernel without objects (median of 15, in turn)",
  ["kernel", "sdk", "baseline", "ratio", "aim"],
  [
    kernel("fall detector, idle and candidates", "sample", benchDetector()),
    kernel("record: CBOR, seal, checksum, flash", "record", benchRecord()),
  ],
);

const log = benchLog();
table(
  "The flash log: records of 64 octets in sectors of 4 kB, each acknowledged; a full log of 4 MB (median of 15, in turn)",
  ["", "", "baseline", "ratio", "aim"],
  [
    ["program operations a record", log.operations.toFixed(3), "", "", ""],
    ["erases a record", log.erases.toFixed(4), "", "", ""],
    ["octets programmed", `${(64 * log.programmed).toFixed(1)} a record`, "64 sealed", log.programmed.toFixed(3), "<= 1.15"],
    [
      "count, append, acknowledge",
      `${number(log.append.ns)} ns`,
      `copy and checksum ${number(log.append.baselineNs)} ns`,
      log.append.ratio.toFixed(2),
      "",
    ],
    [
      "open a full log, find what is pending",
      `${(log.open.ns / 1e6).toFixed(1)} ms`,
      `copy of it ${(log.open.baselineNs / 1e6).toFixed(1)} ms`,
      log.open.ratio.toFixed(2),
      "<= 50 ms",
    ],
  ],
);

table(
  "A record of 64 octets sealed or hashed, beside other libraries (median of 15, in turn)",
  ["sdk", "", "peer", "", "ratio"],
  benchCiphers().map(({ name, peer, ns, baselineNs, ratio }) => [
    name,
    `${number(ns)} ns`,
    peer,
    `${number(baselineNs)} ns`,
    ratio.toFixed(2),
  ]),
);

table(
  "The curves, beside other libraries (median of 15, in turn)",
  ["sdk", "", "peer", "", "ratio"],
  benchCurves().map(({ name, peer, ns, baselineNs, ratio }) => [
    name,
    `${number(ns / 1000)} us`,
    peer,
    `${number(baselineNs / 1000)} us`,
    ratio.toFixed(2),
  ]),
);

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const FADINGS = ["none", "rician", "rayleigh"] as const;
table(
  "The air: LoRa frames of 25 octets that do not arrive, by distance; 14 dBm at 470 MHz from within a house, no fading / Rician / Rayleigh",
  ["metres", "SF7", "SF9", "SF12"],
  [250, 500, 1000, 1500, 2000, 3000, 4000, 6000].map((metres) => [
    number(metres),
    ...[7, 9, 12].map((sf) => FADINGS.map((fading) => percent(lossAt(metres, sf, fading))).join(" / ")),
  ]),
);
table(
  "The air: of a frame a minute each, on eight channels, a gateway receives, with capture and fading (pure ALOHA without)",
  ["devices", "all SF9", "of ALOHA", "all SF12", "of ALOHA", "by distance"],
  [50, 100, 200, 500, 1000].map((devices) => [
    number(devices),
    ...[9, 12].flatMap((sf) => [percent(heardAmong(devices, sf)), percent(alohaAmong(devices, sf))]),
    percent(heardAmong(devices, undefined)),
  ]),
);

/** `npm run bench -- --million`: as many, to see that memory stays flat. */
const records = process.argv.includes("--million") ? 1_000_000 : 100_000;
const { stored, opened, json, residentMb } = benchHub(records);
const hubRow = (name: string, { ofCore, ofWall }: Rate, aim: string) => [
  name,
  number(ofCore),
  (stored.ofCore / ofCore).toFixed(2),
  number(ofWall),
  aim,
];
table(
  `The hub: ${number(records)} records of 500 devices in batches of 500; resident ${number(residentMb[0])} MB after a tenth, ${number(residentMb[1])} MB at the end`,
  ["", "records a core second", "hub of it", "a wall second", "aim"],
  [
    hubRow("opened, stored in SQLite and acknowledged", stored, ">= 20,000"),
    hubRow("opened only", opened, ""),
    hubRow("opened and written as JSON lines", json, ""),
  ],
);

const RUNS = 200;
const seconds = (value: number) => value.toFixed(1);
table(
  `An alarm's way from the impact to the platform, simulated seconds over ${RUNS} seeded runs; 20 s of them are the wearer's to cancel`,
  ["bearers", "", "falls raised", "arrived", "median", "99 %", "worst"],
  (await benchDelivery(RUNS)).map(({ name, weather, raised, arrived, medianS, percentile99S, worstS }) => [
    name,
    weather,
    number(raised),
    number(arrived),
    seconds(medianS),
    seconds(percentile99S),
    seconds(worstS),
  ]),
);
