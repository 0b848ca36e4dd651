/**
 * Ed25519 (RFC 8032 section 5.1): the device's signatures, and those that it checks.
 *
 * Signing takes the same steps for every key (see `field25519.ts` for what a target's arithmetic may tell). Verification is strict:
 * it refuses S of L or more, a public key that is not in its one encoding, and a public key of small order, under which a signature
 * could hold for any message; it compares R as octets, so that R has one encoding as well (the equation without the cofactor).
 *
 * All is done in slices of at most 8 million instructions of a Cortex-M4 (one inversion takes 7). Arguments are read until the last
 * one: they must stay as they are. Alive on a 32-bit Lua while it runs: 11 kB signing, 14 kB verifying; nothing afterwards.
 */
import { fillBytes, sameBytes, sliceBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { BUSY, FORGED, OK } from "../lang/result.ts";
import { baseComb, COLUMNS, type Comb } from "./comb25519.ts";
import { decodePoint, newSummand, type PointSum, pointSum, type Summand } from "./edwards25519.ts";
import { newElement } from "./field25519.ts";
import type { Hash } from "./hash.ts";
import { bitOf, isScalar, multiplyAdd, reduceScalar, SCALAR_BYTES } from "./scalar25519.ts";
import { sha512 } from "./sha512.ts";
import { inTurn, type Step } from "./step.ts";

const SEED_BYTES = 32;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
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
    hashing([{ bytes: seed, at: 0, length: SEED_BYTES }], secret),
    () => {
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
  const secret = allocBytes(DIGEST_BYTES);
  const digest = allocBytes(DIGEST_BYTES);
  const r = allocBytes(SCALAR_BYTES);
  const k = allocBytes(SCALAR_BYTES);
  const text = { bytes: message, at: 0, length };
  return inTurn([
    hashing([{ bytes: seed, at: 0, length: SEED_BYTES }], secret),
    hashing([{ bytes: secret, at: SCALAR_BYTES, length: SCALAR_BYTES }, text], digest),
    () => {
      clamp(secret);
      reduceScalar(r, 0, digest);
      return OK;
    },
    multipleOfBase(r, signature),
    hashing([{ bytes: signature, at: 0, length: KEY_BYTES }, { bytes: publicKey, at: 0, length: KEY_BYTES }, text], digest),
    () => {
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
  const digest = allocBytes(DIGEST_BYTES);
  const x = newElement();
  const y = newElement();
  const sum = pointSum();
  const multiples: Summand[] = [];
  let combined: Step = () => FORGED;
  return inTurn([
    () => (isScalar(signature, SCALAR_BYTES) ? decodePoint(x, y, publicKey) : FORGED),
    hashing(
      [
        { bytes: signature, at: 0, length: KEY_BYTES },
        { bytes: publicKey, at: 0, length: KEY_BYTES },
        { bytes: message, at: 0, length },
      ],
      digest,
    ),
    () => {
      sum.set(x, y);
      for (let i = 0; i < 3; i++) sum.double(false);
      if (sum.isNeutral()) return FORGED;
      sum.set(x, y);
      oddMultiples(sum, multiples);
      return OK;
    },
    () => {
      const k = allocBytes(SCALAR_BYTES);
      reduceScalar(k, 0, digest);
      combined = combination(sum, sliceBytes(signature, SCALAR_BYTES, SIGNATURE_BYTES), k, multiples);
      return OK;
    },
    () => combined(),
    () => {
      sum.encode(digest, 0);
      return sameBytes(digest, 0, signature, 0, KEY_BYTES) ? OK : FORGED;
    },
  ]);
}

/** Section 5.1.5, step 2. */
function clamp(secret: Bytes): void {
  secret[0] = secret[0] & 248;
  secret[31] = (secret[31] & 127) | 64;
}

interface Part {
  readonly bytes: Bytes;
  readonly at: number;
  readonly length: number;
}

/** Writes the SHA-512 of `parts`, one after the other, to `digest[0..64)`. The hash lives no longer than it takes. */
function hashing(parts: readonly Part[], digest: Bytes): Step {
  let hash: Hash | undefined;
  let part = 0;
  let taken = 0;
  return () => {
    if (hash === undefined) hash = sha512();
    const { bytes, at, length } = parts[part];
    const rest = length - taken;
    const count = rest < SLICE_BYTES ? rest : SLICE_BYTES;
    hash.update(bytes, at + taken, count);
    taken += count;
    if (taken < length) return BUSY;
    taken = 0;
    part += 1;
    if (part < parts.length) return BUSY;
    hash.digest(digest, 0);
    hash = undefined;
    return OK;
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
      sum = undefined;
      comb = undefined;
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

/**
 * Makes `sum` s·B - k·A, of which `multiples` are odd multiples of A: one chain of doublings for both. The bits of k are taken from
 * the highest on, up to three at once, so that they make an odd number. For public scalars.
 */
function combination(sum: PointSum, s: Bytes, k: Bytes, multiples: readonly Summand[]): Step {
  const comb = baseComb(s);
  sum.clear();
  let bit = SCALAR_BITS;
  let window = 0;
  let windowEnd = 0;
  return () => {
    for (let i = 0; i < SLICE_BITS; i++) {
      bit -= 1;
      if (window === 0 && bitOf(k, bit) === 1) {
        windowEnd = bit > 2 ? bit - 2 : 0;
        while (bitOf(k, windowEnd) === 0) windowEnd += 1;
        for (let j = bit; j >= windowEnd; j--) window = 2 * window + bitOf(k, j);
      }
      const isDue = window !== 0 && bit === windowEnd;
      sum.double(isDue || bit < COLUMNS);
      if (isDue) {
        sum.add(multiples[window >> 1], true, bit < COLUMNS);
        window = 0;
      }
      if (bit < COLUMNS) comb.add(sum, bit);
    }
    return bit > 0 ? BUSY : OK;
  };
}
