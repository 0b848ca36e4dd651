/**
 * What a hash is to HMAC and HKDF, and the frame that SHA-256, SM3 and SHA-512 have in common: blocks twice as long as the state,
 * big-endian, the message padded by one bit, zeros and its length in an eighth of a block (FIPS 180-4 section 5.1, GB/T 32905
 * section 5.2).
 */
import { putUint32 } from "../lang/bytes.ts";
import { allocInts, type Bytes, type Ints } from "../lang/intrinsics.ts";

export interface Hash {
  /** Octets that are compressed at once. */
  readonly blockBytes: number;
  readonly digestBytes: number;
  /** Takes in `data[at..at+length)`; less than 2^28 octets in all. */
  readonly update: (data: Bytes, at: number, length: number) => void;
  /** Writes the digest of all that was taken in to `into[at..at+digestBytes)`, and begins anew. */
  readonly digest: (into: Bytes, at: number) => void;
}

/**
 * A hash that begins with `initial` and carries its state on by `compress`, which finds a block at the start of `words` and may
 * write to all of them.
 */
export function framed(initial: readonly number[], words: Ints, compress: (state: Ints, words: Ints) => void): Hash {
  const stateWords = initial.length;
  const blockWords = 2 * stateWords;
  const blockBytes = 4 * blockWords;
  /** Where the length stands in the last block. */
  const lengthAt = 7 * stateWords;
  const state = allocInts(stateWords);
  let total = 0;
  let filled = 0;

  function begin(): void {
    for (let i = 0; i < stateWords; i++) state[i] = initial[i];
    total = 0;
    filled = 0;
  }

  /** An octet is shifted into its word, so that no block of octets is kept. */
  function take(octet: number): void {
    words[filled >> 2] = (words[filled >> 2] << 8) | octet;
    filled += 1;
    if (filled < blockBytes) return;
    compress(state, words);
    filled = 0;
  }

  begin();
  return {
    blockBytes,
    digestBytes: 4 * stateWords,
    update: (data, at, length) => {
      for (let i = 0; i < length; i++) take(data[at + i]);
      total += length;
    },
    digest: (into, at) => {
      take(0x80);
      while (filled !== lengthAt) take(0);
      for (let i = lengthAt >> 2; i < blockWords; i++) words[i] = 0;
      words[blockWords - 1] = total << 3;
      compress(state, words);
      for (let i = 0; i < stateWords; i++) putUint32(into, at + 4 * i, state[i]);
      begin();
    },
  };
}
