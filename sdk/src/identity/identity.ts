/**
 * Who the device is and what keys it holds. Both come from the identity block that provisioning writes to flash sector 0:
 *
 *   CBOR array [version 1, device id (8 octets), nonce salt (4), record epoch, LoRaWAN device address, name, key (16), name, key …]
 *   followed by its CRC-32C (4)
 *
 * The keystore expands each key into a cipher and forgets it: a key is used by name, and no call returns its octets.
 */
import type { Flash } from "../board/flash.ts";
import { ARRAY, newHead, OCTETS, putArray, putOctets, putText, putUnsigned, readHead, TEXT, UNSIGNED } from "../codec/cbor.ts";
import { crc32c } from "../codec/crc32c.ts";
import { aes128 } from "../crypto/aes.ts";
import type { BlockCipher } from "../crypto/block.ts";
import { fillBytes, getUint32, putUint32, sliceBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes, textOf } from "../lang/intrinsics.ts";

const VERSION = 1;
const FIXED_ITEMS = 5;
const DEVICE_ID_BYTES = 8;
const SALT_BYTES = 4;
const KEY_BYTES = 16;
/** The identity block must end within this many octets of its sector. */
const MAX_BLOCK_BYTES = 256;

/** The names that the SDK uses. */
export const RECORD_KEY = "record";
export const LORAWAN_NETWORK_KEY = "lorawan/nwk";
export const LORAWAN_APPLICATION_KEY = "lorawan/app";

export interface Keystore {
  /** The cipher under the key of that name; `undefined` when there is none. */
  readonly cipher: (name: string) => BlockCipher | undefined;
}

export interface Identity {
  /** EUI-64, 8 octets. */
  readonly deviceId: Bytes;
  /** First 4 octets of SHA-256 over the device id: the fixed part of record nonces. */
  readonly salt: Bytes;
  /** Key epoch of the records. */
  readonly epoch: number;
  /** LoRaWAN device address, as int32. */
  readonly deviceAddress: number;
  readonly keystore: Keystore;
}

/** A named key, as provisioning hands it over. */
export interface NamedKey {
  readonly name: string;
  /** 16 octets. */
  readonly key: Bytes;
}

/** The identity block for provisioning to program at address 0. */
export function identityBlock(deviceId: Bytes, salt: Bytes, epoch: number, deviceAddress: number, keys: NamedKey[]): Bytes {
  const block = allocBytes(MAX_BLOCK_BYTES);
  let at = putArray(block, 0, FIXED_ITEMS + keys.length + keys.length);
  at = putUnsigned(block, at, VERSION);
  at = putOctets(block, at, deviceId, 0, DEVICE_ID_BYTES);
  at = putOctets(block, at, salt, 0, SALT_BYTES);
  at = putUnsigned(block, at, epoch);
  at = putUnsigned(block, at, deviceAddress);
  for (const named of keys) {
    at = putText(block, at, named.name);
    at = putOctets(block, at, named.key, 0, KEY_BYTES);
  }
  putUint32(block, at, crc32c(0, block, 0, at));
  return sliceBytes(block, 0, at + 4);
}

/** Reads the identity from flash; `undefined` when it was never provisioned or is damaged. */
export function readIdentity(flash: Flash): Identity | undefined {
  const block = allocBytes(MAX_BLOCK_BYTES);
  flash.read(0, block, 0, MAX_BLOCK_BYTES);
  const head = newHead();
  const names: string[] = [];
  const ciphers: BlockCipher[] = [];
  let at = readHead(block, 0, MAX_BLOCK_BYTES, head);
  const keys = (head.argument - FIXED_ITEMS) >> 1;
  if (at < 0 || head.major !== ARRAY || keys < 0 || keys > 8) return undefined;

  function unsigned(): number {
    if (at > 0) at = readHead(block, at, MAX_BLOCK_BYTES, head);
    if (head.major !== UNSIGNED) at = -1;
    return head.argument;
  }

  /** Steps over a string of the given type; answers where it begins. */
  function string(major: number, length: number): number {
    if (at > 0) at = readHead(block, at, MAX_BLOCK_BYTES, head);
    const start = at;
    const fits = head.major === major && head.argument >= 0 && head.argument <= MAX_BLOCK_BYTES - start;
    at = start > 0 && fits && (length === 0 || head.argument === length) ? start + head.argument : -1;
    return at < 0 ? 0 : start;
  }

  const version = unsigned();
  const idAt = string(OCTETS, DEVICE_ID_BYTES);
  const saltAt = string(OCTETS, SALT_BYTES);
  const epoch = unsigned();
  const deviceAddress = unsigned();
  for (let i = 0; i < keys; i++) {
    const nameAt = string(TEXT, 0);
    const nameEnd = at;
    const keyAt = string(OCTETS, KEY_BYTES);
    if (at < 0) return undefined;
    names.push(textOf(block, nameAt, nameEnd));
    ciphers.push(aes128(sliceBytes(block, keyAt, keyAt + KEY_BYTES)));
  }
  const sound = version === VERSION && at > 0 && at + 4 <= MAX_BLOCK_BYTES && getUint32(block, at) === crc32c(0, block, 0, at);
  if (!sound) return undefined;
  const deviceId = sliceBytes(block, idAt, idAt + DEVICE_ID_BYTES);
  const salt = sliceBytes(block, saltAt, saltAt + SALT_BYTES);
  fillBytes(block, 0, MAX_BLOCK_BYTES, 0);

  return {
    deviceId,
    salt,
    epoch,
    deviceAddress,
    keystore: {
      cipher: (name) => {
        for (let i = 0; i < names.length; i++) if (names[i] === name) return ciphers[i];
        return undefined;
      },
    },
  };
}
