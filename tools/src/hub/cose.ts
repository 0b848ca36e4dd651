/**
 * A sealed record as standard COSE_Encrypt0 (RFC 9052 section 5.2), and back; neither way needs a key:
 *
 *   16([ h'{1: algorithm, 4: salt | epoch}', {6: Partial IV}, ciphertext | tag ])
 *
 * The Partial IV is the sequence number without leading zeros. With `contextIv` as the Context IV, any COSE library that knows the
 * algorithm makes the record's nonce of it (section 3.1, "Partial IV") and opens the message under the epoch's record key.
 */
import { ARRAY, intOf, MAP, newHead, OCTETS, putArray, putHead, putMap, putOctets, readHead } from "@songbai/sdk/codec/cbor";
import { leb128Length, putLeb128 } from "@songbai/sdk/codec/leb128";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import type { Suite } from "@songbai/sdk/identity/suite";
import { HEADER_BYTES, putProtected, recordHead, sequenceOf } from "@songbai/sdk/record/seal";

const SUITES: readonly Suite[] = [AES_CCM, SM4_CCM];
const TAG_ENCRYPT0 = 0xd0;
const PARTIAL_IV = 6;
const KEY_ID_BYTES = 8;
const SEQUENCE_BYTES = 5;
/** All but header and ciphertext, at most. */
const FRAME_BYTES = 16;

/** What a message says in clear. */
export interface Expanded {
  readonly record: Uint8Array;
  /** 4 octets. */
  readonly salt: Uint8Array;
  readonly epoch: number;
}

/** The nonce of sequence number 0, which a COSE library combines with the Partial IV. */
export function contextIv(suite: Suite, salt: Uint8Array, epoch: number): Uint8Array {
  const nonce = Buffer.alloc(salt.length + 4 + SEQUENCE_BYTES);
  nonce.set(salt);
  nonce.writeUInt32BE(epoch >>> 0, salt.length);
  return new Uint8Array(nonce.subarray(nonce.length - suite.nonceBytes));
}

/** The record of that device and epoch as COSE_Encrypt0; `undefined` when it is none of them. */
export function expand({ record, salt, epoch }: Expanded): Uint8Array | undefined {
  const suite = SUITES.find(({ id }) => recordHead(id, epoch) === record[0]);
  const sequence = sequenceOf(record, record.length);
  if (suite === undefined || sequence < 0) return undefined;
  const body = record.subarray(1 + leb128Length(sequence));
  if (body.length < suite.tagBytes) return undefined;
  const header = new Uint8Array(HEADER_BYTES);
  const headerLength = putProtected(header, 0, suite.algorithm, salt, epoch);
  const partialIv = Buffer.alloc(4);
  partialIv.writeUInt32BE(sequence);
  const zeros = Math.min(3, Math.clz32(sequence) >> 3);

  const message = new Uint8Array(FRAME_BYTES + HEADER_BYTES + body.length);
  message[0] = TAG_ENCRYPT0;
  let at = putArray(message, 1, 3);
  at = putOctets(message, at, header, 0, headerLength);
  at = putMap(message, at, 1);
  at = putHead(message, at, 0, PARTIAL_IV);
  at = putOctets(message, at, partialIv, zeros, 4 - zeros);
  return message.slice(0, putOctets(message, at, body, 0, body.length));
}

/** The record in a message that `expand` could have made; `undefined` for any other. */
export function compact(message: Uint8Array): Expanded | undefined {
  const head = newHead();
  let at = message[0] === TAG_ENCRYPT0 ? 1 : -1;
  const next = (major: number, argument?: number): number => {
    if (at > 0) at = readHead(message, at, message.length, head);
    if (at < 0 || head.major !== major || (argument !== undefined && head.argument !== argument)) at = -1;
    return at < 0 ? 0 : intOf(head);
  };
  const octets = (): Uint8Array => {
    const length = next(OCTETS);
    const found = message.slice(at, at + length);
    at = at < 0 || found.length !== length ? -1 : at + length;
    return found;
  };
  next(ARRAY, 3);
  const header = octets();
  next(MAP, 1);
  next(0, PARTIAL_IV);
  const partialIv = octets();
  const body = octets();
  if (at !== message.length || partialIv.length > 4) return undefined;

  const keyId = Buffer.from(header.subarray(-KEY_ID_BYTES));
  if (keyId.length !== KEY_ID_BYTES) return undefined;
  const salt = new Uint8Array(keyId.subarray(0, 4));
  const epoch = keyId.readInt32BE(4);
  const sequence = partialIv.reduce((number, octet) => number * 256 + octet, 0);
  const suite = SUITES.find(({ algorithm }) => {
    const expected = new Uint8Array(HEADER_BYTES);
    return Buffer.compare(expected.subarray(0, putProtected(expected, 0, algorithm, salt, epoch)), header) === 0;
  });
  if (suite === undefined || sequence > 0x7fffffff) return undefined;
  const record = new Uint8Array(1 + leb128Length(sequence) + body.length);
  record[0] = recordHead(suite.id, epoch);
  record.set(body, putLeb128(record, 1, sequence));
  const found = { record, salt, epoch };
  // One form only: what `expand` would not have written is refused.
  const again = expand(found);
  return again !== undefined && Buffer.compare(again, message) === 0 ? found : undefined;
}
