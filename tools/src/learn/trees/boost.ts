/** Gradient boosting of the logistic loss (Friedman, "Stochastic gradient boosting", 2002), with Newton's step in the leaves. */
import { below, prng } from "@songbai/sdk/lang/prng";
import { type Forest, leafOf, type Node } from "./forest.ts";
import { type Growth, grow } from "./grow.ts";
import { binned, type Rows } from "./rows.ts";

export interface Boosting extends Omit<Growth, "threshold"> {
  readonly trees: number;
  /** Percent of the rows that each tree sees, drawn without putting back. */
  readonly rowsPercent: number;
}

/** The log odds of label 1. */
export function boost(rows: Rows, options: Boosting, seed: number): Forest {
  const table = binned(rows);
  const random = prng(seed);
  const { length, features, values, labels, weights } = rows;
  let ones = 0;
  let all = 0;
  for (let row = 0; row < length; row++) {
    ones += labels[row] * weights[row];
    all += weights[row];
  }
  const share = (ones + 0.5) / (all + 1);
  const start = Math.log(share / (1 - share));
  const logit = new Float64Array(length).fill(start);
  const gradient = new Float64Array(length);
  const curvature = new Float64Array(length);
  const deck = Int32Array.from({ length }, (_, row) => row);
  const count = Math.max(1, Math.round((length * options.rowsPercent) / 100));
  const trees: Node[] = [];
  for (let tree = 0; tree < options.trees; tree++) {
    for (let row = 0; row < length; row++) {
      const p = 1 / (1 + Math.exp(-logit[row]));
      gradient[row] = weights[row] * (p - labels[row]);
      curvature[row] = weights[row] * Math.max(p * (1 - p), 1e-6);
    }
    shuffleFirst(deck, count, (bound) => below(random, bound));
    // In the order of the table: a sum of floats is the same however the deck lay.
    const members = deck.slice(0, count).sort();
    const grown = grow(table, members, gradient, curvature, { ...options, threshold: "best" }, random);
    trees.push(grown);
    for (let row = 0; row < length; row++) {
      logit[row] += leafOf(grown, values.subarray(row * features, (row + 1) * features));
    }
  }
  return { start, trees };
}

function shuffleFirst(deck: Int32Array, count: number, draw: (bound: number) => number): void {
  for (let i = 0; i < count && i < deck.length - 1; i++) {
    const other = i + draw(deck.length - i);
    const card = deck[other];
    deck[other] = deck[i];
    deck[i] = card;
  }
}
