import { createRequire } from "node:module";
import type { NetworkServer } from "@songbai/sim/air/gateway";
import { readScenario, type Scenario } from "@songbai/sim/scenario/scenario";
import { type BoardProfile, type SimulationResult, simulate, type Watcher } from "@songbai/sim/scenario/simulate";
import { findDevice } from "@songbai/tools/cli/find-device";
import { prepareRuntime } from "@songbai/tools/cli/runtimes";
import { demoHub, type Hub } from "@songbai/tools/hub/hub";
import { demoCredentials, identityOf } from "@songbai/tools/provision/demo";

export const RUNTIMES = ["native", "lua51", "lua53", "lua54", "js"] as const;

export const PROFILE = createRequire(import.meta.url)("../../board-profiles/simulator/profile.json") as BoardProfile;

export interface Message {
  readonly topic: string;
  readonly payload: object;
}

export interface TestRun extends SimulationResult {
  readonly hub: Hub;
  readonly messages: readonly Message[];
}

export interface TestRunOptions {
  readonly runtime?: string;
  readonly seed?: number;
  readonly watch?: Watcher;
  /** Stands between the air and the hub. */
  readonly between?: (hub: NetworkServer) => NetworkServer;
}

/** Runs the bracelet in a scenario, in this process, without MQTT. */
export async function runScenario(scenario: string | Scenario, options: TestRunOptions = {}): Promise<TestRun> {
  const { runtime = "native", seed = 1, watch, between = (server) => server } = options;
  const device = findDevice("bracelet");
  const credentials = demoCredentials(seed, device.name);
  const messages: Message[] = [];
  const far = demoHub(credentials, 10, (topic, payload) => messages.push({ topic, payload }));
  const { start } = await prepareRuntime(device, runtime);
  const result = await simulate({
    scenario: typeof scenario === "string" ? readScenario(scenario) : scenario,
    seed,
    profile: PROFILE,
    identity: identityOf(credentials),
    start,
    server: between(far),
    keepTranscript: true,
    ...(watch === undefined ? {} : { watch }),
  });
  return { ...result, hub: far, messages };
}
