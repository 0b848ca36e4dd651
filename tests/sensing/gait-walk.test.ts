import { describe, expect, it } from "@jest/globals";
import { footSteps } from "@songbai/sdk/sensing/gait/foot";
import { insoleSteps } from "@songbai/sdk/sensing/gait/insole";
import type { OnStep, Step } from "@songbai/sdk/sensing/gait/step";
import { fallRisk } from "@songbai/sdk/sensing/gait/trend";
import { type Gait, gait, LEFT, RIGHT, type Turn, type Walk } from "@songbai/sdk/sensing/gait/walk";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { type GaitOptions, walking } from "@songbai/sim/world/gait";
import { EIGHT, FOOT } from "./gait-bench.ts";

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
        const sensor = footSteps({ rateHz: 100, ...FOOT }, told);
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

describe("a turn", () => {
  /** Steps of a foot whose heel came down at a ms, having turned so far; with the ticks of a device between. */
  function turned(steps: readonly (readonly [number, number, number])[]): Turn[] {
    const turns: Turn[] = [];
    const both = gait(
      () => {},
      (turn) => turns.push({ ...turn }),
    );
    let ms = 0;
    for (const [foot, strikeMs, turnDeg] of steps) {
      // A step is told 0.4 s behind its heel strike.
      for (; ms < strikeMs + 400; ms += 200) both.tick(ms);
      const step: Step = {
        agoMs: 400,
        swingMs: 400,
        strideMs: UNKNOWN,
        stanceMs: UNKNOWN,
        turnDeg,
        loadDn: UNKNOWN,
        forwardMm: UNKNOWN,
        sideMm: UNKNOWN,
        travelMm: UNKNOWN,
      };
      both.step(foot, step, strikeMs);
    }
    for (const end = ms + 10_000; ms < end; ms += 200) both.tick(ms);
    return turns;
  }

  it("is one though its steps come slowly", () => {
    expect(
      turned([
        [LEFT, 2000, -65],
        [RIGHT, 5200, -174],
        [LEFT, 6000, -119],
      ]),
    ).toEqual([{ fromMs: 1600, untilMs: 5600, degrees: -184 }]);
  });

  it("is another behind three seconds without, or the other way round", () => {
    expect(
      turned([
        [LEFT, 2000, 100],
        [LEFT, 5600, 100],
        [RIGHT, 6400, -95],
      ]).map(({ fromMs, degrees }) => [fromMs, degrees]),
    ).toEqual([
      [1600, 100],
      [5200, 100],
      [6000, -95],
    ]);
  });

  it("is none below 90 degrees of a foot", () => {
    expect(
      turned([
        [LEFT, 2000, 45],
        [RIGHT, 2600, 80],
        [LEFT, 3200, 44],
      ]),
    ).toEqual([]);
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
