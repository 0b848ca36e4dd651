import { describe, expect, it } from "@jest/globals";
import { type Forest, type Node, packed, sumOf } from "@songbai/tools/learn/trees/forest";
import fc from "fast-check";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";

const FEATURES = 40;
const value = fc.integer({ min: -100, max: 2200 });
const threshold = fc.integer({ min: 0, max: 2047 });

const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "large", maxDepth: 7 },
    fc.record({ value: fc.integer({ min: -65536, max: 65535 }) }),
    fc.record({
      feature: fc.integer({ min: 0, max: FEATURES - 1 }),
      threshold,
      left: tie("tree"),
      right: tie("tree"),
    }),
  ),
}));

const forest: fc.Arbitrary<Forest> = fc.record({
  start: fc.integer({ min: -100000, max: 100000 }),
  trees: fc.array(tree, { maxLength: 20 }),
});

const cases = fc.sample(fc.tuple(forest, fc.array(value, { minLength: FEATURES, maxLength: FEATURES })), {
  seed: 6,
  numRuns: 100,
});

describe("sensing/trees", () => {
  it.each(RUNTIMES)("reaches the leaves that the forest says on %s", async (runtime) => {
    const lines = cases.map(([one, features]) => `${packed(one)} ${features.join(" ")}`);
    const sums = cases.map(([one, features]) => `${sumOf(one, features)}`);
    expect(await answersOn(runtime, "tests/sensing/trees-program.ts", lines)).toEqual(sums);
  });

  it("goes left at the threshold itself, on each of three levels", async () => {
    const level = (feature: number, value: number): Node =>
      feature > 3
        ? { value }
        : { feature, threshold: 7, left: level(feature + 1, value), right: level(feature + 1, value + 2 ** (3 - feature)) };
    const text = packed({ start: 0, trees: [level(1, 0)] });
    const features = [-1, 7, 8].flatMap((one) => [7, 8].flatMap((two) => [7, 8].map((three) => [one, two, three])));
    const sums = features.map((values) => `${values.reduce((sum, value) => 2 * sum + (value > 7 ? 1 : 0), 0)}`);
    const lines = features.map((values) => `${text} 0 ${values.join(" ")}`);
    expect(await answersOn("native", "tests/sensing/trees-program.ts", lines)).toEqual(sums);
  });

  it("does not pack what a word does not hold", () => {
    const leaf = { value: 0 };
    const of = (node: Node) => () => packed({ start: 0, trees: [node] });
    expect(of({ value: 65536 })).toThrow(RangeError);
    expect(of({ value: 0.5 })).toThrow(RangeError);
    expect(of({ feature: 0, threshold: 2048, left: leaf, right: leaf })).toThrow(RangeError);
    expect(of({ feature: 0, threshold: -1, left: leaf, right: leaf })).toThrow(RangeError);
    expect(of({ feature: 64, threshold: 0, left: leaf, right: leaf })).toThrow(RangeError);
  });
});
