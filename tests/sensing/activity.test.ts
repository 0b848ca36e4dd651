import { describe, expect, it } from "@jest/globals";
import { below, prng } from "@songbai/sdk/lang/prng";
import { type Activity, activity, type Minute } from "@songbai/sdk/sensing/activity/activity";
import { minuteEnergy, restingEnergy, walkingMet } from "@songbai/sdk/sensing/activity/energy";
import { CLEAR, FROZEN, INCONSISTENT, NO_GRAVITY, SATURATED, STARTING, WRONG_RATE } from "@songbai/sdk/sensing/doubt";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { person } from "@songbai/sim/world/person";
import fc from "fast-check";
import { joined, noise, RATE, rested, walked } from "./gait.ts";

const BODY = { height: 160, mass: 60, age: 75, female: true };

function bench(rateHz = RATE): {
  readonly sense: Activity;
  readonly minutes: Minute[];
  readonly feed: (samples: Int32Array) => void;
} {
  const minutes: Minute[] = [];
  const sense = activity({ rateHz, body: BODY }, (minute) => minutes.push({ ...minute }));
  return { sense, minutes, feed: (samples) => sense.feed(samples, samples.length / 3) };
}

function stepsOf(samples: Int32Array, rateHz = RATE): number {
  const { sense, feed } = bench(rateHz);
  feed(samples);
  return sense.steps();
}

/** Seconds until the doubt of somebody who sat becomes this, while `each` is what the sensor says; then until it is clear again. */
function doubted(each: (i: number) => readonly number[], doubt: number): readonly [number, number] {
  const { sense, feed } = bench();
  feed(rested(20));
  expect(sense.doubt()).toBe(CLEAR);
  const until = (samples: Int32Array, wanted: number) => {
    for (let i = 0; 3 * i < samples.length; i++) {
      feed(samples.slice(3 * i, 3 * i + 3));
      if (sense.doubt() === wanted) return (i + 1) / RATE;
    }
    return Number.POSITIVE_INFINITY;
  };
  return [until(rested(60, each), doubt), until(rested(60), CLEAR)];
}

describe("steps", () => {
  it("are all counted, from slow to brisk", () => {
    for (const cadence of [75, 90, 105, 120, 140]) {
      const steps = stepsOf(walked({ cadence, steps: 100 }));
      expect([cadence, Math.abs(steps - 100) <= 2]).toEqual([cadence, true]);
    }
  });

  it("are two where only the swing of the arm is felt", () => {
    expect(Math.abs(stepsOf(walked({ cadence: 110, steps: 100, jolt: 0, arm: 250 })) - 100)).toBeLessThanOrEqual(2);
    expect(Math.abs(stepsOf(walked({ cadence: 110, steps: 100, jolt: 150, arm: 150 })) - 100)).toBeLessThanOrEqual(3);
  });

  it("are none in a gesture, in noise, and in a swing that is weaker than 35 mg", () => {
    expect(stepsOf(walked({ cadence: 110, steps: 6 }))).toBe(0);
    expect(stepsOf(rested(120))).toBe(0);
    expect(stepsOf(walked({ cadence: 110, steps: 100, jolt: 30 }))).toBe(0);
  });

  it("are none where arms work in bursts of a few swings", () => {
    const random = prng(5);
    const bursts = Array.from({ length: 100 }, () => [
      walked({ cadence: 50 + below(random, 90), steps: 1 + below(random, 5), still: 0 }),
      rested(2 + below(random, 3)),
    ]);
    expect(stepsOf(joined(...bursts.flat()))).toBe(0);
  });

  it("begin anew with five strides, but with three within ten seconds", () => {
    const bout = (steps: number) => walked({ cadence: 110, steps, still: 0 });
    const pause = (seconds: number) => rested(seconds);
    const long = bout(60);
    const once = stepsOf(joined(pause(5), long, pause(5)));
    expect(stepsOf(joined(pause(5), long, pause(4), bout(6), pause(5)))).toBeGreaterThanOrEqual(once + 5);
    expect(stepsOf(joined(pause(5), long, pause(20), bout(6), pause(5)))).toBe(once);
  });

  it("miss nothing where a single swing is too weak to be felt", () => {
    const samples = walked({ cadence: 110, steps: 60, jolt: 200 });
    const whole = stepsOf(samples);
    // The 30th step, for one swing.
    const weak = samples.slice();
    const [from, to] = [5 + (29.9 * 60) / 110, 5 + (30.9 * 60) / 110].map((s) => Math.round(s * RATE));
    for (let i = from; i < to; i++) weak.set([600, noise(i), 800], 3 * i);
    expect(Math.abs(stepsOf(weak) - whole)).toBeLessThanOrEqual(1);
  });

  it("do not depend on how the samples are cut into batches, nor on which way the axes point", () => {
    const samples = walked({ cadence: 100, steps: 60, arm: 120 });
    const whole = stepsOf(samples);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }), (cuts) => {
        const { sense, feed } = bench();
        for (let at = 0, i = 0; at < samples.length; i++) {
          const count = cuts[i % cuts.length];
          feed(samples.slice(at, at + 3 * count));
          at += 3 * count;
        }
        return sense.steps() === whole;
      }),
      { numRuns: 20 },
    );
    const turned = samples.map((_, i) => (i % 3 === 0 ? -samples[i + 2] : samples[i - 1]));
    expect(stepsOf(turned)).toBe(whole);
  });

  it("are the same at any sampling rate, and with a clock that drifts by 5 %", () => {
    for (const rate of [20, 26, 50, 52, 100]) {
      const steps = stepsOf(walked({ cadence: 105, steps: 100 }, rate), rate);
      expect([rate, Math.abs(steps - 100) <= 3]).toEqual([rate, true]);
    }
    for (const rate of [23.75, 26.25]) {
      expect(Math.abs(stepsOf(walked({ cadence: 105, steps: 100 }, rate)) - 100)).toBeLessThanOrEqual(3);
    }
    const { sense, feed } = bench(10);
    feed(walked({ cadence: 105, steps: 50 }));
    expect([sense.steps(), sense.doubt()]).toEqual([0, WRONG_RATE]);
  });
});

describe("the cadence", () => {
  it("is steady where the walk is, though a step is six samples and a half", () => {
    const { sense, feed } = bench();
    feed(walked({ cadence: 117, steps: 30, still: 0 }));
    const said = new Set<number>();
    for (let second = 0; second < 30; second++) {
      feed(walked({ cadence: 117, steps: 58.5, still: 0 }).slice(75 * second, 75 * second + 75));
      said.add(sense.cadence());
    }
    expect(Math.max(...said) - Math.min(...said)).toBeLessThanOrEqual(4);
  });

  it("is that of the walk, and 0 when nobody walks", () => {
    for (const [cadence, arm] of [
      [80, 0],
      [112, 0],
      [112, 300],
    ]) {
      const { sense, feed } = bench();
      feed(walked({ cadence, steps: 60, arm, jolt: arm > 0 ? 0 : 200, still: 0 }));
      expect(Math.abs(sense.cadence() - cadence)).toBeLessThanOrEqual(4);
      feed(rested(4));
      expect(sense.cadence()).toBe(0);
    }
  });
});

describe("a minute", () => {
  it("is not sedentary with a few steps or busy arms in it", () => {
    const { minutes, feed } = bench();
    feed(rested(60));
    feed(joined(rested(20), walked({ cadence: 100, steps: 12, still: 0 }), rested(33)));
    feed(rested(60));
    const shaken = rested(60, (i) => [600, noise(i), 800 + (Math.floor(i / 11) % 3 === 0 ? 250 * ((i % 5) - 2) : noise(i))]);
    feed(shaken);
    expect(minutes.map(({ sedentary }) => sedentary)).toEqual([1, 0, 1, 0]);
    expect(minutes[1].met).toBeLessThanOrEqual(15);
    expect(minutes[3].value).toBe(0);
  });

  it("has its steps, its cost and how long somebody has been sitting", () => {
    const { minutes, feed } = bench();
    feed(rested(180));
    feed(walked({ cadence: 103, steps: 206, still: 0 }));
    feed(rested(60));
    expect(minutes.map(({ sedentary }) => sedentary)).toEqual([1, 2, 3, 0, 0, 1]);
    expect(minutes.map(({ met }) => met)[0]).toBe(13);
    const [fourth, fifth] = minutes.slice(3);
    expect(Math.abs(fourth.value + fifth.value - 206)).toBeLessThanOrEqual(3);
    expect(Math.abs(fifth.cadence - 103)).toBeLessThanOrEqual(2);
    expect(Math.abs(fifth.met - 30)).toBeLessThanOrEqual(1);
    expect(fifth.energy).toBe(minuteEnergy(BODY, fifth.met));
    expect(fifth.quality).toBe(95);
    expect(minutes[0].quality).toBeLessThan(95);
  });

  it("counts hands at work as more than rest, and as no step", () => {
    const { minutes, feed } = bench();
    const shaken = (mg: number) => (i: number) => [
      600,
      noise(i),
      800 + (Math.floor(i / 11) % 3 === 0 ? mg * ((i % 5) - 2) : noise(i)),
    ];
    feed(rested(60));
    feed(rested(60, shaken(60)));
    feed(rested(60, shaken(250)));
    const mets = minutes.map(({ met }) => met);
    expect(mets[0]).toBe(13);
    expect(mets[1]).toBeGreaterThan(13);
    expect(mets[2]).toBeGreaterThan(mets[1]);
    expect(mets[2]).toBeLessThanOrEqual(20);
    expect(minutes.map(({ value }) => value)).toEqual([0, 0, 0]);
  });

  it("is unknown when most of it could not be judged", () => {
    const { minutes, feed } = bench();
    feed(rested(20));
    feed(rested(100, () => [600, 0, 800]));
    feed(rested(60));
    expect(minutes.map(({ value, doubt }) => [value, doubt])).toEqual([
      [UNKNOWN, FROZEN],
      [UNKNOWN, FROZEN],
      [0, CLEAR],
    ]);
    const { quality, met, energy, cadence, sedentary } = minutes[0];
    expect([quality, met, energy, cadence, sedentary]).toEqual([0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]);
  });
});

describe("doubt of the accelerometer", () => {
  const faults: readonly (readonly [string, number, (i: number) => readonly number[]])[] = [
    ["a flat line", FROZEN, () => [600, 0, 800]],
    ["values at the end of the range", SATURATED, (i) => [4000, noise(i), 800]],
    ["no gravity", NO_GRAVITY, (i) => [noise(i), noise(i + 1), noise(i + 2)]],
    ["an axis that stands for two", INCONSISTENT, (i) => [900 + noise(i), 900 + noise(i), 300]],
    ["an axis that is missing", INCONSISTENT, (i) => [600 + noise(i), 0, 0]],
  ];
  for (const [name, doubt, each] of faults) {
    it(`is there within ten seconds of ${name}, and gone within four when it heals`, () => {
      const [after, healed] = doubted(each, doubt);
      expect(after).toBeLessThanOrEqual(10);
      expect(after).toBeGreaterThan(2);
      expect(healed).toBeLessThanOrEqual(4);
    });
  }

  it("has no steps and no cadence", () => {
    const { sense, feed } = bench();
    feed(rested(20, (i) => [4000, noise(i), 2000 + 800 * ((i >> 3) & 1)]));
    expect([sense.cadence(), sense.steps()]).toEqual([UNKNOWN, 0]);
  });

  it("is not of somebody who jogs, sits or sleeps", () => {
    const { sense, feed } = bench();
    feed(walked({ cadence: 150, steps: 100, jolt: 900 }));
    expect([sense.doubt(), sense.steps() > 95]).toEqual([CLEAR, true]);
    feed(rested(600));
    expect(sense.doubt()).toBe(CLEAR);
    const wild = new Int32Array(3 * RATE * 120);
    for (const seed of [2, 4]) {
      const runner = bench();
      person({ seed, timeline: [{ atMs: 0, do: "jog" }] }).fill(0, 1e6 / RATE, RATE * 120, wild);
      runner.feed(wild.map((mg) => Math.max(-4000, Math.min(4000, mg))));
      expect([seed, runner.sense.doubt(), runner.sense.steps() > 240]).toEqual([seed, CLEAR, true]);
    }
  });

  it("is STARTING at the start and behind a gap, which ends a walk", () => {
    const { sense, feed } = bench();
    expect(sense.doubt()).toBe(STARTING);
    feed(walked({ cadence: 110, steps: 40, still: 5 }).slice(0, 3 * RATE * 20));
    const steps = sense.steps();
    expect([sense.doubt(), steps > 20]).toEqual([CLEAR, true]);
    sense.restart();
    expect([sense.doubt(), sense.cadence()]).toEqual([STARTING, UNKNOWN]);
    feed(walked({ cadence: 110, steps: 7, still: 0 }));
    expect(sense.steps()).toBe(steps);
    feed(rested(6));
    expect(sense.doubt()).toBe(CLEAR);
  });
});

describe("energy", () => {
  it("is that of the published tables", () => {
    expect([50, 60, 103, 116, 130, 143].map(walkingMet)).toEqual([20, 20, 30, 39, 50, 60]);
    // Mifflin et al. by hand: 600 + 1000 - 375 - 161, and a man of 80 kg, 180 cm and 30 years.
    expect(restingEnergy(BODY)).toBe(1064);
    expect(restingEnergy({ height: 180, mass: 80, age: 30, female: false })).toBe(1780);
    // At rest a day's share; at 3 MET two more for each kilogram and hour.
    expect(minuteEnergy(BODY, 10)).toBe(738);
    expect(minuteEnergy(BODY, 30)).toBe(738 + 2000);
  });
});
