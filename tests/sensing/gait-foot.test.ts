import { describe, expect, it } from "@jest/globals";
import { idiv } from "@songbai/sdk/lang/intrinsics";
import { CLEAR, FROZEN, GAP, INCONSISTENT, NO_GRAVITY, SATURATED, WRONG_RATE } from "@songbai/sdk/sensing/doubt";
import { footSteps } from "@songbai/sdk/sensing/gait/foot";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { walking } from "@songbai/sim/world/gait";
import { against, clocked, FOOT, foot, LASTS, repeated, WALK } from "./gait-bench.ts";

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
      const { steps, feed } = foot(rateHz);
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

  it("stop for accelerations at the end of the range, too", () => {
    const { during, told } = faulty(signal.subarray(0, 6 * 1200).map((value, i) => (i % 6 === 1 ? -16_000 : value)));
    expect(new Set(during.slice(SECONDS_10))).toEqual(new Set([SATURATED]));
    expect(told).toBeLessThanOrEqual(4);
  });

  it("come back to somebody with short steps, too", () => {
    const short = signal.map((value, i) => (i % 6 === 4 ? idiv(value * 35, 100) : value));
    const { feed, steps, sensor } = foot();
    feed(short);
    expect(steps.length).toBe(walker.treads[0].length);
    feed(short.map((value, i) => (i % 6 === 3 ? short[i + 1] : i % 6 === 4 ? short[i - 1] : value)));
    expect(sensor.doubt()).toBe(INCONSISTENT);
    const before = steps.length;
    feed(short);
    expect(sensor.doubt()).toBe(CLEAR);
    expect(steps.length - before).toBeGreaterThan(walker.treads[0].length / 2);
  });

  it("do not mind a sensor upside down, and doubt one that is strapped on the other way round", () => {
    const turner = walking({ ...WALK, turnAtMs: 15_000, turnDegrees: 180 }).motion(0, 100, LASTS);
    const mounted = (signs: readonly number[]) => {
      const one = foot();
      one.feed(turner.map((value, i) => value * signs[i % 6]));
      return one;
    };
    const upright = mounted([1, 1, 1, 1, 1, 1]);
    // About the axis through the ankles.
    const over = mounted([-1, 1, -1, -1, 1, -1]);
    expect(over.steps.map(({ strikeMs }) => strikeMs)).toEqual(upright.steps.map(({ strikeMs }) => strikeMs));
    for (const [i, { turnDeg }] of over.steps.entries())
      expect(Math.abs(turnDeg - upright.steps[i].turnDeg)).toBeLessThanOrEqual(2);
    // About the vertical.
    const round = mounted([-1, -1, 1, -1, -1, 1]);
    expect(round.sensor.doubt()).toBe(INCONSISTENT);
    expect(round.steps.filter(({ strikeMs }) => strikeMs > 12_000)).toEqual([]);
  });

  it("stop within ten seconds of a clock that is off by a twentieth, either way, and come back", () => {
    for (const off of [212, 189]) {
      const run = clocked(signal, 6, (onStep) => footSteps({ rateHz: 100, ...FOOT }, onStep));
      for (const perBatch of [200, 208, 192]) expect(run(perBatch).doubt).toBe(CLEAR);
      expect(run(off).doubt).toBe(WRONG_RATE);
      expect(run(off)).toEqual({ steps: 0, doubt: WRONG_RATE });
      expect(run(200).doubt).toBe(CLEAR);
      expect(run(200).steps).toBeGreaterThan(6);
    }
    const strange = footSteps({ rateHz: 25, ...FOOT }, () => {});
    strange.feed(signal, 100);
    expect(strange.doubt()).toBe(WRONG_RATE);
  });

  type Part = readonly [pitch: number, lasts: number, yaw?: number];
  /** Rates about the ankles and the vertical, deg/s, of parts that last so many samples; still before and behind. */
  function motion(parts: readonly Part[]): Int32Array {
    const still: Part = [0, 100];
    return Int32Array.from(
      [still, ...parts, still].flatMap(([pitch, lasts, yaw = 0]) =>
        Array.from({ length: lasts }, (_, i) => [600, i % 3, 800, 6 * yaw, 10 * pitch + (i % 3), 8 * yaw]).flat(),
      ),
    );
  }
  function moved(parts: readonly Part[]) {
    const { steps, feed } = foot();
    feed(motion(parts), 1);
    return steps;
  }
  const LIFT = [-200, 25] as const;

  it("end where a foot has landed that goes on to roll slowly", () => {
    const [brisk] = moved([LIFT, [200, 40]]);
    const [rolling] = moved([LIFT, [200, 40], [45, 40]]);
    expect([rolling.swingMs, rolling.strikeMs]).toEqual([brisk.swingMs, brisk.strikeMs]);
    // The same, of a foot that only ever moved slowly, is all of one swing.
    expect(moved([LIFT, [60, 40], [45, 40]])[0].swingMs - moved([LIFT, [60, 40]])[0].swingMs).toBe(400);
  });

  it("are none of a foot that is only moved, slowly and without a lift of its heel", () => {
    expect([moved([[60, 40]]), moved([LIFT, [60, 40]]), moved([[130, 40]])].map(({ length }) => length)).toEqual([0, 1, 1]);
  });

  it("are told as soon as the foot lies still, else 0.2 s behind", () => {
    expect(moved([LIFT, [200, 40]])[0].agoMs).toBeLessThanOrEqual(70);
    expect(moved([LIFT, [200, 40], [0, 60, 60]])[0].agoMs).toBeGreaterThanOrEqual(150);
  });

  it("do not have what the foot turned while somebody sat", () => {
    const turned = (restS: number) => moved([[0, 100, 80], [0, 100 * restS], LIFT, [200, 40]])[0].turnDeg;
    expect(Math.abs(turned(1) - 80)).toBeLessThanOrEqual(4);
    expect(Math.abs(turned(3))).toBeLessThanOrEqual(1);
  });

  it("go straight on where samples were lost", () => {
    const parts: readonly Part[] = [LIFT, [200, 40], [-150, 10]];
    const signal = motion(parts);
    const end = 100 + 25 + 40;
    const { steps, feed, lose } = foot();
    feed(signal.subarray(0, 6 * (end - 5)));
    lose(10);
    feed(signal.subarray(6 * (end + 5)));
    expect(Math.abs(steps[0].strikeMs - moved(parts)[0].strikeMs)).toBeLessThanOrEqual(20);
  });

  it("are none of a sole that rocks when it has come down", () => {
    const rocked = (after: number) => moved([LIFT, [200, 40], [-120, after], [90, 14]]).length;
    expect([rocked(10), rocked(20)]).toEqual([1, 1]);
    expect(rocked(30)).toBe(2);
  });
});
