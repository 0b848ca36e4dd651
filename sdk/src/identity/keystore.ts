/** Keys by name. A key is read from flash when it is used, expanded and forgotten: no call returns its octets. */
import type { Flash } from "../board/flash.ts";
import { aes128 } from "../crypto/aes.ts";
import type { BlockCipher } from "../crypto/block.ts";
import { fillBytes } from "../lang/bytes.ts";
import { type Directory, secretOf } from "./block.ts";

const CIPHER_KEY_BYTES = 16;

export interface Keystore {
  /** AES-128 under the 16-octet key of that name; `undefined` when there is none. */
  readonly cipher: (name: string) => BlockCipher | undefined;
}

export function keystore(flash: Flash, directory: Directory): Keystore {
  return {
    cipher: (name) => {
      const key = secretOf(flash, directory, name, CIPHER_KEY_BYTES);
      if (key === undefined) return undefined;
      const cipher = aes128(key);
      fillBytes(key, 0, CIPHER_KEY_BYTES, 0);
      return cipher;
    },
  };
}
