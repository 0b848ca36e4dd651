/**
 * The field of integers modulo p = 2^255 - 19 (RFC 7748 section 4.1), under X25519 and Ed25519.
 *
 * An element is 20 limbs of 13 bits, the lowest first, of which the last has 8: sum of limb[i]·2^(13·i). Limbs are signed, and a
 * *carried* element has limbs of -4099..4098 (the last -128..127), so that a product of two is 20 terms of 2^24, far inside int32.
 * What is left of int32 lets sums go on without carrying: `add` and `subtract` of m and n times carried elements give one of m + n
 * times, and factors of m and n times may be multiplied as long as m·n is at most 6 (the sum of 20 products and the folding is
 * then below 2^31). The callers count, and say so where it is not plain.
 *
 * Every function takes the same steps whatever the values: no branch and no index depends on them. What remains is the target's
 * arithmetic: a product takes one cycle on Cortex-M3 and later, a quotient by 2^13 (Lua's `//`) up to 12 by its size there, and
 * JavaScript engines may choose other code for small numbers.
 */
import { allocBytes, allocInts, type Bytes, charCode, type Ints } from "../lang/intrinsics.ts";

export const ELEMENT_BYTES = 32;
/** Of an element in a text. */
export const ELEMENT_CHARS = 43;
export const LIMBS = 20;
/** Of an element that `pack` has stored: limb 2·i and 8192 times limb 2·i + 1. Its limbs are of 0..8191, twice a carried one. */
export const PACKED_INTS = 10;

const MASK = 8191;
const HALF = 4096;
/** 2^260 modulo p: what a carry out of 20 whole limbs weighs. */
const FOLD = 608;

/** A new element: 0. */
export function newElement(): Ints {
  return allocInts(LIMBS);
}

export function setElement(out: Ints, value: Ints): void {
  for (let i = 0; i < LIMBS; i++) out[i] = value[i];
}

/** `out` = a small number, 0..4095. */
export function setSmall(out: Ints, value: number): void {
  for (let i = 0; i < LIMBS; i++) out[i] = 0;
  out[0] = value;
}

/** `out` = a + b, not carried. Here and below `out` may be one of the factors. */
export function add(out: Ints, a: Ints, b: Ints): void {
  for (let i = 0; i < LIMBS; i++) out[i] = a[i] + b[i];
}

/** `out` = a - b, not carried. */
export function subtract(out: Ints, a: Ints, b: Ints): void {
  for (let i = 0; i < LIMBS; i++) out[i] = a[i] - b[i];
}

/** Both at once, not carried: `sum` = a + b, `difference` = a - b. */
export function addAndSubtract(sum: Ints, difference: Ints, a: Ints, b: Ints): void {
  for (let i = 0; i < LIMBS; i++) {
    const x = a[i];
    const y = b[i];
    sum[i] = x + y;
    difference[i] = x - y;
  }
}

/** `out` = a + k·b, carried; k times the limbs of b within int32. */
export function addScaled(out: Ints, a: Ints, k: number, b: Ints): void {
  settle(
    out,
    a[0] + k * b[0],
    a[1] + k * b[1],
    a[2] + k * b[2],
    a[3] + k * b[3],
    a[4] + k * b[4],
    a[5] + k * b[5],
    a[6] + k * b[6],
    a[7] + k * b[7],
    a[8] + k * b[8],
    a[9] + k * b[9],
    a[10] + k * b[10],
    a[11] + k * b[11],
    a[12] + k * b[12],
    a[13] + k * b[13],
    a[14] + k * b[14],
    a[15] + k * b[15],
    a[16] + k * b[16],
    a[17] + k * b[17],
    a[18] + k * b[18],
    a[19] + k * b[19],
  );
}

/** `out` = the sum of t0 + t1·2^13 and so on, carried. Its limbs are up to 2^31 - 2^19. */
function settle(
  out: Ints,
  t0: number,
  t1: number,
  t2: number,
  t3: number,
  t4: number,
  t5: number,
  t6: number,
  t7: number,
  t8: number,
  t9: number,
  t10: number,
  t11: number,
  t12: number,
  t13: number,
  t14: number,
  t15: number,
  t16: number,
  t17: number,
  t18: number,
  t19: number,
): void {
  let w = t0 + HALF;
  const first = w & MASK;
  w = t1 + (w >> 13) + HALF;
  const second = w & MASK;
  w = t2 + (w >> 13) + HALF;
  const third = w & MASK;
  w = t3 + (w >> 13) + HALF;
  out[3] = (w & MASK) - HALF;
  w = t4 + (w >> 13) + HALF;
  out[4] = (w & MASK) - HALF;
  w = t5 + (w >> 13) + HALF;
  out[5] = (w & MASK) - HALF;
  w = t6 + (w >> 13) + HALF;
  out[6] = (w & MASK) - HALF;
  w = t7 + (w >> 13) + HALF;
  out[7] = (w & MASK) - HALF;
  w = t8 + (w >> 13) + HALF;
  out[8] = (w & MASK) - HALF;
  w = t9 + (w >> 13) + HALF;
  out[9] = (w & MASK) - HALF;
  w = t10 + (w >> 13) + HALF;
  out[10] = (w & MASK) - HALF;
  w = t11 + (w >> 13) + HALF;
  out[11] = (w & MASK) - HALF;
  w = t12 + (w >> 13) + HALF;
  out[12] = (w & MASK) - HALF;
  w = t13 + (w >> 13) + HALF;
  out[13] = (w & MASK) - HALF;
  w = t14 + (w >> 13) + HALF;
  out[14] = (w & MASK) - HALF;
  w = t15 + (w >> 13) + HALF;
  out[15] = (w & MASK) - HALF;
  w = t16 + (w >> 13) + HALF;
  out[16] = (w & MASK) - HALF;
  w = t17 + (w >> 13) + HALF;
  out[17] = (w & MASK) - HALF;
  w = t18 + (w >> 13) + HALF;
  out[18] = (w & MASK) - HALF;
  // 2^255 is 19. What comes out of the last limb is below 2^23, so that carrying from the first goes no farther than the third.
  w = t19 + (w >> 13) + 128;
  out[19] = (w & 255) - 128;
  w = first + 19 * (w >> 8);
  out[0] = (w & MASK) - HALF;
  w = second + (w >> 13);
  out[1] = (w & MASK) - HALF;
  out[2] = third + (w >> 13) - HALF;
}

/**
 * `out` = a·b, carried. Row by row from the highest limb of a, as by Horner: the sum so far moves up by one limb, and what leaves the
 * last one comes back at the bottom, in two halves so that it stays small. The sum stays in 20 variables: two operations a term.
 */
export function multiply(out: Ints, a: Ints, b: Ints): void {
  const b0 = b[0];
  const b1 = b[1];
  const b2 = b[2];
  const b3 = b[3];
  const b4 = b[4];
  const b5 = b[5];
  const b6 = b[6];
  const b7 = b[7];
  const b8 = b[8];
  const b9 = b[9];
  const b10 = b[10];
  const b11 = b[11];
  const b12 = b[12];
  const b13 = b[13];
  const b14 = b[14];
  const b15 = b[15];
  const b16 = b[16];
  const b17 = b[17];
  const b18 = b[18];
  const b19 = b[19];
  const top = a[LIMBS - 1];
  let t0 = top * b0;
  let t1 = top * b1;
  let t2 = top * b2;
  let t3 = top * b3;
  let t4 = top * b4;
  let t5 = top * b5;
  let t6 = top * b6;
  let t7 = top * b7;
  let t8 = top * b8;
  let t9 = top * b9;
  let t10 = top * b10;
  let t11 = top * b11;
  let t12 = top * b12;
  let t13 = top * b13;
  let t14 = top * b14;
  let t15 = top * b15;
  let t16 = top * b16;
  let t17 = top * b17;
  let t18 = top * b18;
  let t19 = top * b19;
  for (let i = LIMBS - 2; i >= 0; i--) {
    const m = a[i];
    const high = t19 >> 13;
    const low = t19 & MASK;
    t19 = t18 + m * b19;
    t18 = t17 + m * b18;
    t17 = t16 + m * b17;
    t16 = t15 + m * b16;
    t15 = t14 + m * b15;
    t14 = t13 + m * b14;
    t13 = t12 + m * b13;
    t12 = t11 + m * b12;
    t11 = t10 + m * b11;
    t10 = t9 + m * b10;
    t9 = t8 + m * b9;
    t8 = t7 + m * b8;
    t7 = t6 + m * b7;
    t6 = t5 + m * b6;
    t5 = t4 + m * b5;
    t4 = t3 + m * b4;
    t3 = t2 + m * b3;
    t2 = t1 + m * b2;
    t1 = t0 + high * FOLD + m * b1;
    t0 = low * FOLD + m * b0;
  }
  settle(out, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16, t17, t18, t19);
}

/** `out` = a², carried: each product of two limbs once, by columns. Column i + 20 is carried on its own and comes back to column i. */
export function square(out: Ints, a: Ints): void {
  const a0 = a[0];
  const a1 = a[1];
  const a2 = a[2];
  const a3 = a[3];
  const a4 = a[4];
  const a5 = a[5];
  const a6 = a[6];
  const a7 = a[7];
  const a8 = a[8];
  const a9 = a[9];
  const a10 = a[10];
  const a11 = a[11];
  const a12 = a[12];
  const a13 = a[13];
  const a14 = a[14];
  const a15 = a[15];
  const a16 = a[16];
  const a17 = a[17];
  const a18 = a[18];
  const a19 = a[19];
  const d0 = 2 * a0;
  const d1 = 2 * a1;
  const d2 = 2 * a2;
  const d3 = 2 * a3;
  const d4 = 2 * a4;
  const d5 = 2 * a5;
  const d6 = 2 * a6;
  const d7 = 2 * a7;
  const d8 = 2 * a8;
  const d9 = 2 * a9;
  const d10 = 2 * a10;
  const d11 = 2 * a11;
  const d12 = 2 * a12;
  const d13 = 2 * a13;
  const d14 = 2 * a14;
  const d15 = 2 * a15;
  const d16 = 2 * a16;
  const d17 = 2 * a17;
  const d18 = 2 * a18;
  let w = 0;
  let carried = 0;
  w = d1 * a19 + d2 * a18 + d3 * a17 + d4 * a16 + d5 * a15 + d6 * a14 + d7 * a13 + d8 * a12 + d9 * a11 + a10 * a10;
  carried = w >> 13;
  const t0 = a0 * a0 + (w & MASK) * FOLD;
  w = carried + d2 * a19 + d3 * a18 + d4 * a17 + d5 * a16 + d6 * a15 + d7 * a14 + d8 * a13 + d9 * a12 + d10 * a11;
  carried = w >> 13;
  const t1 = d0 * a1 + (w & MASK) * FOLD;
  w = carried + d3 * a19 + d4 * a18 + d5 * a17 + d6 * a16 + d7 * a15 + d8 * a14 + d9 * a13 + d10 * a12 + a11 * a11;
  carried = w >> 13;
  const t2 = d0 * a2 + a1 * a1 + (w & MASK) * FOLD;
  w = carried + d4 * a19 + d5 * a18 + d6 * a17 + d7 * a16 + d8 * a15 + d9 * a14 + d10 * a13 + d11 * a12;
  carried = w >> 13;
  const t3 = d0 * a3 + d1 * a2 + (w & MASK) * FOLD;
  w = carried + d5 * a19 + d6 * a18 + d7 * a17 + d8 * a16 + d9 * a15 + d10 * a14 + d11 * a13 + a12 * a12;
  carried = w >> 13;
  const t4 = d0 * a4 + d1 * a3 + a2 * a2 + (w & MASK) * FOLD;
  w = carried + d6 * a19 + d7 * a18 + d8 * a17 + d9 * a16 + d10 * a15 + d11 * a14 + d12 * a13;
  carried = w >> 13;
  const t5 = d0 * a5 + d1 * a4 + d2 * a3 + (w & MASK) * FOLD;
  w = carried + d7 * a19 + d8 * a18 + d9 * a17 + d10 * a16 + d11 * a15 + d12 * a14 + a13 * a13;
  carried = w >> 13;
  const t6 = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3 + (w & MASK) * FOLD;
  w = carried + d8 * a19 + d9 * a18 + d10 * a17 + d11 * a16 + d12 * a15 + d13 * a14;
  carried = w >> 13;
  const t7 = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 + (w & MASK) * FOLD;
  w = carried + d9 * a19 + d10 * a18 + d11 * a17 + d12 * a16 + d13 * a15 + a14 * a14;
  carried = w >> 13;
  const t8 = d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4 + (w & MASK) * FOLD;
  w = carried + d10 * a19 + d11 * a18 + d12 * a17 + d13 * a16 + d14 * a15;
  carried = w >> 13;
  const t9 = d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5 + (w & MASK) * FOLD;
  w = carried + d11 * a19 + d12 * a18 + d13 * a17 + d14 * a16 + a15 * a15;
  carried = w >> 13;
  const t10 = d0 * a10 + d1 * a9 + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5 + (w & MASK) * FOLD;
  w = carried + d12 * a19 + d13 * a18 + d14 * a17 + d15 * a16;
  carried = w >> 13;
  const t11 = d0 * a11 + d1 * a10 + d2 * a9 + d3 * a8 + d4 * a7 + d5 * a6 + (w & MASK) * FOLD;
  w = carried + d13 * a19 + d14 * a18 + d15 * a17 + a16 * a16;
  carried = w >> 13;
  const t12 = d0 * a12 + d1 * a11 + d2 * a10 + d3 * a9 + d4 * a8 + d5 * a7 + a6 * a6 + (w & MASK) * FOLD;
  w = carried + d14 * a19 + d15 * a18 + d16 * a17;
  carried = w >> 13;
  const t13 = d0 * a13 + d1 * a12 + d2 * a11 + d3 * a10 + d4 * a9 + d5 * a8 + d6 * a7 + (w & MASK) * FOLD;
  w = carried + d15 * a19 + d16 * a18 + a17 * a17;
  carried = w >> 13;
  const t14 = d0 * a14 + d1 * a13 + d2 * a12 + d3 * a11 + d4 * a10 + d5 * a9 + d6 * a8 + a7 * a7 + (w & MASK) * FOLD;
  w = carried + d16 * a19 + d17 * a18;
  carried = w >> 13;
  const t15 = d0 * a15 + d1 * a14 + d2 * a13 + d3 * a12 + d4 * a11 + d5 * a10 + d6 * a9 + d7 * a8 + (w & MASK) * FOLD;
  w = carried + d17 * a19 + a18 * a18;
  carried = w >> 13;
  const t16 =
    d0 * a16 + d1 * a15 + d2 * a14 + d3 * a13 + d4 * a12 + d5 * a11 + d6 * a10 + d7 * a9 + a8 * a8 + (w & MASK) * FOLD;
  w = carried + d18 * a19;
  carried = w >> 13;
  const t17 =
    d0 * a17 + d1 * a16 + d2 * a15 + d3 * a14 + d4 * a13 + d5 * a12 + d6 * a11 + d7 * a10 + d8 * a9 + (w & MASK) * FOLD;
  w = carried + a19 * a19;
  carried = w >> 13;
  const t18 =
    d0 * a18 +
    d1 * a17 +
    d2 * a16 +
    d3 * a15 +
    d4 * a14 +
    d5 * a13 +
    d6 * a12 +
    d7 * a11 +
    d8 * a10 +
    a9 * a9 +
    (w & MASK) * FOLD;
  const t19 =
    d0 * a19 +
    d1 * a18 +
    d2 * a17 +
    d3 * a16 +
    d4 * a15 +
    d5 * a14 +
    d6 * a13 +
    d7 * a12 +
    d8 * a11 +
    d9 * a10 +
    carried * FOLD;
  settle(out, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16, t17, t18, t19);
}

/** `out` = a^(2^n), n at least 1. */
export function squareTimes(out: Ints, a: Ints, n: number): void {
  square(out, a);
  for (let i = 1; i < n; i++) square(out, out);
}

/** `out` = a^(2^250 - 1); `eleventh` gets a^11. */
function raise250(out: Ints, eleventh: Ints, a: Ints): void {
  const s = newElement();
  const t = newElement();
  square(s, a);
  squareTimes(out, s, 2);
  multiply(out, out, a);
  multiply(eleventh, out, s);
  square(s, eleventh);
  multiply(s, s, out); // 2^5 - 1
  squareTimes(out, s, 5);
  multiply(s, out, s); // 2^10 - 1
  squareTimes(out, s, 10);
  multiply(out, out, s); // 2^20 - 1
  squareTimes(t, out, 20);
  multiply(out, t, out); // 2^40 - 1
  squareTimes(out, out, 10);
  multiply(s, out, s); // 2^50 - 1
  squareTimes(out, s, 50);
  multiply(out, out, s); // 2^100 - 1
  squareTimes(t, out, 100);
  multiply(out, t, out); // 2^200 - 1
  squareTimes(out, out, 50);
  multiply(out, out, s);
}

/** `out` = 1/a = a^(p - 2); 0 for 0. `out` is not a. 254 squarings and 11 products. */
export function invert(out: Ints, a: Ints): void {
  const eleventh = newElement();
  raise250(out, eleventh, a);
  squareTimes(out, out, 5);
  multiply(out, out, eleventh);
}

/** `out` = a^((p - 5)/8) = a^(2^252 - 3), the heart of a square root (RFC 8032 section 5.1.3). `out` is not a. */
export function raiseForRoot(out: Ints, a: Ints): void {
  const eleventh = newElement();
  raise250(out, eleventh, a);
  squareTimes(out, out, 2);
  multiply(out, out, a);
}

/** `out` = the 255 low bits of `from[at..at+32)`, the lowest octet first. They may stand for p or more. Limbs of 0..8191: not carried. */
function spread(out: Ints, from: Bytes, at: number): void {
  let held = 0;
  let weight = 1;
  let limb = 0;
  for (let i = 0; i < ELEMENT_BYTES; i++) {
    held += from[at + i] * weight;
    weight *= 256;
    if (weight > MASK) {
      out[limb] = held & MASK;
      held = held >> 13;
      weight = weight >> 13;
      limb++;
    }
  }
  out[LIMBS - 1] = held & 255;
}

/** `out` = the 255 low bits of `from[at..at+32)`, the lowest octet first, carried. They may stand for p or more. */
export function decode(out: Ints, from: Bytes, at: number): void {
  spread(out, from, at);
  addScaled(out, out, 0, out);
}

/** Stores an element that is small enough to be carried in 10 integers of 0..2^26 - 1, half the room. */
export function pack(into: Ints, at: number, a: Ints): void {
  const limbs = newElement();
  const octets = allocBytes(ELEMENT_BYTES);
  addScaled(limbs, a, 0, a);
  encode(octets, 0, limbs);
  spread(limbs, octets, 0);
  for (let i = 0; i < PACKED_INTS; i++) into[at + i] = limbs[2 * i] + 8192 * limbs[2 * i + 1];
}

/** `out` = the element that 43 characters of `text` from `at` on stand for: six bits each from code 48 on, the lowest first. */
export function elementOf(out: Ints, text: string, at: number): void {
  const octets = allocBytes(ELEMENT_BYTES + 1);
  let held = 0;
  let weight = 1;
  let octet = 0;
  for (let i = 0; i < ELEMENT_CHARS; i++) {
    held += (charCode(text, at + i) - 48) * weight;
    weight *= 64;
    if (weight > 255) {
      octets[octet] = held & 255;
      held = held >> 8;
      weight = weight >> 8;
      octet++;
    }
  }
  octets[octet] = held & 255;
  decode(out, octets, 0);
}

/** Writes a carried element, reduced to 0..p - 1, to `into[at..at+32)`. */
export function encode(into: Bytes, at: number, a: Ints): void {
  // A carried element is above -p and below p: it wants p once more if it is negative, 2^255 in bits that are cut off and -19.
  let carried = 0;
  for (let i = 0; i < LIMBS; i++) carried = (a[i] + carried) >> 13;
  carried *= 19;
  let held = 0;
  let weight = 1;
  let octet = at;
  for (let i = 0; i < LIMBS; i++) {
    const limb = a[i] + carried;
    carried = limb >> 13;
    held += (limb & (i < LIMBS - 1 ? MASK : 255)) * weight;
    weight *= 8192;
    while (weight > 255) {
      into[octet] = held & 255;
      held = held >> 8;
      weight = weight >> 8;
      octet++;
    }
  }
}
