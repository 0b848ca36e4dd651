import { describe, expect, it } from "@jest/globals";
import { BEDROOM, ENTRANCE, ENTRANCE_DOOR, KITCHEN, liveAtHome, TOILET } from "@songbai/sim/world/home";

const DAYS = 60;
const { reports, outings } = liveAtHome({ seed: 2, days: DAYS });
const seen = reports.filter(({ on }) => on);
const perDay = (sensor: number): number => seen.filter((report) => report.sensor === sensor).length / DAYS;
const perHour = Array.from(
  { length: 24 },
  (_, hour) => seen.filter(({ second }) => Math.floor(second / 3600) % 24 === hour).length / DAYS,
);

// Beside the ranges what the home of home-events did in June 2017, see docs/senses/routine.md.
describe("a home that is lived in", () => {
  it("reports as often as a real one", () => {
    expect(perDay(KITCHEN)).toBeGreaterThan(60); // 93
    expect(perDay(ENTRANCE)).toBeGreaterThan(40); // 68
    expect(perDay(BEDROOM)).toBeGreaterThan(15); // 30
    expect(perDay(TOILET)).toBeGreaterThan(10); // 20
    expect(seen.length / DAYS).toBeLessThan(400); // 372
  });

  it("sleeps at night, and is quiet behind lunch", () => {
    expect(perHour[2]).toBeLessThan(3); // 1.4
    expect(perHour[10]).toBeGreaterThan(20); // 45
    expect(perHour[14]).toBeLessThan(perHour[12] / 2); // 8 and 35
  });

  it("closes the door behind who leaves, and nothing moves until it opens", () => {
    expect(outings.length).toBeGreaterThan(5);
    for (const { from, until } of outings) {
      const between = reports.filter(({ second }) => from < second && second < until);
      expect(between.filter(({ on }) => on)).toEqual([]);
      expect(reports.some(({ second, sensor, on }) => second === until && sensor === ENTRANCE_DOOR && on)).toBe(true);
    }
  });

  it("is in order of time, and the same for the same seed", () => {
    expect(reports.every(({ second }, i) => i === 0 || second >= reports[i - 1].second)).toBe(true);
    const lived = (seed: number) => JSON.stringify(liveAtHome({ seed, days: 20 }));
    expect(lived(2)).toBe(lived(2));
    expect(lived(2)).not.toBe(lived(3));
  });
});
