/** One tree by the gradients and curvatures of its rows (Chen & Guestrin, "XGBoost", 2016, section 2.2). */
import { below, type Prng } from "@songbai/sdk/lang/prng";
import type { Node } from "./forest.ts";
import type { Binned } from "./rows.ts";

export interface Growth {
  readonly depth: number;
  /** Features tried at each branch, drawn anew. */
  readonly tried: number;
  /** A branch keeps at least so much curvature on either side: for weighted counts, so many rows. */
  readonly least: number;
  /** Draws every leaf towards 0 as if it held so much more curvature. */
  readonly ridge: number;
  /** The best threshold of a feature, or one drawn between its least and greatest value (Geurts, "Extremely randomized trees"). */
  readonly threshold: "best" | "drawn";
  /** What a leaf is multiplied by. */
  readonly rate: number;
}

interface Split {
  readonly feature: number;
  /** Rows in this bin and those before it go left. */
  readonly bin: number;
  readonly threshold: number;
  readonly gain: number;
}

/** Least gain worth a branch. */
const NOTHING = 1e-9;

export function grow(
  table: Binned,
  members: Int32Array,
  gradient: Float64Array,
  curvature: Float64Array,
  growth: Growth,
  random: Prng,
): Node {
  const { bins, tops, bottoms, rows } = table;
  const { length } = rows;
  const order = Int32Array.from({ length: rows.features }, (_, i) => i);
  const g = new Float64Array(256);
  const h = new Float64Array(256);
  const worth = (sum: number, weight: number) => (sum * sum) / (weight + growth.ridge);

  /** The best split of the feature that leaves enough on either side. */
  function splitBy(feature: number, rowsHere: Int32Array, sumG: number, sumH: number): Split | undefined {
    const column = feature * length;
    let lowest = 255;
    let highest = 0;
    for (const row of rowsHere) {
      const bin = bins[column + row];
      if (bin < lowest) lowest = bin;
      if (bin > highest) highest = bin;
    }
    if (lowest === highest) return undefined;
    for (let bin = lowest; bin <= highest; bin++) {
      g[bin] = 0;
      h[bin] = 0;
    }
    for (const row of rowsHere) {
      const bin = bins[column + row];
      g[bin] += gradient[row];
      h[bin] += curvature[row];
    }
    const drawn = growth.threshold === "drawn" ? drawnBin(feature, lowest, highest) : -1;
    const whole = worth(sumG, sumH);
    let best = -1;
    let most = NOTHING;
    let leftG = 0;
    let leftH = 0;
    for (let bin = lowest; bin < highest; bin++) {
      leftG += g[bin];
      leftH += h[bin];
      if (drawn >= 0 && bin !== drawn) continue;
      if (leftH < growth.least || sumH - leftH < growth.least) continue;
      const gain = worth(leftG, leftH) + worth(sumG - leftG, sumH - leftH) - whole;
      if (gain > most) {
        best = bin;
        most = gain;
      }
    }
    if (best < 0) return undefined;
    // Half way to the next value that was seen here.
    let next = best + 1;
    while (next < highest && h[next] === 0) next++;
    return {
      feature,
      bin: best,
      threshold: Math.floor((tops[feature][best] + bottoms[feature][next]) / 2),
      gain: most,
    };
  }

  function drawnBin(feature: number, lowest: number, highest: number): number {
    const from = bottoms[feature][lowest];
    const to = tops[feature][highest];
    const value = from + ((to - from) * below(random, 65536)) / 65536;
    let bin = lowest;
    while (bin < highest - 1 && tops[feature][bin + 1] <= value) bin++;
    return bin;
  }

  function node(rowsHere: Int32Array, depth: number): Node {
    let sumG = 0;
    let sumH = 0;
    for (const row of rowsHere) {
      sumG += gradient[row];
      sumH += curvature[row];
    }
    const split = depth < growth.depth ? bestOf(rowsHere, sumG, sumH) : undefined;
    if (split === undefined) return { value: sumH + growth.ridge > 0 ? (-growth.rate * sumG) / (sumH + growth.ridge) : 0 };
    const column = split.feature * length;
    const left = rowsHere.filter((row) => bins[column + row] <= split.bin);
    const right = rowsHere.filter((row) => bins[column + row] > split.bin);
    return {
      feature: split.feature,
      threshold: split.threshold,
      left: node(left, depth + 1),
      right: node(right, depth + 1),
    };
  }

  function bestOf(rowsHere: Int32Array, sumG: number, sumH: number): Split | undefined {
    let best: Split | undefined;
    let left = growth.tried;
    // Fisher and Yates, as far as it is needed; a feature that is the same all over does not count as tried.
    for (let i = 0; i < order.length && left > 0; i++) {
      const other = i + below(random, order.length - i);
      const feature = order[other];
      order[other] = order[i];
      order[i] = feature;
      const split = splitBy(feature, rowsHere, sumG, sumH);
      if (split === undefined) continue;
      left--;
      if (split.gain > (best?.gain ?? 0)) best = split;
    }
    return best;
  }

  return node(members, 0);
}
