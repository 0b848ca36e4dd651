/**
 * X25519 (RFC 7748 section 5): the key agreement of enrolment.
 *
 * The ladder takes the same steps for every scalar: the two points change places by arithmetic, not by a branch. See
 * `field25519.ts` for what a target's arithmetic may tell.
 *
 * Alive on a 32-bit Lua while it runs: 3 kB; nothing afterwards.
 */
import { copyBytes, fillBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { BUSY, OK, OUT_OF_RANGE, type Result } from "../lang/result.ts";
import {
  addAndSubtract,
  addScaled,
  decode,
  ELEMENT_BYTES,
  encode,
  invert,
  LIMBS,
  multiply,
  newElement,
  setElement,
  setSmall,
  square,
  subtract,
} from "./field25519.ts";
import { bitOf } from "./scalar25519.ts";
import type { Step } from "./step.ts";

/** (A - 2)/4 of the curve v² = u³ + A·u² + u, A = 486662. */
const A24 = 121665;
const SCALAR_BITS = 255;
/** Bits of the scalar in a slice: nine products each, so that a slice takes no longer than the inversion, which is the last. */
const SLICE_BITS = 15;

/**
 * Multiplies the point `u` (32 octets; the highest bit is ignored, and p or more is taken modulo p, as the RFC demands) by `scalar`
 * (32 octets, clamped here) into `shared[0..32)`. Answers `OUT_OF_RANGE`, and zeros in `shared`, if the result is zero: `u` was a
 * point of low order, and the secret would be known to everybody (section 6.1). Both arguments may be overwritten after the call.
 */
export function x25519(scalar: Bytes, u: Bytes, shared: Bytes): Step {
  const k = allocBytes(ELEMENT_BYTES);
  copyBytes(scalar, 0, k, 0, ELEMENT_BYTES);
  k[0] = k[0] & 248;
  k[31] = k[31] | 64; // the highest bit is never read
  // The names of section 5, but for those that are one storage.
  const x1 = newElement();
  const x2 = newElement();
  const z2 = newElement();
  const x3 = newElement();
  const z3 = newElement();
  const a = newElement();
  const b = newElement();
  const c = newElement();
  const d = newElement();
  decode(x1, u, 0);
  setSmall(x2, 1);
  setElement(x3, x1);
  setSmall(z3, 1);
  let bits = SCALAR_BITS;
  let swapped = 0;

  /** Lets the two points change places where `change` is 1, then a = x2 + z2, b = x2 - z2, c = x3 + z3, d = x3 - z3. */
  function sums(change: number): void {
    for (let i = 0; i < LIMBS; i++) {
      const p = x2[i];
      const q = z2[i];
      const r = x3[i];
      const s = z3[i];
      const x = change * (r - p);
      const z = change * (s - q);
      a[i] = p + x + (q + z);
      b[i] = p + x - (q + z);
      c[i] = r - x + (s - z);
      d[i] = r - x - (s - z);
    }
  }

  function ladderStep(bit: number): void {
    sums(swapped ^ bit);
    swapped = bit;
    multiply(d, d, a); // DA
    multiply(c, c, b); // CB
    square(a, a); // AA
    square(b, b); // BB
    addAndSubtract(x3, z3, d, c);
    square(x3, x3);
    square(z3, z3);
    multiply(z3, z3, x1);
    multiply(x2, a, b);
    subtract(b, a, b); // E
    addScaled(a, a, A24, b);
    multiply(z2, b, a);
  }

  function end(): Result {
    // The lowest bits of the scalar are 0: the two points are in their places.
    invert(a, z2);
    multiply(a, a, x2);
    encode(shared, 0, a);
    fillBytes(k, 0, ELEMENT_BYTES, 0);
    let any = 0;
    for (let i = 0; i < ELEMENT_BYTES; i++) any |= shared[i];
    return any === 0 ? OUT_OF_RANGE : OK;
  }

  return () => {
    if (bits === 0) return end();
    for (let i = 0; i < SLICE_BITS; i++) {
      bits -= 1;
      ladderStep(bitOf(k, bits));
    }
    return BUSY;
  };
}

/** Writes the public key of `scalar` to `publicKey[0..32)`: X25519 with the base point 9. */
export function x25519PublicKey(scalar: Bytes, publicKey: Bytes): Step {
  const base = allocBytes(ELEMENT_BYTES);
  base[0] = 9;
  return x25519(scalar, base, publicKey);
}
