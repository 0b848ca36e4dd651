/** HKDF (RFC 5869): keys of any length from a secret, over any hash. */
import { copyBytes, fillBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { OK, OUT_OF_RANGE, type Result } from "../lang/result.ts";
import type { Hash } from "./hash.ts";
import { hmac } from "./hmac.ts";

const MAX_BLOCKS = 255;

/**
 * Writes `length` octets of key to `into[0..length)`. `newHash` makes the hash; `salt` may be empty, which is RFC 5869's "not
 * provided"; `info` says what the key is for. `OUT_OF_RANGE` above 255 digests (section 2.3).
 */
export function hkdf(newHash: () => Hash, secret: Bytes, salt: Bytes, info: Bytes, into: Bytes, length: number): Result {
  const extract = hmac(newHash(), salt, salt.length);
  const bytes = extract.digestBytes;
  if (length < 0 || length > MAX_BLOCKS * bytes) return OUT_OF_RANGE;
  // First the pseudo-random key (section 2.2), then the blocks T(1), T(2), … (section 2.3).
  const block = allocBytes(bytes);
  extract.update(secret, 0, secret.length);
  extract.digest(block, 0);
  const expand = hmac(newHash(), block, bytes);
  const index = allocBytes(1);
  for (let at = 0; at < length; at += bytes) {
    if (at > 0) expand.update(block, 0, bytes);
    index[0] = (index[0] + 1) & 255;
    expand.update(info, 0, info.length);
    expand.update(index, 0, 1);
    expand.digest(block, 0);
    copyBytes(block, 0, into, at, length - at < bytes ? length - at : bytes);
  }
  fillBytes(block, 0, bytes, 0);
  return OK;
}
