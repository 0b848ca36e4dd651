/**
 * How long an alarm takes from the impact to the platform, over seeded runs: a woman falls, and each run has another body, another air
 * and other chances. Simulated seconds, so the same on every machine; 20 of them are the pre-alarm, in which the wearer may cancel.
 */
import { createRequire } from "node:module";
import { GOOD_CELL } from "@songbai/sim/air/cell/network";
import { readScenario, type Scenario } from "@songbai/sim/scenario/scenario";
import { type BoardProfile, simulate } from "@songbai/sim/scenario/simulate";
import { findDevice } from "../cli/find-device.ts";
import { prepareRuntime, type StartedRuntime } from "../cli/runtimes.ts";
import { demoHub } from "../hub/hub.ts";
import { demoCredentials, identityOf } from "../provision/demo.ts";

const FALL_AT_MS = 60_000;
/** A run ends this long after the fall: longer than the worst that was seen by far. */
const AFTER_MS = 600_000;
/** The impact is the hardest sample of the fall, which lasts a few seconds. */
const FALL_MS = 5000;

/** A way from the wearer to the platform, under some weather. */
interface Way {
  readonly name: string;
  readonly weather: string;
  readonly device: string;
  readonly scenario: Scenario;
}

export interface Delivery {
  readonly name: string;
  readonly weather: string;
  readonly runs: number;
  /** Falls that the detector raised an alarm for: the others are for the detector's own figures. */
  readonly raised: number;
  readonly arrived: number;
  /** Seconds from the impact. */
  readonly medianS: number;
  readonly percentile99S: number;
  readonly worstS: number;
}

function fallOf(device: string, change: (scenario: Scenario) => Partial<Scenario>): Scenario {
  const whole = readScenario("fall-at-home");
  const scenario: Scenario = {
    ...whole,
    name: "a fall",
    device,
    durationMs: FALL_AT_MS + AFTER_MS,
    timeline: [
      { atMs: 0, do: "walk" },
      { atMs: FALL_AT_MS, do: "fall" },
    ],
    story: [{ atMs: FALL_AT_MS, do: "fall", who: whole.person.id }],
    hostEvents: [],
    expect: [],
  };
  return { ...scenario, ...change(scenario) };
}

const LOSSES = [0, 0.1, 0.3];
const ALWAYS = { fromMs: 0, toMs: FALL_AT_MS + AFTER_MS };

/** The watch with a phone near it or not, in coverage or not. */
function watched(phoneLoss: number | undefined, cellLoss: number | undefined, online = true): Scenario {
  return fallOf("watch", () => ({
    cell: { ...GOOD_CELL, loss: cellLoss ?? 0, outages: cellLoss === undefined ? [ALWAYS] : [] },
    ...(phoneLoss === undefined ? {} : { phone: { near: [ALWAYS], online, distanceM: 2, loss: phoneLoss } }),
  }));
}

function ways(): Way[] {
  const each = (name: string, device: string, scenarioOf: (loss: number) => Scenario): Way[] =>
    LOSSES.map((loss) => ({ name, weather: `${loss * 100} % lost`, device, scenario: scenarioOf(loss) }));
  return [
    ...each("LoRaWAN", "bracelet", (loss) => fallOf("bracelet", ({ air }) => ({ air: { ...air, loss } }))),
    ...each("BLE and a phone, no coverage", "watch", (loss) => watched(loss, undefined)),
    ...each("cellular, MQTT, no phone", "watch", (loss) => watched(undefined, loss)),
    ...each("BLE and cellular", "watch", (loss) => watched(loss, loss)),
    {
      name: "BLE and cellular, the phone offline",
      weather: "0 % lost",
      device: "watch",
      scenario: watched(0, 0, false),
    },
  ];
}

/** Milliseconds of the hardest sample while the body falls. */
function impactKeeper(rateHz: number): {
  readonly samples: (timeMs: number, values: Int32Array, count: number) => void;
  atMs: () => number;
} {
  let hardest = 0;
  let atMs = FALL_AT_MS;
  return {
    samples(timeMs, values, count) {
      if (timeMs < FALL_AT_MS || timeMs > FALL_AT_MS + FALL_MS) return;
      for (let i = 0; i < count; i++) {
        const strength = Math.hypot(values[3 * i], values[3 * i + 1], values[3 * i + 2]);
        if (strength <= hardest) continue;
        hardest = strength;
        atMs = timeMs - ((count - 1 - i) * 1000) / rateHz;
      }
    },
    atMs: () => atMs,
  };
}

async function runsOf({ name, weather, device, scenario }: Way, runtime: StartedRuntime, runs: number): Promise<Delivery> {
  const found = findDevice(device);
  const profile = createRequire(import.meta.url)("@songbai/board-profiles/simulator/profile.json") as BoardProfile;
  const took: number[] = [];
  let raised = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const credentials = demoCredentials(seed, device);
    const impact = impactKeeper(found.manifest.sensors.accelerometer?.rateHz ?? 50);
    const far = demoHub(credentials, found.manifest.bearers.lorawan?.subBand ?? 0, () => {});
    const { outcome } = await simulate({
      scenario,
      seed,
      profile,
      identity: identityOf(credentials),
      start: runtime.start,
      server: { uplink: (reception, timeS) => far.uplink(reception, scenario.startEpochS + timeS) },
      records: far,
      psm: found.manifest.bearers.cellular?.psm,
      edrx: found.manifest.bearers.cellular?.edrx,
      watch: { samples: impact.samples },
    });
    const alarms = outcome.alarms.filter(({ kind, sequence }) => kind === "fall" && sequence !== undefined);
    if (alarms.length === 0) continue;
    raised++;
    const first = alarms.find(({ deliveredAt }) => deliveredAt !== undefined);
    if (first?.deliveredAt !== undefined) took.push(first.deliveredAt - impact.atMs() / 1000);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.max(0, Math.ceil(share * took.length) - 1)] ?? Number.NaN;
  return {
    name,
    weather,
    runs,
    raised,
    arrived: took.length,
    medianS: at(0.5),
    percentile99S: at(0.99),
    worstS: at(1),
  };
}

export async function benchDelivery(runs: number): Promise<Delivery[]> {
  const figures: Delivery[] = [];
  const runtimes = new Map<string, StartedRuntime>();
  for (const way of ways()) {
    const runtime = runtimes.get(way.device) ?? (await prepareRuntime(findDevice(way.device), "native"));
    runtimes.set(way.device, runtime);
    figures.push(await runsOf(way, runtime, runs));
  }
  return figures;
}
