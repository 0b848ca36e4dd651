import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { recordingScenario } from "@songbai/sim/scenario/scenario";
import { readRecording } from "@songbai/sim/world/recording";
import { RUNTIMES, runScenario } from "../support/simulation.ts";

const SAMPLES = join(process.env.SONGBAI_SHARED ?? resolve("../shared"), "data/falls/samples");

describe("recordings of people", () => {
  it("are there", () => {
    expect(existsSync(SAMPLES)).toBe(true);
  });

  it.each([
    ["F01/U01_R01", "a fall", 1],
    ["D01/U01_R01", "a walk", 0],
    ["D04/U21_R01", "an elder's sitting down", 0],
  ])("%s, %s: %i alarms, and the same transcript on every runtime", async (id, _, alarms) => {
    const file = join(SAMPLES, `${id}_accel.csv`);
    const scenario = recordingScenario(file, "bracelet", readRecording(file).durationUs / 1e6);
    const digests = new Set<string>();
    for (const runtime of RUNTIMES) {
      const run = await runScenario(scenario, { runtime });
      expect(run.outcome.alarms.filter(({ kind, verified }) => kind === "fall" && verified)).toHaveLength(alarms);
      digests.add(run.transcript.digest());
    }
    expect(digests.size).toBe(1);
  });
});
