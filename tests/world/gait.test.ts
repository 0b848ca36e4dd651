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

  it("feels its feet push off and land as recorded ones do, and turns them as much", () => {
    const motion = walker.motion(0, 100, 60_000);
    const middle = (those: readonly number[]) => [...those].sort((a, b) => a - b)[those.length >> 1];
    const [, ...treads] = walker.treads[0];
    /** Of all strides, so long behind a moment of each: magnitude in mg, and pitch in deg/s. */
    const felt = (of: (tread: (typeof treads)[number]) => number, afterMs: number) => {
      const at = treads.map((tread) => 6 * Math.round((of(tread) + afterMs) / 10));
      return [
        middle(at.map((i) => Math.hypot(motion[i], motion[i + 1], motion[i + 2]))),
        middle(at.map((i) => motion[i + 4] / 10)),
      ];
    };
    const toeOff = ({ toeOffMs }: (typeof treads)[number]) => toeOffMs;
    const strike = ({ strikeMs }: (typeof treads)[number]) => strikeMs;
    // Beside the ranges the middle of the thirteen people of gait-foot.
    expect(felt(toeOff, 0)[0]).toBeGreaterThan(2000); // 2650
    expect(felt(toeOff, 100)[0]).toBeLessThan(1400); // 1100
    expect(felt(strike, -20)[0]).toBeGreaterThan(2000); // 2600
    expect(felt(strike, 200)[0]).toBeLessThan(1050); // 1050
    expect(felt(toeOff, -45)[1]).toBeLessThan(-350); // -430
    expect(felt(toeOff, 190)[1]).toBeGreaterThan(280); // 330
    expect(felt(strike, 45)[1]).toBeLessThan(-180); // -245
  });

  it("is the same again for the same seed, and another for another", () => {
    const of = (seed: number) => walking({ seed, untilMs: 8000 }).motion(0, 100, 10_000);
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });
});
