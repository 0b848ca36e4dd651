/** songbai run --board firmata-desk: a device on the desk, in real time; what came of it. */
import { createRequire } from "node:module";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { BoardProfile } from "@songbai/sim/scenario/simulate";
import { checkNeeds } from "../board/needs.ts";
import { findBoard, type Profile } from "../board/profile.ts";
import type { FoundDevice } from "../cli/find-device.ts";
import { integerOption } from "../cli/options.ts";
import { listedAlarms, round } from "../cli/result.ts";
import { writeResult } from "../cli/write-result.ts";
import { demoHub } from "../hub/hub.ts";
import { connectPlatform, type Published } from "../hub/platform/platform.ts";
import { demoCredentials, identityOf } from "../provision/demo.ts";
import type { DeskProfile } from "./desk-board.ts";
import { flashFile } from "./flash-file.ts";
import { nativeStart } from "./program.ts";
import { type DeskResult, runOnDesk } from "./run-on-desk.ts";
import { deskScreen, printDeskSummary } from "./screen.ts";
import { openSerialPort } from "./serial-port.ts";

export const DESK_BOARD = "firmata-desk";

export interface DeskRunOptions {
  readonly port?: string;
  readonly duration?: string;
  readonly flash?: string;
  readonly seed?: string;
  readonly mqtt?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** The JSON object of a run on the desk: that of a simulated run, as far as a desk can know it. */
export type DeskRunResult = ReturnType<typeof deskResult>;

/** Answers the exit status. `openPort` is for tests. */
export async function runDesk(device: FoundDevice, options: DeskRunOptions, openPort = openSerialPort): Promise<number> {
  if (options.port === undefined) {
    throw new InputError(`--board ${DESK_BOARD} needs --port, the serial port of the board, such as /dev/ttyACM0 or COM3.`);
  }
  const durationMs = durationOf(options.duration ?? "60s");
  const seed = options.seed === undefined ? 1 : integerOption("--seed", options.seed, 0, 2147483647);
  const board = findBoard(DESK_BOARD).profile;
  // The radio is the simulator's.
  checkNeeds(device, { ...board, capabilities: [...board.capabilities, "lora"] });
  const profile = wiringOf(board);
  const credentials = demoCredentials(seed, device.name);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  const closing: (() => unknown)[] = [() => process.removeListener("SIGINT", interrupt)];
  try {
    const port = await openPort(options.port);
    closing.push(port.close);
    const flash = flashFile(options.flash, profile.flash, identityOf(credentials));
    closing.push(flash.close);
    const start = await nativeStart(device);
    const platform = await connectPlatform(options.mqtt);
    closing.push(platform.close);
    const result = await runOnDesk({
      port,
      profile,
      flash,
      power: (createRequire(import.meta.url)("@songbai/board-profiles/simulator/profile.json") as BoardProfile).power,
      start,
      server: demoHub(credentials, device.manifest.bearers.lorawan?.subBand ?? 0, platform.publish),
      durationMs,
      signal: stop.signal,
      keepTranscript: options.out !== undefined,
      watch: options.json === true ? {} : deskScreen(),
    });
    const object = deskResult(device.name, seed, result, await platform.settle());
    if (options.out !== undefined) writeResult(options.out, object, result.transcript);
    if (options.json === true) process.stdout.write(`${JSON.stringify(object)}\n`);
    else printDeskSummary(object);
    return object.verdict === "pass" ? 0 : 1;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** What the desk takes from the profile of its board. */
export function wiringOf({ pins, parts, flash }: Profile): DeskProfile {
  const { button, haptic } = pins as Record<string, number>;
  const { address = 0x68, axes = [1, 2, 3] } = parts?.accelerometer ?? {};
  return { pins: { button, haptic }, accelerometer: { address, axes }, flash };
}

function durationOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(s|min|h)$/.exec(text) ?? [];
  const ms = Number(number) * { s: 1000, min: 60_000, h: 3_600_000 }[(unit ?? "s") as "s" | "min" | "h"];
  if (!(ms > 0)) throw new InputError(`--duration ${text} is no duration; give 90s, 5min or 1h.`);
  return ms;
}

function deskResult(device: string, seed: number, result: DeskResult, published: Published) {
  const { outcome, readings, seconds } = result;
  return {
    device,
    board: DESK_BOARD,
    runtime: "native",
    radio: "simulated",
    seed,
    seconds,
    readings: { ...readings, perSecond: round(readings.taken / seconds, 1) },
    digest: result.transcript.digest(),
    alarms: listedAlarms(outcome),
    records: outcome.records,
    mqtt: published,
    flash: result.flash,
    verdict: outcome.records.rejected === 0 && outcome.records.lost === 0 ? "pass" : "fail",
  };
}
