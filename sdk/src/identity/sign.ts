/** Signatures by a key of the identity block, in a file of its own: a program that signs nothing does not carry Ed25519. */
import type { Flash } from "../board/flash.ts";
import { ed25519PublicKey, ed25519Sign } from "../crypto/ed25519.ts";
import { inTurn, type Step } from "../crypto/step.ts";
import { fillBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { MISSING, OK } from "../lang/result.ts";
import { readBlock, secretOf } from "./block.ts";

const KEY_BYTES = 32;

/** Signs `message[0..length)` into `signature[0..64)`, in slices; `MISSING` when there is no such key. */
export type Sign = (message: Bytes, length: number, signature: Bytes) => Step;

/** Ed25519 under the seed of that name. It is in memory while a signature is made. */
export function signer(flash: Flash, name: string): Sign {
  return (message, length, signature) => {
    const block = readBlock(flash);
    const seed = block === undefined ? undefined : secretOf(flash, block.directory, name, KEY_BYTES);
    if (seed === undefined) return () => MISSING;
    const publicKey = allocBytes(KEY_BYTES);
    return inTurn([
      ed25519PublicKey(seed, publicKey),
      ed25519Sign(seed, publicKey, message, length, signature),
      () => {
        fillBytes(seed, 0, KEY_BYTES, 0);
        return OK;
      },
    ]);
  };
}
