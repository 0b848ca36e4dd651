/** Nanoseconds an operation of a thing and of its baseline, measured in turn, and the ratio of their medians. */
export interface Paired {
  readonly ns: number;
  readonly baselineNs: number;
  readonly ratio: number;
}

const ROUNDS = 15;
const WARM_UP = 5;

/** Runs both in turn, so that a busy moment of the machine hits both alike. `operations` are in one call. */
export function paired(thing: () => void, baseline: () => void, operations: number): Paired {
  const times: [number[], number[]] = [[], []];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [index, run] of [thing, baseline].entries()) {
      const began = performance.now();
      run();
      if (round >= 0) times[index].push(((performance.now() - began) * 1e6) / operations);
    }
  }
  const [ns, baselineNs] = times.map(median);
  return { ns, baselineNs, ratio: ns / baselineNs };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
