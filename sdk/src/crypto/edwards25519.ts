/**
 * Sums of points on edwards25519, -x² + y² = 1 + d·x²·y² (RFC 8032 section 5.1), in extended coordinates: x = X/Z, y = Y/Z, T = X·Y/Z.
 * Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited" (2008), sections 3.1 and 3.3, which hold for all points.
 *
 * The numbers at the right count limbs as `field25519.ts` does: 3 is a sum of three carried elements.
 */
import { sameBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes, type Ints } from "../lang/intrinsics.ts";
import { FORGED, OK, type Result } from "../lang/result.ts";
import {
  add,
  addAndSubtract,
  addScaled,
  decode,
  ELEMENT_BYTES,
  elementOf,
  encode,
  invert,
  multiply,
  newElement,
  raiseForRoot,
  setElement,
  setSmall,
  square,
  subtract,
} from "./field25519.ts";

/** d, 2·d and a square root of -1. */
const D = "SRGFCXLC[GgZH7D@=Y0L0P9jiMGN0M<ScioK[h>K385";
const TWICE_D = "I5_\\V@iVF_^Ea>XPJB1h00Cdck^l0jH6WcogFaMf6@2";
const ROOT = "`2Z3:Mb6^C<NToB[6Pa@_LjekgCV0dd:;lM`?1893^2";

/** A point as a summand: y + x, y - x, 2·d·T, 2·Z. Without the last: Z is 1. */
export interface Summand {
  readonly plus: Ints;
  readonly minus: Ints;
  readonly t: Ints;
  readonly z?: Ints;
}

export interface PointSum {
  /** Becomes the neutral point. */
  readonly clear: () => void;
  /** Becomes the point (x, y). */
  readonly set: (x: Ints, y: Ints) => void;
  /** `withT`: something is added next. To leave T out saves a product. */
  readonly double: (withT: boolean) => void;
  /** Adds a point, or subtracts it. The sum must have its T. */
  readonly add: (point: Summand, negative: boolean, withT: boolean) => void;
  /** The sum itself as a summand. */
  readonly copyTo: (point: Summand) => void;
  readonly isNeutral: () => boolean;
  /** Writes 32 octets: y, and the lowest bit of x as the highest bit (section 5.1.2). The sum is used up. */
  readonly encode: (into: Bytes, at: number) => void;
}

/** 2·d. */
export function twiceD(): Ints {
  const element = newElement();
  elementOf(element, TWICE_D, 0);
  return element;
}

/** A new sum: the neutral point. */
export function pointSum(): PointSum {
  const x = newElement();
  const y = newElement();
  const z = newElement();
  const t = newElement();
  const e = newElement();
  const f = newElement();
  const g = newElement();
  const h = newElement();
  const d2 = twiceD();

  function clear(): void {
    setSmall(x, 0);
    setSmall(y, 1);
    setSmall(z, 1);
    setSmall(t, 0);
  }

  clear();
  return {
    clear,

    set: (newX, newY) => {
      setElement(x, newX);
      setElement(y, newY);
      setSmall(z, 1);
      multiply(t, x, y);
    },

    double: (withT) => {
      add(e, x, y);
      square(e, e);
      square(g, x);
      square(h, y);
      addAndSubtract(h, g, g, h); // 2, 2
      subtract(e, h, e); // 3
      square(f, z);
      addScaled(f, g, 2, f); // 1
      multiply(x, e, f);
      multiply(y, g, h);
      multiply(z, f, g);
      if (withT) multiply(t, e, h);
    },

    add: (point, negative, withT) => {
      addAndSubtract(g, h, y, x); // 2, 2
      multiply(e, h, negative ? point.plus : point.minus); // factors of 2
      multiply(f, g, negative ? point.minus : point.plus);
      multiply(g, t, point.t);
      if (point.z === undefined) addScaled(h, z, 1, z);
      else multiply(h, z, point.z);
      addAndSubtract(f, e, f, e); // 2, 2
      addAndSubtract(h, g, h, g); // 2, 2
      const factorF = negative ? h : g;
      const factorG = negative ? g : h;
      multiply(x, e, factorF);
      multiply(y, factorG, f);
      multiply(z, g, h);
      if (withT) multiply(t, e, f);
    },

    copyTo: (point) => {
      addAndSubtract(point.plus, point.minus, y, x);
      multiply(point.t, t, d2);
      if (point.z !== undefined) add(point.z, z, z);
    },

    isNeutral: () => {
      subtract(e, y, z);
      addScaled(e, e, 0, e);
      return isZero(x) && isZero(e);
    },

    encode: (into, at) => {
      invert(e, z);
      multiply(x, x, e);
      multiply(y, y, e);
      const sign = lowestBit(x);
      encode(into, at, y);
      into[at + ELEMENT_BYTES - 1] = into[at + ELEMENT_BYTES - 1] | (sign === 1 ? 128 : 0);
    },
  };
}

/** A summand to be written to. */
export function newSummand(): Summand {
  return { plus: newElement(), minus: newElement(), t: newElement(), z: newElement() };
}

/**
 * Finds the point of 32 octets (section 5.1.3). `FORGED` for what no point is encoded as: y of p or more, no such x, or a sign
 * at x = 0.
 */
export function decodePoint(x: Ints, y: Ints, from: Bytes): Result {
  const octets = allocBytes(ELEMENT_BYTES);
  decode(y, from, 0);
  encode(octets, 0, y);
  const sign = (from[ELEMENT_BYTES - 1] >> 7) & 1;
  octets[ELEMENT_BYTES - 1] = octets[ELEMENT_BYTES - 1] | (sign << 7);
  if (!sameBytes(octets, 0, from, 0, ELEMENT_BYTES)) return FORGED;

  const u = newElement();
  const v = newElement();
  const w = newElement();
  const one = newElement();
  setSmall(one, 1);
  square(u, y);
  elementOf(v, D, 0);
  multiply(v, v, u);
  add(v, v, one);
  subtract(u, u, one);
  // x = u·v³·(u·v⁷)^((p - 5)/8)
  square(w, v);
  multiply(w, w, v);
  square(x, w);
  multiply(x, x, v);
  multiply(x, x, u);
  multiply(w, w, u);
  raiseForRoot(one, x);
  multiply(x, one, w);
  // v·x² is u, or -u and x times the root of -1 is right, or there is no such point.
  square(w, x);
  multiply(w, w, v);
  if (!isDifferenceZero(w, u)) {
    subtract(u, newElement(), u);
    if (!isDifferenceZero(w, u)) return FORGED;
    elementOf(w, ROOT, 0);
    multiply(x, x, w);
  }
  if (isZero(x) && sign === 1) return FORGED;
  if (lowestBit(x) !== sign) subtract(x, newElement(), x);
  return OK;
}

function isDifferenceZero(a: Ints, b: Ints): boolean {
  const difference = newElement();
  subtract(difference, a, b);
  addScaled(difference, difference, 0, difference);
  return isZero(difference);
}

function isZero(a: Ints): boolean {
  const octets = allocBytes(ELEMENT_BYTES);
  encode(octets, 0, a);
  let any = 0;
  for (let i = 0; i < ELEMENT_BYTES; i++) any |= octets[i];
  return any === 0;
}

function lowestBit(a: Ints): number {
  const octets = allocBytes(ELEMENT_BYTES);
  encode(octets, 0, a);
  return octets[0] & 1;
}
