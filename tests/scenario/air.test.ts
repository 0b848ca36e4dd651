import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { type NativeProgram, nativeRuntime } from "@songbai/sim/runtime/native";
import { readScenario, type Scenario } from "@songbai/sim/scenario/scenario";
import { simulate } from "@songbai/sim/scenario/simulate";
import { PROFILE, runScenario } from "../support/simulation.ts";

const folder = mkdtempSync(join(tmpdir(), "songbai-air-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A scenario file with this air. */
function withAir(air: object): Scenario {
  const file = join(folder, "air.json");
  const about = { title: "air", start: "2026-03-02 08:00:00", duration: "10 min", people: [{ id: "wang", name: "Wang" }] };
  writeFileSync(file, JSON.stringify({ ...about, devices: [{ device: "bracelet", "worn-by": "wang" }], air }));
  return readScenario(file);
}

describe("the air of a scenario file", () => {
  it("is clear, with one gateway at a kilometre, where it says nothing", () => {
    expect(withAir({}).air).toEqual({ distanceM: 1000, loss: 0, corruption: 0 });
    expect(withAir({ fading: "none" }).air).toEqual(withAir({}).air);
  });

  it("has gateways, neighbours, fading and shadowing", () => {
    const air = {
      gateways: [[1, -2]],
      "sub-band": 3,
      fading: "rayleigh",
      shadowing: 7.8,
      neighbours: { count: 40 },
      loss: 0.1,
    };
    expect(withAir(air).air).toEqual({
      distanceM: 1000,
      gateways: [{ eastM: 1, northM: -2 }],
      subBand: 3,
      fading: "rayleigh",
      shadowingDb: 7.8,
      neighbours: { count: 40, everyS: 600, octets: 25, withinM: 2000 },
      loss: 0.1,
      corruption: 0,
    });
    const neighbours = { count: 1, every: "90 s", octets: 12, within: 5 };
    expect(withAir({ neighbours }).air.neighbours).toEqual({ count: 1, everyS: 90, octets: 12, withinM: 5 });
  });

  it.each([
    [{ distance: 100, gateways: [[1, 2]] }, /air\.json at air: name either distance or gateways, not both\./],
    [{ gateways: [] }, /air\.gateways/],
    [{ gateways: [[1]] }, /air\.gateways\.0/],
    [{ fading: "rice" }, /air\.fading.*rician/],
    [{ neighbours: {} }, /air\.neighbours.*count/],
    [{ neighbours: { count: 1, every: "10" } }, /air\.neighbours\.every/],
    [{ "sub-band": 12 }, /air\.sub-band/],
  ])("%j is refused with a sentence", (air, sentence) => {
    expect(() => withAir(air)).toThrow(sentence);
  });
});

describe("the bracelet", () => {
  it.each([1, 2])("crowded-air, seed %i: two gateways and the outbox bring the alarm through", async (seed) => {
    const run = await runScenario("crowded-air", { seed });
    expect(run.violations).toEqual([]);
    // Nobody else's frame came to the hub, and no frame came twice.
    expect(run.outcome.records).toMatchObject({ rejected: 0, lost: 0 });
    expect(run.hub.counts().rejected).toBe(0);
  });

  it("loses frames to neighbours who are as near and never quiet, and delivers all the same", async () => {
    const story = { ...readScenario("sos"), durationMs: 300_000 };
    const neighbours = { count: 300, everyS: 15, octets: 50, withinM: 1000 };
    let collided = 0;
    for (const seed of [1, 2, 3]) {
      const run = await runScenario({ ...story, air: { ...story.air, subBand: 10, neighbours } }, { seed });
      collided += (run.air.lostTo.collision ?? 0) + (run.air.lostTo.busy ?? 0);
      expect(run.outcome.alarms).toMatchObject([{ kind: "sos", verified: true }]);
    }
    expect(collided).toBeGreaterThan(0);
  });

  it("reaches nobody where the gateways have another sub-band", async () => {
    const story = readScenario("sos");
    const run = await runScenario({ ...story, air: { ...story.air, subBand: 9 } });
    expect(run.violations).not.toEqual([]);
    expect(run.air.lostTo).toEqual({ channel: run.air.lostFrames });
    expect(run.air.lostFrames).toBeGreaterThan(1);
  });

  it("is heard at two kilometres without fading, and now and then not with it", async () => {
    const story = readScenario("quiet-day");
    const short = { ...story, durationMs: 4 * 3_600_000, timeline: story.timeline.slice(0, 1), story: [], expect: [] };
    const clear = await runScenario({ ...short, air: { distanceM: 2000, loss: 0, corruption: 0 } });
    // The first join request goes at SF7, which does not reach so far.
    expect(clear.air).toEqual({ lostFrames: 2, changedFrames: 0, lostTo: { weak: 2 } });
    const fading = await runScenario({ ...short, air: { distanceM: 2000, loss: 0, corruption: 0, fading: "rician" } });
    expect(fading.air.lostTo.weak).toBeGreaterThan(0);
    expect(fading.outcome.records.delivered).toBeGreaterThan(20);
  });
});

describe("a program that breaks the law of its band", () => {
  async function violationsOf(program: NativeProgram): Promise<readonly string[]> {
    const { violations } = await simulate({
      scenario: { ...withAir({}), expect: [] },
      seed: 1,
      profile: PROFILE,
      identity: new Uint8Array(0),
      start: (hardware) => nativeRuntime(program, hardware),
      server: { uplink: () => ({}) },
    });
    return violations;
  }
  const every10S = (octets: number, spreadingFactor: number): NativeProgram => {
    return ({ lora, timers }) => {
      const send = (): void => {
        const channel = { frequencyHz: 486_300_000, spreadingFactor };
        lora?.transmit(new Uint8Array(octets), octets, channel, 14, () => timers.after(10_000, send));
      };
      send();
    };
  };

  it("fails its run, which says so three times", async () => {
    const violations = await violationsOf(every10S(64, 12));
    expect(violations).toEqual(
      [0, 12.8, 25.6].map(
        (second) =>
          `the device sent a frame of 2793 ms on 486.3 MHz; MIIT notice 52/2019 allows 1000 ms, at ${second.toFixed(1)} s`,
      ),
    );
  });

  it("one that keeps to it does not", async () => {
    expect(await violationsOf(every10S(64, 9))).toEqual([]);
  });
});
