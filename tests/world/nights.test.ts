import { describe, expect, it } from "@jest/globals";
import { wristDays } from "@songbai/sim/world/nights";

const { counts, nights } = wristDays({ seed: 11, nights: 14 });
const asleep = counts.filter((_, minute) => nights.some(({ start, end }) => start <= minute && minute < end));
const awake = counts.filter((_, minute) => !nights.some(({ start, end }) => start <= minute && minute < end));
const stillShare = (minutes: Int32Array): number => minutes.filter((count) => count === 0).length / minutes.length;
const moved = (minutes: Int32Array): Int32Array => minutes.filter((count) => count > 0).sort();
const mean = moved(counts).reduce((sum, count) => sum + count, 0) / moved(counts).length;
const median = (minutes: Int32Array): number => moved(minutes)[moved(minutes).length >> 1] / mean;

// The ranges are those of the three wearers of sleep-wrist, see docs/senses/sleep.md.
describe("the movement of a wrist over days", () => {
  it("is as still as that of real sleepers, asleep and awake", () => {
    expect(stillShare(asleep)).toBeGreaterThan(0.76);
    expect(stillShare(asleep)).toBeLessThan(0.9);
    expect(stillShare(awake)).toBeGreaterThan(0.1);
    expect(stillShare(awake)).toBeLessThan(0.33);
  });

  it("is as strong, for a device of any scale", () => {
    expect(median(asleep)).toBeGreaterThan(0.05);
    expect(median(asleep)).toBeLessThan(0.2);
    expect(median(awake)).toBeGreaterThan(0.6);
    expect(median(awake)).toBeLessThan(1);
  });

  it("comes in stretches: what a minute did is known from twenty minutes before, by day", () => {
    const roots = Array.from(counts, Math.sqrt);
    const byDay = roots.flatMap((_, minute) => {
      const at = minute % 1440;
      return at > 1200 || at < 400 ? [minute] : [];
    });
    const days = new Set(byDay);
    const likeness = (apart: number) => {
      const pairs = byDay.filter((minute) => days.has(minute - apart));
      const [now, then] = [pairs.map((minute) => roots[minute]), pairs.map((minute) => roots[minute - apart])];
      const of = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const [a, b] = [of(now), of(then)];
      const both = of(now.map((value, i) => (value - a) * (then[i] - b)));
      return both / Math.sqrt(of(now.map((value) => (value - a) ** 2)) * of(then.map((value) => (value - b) ** 2)));
    };
    expect(likeness(20)).toBeGreaterThan(0.15);
    expect(likeness(20)).toBeLessThan(0.5);
    expect(likeness(200)).toBeLessThan(0.1);
  });

  it("is the same for the same seed, another one for the next", () => {
    expect(wristDays({ seed: 11, nights: 14 }).counts).toEqual(counts);
    expect(wristDays({ seed: 12, nights: 14 }).counts).not.toEqual(counts);
  });
});
