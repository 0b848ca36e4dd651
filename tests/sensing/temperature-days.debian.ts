import { describe, expect, it } from "@jest/globals";
import { DAY, livedThrough, skinThrough } from "./temperature-days.ts";

const PEOPLE = 40;

// The figures of docs/senses/temperature.md.
describe("temperature over the days of simulated people", () => {
  it("has no alarm in 1,200 days with a bath and an hour without the sensor each, and no reading that is far off", () => {
    const lives = Array.from({ length: PEOPLE }, (_, i) => livedThrough(i + 1, 30));
    expect(lives.flatMap(({ alarms }, i) => alarms.map((minute) => `${i + 1}: ${minute}`))).toEqual([]);
    for (const { worst, known } of lives) {
      expect(worst).toBeLessThan(60);
      expect(known).toBeGreaterThan(70);
    }
  });

  it("tells every fever within an hour of when the truth calls for it, or behind a bath or a pause, half of them in ten minutes, and no other", () => {
    const late: number[] = [];
    for (let seed = 1; seed <= PEOPLE; seed++) {
      const start = 6 * DAY + 37 * seed;
      const { alarms, calls, worn } = livedThrough(seed, 8, [{ start, end: start + 700 }]);
      expect({ seed, alarms: alarms.filter((minute) => minute < start) }).toEqual({ seed, alarms: [] });
      expect(calls).toBeGreaterThan(start);
      expect([seed, alarms.length > 0]).toEqual([seed, true]);
      expect(alarms[0] - worn).toBeLessThanOrEqual(60);
      late.push(alarms[0] - calls);
    }
    expect(late.sort((a, b) => a - b)[PEOPLE / 2]).toBeLessThanOrEqual(10);
  });

  it("has a wrist's skin for nine of ten minutes, none of a bracelet on the table, and no fever of it", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { known, off, alarms } = skinThrough(seed);
      expect({ seed, off, alarms }).toEqual({ seed, off: 0, alarms: 0 });
      expect(known).toBeGreaterThan(85);
    }
  });
});
