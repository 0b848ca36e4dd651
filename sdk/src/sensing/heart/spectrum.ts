/**
 * What the light has at each frequency, less where movement has as much: the spectra of two series of 64 samples by one transform, the
 * first as its real, the second as its imaginary part. Eight times eight, decimated in frequency (Gentleman & Sande 1966), 32-bit
 * integers, window of Hann.
 */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";

export const LENGTH = 64;
/** A mask that changes no natural number, and tells the compiler that it is one: then `idiv` needs no call. */
export const NATURAL = 0x7fffffff;
const HALF = 0x3fffffff;

export interface Spectrum {
  /** 64 integers that are anybody's between `powers` and `transform`. */
  readonly scratch: Ints;
  /** The spectra of two rings of 64 samples, each within 13 bits, the oldest at `head`; `still`: all of the second are 0. */
  readonly transform: (light: Ints, moved: Ints, head: number, still: boolean) => void;
  /**
   * The power of the light at bins `from..to` of 1..31, within 19 bits, into places of the same numbers: where movement has power, too,
   * less by the square of Wiener's weight. Returns the sum before it was less.
   */
  readonly powers: (from: number, to: number, into: Ints) => number;
}

/** The cosines of 64ths of a turn, the first quarter. They are the window, too, which is why a fraction of 7 bits is all there is room for. */
const ONE = 128;
/** 2^8 / sqrt(2). */
const DIAGONAL = 181;
/** Allocates only here. */
export function spectrum(): Spectrum {
  const real = allocInts(LENGTH);
  const imaginary = allocInts(LENGTH);
  const cosines = turn();
  let alone = false;

  return {
    scratch: real,
    /** All in one loop, in local variables: tables are what costs on a small VM. */
    transform: (light, moved, head, still) => {
      alone = still;
      // Of real samples, bins above half are those below: three of the second eight are not looked at.
      const turns = still ? 13 : 16;
      const re = real;
      const im = imaginary;
      const turned = cosines;
      for (let i = 0; i < turns; i++) {
        // Eight times what lies eight apart, of the samples; then again, of what became of them.
        const first = i < 8;
        let p0 = i & 7;
        let p1 = p0 + 8;
        let p2 = p0 + 16;
        let p3 = p0 + 24;
        let p4 = p0 + 32;
        let p5 = p0 + 40;
        let p6 = p0 + 48;
        let p7 = p0 + 56;
        let r0: number;
        let r1: number;
        let r2: number;
        let r3: number;
        let r4: number;
        let r5: number;
        let r6: number;
        let r7: number;
        let i0: number;
        let i1: number;
        let i2: number;
        let i3: number;
        let i4: number;
        let i5: number;
        let i6: number;
        let i7: number;
        if (first) {
          // Where the ring begins does not matter to a power: only the window knows it.
          let window = ONE - turned[(p0 - head) & 63];
          r0 = light[p0] * window;
          i0 = moved[p0] * window;
          window = ONE - turned[(p1 - head) & 63];
          r1 = light[p1] * window;
          i1 = moved[p1] * window;
          window = ONE - turned[(p2 - head) & 63];
          r2 = light[p2] * window;
          i2 = moved[p2] * window;
          window = ONE - turned[(p3 - head) & 63];
          r3 = light[p3] * window;
          i3 = moved[p3] * window;
          window = ONE - turned[(p4 - head) & 63];
          r4 = light[p4] * window;
          i4 = moved[p4] * window;
          window = ONE - turned[(p5 - head) & 63];
          r5 = light[p5] * window;
          i5 = moved[p5] * window;
          window = ONE - turned[(p6 - head) & 63];
          r6 = light[p6] * window;
          i6 = moved[p6] * window;
          window = ONE - turned[(p7 - head) & 63];
          r7 = light[p7] * window;
          i7 = moved[p7] * window;
        } else {
          r0 = re[p0];
          i0 = im[p0];
          r1 = re[p1];
          i1 = im[p1];
          r2 = re[p2];
          i2 = im[p2];
          r3 = re[p3];
          i3 = im[p3];
          r4 = re[p4];
          i4 = im[p4];
          r5 = re[p5];
          i5 = im[p5];
          r6 = re[p6];
          i6 = im[p6];
          r7 = re[p7];
          i7 = im[p7];
        }
        // Differences of what lies four apart, and sums, and of the sums the same again.
        const fr = r0 - r4;
        const fi = i0 - i4;
        const gr = r2 - r6;
        const gi = i2 - i6;
        let xr = r1 - r5;
        let xi = i1 - i5;
        let yr = r3 - r7;
        let yi = i3 - i7;
        r0 += r4;
        i0 += i4;
        r1 += r5;
        i1 += i5;
        r2 += r6;
        i2 += i6;
        r3 += r7;
        i3 += i7;
        const er = r0 - r2;
        const ei = i0 - i2;
        const or = r1 - r3;
        const oi = i1 - i3;
        r0 += r2;
        i0 += i2;
        r1 += r3;
        i1 += i3;
        r4 = r0 - r1;
        i4 = i0 - i1;
        r0 += r1;
        i0 += i1;
        r2 = er + oi;
        i2 = ei - or;
        r6 = er - oi;
        i6 = ei + or;
        const dr = xr - yr;
        const di = xi - yi;
        xr += yr;
        xi += yi;
        yr = (dr + xi) * DIAGONAL;
        yr = yr >> 8;
        yi = (di - xr) * DIAGONAL;
        yi = yi >> 8;
        r1 = fr + gi + yr;
        i1 = fi - gr + yi;
        r5 = fr + gi - yr;
        i5 = fi - gr - yi;
        yr = (xi - dr) * DIAGONAL;
        yr = yr >> 8;
        yi = (di + xr) * DIAGONAL;
        yi = yi >> 8;
        r3 = fr - gi + yr;
        i3 = fi + gr - yi;
        r7 = fr - gi - yr;
        i7 = fi + gr + yi;
        if (first) {
          // Turned by as much as these samples are late, with fewer bits, and put where the other turn looks for them.
          r0 = r0 >> 11;
          i0 = i0 >> 11;
          let angle = i;
          let c = turned[angle];
          let s = turned[(16 - angle) & 63];
          let product = r1 * c + i1 * s;
          i1 = i1 * c - r1 * s;
          r1 = product >> 18;
          i1 = i1 >> 18;
          angle += i;
          c = turned[angle];
          s = turned[(16 - angle) & 63];
          product = r2 * c + i2 * s;
          i2 = i2 * c - r2 * s;
          r2 = product >> 18;
          i2 = i2 >> 18;
          angle += i;
          c = turned[angle];
          s = turned[(16 - angle) & 63];
          product = r3 * c + i3 * s;
          i3 = i3 * c - r3 * s;
          r3 = product >> 18;
          i3 = i3 >> 18;
          angle += i;
          c = turned[angle];
          s = turned[(16 - angle) & 63];
          product = r4 * c + i4 * s;
          i4 = i4 * c - r4 * s;
          r4 = product >> 18;
          i4 = i4 >> 18;
          if (!still) {
            angle += i;
            c = turned[angle];
            s = turned[(16 - angle) & 63];
            product = r5 * c + i5 * s;
            i5 = i5 * c - r5 * s;
            r5 = product >> 18;
            i5 = i5 >> 18;
            angle += i;
            c = turned[angle];
            s = turned[(16 - angle) & 63];
            product = r6 * c + i6 * s;
            i6 = i6 * c - r6 * s;
            r6 = product >> 18;
            i6 = i6 >> 18;
            angle += i;
            c = turned[angle];
            s = turned[(16 - angle) & 63];
            product = r7 * c + i7 * s;
            i7 = i7 * c - r7 * s;
            r7 = product >> 18;
            i7 = i7 >> 18;
          }
          p0 = 8 * i;
          p1 = p0 + 1;
          p2 = p0 + 2;
          p3 = p0 + 3;
          p4 = p0 + 4;
          p5 = p0 + 5;
          p6 = p0 + 6;
          p7 = p0 + 7;
        }
        re[p0] = r0;
        im[p0] = i0;
        re[p1] = r1;
        im[p1] = i1;
        re[p2] = r2;
        im[p2] = i2;
        re[p3] = r3;
        im[p3] = i3;
        re[p4] = r4;
        im[p4] = i4;
        re[p5] = r5;
        im[p5] = i5;
        re[p6] = r6;
        im[p6] = i6;
        re[p7] = r7;
        im[p7] = i7;
      }
    },
    powers: (from, to, into) => {
      let total = 0;
      if (alone) {
        // Twice as large, as the sums of both halves below are.
        for (let bin = from; bin <= to; bin++) {
          const at = (bin & 7) > 4 ? LENGTH - bin : bin;
          const u = real[at];
          const v = imaginary[at];
          const square = u * u + v * v;
          into[bin] = square >> 9;
          total += square >> 9;
        }
        return total;
      }
      for (let bin = from; bin <= to; bin++) {
        const mirror = LENGTH - bin;
        const ar = real[bin];
        const ai = imaginary[bin];
        const br = real[mirror];
        const bi = imaginary[mirror];
        let u = ar + br;
        let v = ai - bi;
        u = u * u + v * v;
        let light = u >> 11;
        total += light;
        u = ai + bi;
        v = br - ar;
        u = u * u + v * v;
        const both = light + (u >> 11);
        if (both > light) {
          const weight = idiv((light * 256) & NATURAL, (both & HALF) + 1);
          u = light * weight;
          v = (u >> 8) * weight;
          light = v >> 8;
        }
        into[bin] = light;
      }
      return total;
    },
  };
}

/** The cosine of each 64th of a turn, from those of the first quarter. */
function turn(): Ints {
  const quarter = [ONE, 127, 126, 122, 118, 113, 106, 99, 91, 81, 71, 60, 49, 37, 25, 13];
  const cosines = allocInts(LENGTH);
  for (let i = 0; i < 16; i++) {
    cosines[i] = quarter[i];
    cosines[32 - i] = -quarter[i];
    cosines[32 + i] = -quarter[i];
    cosines[(64 - i) & 63] = quarter[i];
  }
  return cosines;
}
