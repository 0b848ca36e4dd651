/** songbai story: an old person's morning, told live: what she does, what the bracelet feels, and how help comes to know. */
import { createRequire } from "node:module";
import { ALARM_CANCELLED, ALARM_DELIVERED, ALARM_DETECTED, ALARM_RAISED, SEND_RETRY } from "@songbai/sdk/record/codes";
import type { UplinkOutcome } from "@songbai/sim/air/gateway";
import { readScenario, type Scenario, type StoryLine } from "@songbai/sim/scenario/scenario";
import { type BoardProfile, simulate, type Watcher } from "@songbai/sim/scenario/simulate";
import type { Command } from "commander";
import pc from "picocolors";
import { demoHub } from "../hub/hub.ts";
import { connectPlatform } from "../hub/platform/platform.ts";
import { demoCredentials, identityOf, printedId } from "../provision/demo.ts";
import { clockOf } from "./clock-text.ts";
import { findDevice } from "./find-device.ts";
import { integerOption } from "./options.ts";
import { prepareRuntime, RUNTIMES } from "./runtimes.ts";
import { type Screen, screen } from "./screen.ts";

interface StoryOptions {
  runtime: string;
  seed: string;
  fast?: boolean;
}

/** The dull parts of the morning pass this fast, and what matters this slowly: times real time, on a terminal and off it. */
const DULL_PACE = { live: 500, fast: Number.POSITIVE_INFINITY };
const TENSE_PACE = { live: 4, fast: 40 };
/** What matters lasts this long around the fall, seconds before and after. */
const TENSE_BEFORE_MS = 6_000;
const TENSE_AFTER_MS = 34_000;

export function addStory(program: Command): void {
  program
    .command("story")
    .description("watch a fall at home: from the wrist to the nurse")
    .option("--runtime <name>", `one of ${RUNTIMES.join(", ")}`, "lua53")
    .option("--seed <number>", "seed of everything random", "1")
    .option("--fast", "as fast as it goes, as it does when nobody looks on (no terminal)")
    .addHelpText("after", "\nExample:\n  songbai story --runtime js --seed 7")
    .action(async (options: StoryOptions) => {
      process.exitCode = await story(options);
    });
}

const DOING: Record<string, string> = {
  sleep: "sleeps",
  sit: "sits",
  stand: "stands",
  walk: "walks",
  eat: "eats",
  lie: "lies down",
  clap: "claps",
  stumble: "stumbles",
  fall: "falls",
};

async function story(options: StoryOptions): Promise<number> {
  const seed = integerOption("--seed", options.seed, 0, 2147483647);
  const scenario = readScenario("fall-at-home");
  const device = findDevice(scenario.device);
  const credentials = demoCredentials(seed, device.name);
  const live = process.stdout.isTTY === true && options.fast !== true;
  const show = screen(live, (timeMs) => clockOf(scenario, timeMs));
  let nowMs = 0;

  show.title(
    `${scenario.person.name}, lives alone. She wears a ${device.name}, ${printedId(credentials.deviceId)}, on ${options.runtime}.`,
  );
  const platform = await connectPlatform(undefined, (topic, payload) =>
    show.line(nowMs, "nurse", pc.magenta(nurseReads(topic, payload))),
  );
  try {
    const runtime = await prepareRuntime(device, options.runtime);
    const fallMs = scenario.story.find((line) => line.do === "fall")?.atMs ?? 0;
    const tense = () => nowMs > fallMs - TENSE_BEFORE_MS && nowMs < fallMs + TENSE_AFTER_MS;
    const result = await simulate({
      scenario,
      seed,
      profile: createRequire(import.meta.url)("@songbai/board-profiles/simulator/profile.json") as BoardProfile,
      identity: identityOf(credentials),
      start: runtime.start,
      server: demoHub(credentials, device.manifest.bearers.lorawan?.subBand ?? 0, (topic, payload, sequence) => {
        // What is not an alarm is published too, but would drown the story.
        if (topic.endsWith("/alarm")) platform.publish(topic, payload, sequence);
      }),
      pace: () => (tense() ? TENSE_PACE : DULL_PACE)[live ? "live" : "fast"],
      watch: watcher(show, scenario, (timeMs) => {
        nowMs = timeMs;
      }),
    });
    await platform.settle();
    const passed = result.violations.length === 0;
    show.end([
      "",
      `${pc.bold(passed ? "The alarm has arrived, verified." : "The story did not end as it should.")} ${result.violations.join("; ")}`,
      pc.dim(
        `${Math.round(result.simulatedSeconds / 60)} minutes in ${result.wallSeconds.toFixed(1)} s; transcript digest ${result.transcript.digest().slice(0, 16)}… (the same on every runtime)`,
      ),
      pc.dim("next: npx songbai run bracelet --scenario quiet-day     npx songbai run --help"),
    ]);
    return passed ? 0 : 1;
  } finally {
    await platform.close();
  }
}

function watcher(show: Screen, scenario: Scenario, tick: (timeMs: number) => void): Watcher {
  let doing = "";
  return {
    story(line: StoryLine) {
      tick(line.atMs);
      const where = line.where === undefined ? "" : pc.dim(` · ${line.where}`);
      doing = `${DOING[line.do] ?? line.do}${line.where === undefined ? "" : ` · ${line.where}`}`;
      const text = `She ${DOING[line.do] ?? line.do}${where}`;
      show.line(line.atMs, "wearer", line.do === "fall" ? pc.bold(pc.red(text)) : text);
    },
    log(timeMs, event, value) {
      tick(timeMs);
      const said = SAYS[event]?.(value);
      if (said !== undefined) show.line(timeMs, "bracelet", said);
    },
    uplink(timeMs, outcome) {
      tick(timeMs);
      const text = hubSays(outcome);
      if (text !== undefined) show.line(timeMs, "hub", text);
    },
    samples(timeMs, values, count) {
      tick(timeMs);
      show.strength(strongestMg(values, count));
    },
    progress(timeMs) {
      tick(timeMs);
      show.status(timeMs, doing, timeMs / scenario.durationMs);
    },
  };
}

/** What the bracelet's own log says to a reader, by event. */
const SAYS: Record<number, (value: number) => string> = {
  [ALARM_DETECTED]: () => pc.yellow("feels a fall; it buzzes: press to cancel, 20 s"),
  [ALARM_CANCELLED]: () => "the wearer has cancelled",
  [ALARM_RAISED]: (sequence) => pc.yellow(`no answer: alarm raised, sealed as record ${sequence}, on the air by LoRaWAN`),
  [ALARM_DELIVERED]: () => pc.green("acknowledged; one long buzz: help knows"),
  [SEND_RETRY]: (attempts) => pc.dim(`no acknowledgement, sends again (attempt ${attempts + 1})`),
};

function hubSays(outcome: UplinkOutcome | undefined): string | undefined {
  if (outcome === undefined) return pc.dim("(a frame was lost on the air)");
  if (outcome.rejected !== undefined) return pc.red(`refuses a frame: ${outcome.rejected}`);
  const alarm = outcome.record?.observations.find((one) => one.kind === "alarm");
  if (alarm === undefined) return undefined;
  const values = Object.entries(alarm.values).map(([name, value]) => `${name} ${value}`);
  return pc.cyan(
    `integrity code right, tag right, not a replay: ${alarm.name}${values.length > 0 ? ` (${values.join(", ")})` : ""}`,
  );
}

function nurseReads(topic: string, payload: object): string {
  const { name, zh, values } = payload as { name: string; zh: string; values: Record<string, { value: number; unit: string }> };
  const words = Object.entries(values).map(([key, { value, unit }]) => `${key} ${value} ${unit}`);
  return `MQTT ${topic}: ${name} ${zh} (${words.join(", ")})`;
}

function strongestMg(values: Int32Array, count: number): number {
  let strongest = 0;
  for (let i = 0; i < 3 * count; i += 3) {
    const square = values[i] * values[i] + values[i + 1] * values[i + 1] + values[i + 2] * values[i + 2];
    if (square > strongest) strongest = square;
  }
  return Math.sqrt(strongest);
}
