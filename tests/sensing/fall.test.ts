import { describe, expect, it } from "@jest/globals";
import { type Fall, fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
import { squareRoot } from "@songbai/sdk/sensing/integer";
import { person, type TimelineEntry } from "@songbai/sim/world/person";
import fc from "fast-check";

interface Alarm extends Fall {
  /** Number of samples fed when the alarm came. */
  readonly atSample: number;
}

/** Feeds samples in batches of the given sizes, in turn. */
function alarms(samples: Int32Array, rateHz: number, batches: readonly number[] = [1]): Alarm[] {
  const heard: Alarm[] = [];
  let fed = 0;
  const detector = fallDetector({ rateHz, position: wrist }, (fall) => heard.push({ ...fall, atSample: fed }));
  for (let turn = 0; 3 * fed < samples.length; turn++) {
    const count = Math.min(batches[turn % batches.length], samples.length / 3 - fed);
    const batch = samples.slice(3 * fed, 3 * (fed + count));
    fed += count;
    detector.feed(batch, count);
  }
  return heard;
}

function felt(timeline: readonly TimelineEntry[], seed: number, seconds: number, rateHz: number): Int32Array {
  const into = new Int32Array(3 * seconds * rateHz);
  person({ seed, timeline }).fill(0, 1_000_000 / rateHz, seconds * rateHz, into);
  return into;
}

const falling = (how: "forwards" | "backwards" | "sideways"): TimelineEntry[] => [
  { atMs: 0, do: "walk" },
  { atMs: 6000, do: "fall", how },
];

describe("sensing/fall", () => {
  for (const how of ["forwards", "backwards", "sideways"] as const) {
    it(`alarms once for each of 50 falls ${how}, within 3 s of the impact, at 25, 50 and 100 Hz`, () => {
      for (const rateHz of [25, 50, 100]) {
        for (let seed = 1; seed <= 50; seed++) {
          const heard = alarms(felt(falling(how), seed, 20, rateHz), rateHz);
          expect([rateHz, seed, heard.length]).toEqual([rateHz, seed, 1]);
          const impactMs = (heard[0].atSample * 1000) / rateHz - heard[0].agoMs;
          // A hard step just before the fall may be what is taken for its impact.
          expect(impactMs).toBeGreaterThan(4500);
          expect(impactMs).toBeLessThan(7600);
          expect(heard[0].agoMs).toBeLessThanOrEqual(3000);
          expect(heard[0].impactMg).toBeGreaterThan(2000);
          expect(heard[0].confidence).toBeGreaterThanOrEqual(wrist.confidence[0]);
          expect(heard[0].confidence).toBeLessThanOrEqual(wrist.confidence[9]);
        }
      }
    });
  }

  for (const name of ["walk", "sit", "stand", "lie", "sleep", "eat", "clap", "stumble"] as const) {
    it(`is silent through ${name}`, () => {
      for (let seed = 1; seed <= 20; seed++) {
        const timeline: TimelineEntry[] = [
          { atMs: 0, do: "walk" },
          { atMs: 10_000, do: name },
          { atMs: 50_000, do: "stand" },
        ];
        expect(alarms(felt(timeline, seed, 60, 50), 50, [25])).toEqual([]);
      }
    });
  }

  it("is silent through a day of sleep, meals, walks, claps and a stumble", () => {
    const hours = (hour: number, activity: Exclude<TimelineEntry["do"], "fall">): TimelineEntry => ({
      atMs: hour * 3_600_000,
      do: activity,
    });
    const day = [
      hours(0, "sleep"),
      hours(7, "eat"),
      hours(7.5, "walk"),
      hours(8, "stumble"),
      hours(8.2, "sit"),
      hours(12, "eat"),
    ];
    day.push(
      hours(12.5, "lie"),
      hours(14, "walk"),
      hours(15, "clap"),
      hours(15.1, "sit"),
      hours(18, "eat"),
      hours(22, "sleep"),
    );
    const motion = person({ seed: 11, timeline: day });
    const batch = new Int32Array(150);
    let heard = 0;
    const detector = fallDetector({ rateHz: 50, position: wrist }, () => heard++);
    for (let us = 0; us < 86_400_000_000; us += 1_000_000) {
      motion.fill(us, 20_000, 50, batch);
      detector.feed(batch, 50);
    }
    expect(heard).toBe(0);
  });

  it("hears the same however the stream is cut into batches", () => {
    for (const rateHz of [25, 50]) {
      const samples = felt(falling("sideways"), 5, 20, rateHz);
      const whole = alarms(samples, rateHz, [1]).map(({ atSample, ...fall }) => fall);
      expect(whole.length).toBe(1);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 10 }), (batches) => {
          expect(alarms(samples, rateHz, batches).map(({ atSample, ...fall }) => fall)).toEqual(whole);
        }),
        { numRuns: 30, seed: 1 },
      );
    }
  });

  it("does not alarm again for the same fall, and hears the next", () => {
    const twice: TimelineEntry[] = [
      ...falling("forwards"),
      { atMs: 30_000, do: "walk" },
      { atMs: 40_000, do: "fall", how: "backwards" },
    ];
    expect(alarms(felt(twice, 2, 60, 50), 50).map(({ atSample }) => Math.floor(atSample / 500))).toEqual([0, 4]);
  });

  it("takes any int16 values, and answers integers in their ranges", () => {
    // Full-scale garbage, then the largest steps there are: 65535 mg from one sample to the next on every axis.
    const extremes = [-32768, 32767, 0, 1000, -16384, 16384];
    for (const rateHz of [20, 25, 50, 100]) {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...extremes), { minLength: 1200, maxLength: 1500 }), (values) => {
          const samples = Int32Array.from(values.slice(0, values.length - (values.length % 3)));
          for (const fall of alarms(samples, rateHz, [25])) {
            expect(Number.isInteger(fall.impactMg) && fall.impactMg <= 28378).toBe(true);
            expect(Number.isInteger(fall.confidence)).toBe(true);
          }
        }),
        { numRuns: 20, seed: 1 },
      );
    }
  });
});

describe("sensing/integer", () => {
  it("takes the square root of every int32, rounded down", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7fffffff }), (value) => {
        expect(squareRoot(value)).toBe(Math.floor(Math.sqrt(value)));
      }),
    );
  });
});
