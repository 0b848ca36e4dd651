import { expect } from "@jest/globals";
import type { Scenario } from "@songbai/sim/scenario/scenario";
import { RUNTIMES, runScenario } from "../support/simulation.ts";

/** Runs a scenario on every runtime: the transcripts are the same, octet for octet. */
export async function expectSameEverywhere(scenario: string | Scenario, seed: number): Promise<void> {
  const native = await runScenario(scenario, { seed });
  expect(native.violations).toEqual([]);
  for (const runtime of RUNTIMES.slice(1)) {
    const run = await runScenario(scenario, { seed, runtime });
    expect([runtime, run.transcript.digest()]).toEqual([runtime, native.transcript.digest()]);
    expect(Buffer.compare(run.transcript.bytes(), native.transcript.bytes())).toBe(0);
    expect(run.outcome.alarms).toEqual(native.outcome.alarms);
  }
}
