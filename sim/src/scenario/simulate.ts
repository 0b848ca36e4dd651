/** Runs one scenario from its first microsecond to its last. */
import { type BleAir, bleAir } from "../air/ble/air.ts";
import { phone } from "../air/ble/phone.ts";
import { cellNetwork, type FarEnd, GOOD_CELL } from "../air/cell/network.ts";
import { cellServers } from "../air/cell/servers.ts";
import type { Downlink, NetworkServer, UplinkOutcome } from "../air/gateway.ts";
import type { AirCounts } from "../air/lora-air.ts";
import { loraSite } from "../air/lora-site.ts";
import type { RecordOutcome, RecordServer } from "../air/record-server.ts";
import { type Agenda, agenda } from "../clock/agenda.ts";
import { seedOf, stream } from "../clock/seed.ts";
import { staticAddress } from "../parts/ble.ts";
import type { Hardware, Program } from "../parts/hardware.ts";
import type { ExtendedDrx, PowerSaving } from "../parts/modem.ts";
import type { Energy, PowerModel } from "../parts/power.ts";
import { type Transcript, transcript } from "../parts/transcript.ts";
import { virtualBoard } from "../parts/virtual-board.ts";
import { withinTime } from "../runtime/time-guard.ts";
import { isFall } from "../world/activities.ts";
import type { Motion } from "../world/motion.ts";
import { person } from "../world/person.ts";
import { readRecording } from "../world/recording.ts";
import type { Expectation } from "./expect.ts";
import { type FallBook, fallBook } from "./falls.ts";
import { type Outcome, outcomeKeeper } from "./outcome.ts";
import type { Scenario, StoryLine } from "./scenario.ts";

/** Wall time between two looks at the host's own event loop. */
const SLICE_MS = 20;
/** A slice that lasts this long has a device program in it that does not come to rest. */
const SLICE_LIMIT_MS = 20_000;
/** A device that breaks the law of its band does so many times; the first few say it. */
const MOST_UNLAWFUL = 3;

export interface BoardProfile {
  readonly flash: { readonly sizeBytes: number; readonly sectorBytes: number };
  readonly power: PowerModel;
}

export interface SimulationOptions {
  readonly scenario: Scenario;
  /** int32; the same seed and scenario give the same transcript on every runtime and machine. */
  readonly seed: number;
  readonly profile: BoardProfile;
  /** What provisioning wrote to the start of the device's flash. */
  readonly identity: Uint8Array;
  /** Starts the device program; called again when the device restarts. */
  readonly start: (hardware: Hardware) => Program | Promise<Program>;
  readonly server: NetworkServer;
  /** Where bearers that carry sealed records as they are take them. Without it no phone is near, and no server in the mobile network. */
  readonly records?: RecordServer;
  /** Real servers behind the mobile network, in place of `records`; for a run at the pace of the clock. */
  readonly cellServers?: FarEnd;
  /** Power saving that the mobile network grants: what the manifest asks for. */
  readonly psm?: PowerSaving | undefined;
  readonly edrx?: ExtendedDrx | undefined;
  /** Puts others on the BLE air before the run begins. */
  readonly joinBle?: (air: BleAir, agenda: Agenda) => void;
  readonly keepTranscript?: boolean;
  /** Times real time; `Infinity`: as fast as it goes. May change while it runs. */
  readonly pace?: () => number;
  readonly watch?: Watcher;
}

/** For those who look on. Times are scenario milliseconds. */
export interface Watcher {
  story?(line: StoryLine): void;
  log?(timeMs: number, event: number, value: number): void;
  uplink?(timeMs: number, outcome: UplinkOutcome | undefined): void;
  /** A record that came to the hub by another way than LoRaWAN. */
  record?(timeMs: number, outcome: RecordOutcome, bearer: string): void;
  buzz?(timeMs: number, onMs: number, times: number): void;
  samples?(timeMs: number, values: Int32Array, count: number): void;
  /** About every slice of wall time. */
  progress?(timeMs: number): void;
}

export interface SimulationResult {
  readonly outcome: Outcome;
  readonly falls: FallBook;
  readonly violations: readonly string[];
  /** Of what the scenario says is known not to be met yet, that which was not met. */
  readonly known: readonly string[];
  readonly transcript: Transcript;
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
  readonly flash: { readonly programmedBytes: number; readonly erases: number };
  readonly energy: Energy;
  readonly heap: { readonly afterBootBytes?: number; readonly peakBytes?: number };
  readonly air: AirCounts;
}

/** The person of the scenario, or the recording that stands for one. */
function motionOf(scenario: Scenario, seed: number): Motion {
  if (scenario.recording !== undefined) return readRecording(scenario.recording);
  return person({ seed: seedOf(seed, `person/${scenario.person.id}`), timeline: scenario.timeline });
}

const NO_SERVERS: FarEnd = { open: () => undefined };

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { scenario, seed, profile, server, watch = {} } = options;
  const began = performance.now();
  const time = agenda();
  const nowMs = () => Math.floor(time.nowUs() / 1000);
  let awaited: Promise<Downlink | undefined> | undefined;
  const script = transcript(options.keepTranscript ?? false);
  const keeper = outcomeKeeper();
  const unlawful: string[] = [];
  const lora = loraSite(time, seed, scenario.air, {
    uplink(reception, timeS) {
      const outcome = server.uplink(reception, timeS);
      awaited = server.later?.();
      return outcome;
    },
  });
  const nearby = bleAir(time, { loss: scenario.phone?.loss ?? 0 }, stream(seed, "ble"));
  const told = (bearer: string) => (outcome: RecordOutcome) => {
    keeper.uplink(time.nowUs() / 1e6, outcome, bearer);
    watch.record?.(nowMs(), outcome, bearer);
  };
  const epochS = () => scenario.startEpochS + time.nowUs() / 1e6;
  const { records } = options;
  const servers =
    records === undefined ? NO_SERVERS : cellServers({ server: records, timeS: epochS, report: told("cellular") });
  const cell = cellNetwork(time, scenario.cell ?? GOOD_CELL, stream(seed, "cell"), options.cellServers ?? servers);
  const board = virtualBoard({
    agenda: time,
    bleAir: nearby,
    cell,
    psm: options.psm,
    edrx: options.edrx,
    motion: motionOf(scenario, seed),
    lora,
    transcript: script,
    power: profile.power,
    flash: profile.flash,
    identity: options.identity,
    runSeed: seed,
    startEpochS: scenario.startEpochS,
    batteryPercent: scenario.batteryPercent,
    watch: {
      log(event, value) {
        keeper.log(time.nowUs() / 1e6, event, value);
        watch.log?.(nowMs(), event, value);
      },
      uplink(outcome) {
        keeper.uplink(time.nowUs() / 1e6, outcome, "lorawan");
        watch.uplink?.(nowMs(), outcome);
      },
      violation: (sentence) => unlawful.push(`the device sent ${sentence}, at ${(time.nowUs() / 1e6).toFixed(1)} s`),
      buzz: (onMs, times) => watch.buzz?.(nowMs(), onMs, times),
      ...(watch.samples === undefined ? {} : { samples: (values, count) => watch.samples?.(nowMs(), values, count) }),
    },
  });

  let program = await options.start(board.hardware);
  let restart = false;
  enterHostEvents(scenario, time, {
    press: (pressed) => board.press(pressed),
    battery: (percent) => board.setBattery(percent),
    jam: (on) => lora.air.jam(on),
    corrupt: (frames) => lora.air.corruptNext(frames),
    restart: () => {
      restart = true;
    },
  });
  if (scenario.phone !== undefined && records !== undefined) {
    const { near, distanceM, online } = scenario.phone;
    const carrier = phone({
      agenda: time,
      air: nearby,
      server: online ? records : { record: () => ({}) },
      epochS: () => scenario.startEpochS + Math.floor(time.nowUs() / 1e6),
      address: staticAddress(stream(seed, "phone/address")),
      told: told("ble"),
    });
    for (const { fromMs, toMs } of near) {
      time.at(fromMs * 1000, () => carrier.place(distanceM));
      time.at(toMs * 1000, () => carrier.place(undefined));
    }
  }
  options.joinBle?.(nearby, time);
  for (const line of scenario.story) time.at(line.atMs * 1000, () => watch.story?.(line));

  const endUs = scenario.durationMs * 1000;
  const heap: { afterBootBytes?: number; peakBytes?: number } = {};
  try {
    board.powerOn(program);
    const afterBoot = program.heapAfterBootBytes?.();
    if (afterBoot !== undefined) heap.afterBootBytes = afterBoot;
    await runUntil(
      endUs,
      time,
      options,
      () => restart || awaited !== undefined,
      async () => {
        const answer = await awaited;
        awaited = undefined;
        if (answer !== undefined) lora.network.answer(answer);
        if (!restart) return;
        restart = false;
        board.powerOff();
        program = await options.start(board.hardware);
        board.powerOn(program);
      },
    );
    const peak = program.peakHeapBytes?.();
    if (peak !== undefined) heap.peakBytes = peak;
  } finally {
    program.close?.();
  }

  const outcome = keeper.outcome(endUs / 1e6, (kind) => lastTriggerS(scenario, kind));
  const all = [...scenario.expect, ...scenario.known];
  const unmet = (expected: readonly Expectation[]) =>
    expected.flatMap((expectation) => {
      const found = expectation.violated(outcome, all);
      return found === undefined ? [] : [`expected "${expectation.sentence}", but ${found}`];
    });
  const violations = unmet(scenario.expect);
  violations.push(...unlawful.slice(0, MOST_UNLAWFUL));
  return {
    outcome,
    falls: fallBook(scenario.timeline, outcome.alarms),
    violations,
    known: unmet(scenario.known),
    transcript: script,
    simulatedSeconds: endUs / 1e6,
    wallSeconds: (performance.now() - began) / 1000,
    flash: board.flashUse(),
    energy: board.energy(),
    heap,
    air: lora.air.counts(),
  };
}

/** Steps the agenda to the end in slices of wall time, at the pace that was asked for. */
async function runUntil(
  endUs: number,
  time: Agenda,
  options: SimulationOptions,
  interrupted: () => boolean,
  interlude: () => Promise<void>,
): Promise<void> {
  const { pace, watch } = options;
  while (time.nowUs() < endUs) {
    const sliceBegan = performance.now();
    const factor = pace?.() ?? Number.POSITIVE_INFINITY;
    const limitUs = Number.isFinite(factor) ? Math.min(endUs, time.nowUs() + factor * SLICE_MS * 1000) : endUs;
    withinTime(SLICE_LIMIT_MS, () => {
      let steps = 0;
      while (time.step(limitUs) && !interrupted()) {
        if ((++steps & 63) === 0 && performance.now() - sliceBegan > SLICE_MS) break;
      }
    });
    if (interrupted()) await interlude();
    watch?.progress?.(Math.floor(time.nowUs() / 1000));
    const spare = Number.isFinite(factor) ? SLICE_MS - (performance.now() - sliceBegan) : 0;
    await new Promise<void>((resume) => (spare > 1 ? setTimeout(resume, spare) : setImmediate(resume)));
  }
}

interface HostActions {
  press(pressed: boolean): void;
  battery(percent: number): void;
  jam(on: boolean): void;
  corrupt(frames: number): void;
  restart(): void;
}

function enterHostEvents(scenario: Scenario, time: Agenda, act: HostActions): void {
  for (const event of scenario.hostEvents) {
    const atUs = event.atMs * 1000;
    switch (event.do) {
      case "press":
        time.at(atUs, () => act.press(true));
        time.at(atUs + event.forMs * 1000, () => act.press(false));
        break;
      case "jam":
        time.at(atUs, () => act.jam(true));
        time.at(atUs + event.forMs * 1000, () => act.jam(false));
        break;
      case "battery":
        time.at(atUs, () => act.battery(event.percent));
        break;
      case "corrupt":
        time.at(atUs, () => act.corrupt(event.frames));
        break;
      case "restart":
        time.at(atUs, () => act.restart());
    }
  }
}

/** What should raise an alarm: a fall of the body, or a press for help. */
function lastTriggerS(scenario: Scenario, kind: string): number {
  if (kind === "fall") return (scenario.timeline.findLast((entry) => isFall(entry.do))?.atMs ?? 0) / 1000;
  return (scenario.story.findLast((line) => line.do === "press")?.atMs ?? 0) / 1000;
}
