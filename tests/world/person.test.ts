import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { ACTIVITIES, type ActivityName } from "@songbai/sim/world/activities";
import { person, type TimelineEntry } from "@songbai/sim/world/person";
import fc from "fast-check";

const PERIOD_US = 20_000;
const NAMES = Object.keys(ACTIVITIES) as ActivityName[];
const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

/** Every activity for ten seconds, one after the other. */
const TOUR: readonly TimelineEntry[] = NAMES.map((name, i) => ({ atMs: i * 10_000, do: name }));

function felt(timeline: readonly TimelineEntry[], seed: number, fromMs: number, toMs: number): Int32Array {
  const count = ((toMs - fromMs) * 1000) / PERIOD_US;
  const into = new Int32Array(3 * count);
  person({ seed, timeline }).fill(fromMs * 1000, PERIOD_US, count, into);
  return into;
}

function magnitudes(samples: Int32Array): number[] {
  return Array.from({ length: samples.length / 3 }, (_, i) => Math.hypot(...samples.subarray(3 * i, 3 * i + 3)));
}

/** The middle value of a measure over the seeds, and its extremes. */
function spread(measure: (seed: number) => number): { least: number; middle: number; most: number } {
  const values = SEEDS.map(measure).sort((a, b) => a - b);
  return { least: values[0], middle: values[values.length >> 1], most: values[values.length - 1] };
}

/** Degrees between the mean accelerations of two spans. */
function turned(samples: Int32Array, before: [number, number], after: [number, number]): number {
  const mean = ([from, to]: [number, number]) => {
    const sum = [0, 0, 0];
    for (let i = from; i < to; i++) for (let axis = 0; axis < 3; axis++) sum[axis] += samples[3 * i + axis];
    return sum;
  };
  const a = mean(before);
  const b = mean(after);
  const dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return (Math.acos(dot / Math.hypot(...a) / Math.hypot(...b)) * 180) / Math.PI;
}

describe("world/person", () => {
  it("moves the same way for the same seed and timeline, on every machine", () => {
    const bytes = Buffer.from(felt(TOUR, 1, 0, 100_000).buffer);
    expect(createHash("sha256").update(bytes).digest("hex").slice(0, 16)).toBe("6ade12510643a7d6");
  });

  it("moves differently for another seed", () => {
    expect(felt(TOUR, 1, 0, 5000)).not.toEqual(felt(TOUR, 2, 0, 5000));
  });

  it("gives the same however a span is cut and in whatever order it is asked for", () => {
    const whole = felt(TOUR, 7, 0, 100_000);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4800), fc.integer({ min: 1, max: 200 })), { maxLength: 20 }), (spans) => {
        const motion = person({ seed: 7, timeline: TOUR });
        for (const [from, count] of spans) {
          const into = new Int32Array(3 * count);
          expect(motion.fill(from * PERIOD_US, PERIOD_US, count, into)).toBe(count);
          expect(Buffer.compare(Buffer.from(into.buffer), Buffer.from(whole.slice(3 * from, 3 * (from + count)).buffer))).toBe(
            0,
          );
        }
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it("feels gravity alone when still", () => {
    for (const name of ["stand", "sit", "lie", "sleep"] as const) {
      const { least, most } = spread((seed) => {
        const all = magnitudes(felt([{ atMs: 0, do: name }], seed, 5000, 6000));
        return all.reduce((sum, value) => sum + value, 0) / all.length;
      });
      expect([name, least > 985, most < 1015]).toEqual([name, true, true]);
    }
  });

  it("turns without a jump from one activity to the next", () => {
    for (const seed of SEEDS) {
      const calm: TimelineEntry[] = (["stand", "sit", "eat", "lie", "sleep", "stand"] as const).map((name, i) => ({
        atMs: i * 3100,
        do: name,
      }));
      const samples = felt(calm, seed, 0, 20_000);
      let largest = 0;
      for (let i = 3; i < samples.length; i++) largest = Math.max(largest, Math.abs(samples[i] - samples[i - 3]));
      expect(largest).toBeLessThan(450);
    }
  });

  // Unfiltered and not clipped, so somewhat beyond the same activities in WEDA-FALL; those are compared by songbai compare falls.
  it("walks with peaks of 1.4 to 2.1 g and never weightless", () => {
    const walking = (seed: number) => magnitudes(felt([{ atMs: 0, do: "walk" }], seed, 2000, 12_000));
    const peak = spread((seed) => Math.max(...walking(seed)));
    expect(peak.least).toBeGreaterThan(1300);
    expect(peak.most).toBeLessThan(2200);
    expect(spread((seed) => Math.min(...walking(seed))).least).toBeGreaterThan(400);
  });

  it("stumbles with a jerk of 1.6 to 4.5 g and walks on", () => {
    const stumbling: TimelineEntry[] = [
      { atMs: 0, do: "walk" },
      { atMs: 5000, do: "stumble" },
    ];
    const peak = spread((seed) => Math.max(...magnitudes(felt(stumbling, seed, 5000, 6000))));
    expect(peak.least).toBeGreaterThan(1600);
    expect(peak.most).toBeLessThan(4500);
    expect(spread((seed) => Math.max(...magnitudes(felt(stumbling, seed, 10_000, 14_000)))).least).toBeGreaterThan(1300);
  });

  it("claps with spikes of 1.7 to 4.5 g", () => {
    const peak = spread((seed) => Math.max(...magnitudes(felt([{ atMs: 0, do: "clap" }], seed, 2000, 8000))));
    expect(peak.least).toBeGreaterThan(1700);
    expect(peak.most).toBeLessThan(4500);
  });

  for (const how of ["forwards", "backwards", "sideways"] as const) {
    it(`falls ${how}: light for a moment, an impact of 3 to 12 g, then still in another posture`, () => {
      const falling: TimelineEntry[] = [
        { atMs: 0, do: "walk" },
        { atMs: 5000, do: "fall", how },
      ];
      const light = spread((seed) => Math.min(...magnitudes(felt(falling, seed, 5000, 5500))));
      expect(light.middle).toBeGreaterThan(200);
      expect(light.most).toBeLessThan(800);
      const peak = spread((seed) => Math.max(...magnitudes(felt(falling, seed, 5000, 6500))));
      expect(peak.least).toBeGreaterThan(3000);
      expect(peak.most).toBeLessThan(12_000);
      expect(spread((seed) => turned(felt(falling, seed, 4000, 9000), [0, 40], [150, 250])).least).toBeGreaterThan(35);
      const rest = spread((seed) => Math.max(...magnitudes(felt(falling, seed, 7500, 9000))));
      expect(rest.most).toBeLessThan(1300);
    });
  }

  it("lies where it fell until the timeline goes on", () => {
    const samples = felt(
      [
        { atMs: 0, do: "fall" },
        { atMs: 60_000, do: "walk" },
      ],
      3,
      10_000,
      70_000,
    );
    expect(Math.max(...magnitudes(samples.subarray(0, 3 * 2500)))).toBeLessThan(1200);
    expect(Math.max(...magnitudes(samples.subarray(3 * 2600)))).toBeGreaterThan(1300);
  });

  it("refuses a timeline that is not in order with a sentence", () => {
    const mixed: TimelineEntry[] = [
      { atMs: 5000, do: "walk" },
      { atMs: 1000, do: "sit" },
    ];
    expect(() => person({ seed: 1, timeline: mixed })).toThrow(
      "timeline entry 1 (sit) is at 1000 ms, before entry 0: sort them by atMs",
    );
  });
});
