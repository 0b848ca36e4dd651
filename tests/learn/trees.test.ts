import { describe, expect, it } from "@jest/globals";
import { below, prng } from "@songbai/sdk/lang/prng";
import { boost } from "@songbai/tools/learn/trees/boost";
import { extraTrees } from "@songbai/tools/learn/trees/extra";
import { type Forest, isLeaf, type Node, quantised, sumOf } from "@songbai/tools/learn/trees/forest";
import { grow } from "@songbai/tools/learn/trees/grow";
import { binned, type Rows } from "@songbai/tools/learn/trees/rows";

const FEATURES = 6;

/** Label 1 where two features are on different sides, which neither tells alone; the others are noise. */
function table(count: number, seed: number, most = 2000): Rows {
  const random = prng(seed);
  const values = Int32Array.from({ length: count * FEATURES }, () => below(random, most) - most / 2);
  const labels = Uint8Array.from({ length: count }, (_, row) =>
    values[row * FEATURES] > 100 !== values[row * FEATURES + 3] > -300 ? 1 : 0,
  );
  const weights = Float64Array.from({ length: count }, () => 1 + below(random, 3));
  return { length: count, features: FEATURES, values, labels, weights };
}

const featuresOf = (rows: Rows, row: number) => rows.values.subarray(row * FEATURES, (row + 1) * FEATURES);

function wrongPercent(forest: Forest, rows: Rows): number {
  let wrong = 0;
  for (let row = 0; row < rows.length; row++) {
    if (sumOf(forest, featuresOf(rows, row)) > 0 !== (rows.labels[row] === 1)) wrong++;
  }
  return (100 * wrong) / rows.length;
}

const BOOSTING = { trees: 60, depth: 3, tried: 3, least: 1, ridge: 1, rate: 0.2, rowsPercent: 70 };
const EXTRA = { trees: 60, depth: 7, tried: 4, least: 2 };

describe("learn/trees/grow", () => {
  const growth = { depth: 1, tried: FEATURES, least: 5, ridge: 1, threshold: "best", rate: 1 } as const;

  /** Every cut between two values of every feature. */
  function bestGain(rows: Rows, gradient: Float64Array, curvature: Float64Array): number {
    const gain = (wanted: (row: number) => boolean) => {
      let [sum, weight] = [0, 0];
      for (let row = 0; row < rows.length; row++) {
        if (!wanted(row)) continue;
        sum += gradient[row];
        weight += curvature[row];
      }
      return { weight, worth: sum ** 2 / (weight + growth.ridge) };
    };
    const whole = gain(() => true).worth;
    let best = 0;
    for (let feature = 0; feature < FEATURES; feature++) {
      for (let row = 0; row < rows.length; row++) {
        const cut = featuresOf(rows, row)[feature];
        const left = gain((one) => featuresOf(rows, one)[feature] <= cut);
        const right = gain((one) => featuresOf(rows, one)[feature] > cut);
        if (left.weight >= growth.least && right.weight >= growth.least)
          best = Math.max(best, left.worth + right.worth - whole);
      }
    }
    return best;
  }

  it.each([3, 40, 2000])("finds the split that no other beats, of %i values a feature", (most) => {
    for (let seed = 1; seed <= 5; seed++) {
      const rows = table(120, seed, most);
      const random = prng(seed);
      const gradient = Float64Array.from({ length: rows.length }, () => below(random, 1000) / 500 - 1);
      const tree = grow(binned(rows), Int32Array.from(rows.labels.keys()), gradient, rows.weights, growth, random);
      if (isLeaf(tree)) throw new Error("nothing was split");
      const sums = [0, 0, 0, 0];
      for (let row = 0; row < rows.length; row++) {
        const side = featuresOf(rows, row)[tree.feature] <= tree.threshold ? 0 : 2;
        sums[side] += gradient[row];
        sums[side + 1] += rows.weights[row];
      }
      const worth = (sum: number, weight: number) => sum ** 2 / (weight + growth.ridge);
      const [g, h, g2, h2] = sums;
      const gain = worth(g, h) + worth(g2, h2) - worth(g + g2, h + h2);
      expect(gain).toBeCloseTo(bestGain(rows, gradient, rows.weights), 6);
      expect((tree.left as { value: number }).value).toBeCloseTo(-g / (h + 1), 9);
      expect((tree.right as { value: number }).value).toBeCloseTo(-g2 / (h2 + 1), 9);
    }
  });

  it("keeps to the depth and to the least weight of a leaf", () => {
    const rows = table(400, 7);
    const gradient = Float64Array.from(rows.labels, (label) => 1 - 2 * label);
    const members = Int32Array.from(rows.labels.keys());
    const tree = grow(binned(rows), members, gradient, rows.weights, { ...growth, depth: 4, least: 40 }, prng(1));
    const check = (node: Node, depth: number, inside: number[]): void => {
      expect(depth).toBeLessThanOrEqual(4);
      expect(inside.reduce((sum, row) => sum + rows.weights[row], 0)).toBeGreaterThanOrEqual(40);
      if (isLeaf(node)) return;
      const goesLeft = (row: number) => featuresOf(rows, row)[node.feature] <= node.threshold;
      check(node.left, depth + 1, inside.filter(goesLeft));
      check(
        node.right,
        depth + 1,
        inside.filter((row) => !goesLeft(row)),
      );
    };
    check(tree, 0, [...members]);
  });
});

describe("learn/trees", () => {
  const train = table(800, 1);
  const test = table(800, 2);

  it.each([
    ["boosting", (seed: number) => boost(train, BOOSTING, seed), 4],
    ["extra trees", (seed: number) => extraTrees(train, EXTRA, seed), 12],
  ] as const)("%s learns what no feature tells alone, the same by the same seed", (_, trained, most) => {
    const forest = trained(1);
    expect(wrongPercent(forest, test)).toBeLessThan(most);
    expect(trained(1)).toEqual(forest);
    expect(trained(2)).not.toEqual(forest);
  });

  it("boosting starts from the share of the labels and ends near their odds", () => {
    const labels = Uint8Array.from({ length: 400 }, (_, row) => (row % 4 === 0 ? 1 : 0));
    const rows: Rows = { ...table(400, 3), labels, weights: new Float64Array(400).fill(1) };
    expect(boost(rows, { ...BOOSTING, trees: 0 }, 1).start).toBeCloseTo(Math.log(1 / 3), 2);
  });

  it("a row of weight 0 teaches nothing", () => {
    const half = Float64Array.from(train.weights, (weight, row) => (row % 2 === 0 ? weight : 0));
    const labels = train.labels.map((label, row) => (row % 2 === 0 ? label : 1 - label));
    expect(wrongPercent(boost({ ...train, labels, weights: half }, BOOSTING, 1), test)).toBeLessThan(8);
  });

  it("integer leaves sum to nearly the same", () => {
    const forest = boost(train, BOOSTING, 1);
    const whole = quantised(forest, 1024, 500);
    for (let row = 0; row < test.length; row++) {
      const difference = sumOf(whole, featuresOf(test, row)) - 500 - 1024 * sumOf(forest, featuresOf(test, row));
      expect(Math.abs(difference)).toBeLessThan((BOOSTING.trees + 1) / 2);
    }
  });
});
