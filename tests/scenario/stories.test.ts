import { describe, expect, it } from "@jest/globals";
import { ALARM_DELIVERED, SEND_RETRY } from "@songbai/sdk/record/codes";
import { readScenario } from "@songbai/sim/scenario/scenario";
import { runScenario } from "../support/simulation.ts";

describe("the scenarios that come with the simulator", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "fall-at-home, seed %i: one fall alarm, verified, at the hub within a minute",
    async (seed) => {
      const run = await runScenario("fall-at-home", { seed });
      expect(run.violations).toEqual([]);
      expect(run.outcome.alarms).toHaveLength(1);
      const [alarm] = run.outcome.alarms;
      expect(alarm).toMatchObject({ kind: "fall", verified: true, cancelled: false, bearer: "lorawan" });
      // 2.2 s to decide, 20 s of pre-alarm, the rest is the air.
      expect(alarm.deliveredAt).toBeGreaterThan(2550 + 22);
      expect(run.messages.filter(({ topic }) => topic.endsWith("/alarm"))).toHaveLength(1);
    },
  );

  it.each([1, 2, 3])("quiet-day, seed %i: 24 hours without an alarm, and a report every ten minutes", async (seed) => {
    const run = await runScenario("quiet-day", { seed });
    expect(run.violations).toEqual([]);
    expect(run.outcome.alarms).toEqual([]);
    expect(run.simulatedSeconds).toBe(86_400);
    expect(run.outcome.records).toMatchObject({ journalled: 144, lost: 0, rejected: 0 });
  });

  it("false-alarm-cancelled: the wearer ends it, nothing goes out, and the cancellation is on record", async () => {
    const run = await runScenario("false-alarm-cancelled");
    expect(run.violations).toEqual([]);
    expect(run.outcome.alarms).toMatchObject([{ kind: "fall", cancelled: true }]);
    expect(run.messages.map(({ payload }) => (payload as { name: string }).name)).toContain("cancelled");
  });

  it("sos: three seconds on the button call for help", async () => {
    const events: number[] = [];
    const run = await runScenario("sos", { watch: { log: (_, event) => events.push(event) } });
    expect(run.violations).toEqual([]);
    expect(run.outcome.alarms).toMatchObject([{ kind: "sos", verified: true }]);
    // The acknowledgement came down: the wearer is told, and nothing is sent again.
    expect(events).toContain(ALARM_DELIVERED);
    expect(events).not.toContain(SEND_RETRY);
    expect(run.outcome.records.duplicates).toBe(0);
  });

  it.each([1, 2, 3, 4, 5])(
    "bad-air, seed %i: through loss, changed bits, silence and a restart nothing is lost",
    async (seed) => {
      const run = await runScenario("bad-air", { seed });
      expect(run.violations).toEqual([]);
      expect(run.outcome.records.lost).toBe(0);
      expect(run.outcome.alarms).toHaveLength(1);
    },
  );

  it("what is known fails nothing; what is expected does", async () => {
    const [alarm] = readScenario("up-again").expect;
    const quiet = { ...readScenario("quiet-day"), durationMs: 60_000, hostEvents: [] };
    expect((await runScenario({ ...quiet, expect: [alarm], known: [] })).violations).toHaveLength(1);
    const known = await runScenario({ ...quiet, expect: [], known: [alarm] });
    expect(known.violations).toEqual([]);
    expect(known.known).toEqual(['expected "alarm fall by 60 s after", but no fall alarm reached the hub']);
  });

  it("a scenario that expects too much fails with a sentence", async () => {
    const scenario = readScenario("quiet-day");
    const short = { ...scenario, durationMs: 60_000, hostEvents: [], expect: readScenario("sos").expect };
    const run = await runScenario(short);
    expect(run.violations).toEqual(['expected "alarm sos by 15 s after", but no sos alarm reached the hub']);
  });
});

describe("one changed bit on the air", () => {
  it("is refused and counted by the hub, and the device sends again until it is acknowledged", async () => {
    let changed = 0;
    const run = await runScenario("sos", {
      between: (hub) => ({
        uplink(reception, timeS) {
          // The first four frames of the alarm lose one bit each, in a place that moves.
          if (timeS > 240 && changed < 4) {
            reception.frame[changed * 7 + 1] ^= 1 << (changed + 2);
            changed++;
          }
          return hub.uplink(reception, timeS);
        },
      }),
    });
    expect(changed).toBe(4);
    expect(run.outcome.records.rejected).toBe(4);
    expect(run.hub.counts().rejected).toBe(4);
    expect(run.outcome.alarms).toMatchObject([{ kind: "sos", verified: true }]);
    expect(run.outcome.records.lost).toBe(0);
    expect(run.outcome.overdue).toBe(0);
  });
});
