// Portable TypeScript, run on every runtime by the tests beside it.
import { hkdf } from "@songbai/sdk/crypto/hkdf";
import { hmac } from "@songbai/sdk/crypto/hmac";
import { sha256 } from "@songbai/sdk/crypto/sha256";
import { sm3 } from "@songbai/sdk/crypto/sm3";
import { allocBytes } from "@songbai/sdk/lang/intrinsics";
import { hexOf, numberOf, octetsOf, wordsOf } from "../support/words.ts";

/**
 * HASH: `sha256` or `sm3`.
 *
 *   hash HASH SPLIT MESSAGE               the digest; the message is taken in up to SPLIT and from there on
 *   hmac HASH KEY MESSAGE                 the code
 *   hkdf HASH SECRET SALT INFO LENGTH     that many octets of key
 */
export function receive(line: string): string {
  const words = wordsOf(line);
  const newHash = words[1] === "sm3" ? sm3 : sha256;
  if (words[0] === "hkdf") {
    const length = numberOf(words[5]);
    const key = allocBytes(length);
    hkdf(newHash, octetsOf(words[2], 0), octetsOf(words[3], 0), octetsOf(words[4], 0), key, length);
    return hexOf(key, length);
  }
  const message = octetsOf(words[3], 0);
  const digest = allocBytes(32);
  if (words[0] === "hmac") {
    const key = octetsOf(words[2], 0);
    const code = hmac(newHash(), key, key.length);
    code.update(message, 0, message.length);
    code.digest(digest, 0);
    return hexOf(digest, 32);
  }
  const split = numberOf(words[2]);
  const hash = newHash();
  hash.update(message, 0, split);
  hash.update(message, split, message.length - split);
  hash.digest(digest, 0);
  return hexOf(digest, 32);
}
