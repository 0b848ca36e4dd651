// A week natively, and a piece of it on every runtime: no package of Debian's, but time.
import { describe, expect, it } from "@jest/globals";
import { readScenario } from "@songbai/sim/scenario/scenario";
import { runScenario } from "../support/simulation.ts";
import { expectSameEverywhere } from "./same.ts";

describe("a week without a fall", () => {
  it.each([1, 2])(
    "has two false alarms at most, none of a bracelet that nobody wears (seed %i)",
    async (seed) => {
      const run = await runScenario("elder-week", { seed });
      expect(run.violations).toEqual([]);
      expect(run.simulatedSeconds).toBe(604_800);
      const { falseAlarms } = run.falls;
      expect(falseAlarms.reduce((sum, { alarms }) => sum + alarms, 0)).toBeLessThanOrEqual(2);
      for (const { during } of falseAlarms) expect(["housework", "hit-table"]).toContain(during);
    },
    300_000,
  );

  it("has everything that a day of hers has, and on some days more", () => {
    const { timeline } = readScenario("elder-week");
    const times = (what: string) => timeline.filter((entry) => entry.do === what).length;
    expect(times("dropIntoChair")).toBe(28);
    expect(times("bus")).toBe(5);
    expect(times("dropFromTable")).toBe(1);
    expect(times("fall")).toBe(0);
  });

  it.each(["day 2 from 08:52 to 09:10", "day 4 from 06:30 to 07:00"])(
    "%s is the same on every runtime, octet for octet",
    async (span) => {
      const [, day, from, to] = /^day (\d) from (\S+) to (\S+)$/.exec(span) as RegExpExecArray;
      const msOf = (clock: string) => {
        const [hours, minutes] = clock.split(":").map(Number);
        return (((Number(day) - 1) * 24 + hours) * 60 + minutes) * 60_000;
      };
      const week = readScenario("elder-week");
      await expectSameEverywhere(
        {
          ...week,
          durationMs: msOf(to) - msOf(from),
          timeline: week.timeline
            .filter(({ atMs }) => atMs >= msOf(from) && atMs < msOf(to))
            .map((entry) => ({ ...entry, atMs: entry.atMs - msOf(from) })),
          story: [],
        },
        1,
      );
    },
    300_000,
  );
});
