import { describe, expect, it } from "@jest/globals";
import { CLEAR, FROZEN, NOT_WORN, STARTING, WRONG_RATE } from "@songbai/sdk/sensing/doubt";
import { type Wear, wear } from "@songbai/sdk/sensing/wear/wear";
import { person } from "@songbai/sim/world/person";
import { joined, noise, RATE, rested, walked } from "./gait.ts";

const LIGHT = { least: 20_000, most: 200_000 };
const HOUR = 3600;

function bench(skin?: typeof LIGHT, rateHz = RATE): { readonly sense: Wear; readonly feed: (samples: Int32Array) => void } {
  const sense = wear(skin === undefined ? { rateHz } : { rateHz, skin });
  return { sense, feed: (samples) => sense.feed(samples, samples.length / 3) };
}

/** Worn by somebody who has just walked. */
function worn(skin?: typeof LIGHT): ReturnType<typeof bench> {
  const one = bench(skin);
  one.feed(walked({ cadence: 100, steps: 30, arm: 200 }));
  if (skin !== undefined) for (let s = 0; s < 5; s++) one.sense.light(90_000, 900);
  expect(one.sense.doubt()).toBe(CLEAR);
  return one;
}

/** Seconds until the doubt is this, a second of samples at a time and whatever else `each` says. */
function secondsUntil(
  wanted: number,
  { sense, feed }: ReturnType<typeof bench>,
  each = (_s: number) => {},
  still = rested(1),
  most = 2 * HOUR,
): number {
  for (let s = 1; s <= most; s++) {
    feed(still);
    each(s);
    if (sense.doubt() === wanted) return s;
  }
  return Number.POSITIVE_INFINITY;
}

describe("a device that is worn", () => {
  it("is so once somebody stirs, and unknown before", () => {
    const { sense, feed } = bench();
    expect([sense.doubt(), sense.quality()]).toEqual([STARTING, 0]);
    feed(rested(60));
    expect(sense.doubt()).toBe(STARTING);
    feed(walked({ cadence: 100, steps: 10, arm: 300, still: 0 }));
    expect([sense.doubt(), sense.quality()]).toEqual([CLEAR, 70]);
  });

  it("is not taken off by a single knock against the table that it lies on", () => {
    const { sense, feed } = bench();
    const knock = rested(10, (i) => (i === 120 ? [600, 0, 1500] : [600 + noise(i), noise(i + 7), 800]));
    feed(joined(rested(10), knock, rested(10)));
    expect(sense.doubt()).toBe(STARTING);
  });

  it("is so with movement in three of ten seconds, not in two", () => {
    const stirring = (seconds: readonly number[]) => {
      const { sense, feed } = bench();
      feed(rested(10, (i) => [seconds.filter((s) => i >= RATE * s).length * 200 + noise(i), noise(i + 7), 800]));
      return sense.doubt();
    };
    // The first look is a movement from nowhere.
    expect(stirring([5, 9])).toBe(CLEAR);
    expect(stirring([9])).toBe(STARTING);
  });

  it("is moved along any axis, either way, by more than 80 mg together", () => {
    const stirred = (by: readonly number[]) => {
      const { sense, feed } = bench();
      feed(
        rested(20, (i) =>
          [600, 0, 800].map((mg, axis) => mg + noise(i) + (i >= RATE * 5 ? by[axis] * (1 + (Math.floor(i / RATE) % 2)) : 0)),
        ),
      );
      return sense.doubt();
    };
    for (const axis of [0, 1, 2]) {
      for (const mg of [200, -200]) expect(stirred([0, 1, 2].map((one) => (one === axis ? mg : 0)))).toBe(CLEAR);
    }
    for (const mg of [40, -40]) expect(stirred([mg, mg, mg])).toBe(CLEAR);
    expect(stirred([9, -9, 9])).toBe(STARTING);
  });

  it("stays worn by who sits, and by sleepers who turn once in half an hour", () => {
    const night = worn();
    for (let half = 0; half < 16; half++) {
      expect(secondsUntil(NOT_WORN, night, undefined, rested(1), HOUR / 2)).toBe(Number.POSITIVE_INFINITY);
      night.feed(rested(5, (i) => [-500, 200, 840].map((mg, axis) => mg + noise(i + axis))));
    }
    expect(night.sense.doubt()).toBe(CLEAR);
  });

  it("stays worn while a wrist of the simulator sits, eats and sleeps", () => {
    const { sense, feed } = bench();
    const timeline = (["walk", "sit", "eat", "sleep", "sit"] as const).map((activity, i) => ({
      atMs: i * 120_000,
      do: activity,
    }));
    const samples = new Int32Array(3 * RATE * 600);
    person({ seed: 3, timeline }).fill(0, 1e6 / RATE, RATE * 600, samples);
    for (let s = 0; s < 600; s++) {
      feed(samples.slice(3 * RATE * s, 3 * RATE * (s + 1)));
      if (s > 10) expect(sense.doubt()).toBe(CLEAR);
    }
  });
});

describe("a device that is taken off", () => {
  it("is known after an hour of stillness", () => {
    const seconds = secondsUntil(NOT_WORN, worn());
    expect(seconds).toBeGreaterThan(HOUR - 60);
    expect(seconds).toBeLessThanOrEqual(HOUR);
  });

  it("is known sooner where the skin gets cold, and never where it stays warm", () => {
    const cooling = worn();
    const cool = (s: number) => s % 60 === 0 && cooling.sense.temperature(3300 - 40 * Math.floor(s / 60));
    expect(secondsUntil(NOT_WORN, cooling, cool)).toBeLessThanOrEqual(7 * 60);
    expect(cooling.sense.quality()).toBe(85);
    const asleep = worn();
    const warm = (s: number) => s % 60 === 0 && asleep.sense.temperature(3300 + (s % 7));
    expect(secondsUntil(NOT_WORN, asleep, warm)).toBe(Number.POSITIVE_INFINITY);
    // A cold day alone does not take it off: there is movement.
    const outside = worn();
    const chill = (s: number) => s % 60 === 0 && outside.sense.temperature(3300 - 40 * Math.floor(s / 60));
    const walk = walked({ cadence: 100, steps: 2, arm: 300, still: 0 });
    expect(secondsUntil(NOT_WORN, outside, chill, walk, 1200)).toBe(Number.POSITIVE_INFINITY);
  });

  it("is known within ten seconds where there is light, and again worn within ten", () => {
    for (const [name, mean, swing] of [
      ["dark", 500, 20],
      ["the sun", 400_000, 900],
      ["a table", 90_000, 10],
    ] as const) {
      const one = worn(LIGHT);
      expect([name, secondsUntil(NOT_WORN, one, () => one.sense.light(mean, swing))]).toEqual([name, 5]);
      expect(one.sense.quality()).toBe(95);
      // In a bag it moves, and nobody wears it.
      one.feed(walked({ cadence: 100, steps: 60, arm: 300 }));
      expect(one.sense.doubt()).toBe(NOT_WORN);
      expect([name, secondsUntil(CLEAR, one, () => one.sense.light(90_000, 700))]).toEqual([name, 3]);
    }
  });

  it("is not told by a second without light, and not by stillness while light sees skin", () => {
    const one = worn(LIGHT);
    expect(secondsUntil(NOT_WORN, one, (s) => one.sense.light(s % 3 === 0 ? 500 : 90_000, 900), rested(1), 600)).toBe(
      Number.POSITIVE_INFINITY,
    );
    const asleep = worn(LIGHT);
    // The light looks for five seconds every ten minutes.
    const look = (s: number) => s % 600 < 5 && asleep.sense.light(90_000, 400);
    expect(secondsUntil(NOT_WORN, asleep, look)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("doubt of wear", () => {
  it("is of a frozen sensor within ten seconds, and gone when it heals", () => {
    const one = worn();
    expect(
      secondsUntil(
        FROZEN,
        one,
        undefined,
        rested(1, () => [600, 0, 800]),
        60,
      ),
    ).toBeLessThanOrEqual(10);
    expect(secondsUntil(CLEAR, one, undefined, rested(1), 60)).toBeLessThanOrEqual(4);
  });

  it("is STARTING behind a gap, and of a rate that it does not know", () => {
    const { sense, feed } = worn();
    sense.restart();
    expect([sense.doubt(), sense.quality()]).toEqual([STARTING, 0]);
    feed(rested(5));
    expect(sense.doubt()).toBe(STARTING);
    feed(walked({ cadence: 100, steps: 20, arm: 300, still: 0 }));
    expect(sense.doubt()).toBe(CLEAR);
    expect(bench(undefined, 10).sense.doubt()).toBe(WRONG_RATE);
  });

  it("is the same however the samples are cut, and at other rates", () => {
    const samples = joined(walked({ cadence: 100, steps: 30, arm: 200 }), rested(40));
    const whole = bench();
    whole.feed(samples);
    const cut = bench();
    for (let at = 0, size = 1; at < samples.length; at += 3 * size, size = (size % 40) + 1)
      cut.feed(samples.slice(at, at + 3 * size));
    expect(cut.sense.doubt()).toBe(whole.sense.doubt());
    // Looks are twice a second also where each sample comes by itself.
    for (let i = 0; i < 6 * RATE; i++) cut.feed(Int32Array.of(600, 0, 800));
    expect(cut.sense.doubt()).toBe(CLEAR);
    for (let i = 0; i < 4 * RATE; i++) cut.feed(Int32Array.of(600, 0, 800));
    expect(cut.sense.doubt()).toBe(FROZEN);
    for (const rate of [20, 26, 50, 100]) {
      const { sense, feed } = bench(undefined, rate);
      feed(walked({ cadence: 100, steps: 30, arm: 200 }, rate));
      expect([rate, sense.doubt()]).toEqual([rate, CLEAR]);
    }
  });
});
