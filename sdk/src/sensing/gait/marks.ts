import { idiv } from "../../lang/intrinsics.ts";

/** So many samples in ms, rounded down: longer than an int32 of µs would bear. */
export function msOf(samples: number, rateHz: number): number {
  return idiv(samples, rateHz) * 1000 + idiv((samples % rateHz) * 1000, rateHz);
}

/** So many ms in samples, to the nearest. */
export function samplesOf(ms: number, rateHz: number): number {
  return idiv(ms * rateHz + 500, 1000);
}

/** How many of the lowest eight bits are set: votes of the last eight. */
export function bitsOf(votes: number): number {
  let left = votes;
  let count = 0;
  for (let i = 0; i < 8; i++) {
    count += left & 1;
    left >>= 1;
  }
  return count;
}
