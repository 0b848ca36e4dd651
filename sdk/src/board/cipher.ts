import type { Bytes } from "../lang/intrinsics.ts";

/** AES-128 (FIPS 197) and SM4 (GB/T 32907): 16 octets of key, 16 of block. */
export type CipherAlgorithm = "aes-128" | "sm4";

/** Block ciphers in the chip's hardware or firmware: faster than the SDK's own, and their tables take no heap. */
export interface Cipher {
  /**
   * What encrypts a 16-octet block in place under that key, which may be overwritten afterwards; `undefined` when the chip does not
   * have the algorithm, or no place for one more key.
   */
  readonly under: (algorithm: CipherAlgorithm, key: Bytes) => ((block: Bytes) => void) | undefined;
}
