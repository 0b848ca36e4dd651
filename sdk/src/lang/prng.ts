/** Uniform pseudo-random int32 values. Not for keys. */
export type Prng = () => number;

/**
 * Marsaglia's xorshift32 ("Xorshift RNGs", Journal of Statistical Software 8(14), 2003; shifts 13, 17, 5).
 * Period 2^32 - 1, state never 0. The same seed gives the same values on every runtime.
 */
export function prng(seed: number): Prng {
  let state = seed === 0 ? 0x6d2b79f5 : seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}

/** A value from 0 to `bound` - 1; `bound` at most 65536, so that the bias stays under 2^-15. */
export function below(random: Prng, bound: number): number {
  return (random() & 0x7fffffff) % bound;
}
