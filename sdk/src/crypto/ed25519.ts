/**
 * Ed25519 (RFC 8032 section 5.1): the device's signatures, and those that it checks.
 *
 * Signing takes the same steps for every key (see `field25519.ts` for what a target's arithmetic may tell). Verification is strict:
 * it refuses S of L or more, a public key that is not in its one encoding, and a public key of small order, under which a signature
 * could hold for any message; it compares R as octets, so that R has one encoding as well (the equation without the cofactor).
 *
 * Everything is in slices of less than 10 million instructions of a Cortex-M4. Arguments are read until the last one; they must stay as they
 * are. Heap on a Lua chip: 12 kB while signing, 17 kB while verifying, nothing afterwards.
 */
import { fillBytes, sameBytes } from "../lang/bytes.ts";
import { allocBytes, allocInts, type Bytes, type Ints } from "../lang/intrinsics.ts";
import { BUSY, FORGED, OK } from "../lang/result.ts";
import { baseComb, COLUMNS, type Comb } from "./comb25519.ts";
import { decodePoint, newSummand, type PointSum, pointSum, type Summand } from "./edwards25519.ts";
import { newElement } from "./field25519.ts";
import type { Hash } from "./hash.ts";
import { bitOf, isScalar, multiplyAdd, reduceScalar, SCALAR_BYTES } from "./scalar25519.ts";
import { sha512 } from "./sha512.ts";
import { inTurn, type Step } from "./step.ts";

export const SEED_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
const DIGEST_BYTES = 64;
const SCALAR_BITS = 256;
/** What a slice does of each. */
const SLICE_BYTES = 512;
const SLICE_COLUMNS = 8;
const SLICE_BITS = 8;

/** Writes the public key of a 32-octet seed to `publicKey[0..32)`. */
export function ed25519PublicKey(seed: Bytes, publicKey: Bytes): Step {
  const secret = allocBytes(DIGEST_BYTES);
  const scalar = allocBytes(SCALAR_BYTES);
  return inTurn([
    () => {
      const hash = sha512();
      hash.update(seed, 0, SEED_BYTES);
      hash.digest(secret, 0);
      clamp(secret);
      // The comb takes scalars below L.
      fillBytes(secret, SCALAR_BYTES, SCALAR_BYTES, 0);
      reduceScalar(scalar, 0, secret);
      return OK;
    },
    multipleOfBase(scalar, publicKey),
    () => {
      fillBytes(secret, 0, DIGEST_BYTES, 0);
      fillBytes(scalar, 0, SCALAR_BYTES, 0);
      return OK;
    },
  ]);
}

/**
 * Signs `message[0..length)` into `signature[0..64)`. `publicKey` must be that of the seed: signatures with another one would give
 * the seed away.
 */
export function ed25519Sign(seed: Bytes, publicKey: Bytes, message: Bytes, length: number, signature: Bytes): Step {
  const hash = sha512();
  const secret = allocBytes(DIGEST_BYTES);
  const digest = allocBytes(DIGEST_BYTES);
  const r = allocBytes(SCALAR_BYTES);
  const k = allocBytes(SCALAR_BYTES);
  return inTurn([
    () => {
      hash.update(seed, 0, SEED_BYTES);
      hash.digest(secret, 0);
      clamp(secret);
      hash.update(secret, SCALAR_BYTES, SCALAR_BYTES);
      return OK;
    },
    taking(hash, message, length),
    () => {
      hash.digest(digest, 0);
      reduceScalar(r, 0, digest);
      return OK;
    },
    multipleOfBase(r, signature),
    () => {
      hash.update(signature, 0, PUBLIC_KEY_BYTES);
      hash.update(publicKey, 0, PUBLIC_KEY_BYTES);
      return OK;
    },
    taking(hash, message, length),
    () => {
      hash.digest(digest, 0);
      reduceScalar(k, 0, digest);
      multiplyAdd(signature, SCALAR_BYTES, k, secret, r);
      fillBytes(secret, 0, DIGEST_BYTES, 0);
      fillBytes(r, 0, SCALAR_BYTES, 0);
      return OK;
    },
  ]);
}

/** `OK` if `signature[0..64)` is one of `message[0..length)` under `publicKey[0..32)`, else `FORGED`. */
export function ed25519Verify(publicKey: Bytes, message: Bytes, length: number, signature: Bytes): Step {
  const hash = sha512();
  const digest = allocBytes(DIGEST_BYTES);
  const k = allocBytes(SCALAR_BYTES);
  const s = allocBytes(SCALAR_BYTES);
  const x = newElement();
  const y = newElement();
  const sum = pointSum();
  const multiples: Summand[] = [];
  let combined: Step = () => FORGED;
  return inTurn([
    () => {
      if (!isScalar(signature, SCALAR_BYTES)) return FORGED;
      for (let i = 0; i < SCALAR_BYTES; i++) s[i] = signature[SCALAR_BYTES + i];
      return decodePoint(x, y, publicKey);
    },
    () => {
      sum.set(x, y);
      for (let i = 0; i < 3; i++) sum.double(false);
      if (sum.isNeutral()) return FORGED;
      sum.set(x, y);
      oddMultiples(sum, multiples);
      hash.update(signature, 0, PUBLIC_KEY_BYTES);
      hash.update(publicKey, 0, PUBLIC_KEY_BYTES);
      return OK;
    },
    taking(hash, message, length),
    () => {
      hash.digest(digest, 0);
      reduceScalar(k, 0, digest);
      combined = combination(sum, s, k, multiples);
      return OK;
    },
    () => combined(),
    () => {
      sum.encode(digest, 0);
      return sameBytes(digest, 0, signature, 0, PUBLIC_KEY_BYTES) ? OK : FORGED;
    },
  ]);
}

/** Section 5.1.5, step 2. */
function clamp(secret: Bytes): void {
  secret[0] = secret[0] & 248;
  secret[31] = (secret[31] & 127) | 64;
}

/** Hashes the message. */
function taking(hash: Hash, message: Bytes, length: number): Step {
  let at = 0;
  return () => {
    const rest = length - at;
    const count = rest < SLICE_BYTES ? rest : SLICE_BYTES;
    hash.update(message, at, count);
    at += count;
    return at < length ? BUSY : OK;
  };
}

/** Writes scalar·B to `into[0..32)`. */
function multipleOfBase(scalar: Bytes, into: Bytes): Step {
  let sum: PointSum | undefined;
  let comb: Comb | undefined;
  let column = COLUMNS;
  return () => {
    if (sum === undefined || comb === undefined) {
      sum = pointSum();
      comb = baseComb(scalar);
      return BUSY;
    }
    if (column === 0) {
      sum.encode(into, 0);
      return OK;
    }
    for (let i = 0; i < SLICE_COLUMNS; i++) {
      column -= 1;
      sum.double(true);
      comb.add(sum, column);
    }
    return BUSY;
  };
}

/** A, 3·A, 5·A and 7·A of a point. */
function oddMultiples(point: PointSum, multiples: Summand[]): void {
  const twice = newSummand();
  for (let i = 0; i < 4; i++) multiples.push(newSummand());
  point.copyTo(multiples[0]);
  point.double(true);
  point.copyTo(twice);
  point.add(multiples[0], false, true);
  for (let i = 1; i < 4; i++) {
    point.copyTo(multiples[i]);
    point.add(twice, false, true);
  }
}

/** Makes `sum` s·B - k·A, of which `multiples` are odd multiples of A: one chain of doublings for both. For public scalars. */
function combination(sum: PointSum, s: Bytes, k: Bytes, multiples: readonly Summand[]): Step {
  const comb = baseComb(s);
  const digits = nonAdjacent(k);
  sum.clear();
  let bit = SCALAR_BITS;
  return () => {
    for (let i = 0; i < SLICE_BITS; i++) {
      bit -= 1;
      const digit = digits[bit];
      sum.double(digit !== 0 || bit < COLUMNS);
      if (digit !== 0) sum.add(multiples[(digit < 0 ? -digit : digit) >> 1], digit > 0, bit < COLUMNS);
      if (bit < COLUMNS) comb.add(sum, bit);
    }
    return bit > 0 ? BUSY : OK;
  };
}

/** Non-adjacent form of width 4: digits ±1, ±3, ±5, ±7, each followed by three zeros. */
function nonAdjacent(scalar: Bytes): Ints {
  const digits = allocInts(SCALAR_BITS);
  let carry = 0;
  let bit = 0;
  while (bit < SCALAR_BITS - 3) {
    let digit = bitOf(scalar, bit) ^ carry;
    let width = 1;
    if (digit !== 0) {
      digit += 2 * bitOf(scalar, bit + 1) + 4 * bitOf(scalar, bit + 2);
      carry = bitOf(scalar, bit + 3);
      digit -= 8 * carry;
      width = 4;
    }
    digits[bit] = digit;
    bit += width;
  }
  return digits;
}
