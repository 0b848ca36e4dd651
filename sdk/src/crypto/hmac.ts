/** HMAC (RFC 2104, FIPS 198-1) over any hash: a hash with a key, so it is one by its interface. */
import { copyBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import type { Hash } from "./hash.ts";

/** Turns the inner pad, octets 0x36, into the outer one, 0x5c. */
const INNER = 0x36;
const INNER_TO_OUTER = 0x6a;

/**
 * The code under `key[0..keyLength)`, of any length; the key may be overwritten afterwards. `hash` must have taken in nothing, and
 * from now on belongs to the code alone.
 */
export function hmac(hash: Hash, key: Bytes, keyLength: number): Hash {
  const pad = allocBytes(hash.blockBytes);
  const inner = allocBytes(hash.digestBytes);
  if (keyLength > hash.blockBytes) {
    hash.update(key, 0, keyLength);
    hash.digest(pad, 0);
  } else copyBytes(key, 0, pad, 0, keyLength);
  for (let i = 0; i < pad.length; i++) pad[i] = pad[i] ^ INNER;

  /** The inner pad goes in with the first octets, so that a code that is used once does not pay for a second beginning. */
  let begun = false;
  function begin(): void {
    if (!begun) hash.update(pad, 0, pad.length);
    begun = true;
  }

  function turnPad(): void {
    for (let i = 0; i < pad.length; i++) pad[i] = pad[i] ^ INNER_TO_OUTER;
  }

  return {
    blockBytes: hash.blockBytes,
    digestBytes: hash.digestBytes,
    update: (data, at, length) => {
      begin();
      hash.update(data, at, length);
    },
    digest: (into, at) => {
      begin();
      hash.digest(inner, 0);
      turnPad();
      hash.update(pad, 0, pad.length);
      hash.update(inner, 0, inner.length);
      hash.digest(into, at);
      turnPad();
      begun = false;
    },
  };
}
