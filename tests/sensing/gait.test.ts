import { describe, expect, it } from "@jest/globals";
import { CLEAR, FROZEN, GAP, INCONSISTENT, NO_GRAVITY, NOT_WORN, SATURATED, WRONG_RATE } from "@songbai/sdk/sensing/doubt";
import { footSteps } from "@songbai/sdk/sensing/gait/foot";
import { insoleSteps } from "@songbai/sdk/sensing/gait/insole";
import type { OnStep, Step } from "@songbai/sdk/sensing/gait/step";
import { fallRisk } from "@songbai/sdk/sensing/gait/trend";
import { type Gait, gait, type Turn, type Walk } from "@songbai/sdk/sensing/gait/walk";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { type GaitOptions, type Walking, walking } from "@songbai/sim/world/gait";

const EIGHT = { sideMm: [-50, -70, -30, -70, -30, -70, -30, -50], forwardMm: [-80, -40, -40, 0, 0, 40, 40, 80] };
const FOUR = { sideMm: [-50, -70, -30, -50], forwardMm: [-80, 40, 40, 80] };
const PERIOD_MS = 10;

interface Told extends Step {
  readonly strikeMs: number;
}

interface Sensor {
  readonly feed: (samples: Int32Array, count: number) => void;
  readonly missed: (count: number) => void;
  readonly doubt: () => number;
}

/** A sensor fed batch by batch, with what it told and when it doubted. */
function bench(width: number, make: (onStep: OnStep) => Sensor) {
  const steps: Told[] = [];
  let fed = 0;
  const sensor = make((step) => steps.push({ ...step, strikeMs: (fed - 1) * PERIOD_MS - step.agoMs }));
  return {
    steps,
    sensor,
    /** The doubt behind each batch. */
    feed(samples: Int32Array, batch = 20): number[] {
      const doubts: number[] = [];
      for (let at = 0; at < samples.length; at += batch * width) {
        const part = samples.subarray(at, at + batch * width);
        fed += part.length / width;
        sensor.feed(part, part.length / width);
        doubts.push(sensor.doubt());
      }
      return doubts;
    },
    lose(count: number) {
      fed += count;
      sensor.missed(count);
    },
  };
}

const foot = (pitchAxis = 1, pitchSign = 1, rateHz = 100) =>
  bench(6, (onStep) => footSteps({ rateHz, pitchAxis, pitchSign, rangeG: 16, rangeDps: 2000 }, onStep));
const sole = (plan = EIGHT) =>
  bench(plan.sideMm.length, (onStep) => insoleSteps({ rateHz: 100, ...plan, rangeN: 1000 }, onStep));

const WALK: GaitOptions = { seed: 1, untilMs: 30_000 };
const LASTS = 32_000;

/** Strikes of the first foot that were told, and how far they are off, ms. */
function against({ treads }: Walking, steps: readonly Told[]): { found: number; wrong: number; errors: number[] } {
  const errors = treads[0].flatMap(({ strikeMs }) => {
    const near = steps.map((step) => step.strikeMs - strikeMs).sort((a, b) => Math.abs(a) - Math.abs(b))[0];
    return near !== undefined && Math.abs(near) < 100 ? [near] : [];
  });
  return { found: errors.length / treads[0].length, wrong: steps.length - errors.length, errors };
}

function repeated(values: readonly number[], count: number): Int32Array {
  return Int32Array.from({ length: values.length * count }, (_, i) => values[i % values.length]);
}

describe("steps of a foot", () => {
  const walker = walking(WALK);
  const signal = walker.motion(0, 100, LASTS);

  it("are all of them, with times within 40 ms", () => {
    const { steps, feed } = foot();
    feed(signal);
    const { found, wrong, errors } = against(walker, steps);
    expect({ found, wrong }).toEqual({ found: 1, wrong: 0 });
    expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(40);
    for (const [i, { toeOffMs, strikeMs }] of walker.treads[0].entries()) {
      expect(Math.abs(steps[i].swingMs - (strikeMs - toeOffMs))).toBeLessThanOrEqual(50);
      if (i > 0) expect(Math.abs(steps[i].strideMs - (strikeMs - walker.treads[0][i - 1].strikeMs))).toBeLessThanOrEqual(30);
      expect(steps[i].strideMs === UNKNOWN || steps[i].strideMs - steps[i].swingMs === steps[i].stanceMs).toBe(true);
      expect(Math.abs(steps[i].turnDeg)).toBeLessThanOrEqual(6);
      expect(steps[i].loadDn).toBe(UNKNOWN);
    }
    expect(steps[0].strideMs).toBe(UNKNOWN);
  });

  it("come out the same however the batches are cut", () => {
    const once = foot();
    const often = foot();
    once.feed(signal, 50);
    often.feed(signal, 1);
    expect(often.steps.map(({ strikeMs, swingMs }) => [strikeMs, swingMs])).toEqual(
      once.steps.map(({ strikeMs, swingMs }) => [strikeMs, swingMs]),
    );
  });

  it("keep their times at 50 and 200 samples a second", () => {
    for (const rateHz of [50, 200]) {
      const { steps, feed } = foot(1, 1, rateHz);
      feed(walker.motion(0, rateHz, LASTS));
      expect(steps.length).toBe(walker.treads[0].length);
      const [, ...strides] = steps.map(({ strideMs }) => strideMs);
      const true_ = walker.treads[0].slice(1).map(({ strikeMs }, i) => strikeMs - walker.treads[0][i].strikeMs);
      for (const [i, stride] of strides.entries()) expect(Math.abs(stride - true_[i])).toBeLessThanOrEqual(45);
    }
  });

  it("say how far the foot turned", () => {
    const turner = walking({ ...WALK, turnAtMs: 15_000, turnDegrees: 180 });
    const { steps, feed } = foot();
    feed(turner.motion(0, 100, LASTS));
    const turned = steps.reduce((sum, { turnDeg }) => sum + turnDeg, 0);
    expect(Math.abs(turned - 180)).toBeLessThanOrEqual(25);
    const turning = steps.filter(({ turnDeg }) => turnDeg > 40);
    expect(turning.length).toBe(3);
  });

  it("bear the loss of up to 120 ms, and begin anew behind a longer one", () => {
    const { steps, feed, lose } = foot();
    for (let at = 0; at < signal.length; at += 6 * 100) {
      feed(signal.subarray(at, at + 6 * 92));
      lose(8);
    }
    const { found, wrong } = against(walker, steps);
    expect(found).toBeGreaterThan(0.95);
    expect(wrong).toBe(0);

    const gap = foot();
    gap.feed(signal.subarray(0, 6 * 1000));
    gap.lose(300);
    expect(gap.sensor.doubt()).toBe(GAP);
    const before = gap.steps.length;
    const doubts = gap.feed(signal.subarray(6 * 1300));
    expect(doubts[0]).toBe(GAP);
    expect(doubts.at(-1)).toBe(CLEAR);
    expect(gap.steps[before].strideMs).toBe(UNKNOWN);
    expect(gap.steps.length - before).toBeGreaterThan(10);
  });

  it("are none of a sensor that lies, is carried or shaken lightly", () => {
    const { steps, feed } = foot();
    feed(walking({ seed: 2, untilMs: 0 }).motion(0, 100, 20_000));
    expect(steps).toEqual([]);
  });

  /** The signal, then 12 s of something wrong, then the signal again. */
  function faulty(bad: Int32Array): { during: number[]; told: number; after: number; doubt: number } {
    const { steps, feed, sensor } = foot();
    feed(signal);
    const before = steps.length;
    const during = feed(bad);
    const told = steps.length - before;
    feed(signal);
    return { during, told, after: steps.length - before - told, doubt: sensor.doubt() };
  }
  const SECONDS_10 = 50;

  it("stop within ten seconds of a flat line, and come back", () => {
    const { during, after, doubt } = faulty(repeated([...signal.subarray(6 * 700, 6 * 701)], 1200));
    expect(during.slice(SECONDS_10)).toEqual(during.slice(SECONDS_10).map(() => FROZEN));
    expect(after).toBe(walker.treads[0].length);
    expect(doubt).toBe(CLEAR);
  });

  it("stop within ten seconds of a saturated sensor, and come back", () => {
    const full = signal.subarray(0, 6 * 1200).map((value, i) => (i % 6 === 4 ? (value > 0 ? 20_000 : -20_000) : value * 3));
    const { during, after, doubt } = faulty(full);
    expect(new Set(during.slice(SECONDS_10))).toEqual(new Set([SATURATED]));
    expect(after).toBeGreaterThanOrEqual(walker.treads[0].length - 8);
    expect(doubt).toBe(CLEAR);
  });

  it("stop where gravity is missing, and come back", () => {
    const { during, after } = faulty(signal.subarray(0, 6 * 1200).map((value, i) => (i % 6 < 3 ? value >> 3 : value)));
    expect(during.slice(SECONDS_10)).toEqual(during.slice(SECONDS_10).map(() => NO_GRAVITY));
    expect(after).toBeGreaterThanOrEqual(walker.treads[0].length - 1);
  });

  it("stop within ten seconds of walking on a sensor whose axes are others, or turned round, and come back", () => {
    const walked = signal.subarray(6 * 300, 6 * 1500);
    const swapped = walked.map((value, i) => (i % 6 === 3 ? walked[i + 1] : i % 6 === 4 ? walked[i - 1] : value));
    const turned = walked.map((value, i) => (i % 6 === 4 ? -value : value));
    for (const wrong of [swapped, turned]) {
      const { during, after, doubt } = faulty(wrong);
      expect(new Set(during.slice(SECONDS_10))).toEqual(new Set([INCONSISTENT]));
      expect(after).toBeGreaterThanOrEqual(walker.treads[0].length - 9);
      expect(doubt).toBe(CLEAR);
    }
  });

  it("stop while the device's clock says that the rate is another, and come back", () => {
    const steps: Step[] = [];
    const drifted = footSteps({ rateHz: 100, pitchAxis: 1, pitchSign: 1, rangeG: 16, rangeDps: 2000 }, (step) =>
      steps.push({ ...step }),
    );
    let ms = 0;
    const run = (perBatch: number) => {
      for (let at = 0; at < 6 * 2000; at += 120) {
        drifted.feed(signal.subarray(at, at + 120), 20);
        ms += perBatch;
        drifted.clock(ms);
      }
    };
    run(200);
    expect(drifted.doubt()).toBe(CLEAR);
    run(217);
    expect(drifted.doubt()).toBe(WRONG_RATE);
    const before = steps.length;
    run(217);
    expect(steps.length).toBe(before);
    run(203);
    expect(drifted.doubt()).toBe(CLEAR);
    const strange = footSteps({ rateHz: 25, pitchAxis: 1, pitchSign: 1, rangeG: 16, rangeDps: 2000 }, () => {});
    strange.feed(signal, 100);
    expect(strange.doubt()).toBe(WRONG_RATE);
  });
});

describe("steps of an insole", () => {
  const walker = walking(WALK);
  const signal = walker.cells(0, EIGHT, 100, LASTS);

  for (const [name, plan] of [
    ["eight", EIGHT],
    ["four", FOUR],
  ] as const) {
    it(`are all of them with ${name} cells, heel strikes within 20 ms`, () => {
      const { steps, feed } = sole(plan);
      feed(walker.cells(0, plan, 100, LASTS));
      const { found, wrong, errors } = against(walker, steps);
      expect({ found, wrong }).toEqual({ found: 1, wrong: 0 });
      expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(30);
    });
  }

  it("have the load that stood on them, from heel to toe", () => {
    const { steps, feed } = sole();
    feed(signal);
    for (const { loadDn, forwardMm, sideMm, travelMm, turnDeg } of steps.slice(2)) {
      expect(loadDn).toBeGreaterThan(5000);
      expect(loadDn).toBeLessThan(9000);
      expect(Math.abs(forwardMm)).toBeLessThan(30);
      expect(sideMm).toBeLessThan(-40);
      expect(sideMm).toBeGreaterThan(-60);
      expect(travelMm).toBeGreaterThan(50);
      expect(turnDeg).toBe(UNKNOWN);
    }
  });

  it("bear cells that drift by 40 N within half a minute, up or down", () => {
    for (const up of [1, -1]) {
      const { steps, feed } = sole();
      feed(signal.map((value, i) => value + Math.round((up * 50 * i) / signal.length)));
      const { found, wrong, errors } = against(walker, steps);
      expect({ found, wrong }).toEqual({ found: 1, wrong: 0 });
      expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(30);
    }
  });

  it("bear a level in the air that rises by 60 N, once it has been learnt", () => {
    const { steps, feed } = sole();
    const risen = signal.map((value) => value + 75);
    feed(signal);
    const before = steps.length;
    feed(risen.subarray(8 * 200));
    expect(steps.length - before).toBeGreaterThanOrEqual(walker.treads[0].length - 4);
  });

  function faulty(bad: Int32Array) {
    const { steps, feed, sensor } = sole();
    feed(signal);
    const before = steps.length;
    const during = feed(bad).slice(50);
    const told = steps.length;
    feed(signal);
    return { during: new Set(during), told: told - before, after: steps.length - told, doubt: sensor.doubt() };
  }
  const walked = signal.subarray(8 * 300, 8 * 1600);

  it.each([
    ["a flat line under load", repeated([...signal.subarray(0, 8)], 1300), FROZEN],
    ["an empty shoe", new Int32Array(8 * 1300), NOT_WORN],
    ["cells at the end of their range", walked.map(() => 10_000), SATURATED],
    ["a dead cell", walked.map((value, i) => (i % 8 === 6 ? 0 : value)), INCONSISTENT],
    ["cells in the wrong order", walked.map((_, i) => walked[i - (i % 8) + 7 - (i % 8)]), INCONSISTENT],
  ])("stop within ten seconds of %s, and come back", (_, bad, doubt) => {
    const { during, after, doubt: last } = faulty(bad);
    if (doubt !== SATURATED) expect(during).toEqual(new Set([doubt]));
    else expect([...during].every((said) => said === SATURATED || said === FROZEN)).toBe(true);
    expect(after).toBeGreaterThanOrEqual(walker.treads[0].length - 9);
    expect(last).toBe(CLEAR);
  });

  it("begin anew behind lost samples", () => {
    const { steps, feed, lose, sensor } = sole();
    feed(signal.subarray(0, 8 * 1000));
    lose(40);
    expect(sensor.doubt()).toBe(GAP);
    const before = steps.length;
    feed(signal.subarray(8 * 1040));
    // No stride spans the gap.
    expect(steps[before].strikeMs - steps[before].strideMs).toBeGreaterThan(10_400);
    expect(sensor.doubt()).toBe(CLEAR);
  });
});

describe("a walk", () => {
  /** Both feet's sensors into a gait, batch by batch. */
  function walk(options: GaitOptions, soles = false) {
    const walker = walking(options);
    const walks: Walk[] = [];
    const turns: Turn[] = [];
    const both: Gait = gait(
      (one) => walks.push({ ...one }),
      (turn) => turns.push({ ...turn }),
    );
    let now = 0;
    const feet = ([0, 1] as const).map((side) => {
      const told: OnStep = (step) => both.step(side, step, now - step.agoMs);
      if (!soles) {
        const sensor = footSteps({ rateHz: 100, pitchAxis: 1, pitchSign: 1, rangeG: 16, rangeDps: 2000 }, told);
        return { sensor, width: 6, signal: walker.motion(side, 100, options.untilMs + 5000) };
      }
      const sensor = insoleSteps({ rateHz: 100, ...EIGHT, rangeN: 1000 }, told);
      return { sensor, width: 8, signal: walker.cells(side, EIGHT, 100, options.untilMs + 5000) };
    });
    for (let at = 0; at < (options.untilMs + 5000) / 10; at += 20) {
      now = (at + 19) * 10;
      for (const { sensor, signal, width } of feet) sensor.feed(signal.subarray(at * width, (at + 20) * width), 20);
      both.tick(now);
    }
    return { walks, turns };
  }

  it("has cadence, stride, stance, symmetry and variability of who walked", () => {
    for (const soles of [false, true]) {
      const { walks } = walk(
        { seed: 3, untilMs: 60_000, strideMs: 1150, variation: 0.04, asymmetry: 0.1, stance: 0.62 },
        soles,
      );
      expect(walks.length).toBe(1);
      const [{ strides, cadence, strideMs, variation, stance, asymmetry, quality, deviationMs }] = walks;
      expect(strides).toBeGreaterThan(80);
      expect(Math.abs(strideMs - 1150)).toBeLessThan(20);
      expect(Math.abs(cadence - 1043)).toBeLessThan(20);
      expect(Math.abs(variation - 40)).toBeLessThan(14);
      expect(Math.abs(deviationMs * 1000 - variation * strideMs)).toBeLessThan(2 * strideMs);
      expect(Math.abs(stance - 620)).toBeLessThan(30);
      expect(Math.abs(asymmetry - 100)).toBeLessThan(30);
      expect(quality).toBe(100);
    }
  });

  it("is steadier the less the strides vary", () => {
    const of = (variation: number) => walk({ seed: 4, untilMs: 60_000, variation }, true).walks[0].variation;
    expect(of(0.01)).toBeLessThan(of(0.03));
    expect(of(0.03)).toBeLessThan(of(0.07));
  });

  it("says nothing of variability from a few strides, and nothing at all of three", () => {
    const [few] = walk({ seed: 5, untilMs: 10_000 }).walks;
    expect(few.variation).toBe(UNKNOWN);
    expect(few.deviationMs).toBe(UNKNOWN);
    expect(few.quality).toBeLessThan(50);
    expect(walk({ seed: 5, untilMs: 5000 }).walks).toEqual([]);
  });

  it("tells a turn with its direction, and leaves its strides out", () => {
    const { walks, turns } = walk({ seed: 6, untilMs: 40_000, turnAtMs: 20_000, turnDegrees: -180 });
    expect(turns.length).toBe(1);
    expect(Math.abs(turns[0].degrees + 180)).toBeLessThan(30);
    expect(Math.abs(turns[0].fromMs - 20_300)).toBeLessThan(800);
    expect(turns[0].untilMs - turns[0].fromMs).toBeGreaterThan(1000);
    expect(turns[0].untilMs - turns[0].fromMs).toBeLessThan(4000);
    const straight = walk({ seed: 6, untilMs: 40_000 });
    expect(straight.turns).toEqual([]);
    expect(walks[0].strides).toBeLessThan(straight.walks[0].strides);
  });
});

describe("the trend of fall risk", () => {
  const day = (deviationMs: number, strides = 100): Walk => ({
    strides,
    cadence: 1000,
    strideMs: 1200,
    deviationMs,
    variation: 30,
    stance: 640,
    asymmetry: 0,
    leftLoad: 500,
    quality: 100,
  });

  it("is the last week against the three before", () => {
    const risk = fallRisk();
    for (let i = 0; i < 21; i++) risk.walk(day(40), 100 + i);
    expect(risk.trend().value).toBe(0);
    for (let i = 21; i < 28; i++) risk.walk(day(55), 100 + i);
    const { value, weekMs, rising, quality } = risk.trend();
    expect({ value, weekMs, rising, quality }).toEqual({ value: 15, weekMs: 55, rising: true, quality: 100 });
  });

  it("is unknown before there are days enough on both sides, and of days with hardly a step", () => {
    const risk = fallRisk();
    for (let i = 0; i < 7; i++) risk.walk(day(40), i);
    expect(risk.trend().value).toBe(UNKNOWN);
    for (let i = 7; i < 14; i++) risk.walk(day(60, 20), i);
    expect(risk.trend()).toMatchObject({ value: UNKNOWN, weekMs: UNKNOWN, quality: 0, rising: false });
    for (let i = 14; i < 18; i++) risk.walk(day(45), i);
    expect(risk.trend()).toMatchObject({ value: 5, rising: false });
  });

  it("forgets what is older than four weeks, and takes no day that went back", () => {
    const risk = fallRisk();
    for (let i = 0; i < 21; i++) risk.walk(day(90), i);
    for (let i = 60; i < 88; i++) risk.walk(day(i < 81 ? 40 : 44), i);
    risk.walk(day(900), 70);
    expect(risk.trend().value).toBe(4);
  });
});
