import { describe, expect, it } from "@jest/globals";
import { loadAt, walking } from "@songbai/sim/world/gait";

const PLAN = { sideMm: [-50, -70, -30, -70, -30, -70, -30, -50], forwardMm: [-80, -40, -40, 0, 0, 40, 40, 80] };
const SIXTEEN = {
  sideMm: Array.from({ length: 16 }, (_, i) => -30 - 40 * (i % 2)),
  forwardMm: Array.from({ length: 16 }, (_, i) => -84 + 24 * Math.floor(i / 2)),
};

/** Sum of the cells of each sample, N. */
function totals(signal: Int32Array, cells: number): number[] {
  return Array.from({ length: signal.length / cells }, (_, i) =>
    signal.subarray(i * cells, (i + 1) * cells).reduce((sum, force) => sum + force / 10, 0),
  );
}

describe("the world's gait", () => {
  const walker = walking({ seed: 1, untilMs: 60_000, strideMs: 1100, variation: 0.03, stance: 0.64 });

  it("has the strides that were asked for, as a truth", () => {
    const [left, right] = walker.treads;
    const strides = left.slice(1).map(({ strikeMs }, i) => strikeMs - left[i].strikeMs);
    const mean = strides.reduce((sum, stride) => sum + stride, 0) / strides.length;
    const deviation = Math.sqrt(strides.reduce((sum, stride) => sum + (stride - mean) ** 2, 0) / strides.length);
    expect(Math.abs(mean - 1100)).toBeLessThan(25);
    expect(Math.abs(deviation / mean - 0.03)).toBeLessThan(0.012);
    expect(right.length).toBe(left.length);
    for (const [i, { strikeMs }] of right.entries()) {
      const after = (strikeMs - left[i].strikeMs) / strides[Math.min(i, strides.length - 1)];
      expect(after).toBeGreaterThan(0.35);
      expect(after).toBeLessThan(0.65);
    }
  });

  it("bears weight in the stance and none in the swing, on 4 to 16 cells alike", () => {
    for (const [plan, cells] of [
      [PLAN, 8],
      [SIXTEEN, 16],
    ] as const) {
      const total = totals(walker.cells(0, plan, 100, 60_000), cells);
      const [, ...treads] = walker.treads[0];
      for (const [i, { toeOffMs, strikeMs }] of treads.entries()) {
        for (let ms = Math.ceil(toeOffMs / 10) * 10; ms < strikeMs; ms += 10) expect(total[ms / 10]).toBe(0);
        const next = treads[i + 1]?.toeOffMs;
        if (next !== undefined) expect(total[Math.round((strikeMs + next) / 20)]).toBeGreaterThan(600);
      }
    }
  });

  it("goes from heel to toe, and is loaded by the heel's hump and the push-off's", () => {
    const signal = walker.cells(1, PLAN, 100, 60_000);
    const { strikeMs } = walker.treads[1][5];
    const at = (ms: number) => signal.subarray(8 * Math.round(ms / 10), 8 * Math.round(ms / 10) + 8);
    const stance = walker.treads[1][6].toeOffMs - strikeMs;
    const early = at(strikeMs + 0.1 * stance);
    const late = at(strikeMs + 0.92 * stance);
    expect(early[0]).toBeGreaterThan(4 * early[7]);
    expect(late[7]).toBeGreaterThan(4 * late[0]);
    expect(loadAt(0.22)).toBeGreaterThan(loadAt(0.45));
    expect(loadAt(0.7)).toBeGreaterThan(loadAt(0.45));
    expect(loadAt(0)).toBe(0);
    expect(loadAt(1)).toBe(0);
  });

  it("is the same again for the same seed, and another for another", () => {
    const of = (seed: number) => walking({ seed, untilMs: 8000 }).motion(0, 100, 10_000);
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });
});
