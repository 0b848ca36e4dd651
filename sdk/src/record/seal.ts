/**
 * The sealed record, suite 1: AES-CCM-16-64-128 (COSE algorithm 10, RFC 9053 section 4.2).
 *
 *   suite and epoch (1) | sequence (1..5, LEB128) | ciphertext | tag (8)
 *
 * The first octet holds the suite in its low and the epoch's low four bits in its high half. The nonce is
 * salt (4) | epoch (4) | sequence (5), big-endian. The additional data is the Enc_structure of the COSE_Encrypt0 (RFC 9052
 * section 5.3) whose protected header is {1: 10, 4: salt | epoch}, so that a receiver can expand a record to standard COSE.
 */
import { OCTETS, putArray, putHead, putInt, putMap, putOctets, putText } from "../codec/cbor.ts";
import { leb128At, leb128End, leb128Length, putLeb128 } from "../codec/leb128.ts";
import type { BlockCipher } from "../crypto/block.ts";
import { ccm } from "../crypto/ccm.ts";
import { copyBytes, putUint32 } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { CORRUPT, type Result } from "../lang/result.ts";

const SUITE = 1;
const NONCE_BYTES = 13;
const TAG_BYTES = 8;
const KEY_ID_BYTES = 8;

/** Octets that sealing under that sequence number adds. */
export function sealOverhead(sequence: number): number {
  return 1 + leb128Length(sequence) + TAG_BYTES;
}

export interface Sealer {
  /** Seals `plain[0..length)` under a sequence number that was never used before; answers the length of the record in `into`. */
  readonly seal: (sequence: number, plain: Bytes, length: number, into: Bytes) => number;
  /** Opens `record[0..length)` to `into`; answers the plaintext's length, `FORGED`, or `CORRUPT` for what is no record of this suite. */
  readonly open: (record: Bytes, length: number, into: Bytes) => Result;
}

/** The sequence number of a record, 0..2^31-1; `CORRUPT` when there is none. Nothing of it is authenticated before `open`. */
export function sequenceOf(record: Bytes, length: number): Result {
  const body = leb128End(record, 1, length);
  return body < 0 ? body : leb128At(record, 1, body);
}

/** The Enc_structure ["Encrypt0", protected, h''] for that salt and epoch. */
function encStructure(salt: Bytes, epoch: number): { bytes: Bytes; length: number } {
  const keyId = allocBytes(KEY_ID_BYTES);
  copyBytes(salt, 0, keyId, 0, 4);
  putUint32(keyId, 4, epoch);
  const header = allocBytes(16);
  let end = putMap(header, 0, 2);
  end = putInt(header, end, 1);
  end = putInt(header, end, 10);
  end = putInt(header, end, 4);
  end = putOctets(header, end, keyId, 0, KEY_ID_BYTES);
  const bytes = allocBytes(32);
  let length = putArray(bytes, 0, 3);
  length = putText(bytes, length, "Encrypt0");
  length = putOctets(bytes, length, header, 0, end);
  length = putHead(bytes, length, OCTETS, 0);
  return { bytes, length };
}

/** A sealer under the cipher of the epoch's record key. */
export function sealer(encrypt: BlockCipher, salt: Bytes, epoch: number): Sealer {
  const mode = ccm(encrypt, NONCE_BYTES, TAG_BYTES);
  const additional = encStructure(salt, epoch);
  const nonce = allocBytes(NONCE_BYTES);
  const first = SUITE | ((epoch & 15) << 4);
  copyBytes(salt, 0, nonce, 0, 4);
  putUint32(nonce, 4, epoch);
  return {
    seal: (sequence, plain, length, into) => {
      into[0] = first;
      const body = putLeb128(into, 1, sequence);
      copyBytes(plain, 0, into, body, length);
      putUint32(nonce, 9, sequence);
      return body + mode.seal(nonce, additional, into, body, length);
    },
    open: (record, length, into) => {
      const sequence = sequenceOf(record, length);
      if (sequence < 0 || record[0] !== first) return CORRUPT;
      const body = leb128End(record, 1, length);
      const sealed = length - body;
      copyBytes(record, body, into, 0, sealed);
      putUint32(nonce, 9, sequence);
      const result = mode.open(nonce, additional, into, 0, sealed);
      return result < 0 ? result : sealed - TAG_BYTES;
    },
  };
}
