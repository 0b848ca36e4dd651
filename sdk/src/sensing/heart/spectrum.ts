/**
 * The spectra of two series of 64 samples by one transform: the first as its real, the second as its imaginary part. Radix 4, decimated
 * in frequency (Gentleman & Sande 1966), 32-bit integers, window of Hann.
 */
import { allocInts, type Ints, imul } from "../../lang/intrinsics.ts";

export const LENGTH = 64;

export interface Spectrum {
  /** Sample `i`, each within 13 bits. */
  readonly set: (i: number, first: number, second: number) => void;
  /** Turns the samples into their spectra. */
  readonly transform: () => void;
  /** Power of the first, and of the second, at bin 1..31; within 22 bits. */
  readonly first: (bin: number) => number;
  readonly second: (bin: number) => number;
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
        real[a + quarter] = (imul(xr, c1) + imul(xi, s1)) >> 12;
        imaginary[a + quarter] = (imul(xi, c1) - imul(xr, s1)) >> 12;
        const yr = evenR - sumR;
        const yi = evenI - sumI;
        real[a + q2] = (imul(yr, c2) + imul(yi, s2)) >> 12;
        imaginary[a + q2] = (imul(yi, c2) - imul(yr, s2)) >> 12;
        const zr = oddR - outR;
        const zi = oddI - outI;
        real[a + q3] = (imul(zr, c3) + imul(zi, s3)) >> 12;
        imaginary[a + q3] = (imul(zi, c3) - imul(zr, s3)) >> 12;
      }
    }
  }

  return {
    set: (i, first, second) => {
      // Hann's window, of the turn that the twiddles have: it is 0 at the first sample.
      const window = 4096 - cosines[i];
      real[i] = imul(first, window) >> 13;
      imaginary[i] = imul(second, window) >> 13;
    },
    transform: () => {
      stage(16, 1);
      stage(4, 4);
      stage(1, 16);
    },
    first: (bin) => {
      const at = placeOf(bin);
      const mirror = placeOf(LENGTH - bin);
      return squares((real[at] + real[mirror]) >> 5, (imaginary[at] - imaginary[mirror]) >> 5);
    },
    second: (bin) => {
      const at = placeOf(bin);
      const mirror = placeOf(LENGTH - bin);
      return squares((imaginary[at] + imaginary[mirror]) >> 5, (real[mirror] - real[at]) >> 5);
    },
  };
}

function squares(a: number, b: number): number {
  return (imul(a, a) + imul(b, b)) >> 7;
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
