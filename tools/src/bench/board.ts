/**
 * npm run bench:board: what the bracelet costs on the emulated Cortex-M4, in processor instructions and octets of heap. Compared
 * with board-profiles/reference-m4/baseline.json; more than 3 % worse is a failure. `-- --write` makes the figures the baseline.
 *
 * Instructions are counted on the board, around each event: the same input gives the same count.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type EmulatedBoard, emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import type { LuaVersion } from "@songbai/sim/runtime/emulated/firmware";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { readScenario } from "@songbai/sim/scenario/scenario";
import { type BoardProfile, simulate } from "@songbai/sim/scenario/simulate";
import { type FoundDevice, findDevice } from "../cli/find-device.ts";
import { linkEntry } from "../cli/runtimes.ts";
import { sentenceOf } from "../cli/sentence.ts";
import { compiled } from "../compile/compiled.ts";
import { demoHub } from "../hub/hub.ts";
import { demoCredentials, identityOf } from "../provision/demo.ts";
import { ACTIVITY_MAKES, ACTIVITY_PARTS, ACTIVITY_WALK } from "./activity-parts.ts";
import { CRYPTO_PARTS } from "./crypto-parts.ts";
import { FALL_LINES, FALL_PARTS } from "./fall-parts.ts";
import { GAIT_LINES, GAIT_PARTS } from "./gait-parts.ts";
import { HEART_LINES, HEART_PARTS } from "./heart-parts.ts";
import { HOME_LINES, HOME_PARTS, REPORTS_A_DAY } from "./home-parts.ts";
import { MAC_LINES, MAC_PARTS } from "./mac-parts.ts";
import { PULSE_LIGHT, PULSE_MAKES, PULSE_NEXT, PULSE_PARTS } from "./pulse-parts.ts";
import { RADIO_LINES, RADIO_PARTS } from "./radio-parts.ts";
import { WEARABLE_LINES, WEARABLE_PARTS } from "./wearable-parts.ts";

const GATE = 0.03;
const SEED = 1;
/** A source takes more RAM to compile than the board has: the second machine has it. */
const AMPLE_BYTES = 512 * 1024;
/** For parts that no program has all at once. */
const PARTS_BYTES = 96 * 1024;

const require = createRequire(import.meta.url);
const BASELINE = require.resolve("@songbai/board-profiles/reference-m4/baseline.json");
const { memory } = require("@songbai/board-profiles/reference-m4/profile.json") as {
  readonly memory: { readonly scriptHeapBytes: { readonly value: number } };
};

type Figures = Record<string, number>;

const LIMITS: Record<string, string> = {
  "instructions a sample": "5,000, aim 2,500",
  "instructions a sealed record": "500,000",
  "heap at peak, bytes": "65,536, aim 49,152",
  "instructions a sample, detector at 25 Hz": "2,500",
  "instructions at a fall decision": "300,000",
  "heap of the fall detector, bytes": "8,192",
  "instructions a 25 Hz sample, all senses, walking": "6,000",
  "instructions a 25 Hz sample, all senses, still": "6,000",
  "instructions a 25 Hz sample, all senses, walking, light 24 s in 120": "6,000",
  "heap of all senses, bytes": "20,480",
  "instructions a 100 Hz sample of a foot sensor, mean over a walk": "2,500",
  "instructions a 100 Hz sample of an insole of 8 cells, mean over a walk": "2,500",
};

/** The parts of the program that are counted by themselves: one event each. */
const PARTS = `
import { frameCodec, newFrame } from "@songbai/sdk/bearer/lorawan/frame";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { allocBytes, allocInts, charCode } from "@songbai/sdk/lang/intrinsics";
import { lineReader } from "@songbai/sdk/link/line";
import { sealer } from "@songbai/sdk/record/seal";
import { fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
const cipher = aes128(allocBytes(16));
const records = sealer(AES_CCM, cipher, allocBytes(4), 1);
const codec = frameCodec(cipher, cipher);
const plain = allocBytes(37);
const into = allocBytes(255);
const frame = newFrame(242);
frame.port = 10;
frame.payloadLength = 51;
const reader = lineReader();
const samples = allocInts(75);
const falls = fallDetector({ rateHz: 50, position: wrist }, () => {});
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 115) records.seal(1000, plain, 37, into);
  else if (kind === 102) codec.build(frame, into);
  else if (kind === 98) cipher(into);
  else if (kind === 100) falls.feed(samples, 25);
  else if (kind === 65) {
    reader.begin(line);
    reader.samples(samples);
  }
  return ".";
}
`;

/** Instructions and heap of the LoRaWAN MAC, apart from the keys of its session and from the program around it. */
function macFigures(code: string, lua: LuaVersion): Figures {
  const board = emulatedBoard({ name: "mac", code, heapBytes: PARTS_BYTES, lua });
  const idle = second(board, " ");
  const before = board.figures(true).heapBytes;
  expectDone(board.call(MAC_LINES.make));
  const heap = board.figures(true).heapBytes - before;
  const cost = (line: string) => {
    expectDone(board.call(line));
    return second(board, line) - idle;
  };
  const figures = {
    "instructions a LoRaWAN uplink, both windows": cost(MAC_LINES.uplink),
    "instructions a LoRaWAN downlink": cost(MAC_LINES.downlink),
    "instructions a LoRaWAN join": cost(MAC_LINES.join),
    "heap of the LoRaWAN MAC, bytes": heap,
  };
  board.close();
  return figures;
}

/** Instructions and heap of the watch's bearers, apart from the keys, the outbox and the lines of the board link. */
function radioFigures(code: string, lua: LuaVersion): Figures {
  const board = emulatedBoard({ name: "radio", code, heapBytes: PARTS_BYTES, lua });
  const idle = second(board, " ");
  const heapOf = (line: string) => {
    const before = board.figures(true).heapBytes;
    expectDone(board.call(line));
    return board.figures(true).heapBytes - before;
  };
  const cost = (line: string) => {
    expectDone(board.call(line));
    return second(board, line) - idle;
  };
  const bleHeap = heapOf(RADIO_LINES.ble);
  const mqttHeap = heapOf(RADIO_LINES.mqtt);
  const figures = {
    "instructions a BLE record and its answer": cost(RADIO_LINES.bleRecord),
    "instructions a BLE write of a fragment": cost(RADIO_LINES.bleWrite),
    "instructions an MQTT record and its answer": cost(RADIO_LINES.mqttRecord),
    "instructions an MQTT message down": cost(RADIO_LINES.mqttDown),
    "heap of the BLE bearer, bytes": bleHeap,
    "heap of the MQTT bearer, bytes": mqttHeap,
  };
  board.close();
  return figures;
}

function expectDone(answer: string): void {
  if (answer !== ".") throw new Error(`the program of the bench answered "${answer}"`);
}

/** Frames from an impact to the decision. */
const TO_DECISION = 54;

/** Instructions of the sample that decides whether an impact was a fall, and heap of the detector. */
function fallFigures(code: string, lua: LuaVersion): Figures {
  const board = emulatedBoard({ name: "fall", code, heapBytes: PARTS_BYTES, lua });
  const line = (text: string) => {
    expectDone(board.call(text));
    return board.figures().instructions;
  };
  const idle = second(board, " ");
  const before = board.figures(true).heapBytes;
  line(FALL_LINES.make);
  const heap = board.figures(true).heapBytes - before;
  for (let i = 0; i < 5; i++) line(FALL_LINES.second);
  const sample = Math.round((second(board, FALL_LINES.second) - idle) / 25);
  line(FALL_LINES.impact);
  let most = 0;
  for (let i = 0; i < TO_DECISION; i++) most = Math.max(most, line(FALL_LINES.sample));
  board.close();
  return {
    "instructions a sample, detector at 25 Hz": sample,
    "instructions at a fall decision": most - idle,
    "heap of the fall detector, bytes": heap,
  };
}

/** Instructions and heap of the heart: at rest, where it looks at beats, and in movement, where it looks at spectra. */
function heartFigures(code: string, lua: LuaVersion): Figures {
  const board = emulatedBoard({ name: "heart", code, heapBytes: PARTS_BYTES, lua });
  const idle = second(board, " ");
  const before = board.figures(true).heapBytes;
  expectDone(board.call(HEART_LINES.make));
  const heap = board.figures(true).heapBytes - before;
  const mean = (line: string) => {
    let sum = 0;
    for (let i = 0; i < 48; i++) {
      expectDone(board.call(line));
      if (i >= 24) sum += board.figures().instructions - idle;
    }
    return Math.round(sum / (24 * 25));
  };
  const rest = mean(HEART_LINES.rest);
  const movement = mean(HEART_LINES.movement);
  board.close();
  return {
    "instructions a 25 Hz sample of the heart, at rest, mean over 24 s": rest,
    "instructions a 25 Hz sample of the heart, in movement, mean over 24 s": movement,
    "heap of the heart, bytes": heap,
  };
}

/** Instructions and heap of sleep and of the routine of a home: a minute's end and a day's counts are in the means. */
function homeFigures(code: string, lua: LuaVersion): Figures {
  const board = emulatedBoard({ name: "home", code, heapBytes: PARTS_BYTES, lua });
  const idle = second(board, " ");
  const cost = (line: string) => {
    expectDone(board.call(line));
    return board.figures().instructions - idle;
  };
  const heapOf = (line: string) => {
    const before = board.figures(true).heapBytes;
    expectDone(board.call(line));
    return board.figures(true).heapBytes - before;
  };
  const sleepHeap = heapOf(HOME_LINES.sleep);
  for (let i = 0; i < 60; i++) cost(HOME_LINES.second);
  let minute = 0;
  for (let i = 0; i < 60; i++) minute += cost(HOME_LINES.second);
  const homeHeap = heapOf(HOME_LINES.home);
  // The hours are known from the fifteenth day on.
  for (let day = 0; day < 15; day++) cost(HOME_LINES.day);
  const day = cost(HOME_LINES.day);
  board.close();
  return {
    "instructions a 25 Hz sample of sleep, mean over a minute": Math.round(minute / (60 * 25)),
    "heap of sleep, bytes": sleepHeap,
    "instructions a report of a home, with its timer": Math.round(day / REPORTS_A_DAY),
    "heap of the routine of a home, bytes": homeHeap,
  };
}

/** Instructions and heap of steps and of wear, each by itself, over a minute of a walk: a minute's end is in the mean. */
function activityFigures(code: string, lua: LuaVersion): Figures {
  const figures: Figures = {};
  for (const [name, make] of Object.entries(ACTIVITY_MAKES)) {
    const board = emulatedBoard({ name, code, heapBytes: PARTS_BYTES, lua });
    const idle = second(board, " ");
    const before = board.figures(true).heapBytes;
    expectDone(board.call(make));
    const heap = board.figures(true).heapBytes - before;
    for (let i = 0; i < 30; i++) expectDone(board.call(ACTIVITY_WALK));
    let minute = 0;
    for (let i = 0; i < 30; i++) {
      expectDone(board.call(ACTIVITY_WALK));
      minute += board.figures().instructions - idle;
    }
    board.close();
    figures[`instructions a 25 Hz sample of ${name}, mean over a minute`] = Math.round(minute / (60 * 25));
    figures[`heap of ${name}, bytes`] = heap;
  }
  return figures;
}

/** Instructions and heap of all senses of a bracelet on the same samples, over a minute of each: what comes once a minute is in the mean. */
function wearableFigures(code: string, lua: LuaVersion): Figures {
  const board = emulatedBoard({ name: "wearable", code, heapBytes: PARTS_BYTES, lua });
  const cost = (line: string) => {
    expectDone(board.call(line));
    return board.figures().instructions;
  };
  const idle = second(board, " ");
  const before = board.figures(true).heapBytes;
  cost(WEARABLE_LINES.make);
  const heap = board.figures(true).heapBytes - before;
  const minuteOf = (line: string) => {
    let sum = cost(WEARABLE_LINES.minute) - idle;
    for (let i = 0; i < 30; i++) sum += cost(line) - idle;
    return Math.round(sum / (60 * 25));
  };
  minuteOf(WEARABLE_LINES.walk);
  const walking = minuteOf(WEARABLE_LINES.walk);
  minuteOf(WEARABLE_LINES.still);
  const still = minuteOf(WEARABLE_LINES.still);
  // Two minutes of a walk, 24 s of them with the light on: what a battery leaves a wearable.
  let lit = cost(WEARABLE_LINES.on) + 2 * cost(WEARABLE_LINES.minute) - 3 * idle;
  for (let i = 0; i < 60; i++) lit += cost(i < 12 ? WEARABLE_LINES.walk : WEARABLE_LINES.dark) - idle;
  board.close();
  return {
    "instructions a 25 Hz sample, all senses, walking": walking,
    "instructions a 25 Hz sample, all senses, still": still,
    "instructions a 25 Hz sample, all senses, walking, light 24 s in 120": Math.round(lit / (120 * 25)),
    "heap of all senses, bytes": heap,
  };
}

/** Instructions and heap of rhythm and of oxygen, each by itself: six windows of the rhythm are in its mean. */
function pulseFigures(code: string, lua: LuaVersion): Figures {
  const figures: Figures = {};
  for (const [name, make] of Object.entries(PULSE_MAKES)) {
    const board = emulatedBoard({ name, code, heapBytes: PARTS_BYTES, lua });
    const idle = second(board, " ");
    const before = board.figures(true).heapBytes;
    expectDone(board.call(make));
    const heap = board.figures(true).heapBytes - before;
    let minute = 0;
    for (let i = 0; i < 60; i++) {
      expectDone(board.call(PULSE_NEXT));
      expectDone(board.call(PULSE_LIGHT));
      if (i >= 30) minute += board.figures().instructions - idle;
    }
    board.close();
    figures[`instructions a 25 Hz sample of ${name}, mean over a minute`] = Math.round(minute / (60 * 25));
    figures[`heap of ${name}, bytes`] = heap;
  }
  return figures;
}

/** Instructions and heap of a foot sensor and of an insole, walking. */
function gaitFigures(code: string, lua: LuaVersion): Figures {
  const figures: Figures = {};
  for (const [name, make, line] of [
    ["a foot sensor", GAIT_LINES.foot, GAIT_LINES.footSecond],
    ["an insole of 8 cells", GAIT_LINES.insole, GAIT_LINES.insoleSecond],
  ]) {
    const board = emulatedBoard({ name: "gait", code, heapBytes: PARTS_BYTES, lua });
    const idle = second(board, " ");
    const before = board.figures(true).heapBytes;
    expectDone(board.call(make));
    const heap = board.figures(true).heapBytes - before;
    // The first step begins with the second stride.
    for (let i = 0; i < 5; i++) board.call(line);
    let sum = 0;
    for (let i = 0; i < 10; i++) {
      expectDone(board.call(line));
      sum += board.figures().instructions - idle;
    }
    board.close();
    figures[`instructions a 100 Hz sample of ${name}, mean over a walk`] = Math.round(sum / 1000);
    figures[`heap of ${name}, bytes`] = heap;
  }
  return figures;
}

/** Instructions of the second call, when all memory that it takes has been taken once, and none of it is garbage. */
function second(board: EmulatedBoard, line: string): number {
  board.call(line);
  board.figures(true);
  board.call(line);
  return board.figures().instructions;
}

async function figuresOf(device: FoundDevice, lua: LuaVersion): Promise<Figures> {
  const entry = (name: string, entrySource: string) =>
    compiled({ entryFile: join(device.folder, name), entrySource, target: "lua53" });
  const figures: Figures = {};

  const parts = await entry("board-bench-entry.ts", PARTS);
  const bare = emulatedBoard({ name: "parts", code: parts.code, heapBytes: PARTS_BYTES, lua });
  const nothing = second(bare, "n");
  figures["instructions a sealed record"] = second(bare, "s") - nothing;
  figures["instructions a LoRaWAN frame"] = second(bare, "f") - nothing;
  figures["instructions an AES block"] = second(bare, "b") - nothing;
  // The detector looks at each frame until its history is full.
  for (let i = 0; i < 10; i++) bare.call("d");
  figures["instructions a sample, detector alone"] = Math.round((second(bare, "d") - nothing) / 25);
  const reading = (samples: number) => second(bare, `A${"P00P00P00".repeat(samples)}`);
  // What a line costs whatever its length depends on where the heap has room for it.
  figures["instructions a sample, reading its line"] = Math.round((reading(25) - reading(5)) / 20);
  bare.close();

  for (const { source, figures: counted, lineOf } of CRYPTO_PARTS) {
    const { code } = await entry("crypto-bench-entry.ts", source);
    const keys = emulatedBoard({ name: "crypto", code, heapBytes: PARTS_BYTES, lua });
    const idle = second(keys, " ");
    for (const figure of counted) figures[figure] = second(keys, lineOf(figure)) - idle;
    keys.close();
  }

  Object.assign(figures, macFigures((await entry("mac-bench-entry.ts", MAC_PARTS)).code, lua));
  Object.assign(figures, fallFigures((await entry("fall-bench-entry.ts", FALL_PARTS)).code, lua));
  Object.assign(figures, activityFigures((await entry("activity-bench-entry.ts", ACTIVITY_PARTS)).code, lua));
  Object.assign(figures, heartFigures((await entry("heart-bench-entry.ts", HEART_PARTS)).code, lua));
  Object.assign(figures, pulseFigures((await entry("pulse-bench-entry.ts", PULSE_PARTS)).code, lua));
  Object.assign(figures, gaitFigures((await entry("gait-bench-entry.ts", GAIT_PARTS)).code, lua));
  Object.assign(figures, homeFigures((await entry("home-bench-entry.ts", HOME_PARTS)).code, lua));
  Object.assign(figures, wearableFigures((await entry("wearable-bench-entry.ts", WEARABLE_PARTS)).code, lua));
  Object.assign(figures, radioFigures((await entry("radio-bench-entry.ts", RADIO_PARTS)).code, lua));

  const { code } = await entry("songbai-entry.ts", linkEntry(device.manifest));
  const source = emulatedBoard({ name: device.name, code, heapBytes: AMPLE_BYTES, lua, machine: "mps2-an386" });
  figures["heap after load from source, bytes"] = source.figures().loadedBytes;
  figures["heap at peak, loading from source, bytes"] = source.figures().peakHeapBytes;
  source.close();

  const board = emulatedBoard({ name: device.name, code, heapBytes: memory.scriptHeapBytes.value, lua, wire: "streams" });
  figures["instructions to load"] = board.figures().instructions;
  figures["heap after load, bytes"] = board.figures().loadedBytes;
  let batches = 0;
  let instructions = 0;
  const counting = {
    ...board,
    call(line: string) {
      const answer = board.call(line);
      if (line.startsWith("A")) {
        batches++;
        instructions += board.figures().instructions;
      }
      return answer;
    },
  };
  const credentials = demoCredentials(SEED, device.name);
  const result = await simulate({
    scenario: readScenario("sos"),
    seed: SEED,
    profile: require("@songbai/board-profiles/simulator/profile.json") as BoardProfile,
    identity: identityOf(credentials),
    start: (hardware) => linkedRuntime(counting, hardware),
    server: demoHub(credentials, device.manifest.bearers.lorawan?.subBand ?? 0, () => {}),
  });
  figures["instructions a sample"] = Math.round(
    instructions / batches / (device.manifest.sensors.accelerometer?.watermark ?? 1),
  );
  figures["heap after boot, bytes"] = result.heap.afterBootBytes ?? 0;
  figures["heap at peak, bytes"] = result.heap.peakBytes ?? 0;
  return figures;
}

async function main(): Promise<number> {
  const device = findDevice("bracelet");
  const measured = { "5.3": await figuresOf(device, "5.3"), "5.4": await figuresOf(device, "5.4") };
  if (process.argv.includes("--write")) writeFileSync(BASELINE, `${JSON.stringify(measured, null, 2)}\n`);
  const baseline = JSON.parse(readFileSync(BASELINE, "utf8")) as Record<string, Figures | undefined>;
  let worse = 0;
  for (const [lua, figures] of Object.entries(measured)) {
    console.log(`\nreference-m4, Lua ${lua}, ${memory.scriptHeapBytes.value.toLocaleString("en-US")} bytes of heap`);
    for (const [name, value] of Object.entries(figures)) {
      const before = baseline[lua]?.[name];
      const change = before === undefined ? Number.NaN : value / before - 1;
      // A figure that nobody has written down fails as well.
      const fails = !(change <= GATE);
      if (fails) worse++;
      const percent = before === undefined ? "new" : `${change < 0 ? "" : "+"}${(100 * change).toFixed(1)} %`;
      const limit = LIMITS[name] === undefined ? "" : `limit ${LIMITS[name]}`;
      const row = [name.padEnd(42), value.toLocaleString("en-US").padStart(10), percent.padStart(9), fails ? "WORSE" : "     "];
      console.log(`  ${row.join("  ")}  ${limit}`.trimEnd());
    }
  }
  if (worse > 0) console.log(`\n${worse} figures are more than 3 % worse than baseline.json, or not in it.`);
  return worse > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const { sentence, status } = sentenceOf(error);
  console.error(sentence);
  process.exitCode = status;
}
