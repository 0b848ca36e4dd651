/** Keys by name. A key is read from flash when it is used, expanded and forgotten: no call returns its octets. */
import type { Cipher, CipherAlgorithm } from "../board/cipher.ts";
import type { Flash } from "../board/flash.ts";
import { aes128 } from "../crypto/aes.ts";
import type { BlockCipher } from "../crypto/block.ts";
import { hkdf } from "../crypto/hkdf.ts";
import { fillBytes, putUint32 } from "../lang/bytes.ts";
import { allocBytes, type Bytes, charCode } from "../lang/intrinsics.ts";
import { type Directory, ROOT_KEY, secretOf } from "./block.ts";
import type { Suite } from "./suite.ts";

const ROOT_BYTES = 32;
const CIPHER_KEY_BYTES = 16;
const PURPOSE_BYTES = 3;

/** What an epoch has a key for. */
export const RECORDS = "rec";
export const COMMANDS = "cmd";

export interface Keystore {
  /** AES-128 under the 16-octet key of that name; `undefined` when there is none. */
  readonly cipher: (name: string) => BlockCipher | undefined;
  /**
   * The suite's cipher under the key of an epoch, HKDF(root, no salt, purpose | epoch (4), 16 octets); `undefined` without a root.
   * `purpose`: `RECORDS` or `COMMANDS`.
   */
  readonly epochCipher: (suite: Suite, purpose: string, epoch: number) => BlockCipher | undefined;
}

/** `native`: the board's own ciphers, which are used where it has them. */
export function keystore(flash: Flash, directory: Directory, native: Cipher | undefined): Keystore {
  /** The cipher under a key, which is wiped. */
  function expand(algorithm: CipherAlgorithm, make: (key: Bytes) => BlockCipher, key: Bytes): BlockCipher {
    const own = native === undefined ? undefined : native.under(algorithm, key);
    const cipher = own === undefined ? make(key) : own;
    fillBytes(key, 0, CIPHER_KEY_BYTES, 0);
    return cipher;
  }

  return {
    cipher: (name) => {
      const key = secretOf(flash, directory, name, CIPHER_KEY_BYTES);
      return key === undefined ? undefined : expand("aes-128", aes128, key);
    },
    epochCipher: (suite, purpose, epoch) => {
      const root = secretOf(flash, directory, ROOT_KEY, ROOT_BYTES);
      if (root === undefined) return undefined;
      const info = allocBytes(PURPOSE_BYTES + 4);
      for (let i = 0; i < PURPOSE_BYTES; i++) info[i] = charCode(purpose, i) & 127;
      putUint32(info, PURPOSE_BYTES, epoch);
      const key = allocBytes(CIPHER_KEY_BYTES);
      hkdf(suite.hash, root, allocBytes(0), info, key, CIPHER_KEY_BYTES);
      fillBytes(root, 0, ROOT_BYTES, 0);
      return expand(suite.block, suite.cipher, key);
    },
  };
}
