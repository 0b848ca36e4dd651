import { describe, expect, it } from "@jest/globals";
import { LONGEST, strides } from "@songbai/sdk/sensing/activity/strides";

/** Steps after swings with these intervals, 5 ms each. */
function stepsAfter(...intervals: readonly number[]): number {
  const walk = strides();
  for (const interval of intervals) walk.swing(interval);
  return walk.steps();
}

function times(count: number, ...intervals: readonly number[]): number[] {
  return Array.from({ length: count }, () => intervals).flat();
}

const START = LONGEST + 1;

describe("strides", () => {
  it("are five alike, and then the steps before count as well", () => {
    expect(stepsAfter(START, ...times(6, 100))).toBe(0);
    expect(stepsAfter(START, ...times(7, 100))).toBe(8);
    // An arm: each swing a stride of two steps, behind the swing that began it.
    expect(stepsAfter(START, ...times(5, 200))).toBe(0);
    expect(stepsAfter(START, ...times(6, 200))).toBe(13);
  });

  it("are none where each differs by more than 30 % from those before", () => {
    expect(stepsAfter(START, ...times(40, 178, 355))).toBe(0);
    expect(stepsAfter(START, ...times(40, 178, 225))).toBeGreaterThan(100);
  });

  it("are forgiven one that is odd, not two", () => {
    expect(stepsAfter(START, ...times(12, 100), 172, ...times(12, 100))).toBe(26);
    const walked = stepsAfter(START, ...times(8, 200));
    expect(stepsAfter(START, ...times(8, 200), ...times(10, 355, 178))).toBe(walked + 2);
  });

  it("are whole where one swing in a walk was not felt", () => {
    expect(stepsAfter(START, ...times(8, 200), 300, ...times(3, 200))).toBe(stepsAfter(START, ...times(8, 200)) + 3 + 6);
    const walk = strides();
    for (const interval of [START, ...times(8, 200), 264]) walk.swing(interval);
    expect(walk.stride()).toBe(188);
    // Before a walk nothing is made up.
    expect(stepsAfter(START, 200, 200, 300, ...times(3, 200))).toBe(0);
  });

  it("count with uneven ones just before them, but not with what a pause or a stop parts from them", () => {
    const even = times(6, 200);
    expect(stepsAfter(START, 200, 300, 200, ...even)).toBe(stepsAfter(START, ...even) + 6);
    expect(stepsAfter(START, 200, 300, 200, START, ...even)).toBe(stepsAfter(START, ...even));
    const walk = strides();
    for (const interval of [START, 200, 300, 200]) walk.swing(interval);
    walk.stop();
    for (const interval of [START, ...even]) walk.swing(interval);
    expect(walk.steps()).toBe(stepsAfter(START, ...even));
    walk.stop();
    for (const interval of [200, 300, 200]) walk.swing(interval);
    walk.stop();
    for (const interval of even) walk.swing(interval);
    expect(walk.steps()).toBe(2 * stepsAfter(START, ...even) - 1);
  });

  it("end with a pause, and three take a walk up again within ten seconds", () => {
    const walk = times(8, 200);
    const walked = stepsAfter(START, ...walk);
    expect(stepsAfter(START, ...walk, START, ...times(3, 200))).toBe(walked);
    expect(stepsAfter(START, ...walk, START, ...times(4, 200))).toBe(walked + 9);
    expect(stepsAfter(START, ...walk, 2000, ...times(4, 200))).toBe(walked);
    expect(stepsAfter(START, ...walk, 2000, ...times(6, 200))).toBe(walked + 13);
  });

  it("begin anew with one that is odd before there is a walk", () => {
    expect(stepsAfter(START, ...times(4, 200), 265, 205, 205)).toBe(0);
    expect(stepsAfter(START, ...times(4, 200), 265, ...times(5, 205))).toBeGreaterThan(0);
  });

  it("have no swing that comes too soon: it is waited for", () => {
    const walk = strides();
    expect([walk.swing(61), walk.swing(62), walk.swing(START)]).toEqual([false, true, true]);
    expect(stepsAfter(START, ...times(20, 61))).toBe(0);
  });

  it("have a length while somebody walks", () => {
    const walk = strides();
    for (const interval of [START, ...times(4, 200)]) walk.swing(interval);
    expect(walk.stride()).toBe(0);
    for (const interval of times(8, 210)) walk.swing(interval);
    expect(walk.stride()).toBeGreaterThanOrEqual(207);
    walk.stop();
    expect(walk.stride()).toBe(0);
    for (const interval of times(3, 200)) walk.swing(interval);
    expect(walk.stride()).toBe(0);
  });
});
