/**
 * Integers modulo L = 2^252 + δ, the order of the base point of edwards25519 (RFC 8032 section 5.1), as 32 octets, the lowest first.
 * The same steps whatever the values, but for `isScalar`, which looks at public ones.
 */
import { allocInts, type Bytes, type Ints } from "../lang/intrinsics.ts";

export const SCALAR_BYTES = 32;
/** What is to be reduced: a product, or a SHA-512. */
const WIDE_BYTES = 64;
const DELTA_BYTES = 16;

/** δ = 27742317777372353535851937790883648493, the lowest octet first. */
const delta = (): number[] => [237, 211, 245, 92, 26, 99, 18, 88, 214, 156, 247, 162, 222, 249, 222, 20];

/** L, the lowest octet first. */
function order(): Ints {
  const octets = allocInts(SCALAR_BYTES);
  const low = delta();
  for (let i = 0; i < DELTA_BYTES; i++) octets[i] = low[i];
  octets[SCALAR_BYTES - 1] = 16;
  return octets;
}

/** Bit `n` of octets, the lowest first. */
export function bitOf(scalar: Bytes, n: number): number {
  let octet = scalar[n >> 3];
  for (let i = n & 7; i > 0; i--) octet = octet >> 1;
  return octet & 1;
}

/** True for `from[at..at+32)` below L. */
export function isScalar(from: Bytes, at: number): boolean {
  const l = order();
  for (let i = SCALAR_BYTES - 1; i >= 0; i--) {
    if (from[at + i] !== l[i]) return from[at + i] < l[i];
  }
  return false;
}

/** `into` = the 64 octets of `wide`, modulo L. */
export function reduceScalar(into: Bytes, at: number, wide: Bytes): void {
  const x = allocInts(WIDE_BYTES);
  for (let i = 0; i < WIDE_BYTES; i++) x[i] = wide[i];
  reduce(into, at, x);
}

/** `into[at..at+32)` = a·b + c modulo L. */
export function multiplyAdd(into: Bytes, at: number, a: Bytes, b: Bytes, c: Bytes): void {
  const x = allocInts(WIDE_BYTES);
  for (let i = 0; i < SCALAR_BYTES; i++) x[i] = c[i];
  for (let i = 0; i < SCALAR_BYTES; i++) {
    const octet = a[i];
    for (let j = 0; j < SCALAR_BYTES; j++) x[i + j] = x[i + j] + octet * b[j];
  }
  carryOctets(x, 0, WIDE_BYTES);
  reduce(into, at, x);
}

/** Leaves 0..255 in `x[from..to-1)`; the last one takes what is over, and may be negative. */
function carryOctets(x: Ints, from: number, to: number): void {
  for (let i = from; i < to - 1; i++) {
    x[i + 1] = x[i + 1] + (x[i] >> 8);
    x[i] = x[i] & 255;
  }
}

/** Takes `factor` times δ from `x` at `from`. */
function subtractDelta(x: Ints, from: number, factor: number): void {
  const low = delta();
  for (let i = 0; i < DELTA_BYTES; i++) x[from + i] = x[from + i] - factor * low[i];
}

/** Reduces octets `x`, which it uses up. */
function reduce(into: Bytes, at: number, x: Ints): void {
  // 2^256 is -16·δ, four octets shorter than what it replaces and its carry.
  for (let i = WIDE_BYTES - 1; i >= SCALAR_BYTES; i--) {
    subtractDelta(x, i - SCALAR_BYTES, 16 * x[i]);
    carryOctets(x, i - SCALAR_BYTES, i - 11);
  }
  carryOctets(x, 0, SCALAR_BYTES);
  // What is above 2^252, -1..16, once more; the rest is then above -L and below L.
  const over = x[SCALAR_BYTES - 1] >> 4;
  x[SCALAR_BYTES - 1] = x[SCALAR_BYTES - 1] & 15;
  subtractDelta(x, 0, over);
  carryOctets(x, 0, SCALAR_BYTES);
  addOrder(x, x[SCALAR_BYTES - 1] < 0 ? 1 : 0);
  for (let i = 0; i < SCALAR_BYTES; i++) into[at + i] = x[i] & 255;
}

/** Adds L `times` (0 or 1). */
export function addOrder(x: Ints, times: number): void {
  const l = order();
  for (let i = 0; i < SCALAR_BYTES; i++) x[i] = x[i] + times * l[i];
  carryOctets(x, 0, SCALAR_BYTES);
}
