/**
 * The spectra of two series of 64 samples by one transform: the first as its real, the second as its imaginary part. Radix 4, decimated
 * in frequency (Gentleman & Sande 1966), 32-bit integers, window of Hann.
 */
import { allocInts, type Ints } from "../../lang/intrinsics.ts";

export const LENGTH = 64;

export interface Spectrum {
  /** The spectra of two rings of 64 samples, each within 13 bits, the oldest at `head`. */
  readonly transform: (first: Ints, second: Ints, head: number) => void;
  /** Power of the first, and of the second, at bins `from..to` of 1..31, into places of the same numbers; within 22 bits. */
  readonly powers: (from: number, to: number, first: Ints, second: Ints) => void;
}

/** Allocates only here. Twiddles have 12 bits of fraction. */
export function spectrum(): Spectrum {
  const real = allocInts(LENGTH);
  const imaginary = allocInts(LENGTH);
  const cosines = turn();

  /** Where bin `k` comes to stand: its three digits to the base of 4, turned round. */
  const placeOf = (k: number): number => ((k & 3) << 4) | (k & 12) | (k >> 4);

  function stage(quarter: number, stride: number): void {
    const q2 = 2 * quarter;
    const q3 = 3 * quarter;
    for (let j = 0; j < quarter; j++) {
      const angle = j * stride;
      const c1 = cosines[angle];
      const s1 = cosines[(angle + 48) & 63];
      const c2 = cosines[2 * angle];
      const s2 = cosines[(2 * angle + 48) & 63];
      const c3 = cosines[3 * angle];
      const s3 = cosines[(3 * angle + 48) & 63];
      for (let a = j; a < LENGTH; a += 4 * quarter) {
        let product = 0;
        const ar = real[a];
        const ai = imaginary[a];
        const br = real[a + quarter];
        const bi = imaginary[a + quarter];
        const cr = real[a + q2];
        const ci = imaginary[a + q2];
        const dr = real[a + q3];
        const di = imaginary[a + q3];
        const evenR = ar + cr;
        const evenI = ai + ci;
        const oddR = ar - cr;
        const oddI = ai - ci;
        const sumR = br + dr;
        const sumI = bi + di;
        const outR = bi - di;
        const outI = dr - br;
        real[a] = evenR + sumR;
        imaginary[a] = evenI + sumI;
        const xr = oddR + outR;
        const xi = oddI + outI;
        product = xr * c1 + xi * s1;
        real[a + quarter] = product >> 12;
        product = xi * c1 - xr * s1;
        imaginary[a + quarter] = product >> 12;
        const yr = evenR - sumR;
        const yi = evenI - sumI;
        product = yr * c2 + yi * s2;
        real[a + q2] = product >> 12;
        product = yi * c2 - yr * s2;
        imaginary[a + q2] = product >> 12;
        const zr = oddR - outR;
        const zi = oddI - outI;
        product = zr * c3 + zi * s3;
        real[a + q3] = product >> 12;
        product = zi * c3 - zr * s3;
        imaginary[a + q3] = product >> 12;
      }
    }
  }

  return {
    transform: (first, second, head) => {
      for (let i = 0; i < LENGTH; i++) {
        const from = (head + i) & 63;
        // Hann's window, of the turn that the twiddles have: it is 0 at the first sample.
        const window = 4096 - cosines[i];
        const one = first[from] * window;
        const two = second[from] * window;
        real[i] = one >> 13;
        imaginary[i] = two >> 13;
      }
      stage(16, 1);
      stage(4, 4);
      stage(1, 16);
    },
    powers: (from, to, first, second) => {
      for (let bin = from; bin <= to; bin++) {
        const at = placeOf(bin);
        const mirror = placeOf(LENGTH - bin);
        const ar = real[at];
        const ai = imaginary[at];
        const br = real[mirror];
        const bi = imaginary[mirror];
        let u = ar + br;
        let v = ai - bi;
        u = u >> 5;
        v = v >> 5;
        const one = u * u + v * v;
        first[bin] = one >> 7;
        u = ai + bi;
        v = br - ar;
        u = u >> 5;
        v = v >> 5;
        const two = u * u + v * v;
        second[bin] = two >> 7;
      }
    },
  };
}

/** The cosine of each 64th of a turn, from those of the first quarter. */
function turn(): Ints {
  const quarter = [4096, 4076, 4017, 3920, 3784, 3612, 3406, 3166, 2896, 2598, 2276, 1931, 1567, 1189, 799, 401];
  const cosines = allocInts(LENGTH);
  for (let i = 0; i < 16; i++) {
    cosines[i] = quarter[i];
    cosines[32 - i] = -quarter[i];
    cosines[32 + i] = -quarter[i];
    cosines[(64 - i) & 63] = quarter[i];
  }
  return cosines;
}
