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
  /** Another runtime than those with a name. */
  readonly start?: Parameters<typeof simulate>[0]["start"];
  readonly seed?: number;
  readonly watch?: Watcher;
  /** Stands between the air and the hub. */
  readonly between?: (hub: NetworkServer) => NetworkServer;
}

/** Runs the device of a scenario in it, in this process, without MQTT. */
export async function runScenario(scenario: string | Scenario, options: TestRunOptions = {}): Promise<TestRun> {
  const { runtime = "native", seed = 1, watch, between = (server) => server } = options;
  const played = typeof scenario === "string" ? readScenario(scenario) : scenario;
  const device = findDevice(played.device);
  const credentials = demoCredentials(seed, device.name);
  const messages: Message[] = [];
  const far = demoHub(credentials, 10, (topic, payload) => messages.push({ topic, payload }));
  const server = between(far);
  const start = options.start ?? (await prepareRuntime(device, runtime)).start;
  const result = await simulate({
    scenario: played,
    seed,
    profile: PROFILE,
    identity: identityOf(credentials),
    start,
    server: { ...server, uplink: (reception, timeS) => server.uplink(reception, played.startEpochS + timeS) },
    records: far,
    keepTranscript: true,
    ...(watch === undefined ? {} : { watch }),
  });
  return { ...result, hub: far, messages };
}
