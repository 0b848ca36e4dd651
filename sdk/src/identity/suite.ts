/** A cipher suite: what records and commands are sealed with, and how their keys are derived. */
import type { CipherAlgorithm } from "../board/cipher.ts";
import type { BlockCipher } from "../crypto/block.ts";
import type { Hash } from "../crypto/hash.ts";
import type { Bytes } from "../lang/intrinsics.ts";

export interface Suite {
  /** 1..15: the low half of a record's first octet. */
  readonly id: number;
  /** COSE algorithm identifier. */
  readonly algorithm: number;
  /** 12 or 13. */
  readonly nonceBytes: number;
  readonly tagBytes: number;
  /** What a board with a cipher of its own calls the block cipher. */
  readonly block: CipherAlgorithm;
  /** The block cipher under a key of 16 octets. */
  readonly cipher: (key: Bytes) => BlockCipher;
  /** The hash of HKDF. */
  readonly hash: () => Hash;
}
