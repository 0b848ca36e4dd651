/** Rows of integer features with a label, ordered once so that trees grow fast. */

export interface Rows {
  readonly length: number;
  readonly features: number;
  /** Row by row. */
  readonly values: Int32Array;
  /** 1 or 0 */
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
}

/** Each feature's distinct values become bins, at most 256: where there are more, as many rows in each as can be. */
export interface Binned {
  readonly rows: Rows;
  /** Feature by feature: bin of each row. */
  readonly bins: Uint8Array;
  /** Of each feature: the highest value in each bin. */
  readonly tops: readonly Int32Array[];
  /** Of each feature: the lowest value in each bin. */
  readonly bottoms: readonly Int32Array[];
}

const MOST_BINS = 256;

export function binned(rows: Rows): Binned {
  const bins = new Uint8Array(rows.length * rows.features);
  const tops: Int32Array[] = [];
  const bottoms: Int32Array[] = [];
  const column = new Int32Array(rows.length);
  for (let feature = 0; feature < rows.features; feature++) {
    for (let row = 0; row < rows.length; row++) column[row] = rows.values[row * rows.features + feature];
    const sorted = column.slice().sort();
    const top = topsOf(sorted);
    const bottom = new Int32Array(top.length);
    let from = 0;
    top.forEach((value, bin) => {
      bottom[bin] = sorted[from];
      while (from < sorted.length && sorted[from] <= value) from++;
    });
    for (let row = 0; row < rows.length; row++) bins[feature * rows.length + row] = binOf(top, column[row]);
    tops.push(top);
    bottoms.push(bottom);
  }
  return { rows, bins, tops, bottoms };
}

function topsOf(sorted: Int32Array): Int32Array {
  const distinct = sorted.filter((value, i) => i + 1 === sorted.length || value !== sorted[i + 1]);
  if (distinct.length <= MOST_BINS) return distinct;
  const quantiles = Array.from({ length: MOST_BINS }, (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / MOST_BINS) - 1]);
  return Int32Array.from(new Set(quantiles));
}

/** The first bin whose top is not below the value. */
function binOf(tops: Int32Array, value: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
