/** Who the device is and what keys it holds, both from the identity block (`block.ts`). */

import type { Cipher } from "../board/cipher.ts";
import type { Flash } from "../board/flash.ts";
import type { Bytes } from "../lang/intrinsics.ts";
import { BROKER_PASSWORD, BROKER_PASSWORD_BYTES, type IdentityFields, LORAWAN_JOIN_EUI, readBlock, secretOf } from "./block.ts";
import { type Keystore, keystore } from "./keystore.ts";

const EUI_BYTES = 8;

export interface Identity {
  readonly fields: IdentityFields;
  readonly keystore: Keystore;
  /** The LoRaWAN JoinEUI, 8 octets, most significant first; `undefined` when there is none. */
  readonly joinEui: () => Bytes | undefined;
  /** The password for the MQTT broker, ASCII, which goes out as it is and is for the caller to wipe; `undefined` when there is none. */
  readonly brokerPassword: () => Bytes | undefined;
}

/** Reads the identity from flash; `undefined` when it was never provisioned or is damaged. `native`: the board's own ciphers. */
export function readIdentity(flash: Flash, native?: Cipher): Identity | undefined {
  const block = readBlock(flash);
  if (block === undefined) return undefined;
  return {
    fields: block.fields,
    keystore: keystore(flash, block.directory, native),
    brokerPassword: () => secretOf(flash, block.directory, BROKER_PASSWORD, BROKER_PASSWORD_BYTES),
    joinEui: () => secretOf(flash, block.directory, LORAWAN_JOIN_EUI, EUI_BYTES),
  };
}
