/** AES-CMAC (NIST SP 800-38B, RFC 4493): a 16-octet authentication code over any block cipher of 16 octets. */
import { copyBytes, fillBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { BLOCK_BYTES, type BlockCipher } from "./block.ts";

/**
 * Writes the code of `message[0..length)` to `code[0..16)`. With `first`, a whole block that stands before the message, which must
 * then not be empty; it may be `code` itself.
 */
export type Cmac = (message: Bytes, length: number, code: Bytes, first?: Bytes) => void;

/** Multiplication by x in GF(2^128) (SP 800-38B section 6.1): the next subkey. */
function doubled(block: Bytes): Bytes {
  const result = allocBytes(BLOCK_BYTES);
  for (let i = 0; i < 15; i++) result[i] = ((block[i] << 1) | (block[i + 1] >>> 7)) & 255;
  result[15] = ((block[15] << 1) ^ ((block[0] & 128) !== 0 ? 0x87 : 0)) & 255;
  return result;
}

export function cmac(encrypt: BlockCipher): Cmac {
  const zero = allocBytes(BLOCK_BYTES);
  encrypt(zero);
  const whole = doubled(zero);
  const padded = doubled(whole);
  return (message, length, code, first) => {
    if (first === undefined) fillBytes(code, 0, BLOCK_BYTES, 0);
    else {
      copyBytes(first, 0, code, 0, BLOCK_BYTES);
      encrypt(code);
    }
    let at = 0;
    while (length - at > BLOCK_BYTES) {
      for (let i = 0; i < BLOCK_BYTES; i++) code[i] = code[i] ^ message[at + i];
      encrypt(code);
      at += BLOCK_BYTES;
    }
    const rest = length - at;
    for (let i = 0; i < rest; i++) code[i] = code[i] ^ message[at + i];
    if (rest < BLOCK_BYTES) code[rest] = code[rest] ^ 0x80;
    const subkey = rest === BLOCK_BYTES ? whole : padded;
    for (let i = 0; i < BLOCK_BYTES; i++) code[i] = code[i] ^ subkey[i];
    encrypt(code);
  };
}
