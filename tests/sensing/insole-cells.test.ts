import { describe, expect, it } from "@jest/globals";
import { CLEAR, INCONSISTENT } from "@songbai/sdk/sensing/doubt";
import { insoleSteps } from "@songbai/sdk/sensing/gait/insole";
import { walking } from "@songbai/sim/world/gait";

/** Eight rows of two, from heel to toe. */
const SIXTEEN = {
  sideMm: Array.from({ length: 16 }, (_, i) => -30 - 40 * (i % 2)),
  forwardMm: Array.from({ length: 16 }, (_, i) => -84 + 24 * Math.floor(i / 2)),
};
const LASTS = 30_000;
const walker = walking({ seed: 2, untilMs: LASTS - 1000 });

function hear(signal: Int32Array) {
  const steps: { readonly strikeMs: number; readonly travelMm: number; readonly sideMm: number }[] = [];
  let now = 0;
  const sole = insoleSteps({ rateHz: 100, ...SIXTEEN, rangeN: 1000 }, ({ agoMs, travelMm, sideMm }) => {
    steps.push({ strikeMs: now - agoMs, travelMm, sideMm });
  });
  for (let at = 0; at < signal.length; at += 16) {
    sole.feed(signal.subarray(at, at + 16), 1);
    now += 10;
  }
  return { steps, doubt: sole.doubt() };
}

describe("an insole of sixteen cells", () => {
  const signal = walker.cells(0, SIXTEEN, 100, LASTS);

  it("tells every step, its heel strike within 30 ms, and the way of the load", () => {
    const { steps, doubt } = hear(signal);
    expect(doubt).toBe(CLEAR);
    const strikes = walker.treads[0].map(({ strikeMs }) => strikeMs);
    expect(Math.abs(steps.length - strikes.length)).toBeLessThanOrEqual(1);
    for (const { strikeMs, travelMm, sideMm } of steps.slice(1)) {
      expect(Math.min(...strikes.map((truth) => Math.abs(truth - strikeMs)))).toBeLessThanOrEqual(30);
      expect(travelMm).toBeGreaterThan(40);
      expect(sideMm).toBeLessThan(-30);
      expect(sideMm).toBeGreaterThan(-70);
    }
  });

  it("doubts the cells when one of them is dead", () => {
    for (const dead of [1, 6, 15]) {
      expect([dead, hear(signal.map((value, i) => (i % 16 === dead ? 0 : value))).doubt]).toEqual([dead, INCONSISTENT]);
    }
  });
});
