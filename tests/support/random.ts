import { below, type Prng, prng } from "@songbai/sdk/lang/prng";

/** Inputs that look random and are the same in every run. */
export interface RandomSource {
  readonly next: Prng;
  /** 0 .. `bound` - 1. */
  readonly below: (bound: number) => number;
  readonly bytes: (length: number) => Uint8Array;
}

export function randomSource(seed: number): RandomSource {
  const next = prng(seed);
  return {
    next,
    below: (bound) => below(next, bound),
    bytes: (length) => Uint8Array.from({ length }, () => (next() >>> 11) & 255),
  };
}
