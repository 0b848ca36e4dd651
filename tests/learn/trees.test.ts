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

describe("learn/trees/grow: one branch", () => {
  const growth = { depth: 1, tried: 1, least: 1, ridge: 0, threshold: "best", rate: 1 } as const;

  /** Rows of these columns; every row pulls to its gradient with a weight of 1. */
  function branch(
    columns: readonly (readonly number[])[],
    gradient: readonly number[],
    more = {},
    seed = 1,
    members?: number[],
  ) {
    const length = gradient.length;
    const values = Int32Array.from({ length: length * columns.length }, (_, i) => {
      return columns[i % columns.length][Math.floor(i / columns.length)];
    });
    const ones = new Float64Array(length).fill(1);
    const rows = { length, features: columns.length, values, labels: new Uint8Array(length), weights: ones };
    const all = Int32Array.from(members ?? ones.keys());
    return grow(binned(rows), all, Float64Array.from(gradient), ones, { ...growth, ...more }, prng(seed));
  }
  const STEP = [1, 1, 1, -1, -1, -1];

  it("cuts half way between the values that are there", () => {
    expect(branch([[0, 0, 0, 10, 21, 30]], STEP)).toMatchObject({ feature: 0, threshold: 5, left: { value: -1 } });
    // 10 is of other rows: the next value here is 21.
    expect(branch([[0, 0, 0, 10, 21, 30]], STEP, {}, 1, [0, 1, 2, 4, 5])).toMatchObject({ threshold: 10, right: { value: 1 } });
  });

  it("leaves exactly the least weight on either side, and no less", () => {
    const column = [[1, 2, 3, 4, 5, 6]];
    expect(branch(column, STEP, { least: 3 })).toMatchObject({ threshold: 3 });
    expect(branch(column, STEP, { least: 3.1 })).toEqual({ value: -0 });
    expect(branch(column, [1, -1, -1, -1, -1, -1], { least: 2 })).toMatchObject({ threshold: 2 });
    expect(branch(column, [-1, -1, -1, -1, -1, 1], { least: 2 })).toMatchObject({ threshold: 4 });
  });

  it("makes a leaf where no cut is worth it, at the rate and the ridge", () => {
    expect(branch([[1, 2, 3, 4, 5, 6]], [2, 2, 2, 2, 2, 2], { rate: 0.5, ridge: 2 })).toEqual({ value: -0.75 });
    expect(branch([[1, 2, 3, 4, 5, 6]], STEP, { depth: 0 })).toEqual({ value: -0 });
    expect(branch([[1]], [0], {}, 1, [])).toEqual({ value: 0 });
  });

  it("does not count a feature that is the same all over as tried", () => {
    const same = [7, 7, 7, 7, 7, 7];
    for (let seed = 1; seed <= 10; seed++) {
      expect(branch([same, same, [1, 2, 3, 4, 5, 6], same], STEP, {}, seed)).toMatchObject({ feature: 2, threshold: 3 });
    }
  });

  it("tries as many features as it may, and takes the best", () => {
    const poor = [1, 2, 2, 1, 2, 2];
    const good = [1, 2, 3, 4, 5, 6];
    const features = (tried: number) =>
      new Set(
        Array.from(
          { length: 20 },
          (_, i) => (branch([poor, good], [3, 1, 1, -1, -1, -1], { tried }, i + 1) as { feature: number }).feature,
        ),
      );
    expect(features(1)).toEqual(new Set([0, 1]));
    expect(features(2)).toEqual(new Set([1]));
  });

  it("draws a threshold evenly between the least and the greatest value, wherever the rows are", () => {
    const few = [...Array.from({ length: 20 }, (_, i) => i), 100, 200];
    const gradient = few.map((value) => (value < 10 ? 1 : -1));
    const thresholds = Array.from({ length: 200 }, (_, i) => {
      return (branch([few], gradient, { threshold: "drawn" }, i + 1) as { threshold: number }).threshold;
    });
    const share = (from: number, to: number) => thresholds.filter((one) => one >= from && one < to).length / 200;
    // Below 20, from 20 to 100, from 100 to 200: a tenth, two fifths, a half.
    expect(share(0, 19)).toBeGreaterThan(0.04);
    expect(share(0, 19)).toBeLessThan(0.17);
    expect(share(19, 100)).toBeGreaterThan(0.3);
    expect(share(19, 100)).toBeLessThan(0.5);
    expect(share(100, 200)).toBeGreaterThan(0.4);
    expect(share(100, 200)).toBeLessThan(0.6);
    expect(new Set(thresholds).size).toBeGreaterThan(8);
    // The lowest cut is drawn, too.
    expect([0, 1].map((value) => branch([[value, 1 - value]], [1, -1], { threshold: "drawn" }))).toMatchObject([
      { threshold: 0, left: { value: -1 } },
      { threshold: 0, left: { value: 1 } },
    ]);
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
