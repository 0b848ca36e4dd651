import type { Cipher, CipherAlgorithm } from "../board/cipher.ts";
import type { Bytes } from "../lang/intrinsics.ts";

/** Encrypts a 16-octet block in place under a key that stays inside. */
export type BlockCipher = (block: Bytes) => void;

export const BLOCK_BYTES = 16;

/**
 * The cipher under a 16-octet key: the chip's own where it has one, else what `portable` makes of the key. `portable` is handed in,
 * so that a program holds only the ciphers that it names.
 */
export function blockCipher(
  native: Cipher | undefined,
  algorithm: CipherAlgorithm,
  key: Bytes,
  portable: (key: Bytes) => BlockCipher,
): BlockCipher {
  const own = native === undefined ? undefined : native.under(algorithm, key);
  return own === undefined ? portable(key) : own;
}
