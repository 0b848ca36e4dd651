// Needs no package of Debian's, but time: four engines compile and run the watch.
import { describe, expect, it } from "@jest/globals";
import { readScenario, type Scenario } from "@songbai/sim/scenario/scenario";
import { RUNTIMES, runScenario } from "../../support/simulation.ts";

const MINUTE_MS = 60_000;

/** The walk in four minutes: the wearer calls for help while the phone is away, out of coverage. */
const walk: Scenario = {
  ...readScenario("walk-without-phone"),
  durationMs: 4 * MINUTE_MS,
  timeline: [],
  story: [],
  hostEvents: [{ atMs: 1.5 * MINUTE_MS, do: "press", forMs: 4000 }],
  phone: {
    near: [
      { fromMs: 0, toMs: MINUTE_MS },
      { fromMs: 2 * MINUTE_MS, toMs: 4 * MINUTE_MS },
    ],
    distanceM: 3,
    loss: 0.1,
    online: true,
  },
  expect: [],
};

describe("the watch over BLE", () => {
  it("gives the same transcript, octet for octet, on every runtime, and its alarm waits for the phone", async () => {
    const native = await runScenario(walk);
    const [alarm] = native.outcome.alarms;
    expect(alarm).toMatchObject({ kind: "sos", bearer: "ble", verified: true });
    // The phone is back at 120 s; it finds a device that advertises for an alarm within seconds.
    expect(alarm.deliveredAt).toBeGreaterThan(120);
    expect(alarm.deliveredAt).toBeLessThan(130);
    for (const runtime of RUNTIMES.slice(1)) {
      const run = await runScenario(walk, { runtime });
      expect([runtime, run.transcript.digest()]).toEqual([runtime, native.transcript.digest()]);
      expect(run.outcome.alarms).toEqual(native.outcome.alarms);
    }
  });
});
