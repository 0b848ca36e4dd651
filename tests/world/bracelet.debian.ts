import { describe, expect, it } from "@jest/globals";
import { person, type TimelineEntry } from "@songbai/sim/world/person";

const PEOPLE = 12;
const RATE_HZ = 1000;
const FROM_MS = 2000;
const SECONDS = 14;

/** Magnitudes of what is felt from the beginning of an activity on, a thousand a second. */
function felt(doing: TimelineEntry["do"], seed: number): { magnitude: number[]; at: (ms: number) => readonly number[] } {
  const samples = new Int32Array(3 * SECONDS * RATE_HZ);
  const motion = person({
    seed,
    timeline: [
      { atMs: 0, do: "sit" },
      { atMs: FROM_MS, do: doing },
    ],
  });
  motion.fill(0, 1_000_000 / RATE_HZ, SECONDS * RATE_HZ, samples);
  const at = (ms: number) => [...samples.subarray(3 * ms, 3 * ms + 3)];
  return { at, magnitude: Array.from({ length: SECONDS * RATE_HZ }, (_, ms) => Math.hypot(...at(ms))) };
}

interface Flight {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Stretches of at least `leastMs` below `mg`. */
function flights(magnitude: readonly number[], mg = 350, leastMs = 20): Flight[] {
  const found: Flight[] = [];
  let fromMs = -1;
  magnitude.forEach((value, ms) => {
    if (value < mg && fromMs < 0) fromMs = ms;
    if (value >= mg && fromMs >= 0) {
      if (ms - fromMs >= leastMs) found.push({ fromMs, toMs: ms });
      fromMs = -1;
    }
  });
  return found;
}

const people = Array.from({ length: PEOPLE }, (_, i) => i + 1);
const lengthOf = ({ fromMs, toMs }: Flight) => toMs - fromMs;
/** Speed that a blow takes, in ms of 1 g: what is felt without gravity, roughly. */
const taken = (magnitude: readonly number[], { toMs }: Flight, forMs: number) =>
  magnitude.slice(toMs, toMs + forMs).reduce((sum, mg) => sum + mg / 1000, 0);

describe("a bracelet that nobody wears", () => {
  it("falls from a table of 65 to 80 cm as long as that takes, and hops ever less", () => {
    for (const seed of people) {
      const all = flights(felt("dropFromTable", seed).magnitude);
      const [first, ...hops] = all;
      // sqrt(2 h / g) is 364 to 404 ms; the last tenth of the hold fades out behind it.
      expect(lengthOf(first)).toBeGreaterThan(345);
      expect(lengthOf(first)).toBeLessThan(425);
      expect(hops.length).toBeGreaterThan(0);
      // Up and down again with at most half of the speed, which the first time was that of the whole fall.
      expect(lengthOf(hops[0])).toBeLessThan(1.1 * lengthOf(first));
      expect(lengthOf(hops[0])).toBeGreaterThan(0.35 * lengthOf(first));
      for (let i = 1; i < hops.length; i++) expect(lengthOf(hops[i])).toBeLessThan(0.62 * lengthOf(hops[i - 1]));
    }
  });

  it("strikes the floor with the speed of its fall and of its hop", () => {
    for (const seed of people) {
      const { magnitude } = felt("dropFromTable", seed);
      const [first] = flights(magnitude);
      const peak = Math.max(...magnitude.slice(first.toMs, first.toMs + 40));
      expect(peak).toBeGreaterThan(20_000);
      expect(taken(magnitude, first, 35) / lengthOf(first)).toBeGreaterThan(1);
      expect(taken(magnitude, first, 35) / lengthOf(first)).toBeLessThan(1.8);
    }
  });

  it("flies a quarter to half a second onto a bed, which takes its speed softly", () => {
    for (const seed of people) {
      const { magnitude } = felt("throwOnBed", seed);
      const flight = flights(magnitude).find((one) => lengthOf(one) > 200)!;
      expect(lengthOf(flight)).toBeGreaterThan(230);
      expect(lengthOf(flight)).toBeLessThan(590);
      const peak = Math.max(...magnitude.slice(flight.toMs, flight.toMs + 160));
      expect(peak).toBeGreaterThan(2500);
      expect(peak).toBeLessThan(17_000);
      expect(taken(magnitude, flight, 145) / lengthOf(flight)).toBeGreaterThan(0.9);
      // Swung, not dropped: the hand throws before.
      expect(Math.max(...magnitude.slice(flight.fromMs - 300, flight.fromMs))).toBeGreaterThan(1150);
    }
  });

  it.each(["takeOff", "throwOnBed", "dropFromTable"] as const)("lies exactly still on a face or an edge after %s", (doing) => {
    const sides = new Set<string>();
    for (const seed of people) {
      const { at, magnitude } = felt(doing, seed);
      const last = magnitude.slice(-2000);
      const mean = last.reduce((sum, mg) => sum + mg, 0) / last.length;
      expect(Math.abs(mean - 1000)).toBeLessThan(3);
      const spread = Math.sqrt(last.reduce((sum, mg) => sum + (mg - mean) ** 2, 0) / last.length);
      expect(spread).toBeGreaterThan(0.5);
      expect(spread).toBeLessThan(4);
      const side = at(SECONDS * RATE_HZ - 1).map((mg) => Math.round(mg / 1000));
      expect(side.filter((axis) => axis !== 0).length).toBe(1);
      sides.add(side.join());
    }
    expect([...sides].sort()).toEqual(["-1,0,0", "0,0,-1", "0,0,1", "1,0,0"]);
  });

  it("is taken off with tugs and a knock on the table, and without a flight", () => {
    for (const seed of people) {
      const { magnitude } = felt("takeOff", seed);
      expect(flights(magnitude)).toEqual([]);
      const strongest = Math.max(...magnitude);
      expect(strongest).toBeGreaterThan(1150);
      expect(strongest).toBeLessThan(2700);
    }
  });
});
