/**
 * What a hash is to HMAC and HKDF, and the frame that SHA-256 and SM3 have in common: blocks of 16 words, big-endian, the message
 * padded by one bit, zeros and its length in 64 bits (FIPS 180-4 section 5.1.1, GB/T 32905 section 5.2), a state of 8 words.
 */
import { putUint32 } from "../lang/bytes.ts";
import { allocInts, type Bytes, type Ints } from "../lang/intrinsics.ts";

export interface Hash {
  /** Octets that are compressed at once. */
  readonly blockBytes: number;
  readonly digestBytes: number;
  /** Takes in `data[at..at+length)`; 2^31 - 1 octets in all. */
  readonly update: (data: Bytes, at: number, length: number) => void;
  /** Writes the digest of all that was taken in to `into[at..at+digestBytes)`, and begins anew. */
  readonly digest: (into: Bytes, at: number) => void;
}

const STATE_WORDS = 8;
const BLOCK_BYTES = 64;
/** Where the length stands in the last block. */
const LENGTH_AT = 56;

/**
 * A hash that begins with `initial` and carries its state on by `compress`, which finds a block in the first 16 of `words` and may
 * write to the others.
 */
export function framed(initial: readonly number[], words: Ints, compress: (state: Ints, words: Ints) => void): Hash {
  const state = allocInts(STATE_WORDS);
  let total = 0;
  let filled = 0;

  function begin(): void {
    for (let i = 0; i < STATE_WORDS; i++) state[i] = initial[i];
    total = 0;
    filled = 0;
  }

  /** An octet is shifted into its word, so that no block of octets is kept. */
  function take(octet: number): void {
    words[filled >> 2] = (words[filled >> 2] << 8) | octet;
    filled += 1;
    if (filled < BLOCK_BYTES) return;
    compress(state, words);
    filled = 0;
  }

  begin();
  return {
    blockBytes: BLOCK_BYTES,
    digestBytes: 4 * STATE_WORDS,
    update: (data, at, length) => {
      for (let i = 0; i < length; i++) take(data[at + i]);
      total += length;
    },
    digest: (into, at) => {
      take(0x80);
      while (filled !== LENGTH_AT) take(0);
      words[14] = total >>> 29;
      words[15] = total << 3;
      compress(state, words);
      for (let i = 0; i < STATE_WORDS; i++) putUint32(into, at + 4 * i, state[i]);
      begin();
    },
  };
}
