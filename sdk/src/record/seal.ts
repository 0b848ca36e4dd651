/**
 * The sealed record, the same on flash and on every bearer:
 *
 *   suite and epoch (1) | sequence (1..5, LEB128) | ciphertext | tag (8 or 16)
 *
 * The first octet holds the suite in its low and the epoch's low four bits in its high half. The nonce is the last 12 or 13 octets
 * of salt (4) | epoch (4) | sequence (5), big-endian. The additional data is the Enc_structure of the COSE_Encrypt0 (RFC 9052
 * section 5.3) whose protected header is {1: algorithm, 4: salt | epoch}, so that whoever has the salt and the epoch expands a record
 * to standard COSE without its key.
 */
import { OCTETS, putArray, putHead, putInt, putMap, putText } from "../codec/cbor.ts";
import { leb128At, leb128End, leb128Length, putLeb128 } from "../codec/leb128.ts";
import type { BlockCipher } from "../crypto/block.ts";
import { ccmOpen, ccmSeal, type Span } from "../crypto/ccm.ts";
import type { Suite } from "../identity/suite.ts";
import { copyBytes, putUint32 } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { CORRUPT, type Result } from "../lang/result.ts";

const SALT_BYTES = 4;
const KEY_ID_BYTES = 8;
/** Longest protected header, that of an algorithm for private use: its length takes one octet. */
export const HEADER_BYTES = 17;
/** Where the header stands in an Enc_structure. */
const HEADER_AT = 11;
const LONGEST_NONCE = 13;

export interface Sealer {
  /** Octets that sealing under that sequence number adds. */
  readonly overhead: (sequence: number) => number;
  /**
   * Seals `plain[0..length)` under a sequence number that was never used before; answers the length of the record in `into`, which
   * may be `plain` itself.
   */
  readonly seal: (sequence: number, plain: Bytes, length: number, into: Bytes) => number;
}

export interface Opener {
  /** Opens `record[0..length)` to `into`, which may be `record` itself; answers the plaintext's length, `FORGED`, or `CORRUPT` for what is no record of this suite. */
  readonly open: (record: Bytes, length: number, into: Bytes) => Result;
}

/** The first octet of a record. */
export function recordHead(suite: number, epoch: number): number {
  return (suite & 15) | ((epoch & 15) << 4);
}

/** The sequence number of a record, 0..2^31-1; `CORRUPT` when there is none. Nothing of it is authenticated before `open`. */
export function sequenceOf(record: Bytes, length: number): Result {
  const body = leb128End(record, 1, length);
  return body < 0 ? body : leb128At(record, 1, body);
}

/** Writes the protected header {1: algorithm, 4: salt | epoch}, at most `HEADER_BYTES`, at `at`; answers the position after it. */
export function putProtected(into: Bytes, at: number, algorithm: number, salt: Bytes, epoch: number): number {
  let end = putMap(into, at, 2);
  end = putInt(into, end, 1);
  end = putInt(into, end, algorithm);
  end = putInt(into, end, 4);
  end = putHead(into, end, OCTETS, KEY_ID_BYTES);
  copyBytes(salt, 0, into, end, SALT_BYTES);
  putUint32(into, end + SALT_BYTES, epoch);
  return end + KEY_ID_BYTES;
}

/** The Enc_structure ["Encrypt0", protected, h''] for that salt and epoch. */
function encStructure(algorithm: number, salt: Bytes, epoch: number): Span {
  const bytes = allocBytes(HEADER_AT + HEADER_BYTES + 1);
  const at = putText(bytes, putArray(bytes, 0, 3), "Encrypt0");
  const end = putProtected(bytes, HEADER_AT, algorithm, salt, epoch);
  putHead(bytes, at, OCTETS, end - HEADER_AT);
  return { bytes, length: putHead(bytes, end, OCTETS, 0) };
}

/** A nonce of that length, but for the sequence number at its end. */
function nonceOf(nonceBytes: number, salt: Bytes, epoch: number): Bytes {
  const nonce = allocBytes(nonceBytes);
  const skipped = LONGEST_NONCE - nonceBytes;
  copyBytes(salt, skipped, nonce, 0, SALT_BYTES - skipped);
  putUint32(nonce, SALT_BYTES - skipped, epoch);
  return nonce;
}

/** A sealer under the suite's cipher with the epoch's key. */
export function sealer(suite: Suite, encrypt: BlockCipher, salt: Bytes, epoch: number): Sealer {
  const { nonceBytes, tagBytes } = suite;
  const mode = ccmSeal(encrypt, nonceBytes, tagBytes);
  const additional = encStructure(suite.algorithm, salt, epoch);
  const nonce = nonceOf(nonceBytes, salt, epoch);
  return {
    overhead: (sequence) => 1 + leb128Length(sequence) + tagBytes,
    seal: (sequence, plain, length, into) => {
      const body = 1 + leb128Length(sequence);
      for (let i = length - 1; i >= 0; i--) into[body + i] = plain[i];
      into[0] = recordHead(suite.id, epoch) & 255;
      putLeb128(into, 1, sequence);
      putUint32(nonce, nonceBytes - 4, sequence);
      return body + mode(nonce, additional, into, body, length);
    },
  };
}

/** The far end's. */
export function opener(suite: Suite, encrypt: BlockCipher, salt: Bytes, epoch: number): Opener {
  const { nonceBytes, tagBytes } = suite;
  const mode = ccmOpen(encrypt, nonceBytes, tagBytes);
  const additional = encStructure(suite.algorithm, salt, epoch);
  const nonce = nonceOf(nonceBytes, salt, epoch);
  return {
    open: (record, length, into) => {
      const body = leb128End(record, 1, length);
      if (body < 0 || record[0] !== recordHead(suite.id, epoch)) return CORRUPT;
      const sealed = length - body;
      putUint32(nonce, nonceBytes - 4, leb128At(record, 1, body));
      copyBytes(record, body, into, 0, sealed);
      const result = mode(nonce, additional, into, 0, sealed);
      return result < 0 ? result : sealed - tagBytes;
    },
  };
}
