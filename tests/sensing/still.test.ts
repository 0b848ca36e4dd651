import { describe, expect, it } from "@jest/globals";
import { stillness } from "@songbai/sdk/sensing/still";

const RATE = 25;

function moves(samples: readonly (readonly number[])[], batch = 1): number[] {
  const at: number[] = [];
  let i = 0;
  const sense = stillness(RATE, () => at.push(i));
  for (; i < samples.length; i += batch) sense.feed(Int32Array.from(samples.slice(i, i + batch).flat()), batch);
  return at;
}

const rest = Array.from({ length: 4 * RATE }, () => [0, 600, 800]);
const pushed = (axis: number, mg: number, from: number) =>
  rest.map((sample, i) => sample.map((value, k) => (k === axis && i === from ? value + mg : value)));

describe("sensing/still", () => {
  it("tells movement of any axis above 40 mg within a second, either way, at once and once a second", () => {
    for (const axis of [0, 1, 2]) {
      for (const sign of [1, -1]) {
        expect(moves(pushed(axis, sign * 41, 30))).toEqual([30]);
        expect(moves(pushed(axis, sign * 40, 30))).toEqual([]);
      }
    }
    expect(moves(rest.map(([x, y, z], i) => [x + 50 * (i & 1), y, z]))).toEqual([1, 26, 51, 76]);
  });

  it("does not take slow turning for movement, and begins anew behind a gap", () => {
    expect(moves(rest.map(([x, y, z], i) => [x + i, y, z]))).toEqual([]);
    let told = 0;
    const sense = stillness(RATE, () => told++);
    sense.feed(Int32Array.of(0, 0, 1000), 1);
    sense.restart();
    sense.feed(Int32Array.of(0, 1000, 0), 1);
    expect(told).toBe(0);
    sense.feed(Int32Array.of(0, 0, 1000), 1);
    expect(told).toBe(1);
  });

  it("is the same however the samples are cut", () => {
    expect(moves(pushed(2, 100, 52), 4)).toEqual([52]);
  });
});
