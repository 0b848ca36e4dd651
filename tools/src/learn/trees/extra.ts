/** Extra trees: every tree sees all rows and tries thresholds drawn at random; the forest is their mean (Geurts et al., 2006). */
import { prng } from "@songbai/sdk/lang/prng";
import type { Forest } from "./forest.ts";
import { type Growth, grow } from "./grow.ts";
import { binned, type Rows } from "./rows.ts";

export interface ExtraTrees extends Pick<Growth, "depth" | "tried" | "least"> {
  readonly trees: number;
}

/** From -1, surely label 0, to 1. */
export function extraTrees(rows: Rows, options: ExtraTrees, seed: number): Forest {
  const table = binned(rows);
  const random = prng(seed);
  // A leaf is the weighted mean of its labels, taken as -1 and 1.
  const gradient = Float64Array.from(rows.weights, (weight, row) => weight * (1 - 2 * rows.labels[row]));
  const members = Int32Array.from({ length: rows.length }, (_, row) => row);
  const growth: Growth = { ...options, ridge: 0, threshold: "drawn", rate: 1 / options.trees };
  return {
    start: 0,
    trees: Array.from({ length: options.trees }, () => grow(table, members, gradient, rows.weights, growth, random)),
  };
}
