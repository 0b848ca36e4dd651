/** Who the device is and what keys it holds, both from the identity block (`block.ts`). */

import type { Cipher } from "../board/cipher.ts";
import type { Flash } from "../board/flash.ts";
import { type IdentityFields, readBlock } from "./block.ts";
import { type Keystore, keystore } from "./keystore.ts";

export interface Identity {
  readonly fields: IdentityFields;
  readonly keystore: Keystore;
}

/** Reads the identity from flash; `undefined` when it was never provisioned or is damaged. `native`: the board's own ciphers. */
export function readIdentity(flash: Flash, native?: Cipher): Identity | undefined {
  const block = readBlock(flash);
  if (block === undefined) return undefined;
  return { fields: block.fields, keystore: keystore(flash, block.directory, native) };
}
