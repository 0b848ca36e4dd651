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
import { OCTETS, putArray, putHead, putInt, putMap, putOctets, putText } from "../codec/cbor.ts";
import { leb128At, leb128End, leb128Length, putLeb128 } from "../codec/leb128.ts";
import type { BlockCipher } from "../crypto/block.ts";
import { ccm } from "../crypto/ccm.ts";
import type { Suite } from "../identity/suite.ts";
import { copyBytes, putUint32 } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { CORRUPT, type Result } from "../lang/result.ts";

const SALT_BYTES = 4;
const KEY_ID_BYTES = 8;
/** Longest protected header: that of an algorithm for private use. */
export const HEADER_BYTES = 24;
const LONGEST_NONCE = 13;

export interface Sealer {
  /** Octets that sealing under that sequence number adds. */
  readonly overhead: (sequence: number) => number;
  /** Seals `plain[0..length)` under a sequence number that was never used before; answers the length of the record in `into`. */
  readonly seal: (sequence: number, plain: Bytes, length: number, into: Bytes) => number;
  /** Opens `record[0..length)` to `into`; answers the plaintext's length, `FORGED`, or `CORRUPT` for what is no record of this suite. */
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

/** Writes the protected header {1: algorithm, 4: salt | epoch}, at most `HEADER_BYTES`, to `into`; answers its length. */
export function putProtected(into: Bytes, algorithm: number, salt: Bytes, epoch: number): number {
  const keyId = allocBytes(KEY_ID_BYTES);
  copyBytes(salt, 0, keyId, 0, SALT_BYTES);
  putUint32(keyId, SALT_BYTES, epoch);
  let end = putMap(into, 0, 2);
  end = putInt(into, end, 1);
  end = putInt(into, end, algorithm);
  end = putInt(into, end, 4);
  return putOctets(into, end, keyId, 0, KEY_ID_BYTES);
}

/** The Enc_structure ["Encrypt0", protected, h''] for that salt and epoch. */
function encStructure(algorithm: number, salt: Bytes, epoch: number): { bytes: Bytes; length: number } {
  const header = allocBytes(HEADER_BYTES);
  const end = putProtected(header, algorithm, salt, epoch);
  const bytes = allocBytes(HEADER_BYTES + 12);
  let length = putArray(bytes, 0, 3);
  length = putText(bytes, length, "Encrypt0");
  length = putOctets(bytes, length, header, 0, end);
  length = putHead(bytes, length, OCTETS, 0);
  return { bytes, length };
}

/** A sealer under the suite's cipher with the epoch's key. */
export function sealer(suite: Suite, encrypt: BlockCipher, salt: Bytes, epoch: number): Sealer {
  const { nonceBytes, tagBytes } = suite;
  const mode = ccm(encrypt, nonceBytes, tagBytes);
  const additional = encStructure(suite.algorithm, salt, epoch);
  const nonce = allocBytes(nonceBytes);
  const first = recordHead(suite.id, epoch);
  const skipped = LONGEST_NONCE - nonceBytes;
  copyBytes(salt, skipped, nonce, 0, SALT_BYTES - skipped);
  putUint32(nonce, SALT_BYTES - skipped, epoch);
  return {
    overhead: (sequence) => 1 + leb128Length(sequence) + tagBytes,
    seal: (sequence, plain, length, into) => {
      into[0] = first & 255;
      const body = putLeb128(into, 1, sequence);
      copyBytes(plain, 0, into, body, length);
      putUint32(nonce, nonceBytes - 4, sequence);
      return body + mode.seal(nonce, additional, into, body, length);
    },
    open: (record, length, into) => {
      const body = leb128End(record, 1, length);
      if (body < 0 || record[0] !== first) return CORRUPT;
      const sealed = length - body;
      copyBytes(record, body, into, 0, sealed);
      putUint32(nonce, nonceBytes - 4, leb128At(record, 1, body));
      const result = mode.open(nonce, additional, into, 0, sealed);
      return result < 0 ? result : sealed - tagBytes;
    },
  };
}
