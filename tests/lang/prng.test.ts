import { describe, expect, it } from "@jest/globals";
import { below, prng } from "@songbai/sdk/lang/prng";

describe("lang/prng", () => {
  it("gives the values of Marsaglia's xorshift32 (13, 17, 5)", () => {
    const next = prng(2463534242 | 0);
    // The first value of the paper's example, seed 2463534242 ("Xorshift RNGs", section 3): 723471715.
    expect(next()).toBe(723471715);
  });

  it("never gets stuck at zero", () => {
    const next = prng(0);
    for (let i = 0; i < 1000; i++) expect(next()).not.toBe(0);
  });

  it("stays below its bound", () => {
    const next = prng(7);
    const seen = new Set<number>();
    for (let i = 0; i < 1000; i++) seen.add(below(next, 10));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
