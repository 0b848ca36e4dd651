/**
 * The identity block, which provisioning writes to the first kilobyte of flash sector 0 and nothing ever changes:
 *
 *   CBOR array [version 2, device id (8 octets), nonce salt (4), first epoch, suite, LoRaWAN device address, name, octets, …]
 *   followed by its CRC-32C (4)
 *
 * Keys, certificate and platform key are octet strings under their names. The device reads the block where it stands, an item at
 * a time, so that no key is in memory before it is used and a certificate never is.
 *
 * What `secretOf` answers may hold a key: only the files of this room use it, and wipe it.
 */
import type { Flash } from "../board/flash.ts";
import { ARRAY, newHead, OCTETS, putArray, putOctets, putText, putUnsigned, readHead, TEXT, UNSIGNED } from "../codec/cbor.ts";
import { crc32c } from "../codec/crc32c.ts";
import { getUint32, putUint32, sliceBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes, textOf } from "../lang/intrinsics.ts";

/** Room for the block with its checksum, octets. The epoch ledger stands behind it. */
export const IDENTITY_BYTES = 1024;
/** A name is at most this long. */
export const NAME_BYTES = 32;

const VERSION = 2;
const FIXED_ITEMS = 6;
const DEVICE_ID_BYTES = 8;
const SALT_BYTES = 4;
const CHECKSUM_BYTES = 4;
/** Longest head of an item. */
const HEAD_BYTES = 5;
const WINDOW_BYTES = HEAD_BYTES + NAME_BYTES;

/** The names that the SDK uses. Root of the record and command keys, 32 octets. */
export const ROOT_KEY = "root";
/** LoRaWAN session keys NwkSKey and AppSKey, 16 octets each. */
export const LORAWAN_NETWORK_KEY = "lorawan/nwk";
export const LORAWAN_APPLICATION_KEY = "lorawan/app";
/** LoRaWAN root key AppKey, 16 octets, and JoinEUI, 8: what a device joins with. */
export const LORAWAN_APP_KEY = "lorawan/appkey";
export const LORAWAN_JOIN_EUI = "lorawan/joineui";
/** What the device tells its MQTT broker, beside its id as the user: ASCII, `BROKER_PASSWORD_BYTES`. */
export const BROKER_PASSWORD = "mqtt/password";
export const BROKER_PASSWORD_BYTES = 32;
/** Ed25519 seed, 32 octets. */
export const SIGNING_KEY = "identity/ed25519";
/** X25519 secret, 32 octets. */
export const AGREEMENT_KEY = "identity/x25519";
/** X25519 public key of the platform, 32 octets. */
export const PLATFORM_KEY = "platform/x25519";
/** The device certificate, a COSE_Sign1. */
export const CERTIFICATE = "certificate";

/** Octets under a name. */
export interface NamedOctets {
  /** ASCII, at most `NAME_BYTES`. */
  readonly name: string;
  readonly octets: Bytes;
}

/** What the block says in clear. */
export interface IdentityFields {
  /** EUI-64, 8 octets. */
  readonly deviceId: Bytes;
  /** First 4 octets of SHA-256 over the device id: the fixed part of record nonces. */
  readonly salt: Bytes;
  /** Key epoch that the device was enrolled with; the ledger has the present one. */
  readonly firstEpoch: number;
  /** 1: AES-CCM and SHA-256; 2: SM4-CCM and SM3. */
  readonly suite: number;
  /** LoRaWAN DevAddr as int32; 0 without LoRaWAN. */
  readonly deviceAddress: number;
}

/** The block for provisioning to program at address 0; longer than `IDENTITY_BYTES` where the names and octets do not fit. */
export function identityBlock(fields: IdentityFields, named: readonly NamedOctets[]): Bytes {
  let most = 64;
  for (const one of named) most += HEAD_BYTES + NAME_BYTES + HEAD_BYTES + one.octets.length;
  const block = allocBytes(most);
  let at = putArray(block, 0, FIXED_ITEMS + named.length + named.length);
  at = putUnsigned(block, at, VERSION);
  at = putOctets(block, at, fields.deviceId, 0, DEVICE_ID_BYTES);
  at = putOctets(block, at, fields.salt, 0, SALT_BYTES);
  at = putUnsigned(block, at, fields.firstEpoch);
  at = putUnsigned(block, at, fields.suite);
  at = putUnsigned(block, at, fields.deviceAddress);
  for (const one of named) {
    at = putText(block, at, one.name);
    at = putOctets(block, at, one.octets, 0, one.octets.length);
  }
  putUint32(block, at, crc32c(0, block, 0, at));
  return sliceBytes(block, 0, at + CHECKSUM_BYTES);
}

/** Steps through the items of the block on flash. */
interface Items {
  /** Steps over the next item, a number or the head of an array; answers its argument. */
  readonly number: (major: number) => number;
  /** Steps over the next item, a string of `length` octets (-1: any); answers the address of its octets. */
  readonly string: (major: number, length: number) => number;
  /** Length of the string stepped over last. */
  readonly length: () => number;
  /** The address behind the last item; -1 when one was not what it should be. */
  readonly at: () => number;
}

function itemsOf(flash: Flash, from: number): Items {
  const window = allocBytes(HEAD_BYTES);
  const head = newHead();
  let at = from;

  function number(major: number): number {
    if (at < 0 || at + HEAD_BYTES > IDENTITY_BYTES) at = -1;
    else {
      flash.read(at, window, 0, HEAD_BYTES);
      const size = readHead(window, 0, HEAD_BYTES, head);
      at = size < 0 || head.major !== major ? -1 : at + size;
    }
    return head.argument;
  }

  return {
    number,
    string: (major, length) => {
      const found = number(major);
      const start = at;
      const fits = found >= 0 && found <= IDENTITY_BYTES - start && (length < 0 || found === length);
      at = start < 0 || !fits ? -1 : start + found;
      return start;
    },
    length: () => head.argument,
    at: () => at,
  };
}

/** `flash[at..at+length)`. */
function octetsAt(flash: Flash, at: number, length: number): Bytes {
  const octets = allocBytes(length);
  flash.read(at, octets, 0, length);
  return octets;
}

/** True when the block ends at `end` and its checksum stands there. */
function sealedAt(flash: Flash, end: number): boolean {
  if (end < 0 || end + CHECKSUM_BYTES > IDENTITY_BYTES) return false;
  const chunk = allocBytes(WINDOW_BYTES);
  let crc = 0;
  for (let at = 0; at < end; at += WINDOW_BYTES) {
    const length = end - at < WINDOW_BYTES ? end - at : WINDOW_BYTES;
    flash.read(at, chunk, 0, length);
    crc = crc32c(crc, chunk, 0, length);
  }
  flash.read(end, chunk, 0, CHECKSUM_BYTES);
  return getUint32(chunk, 0) === crc;
}

/** Where the names stand in a sound block. */
export interface Directory {
  readonly at: number;
  readonly count: number;
}

/** The block on flash; `undefined` when it was never written or is damaged. */
export function readBlock(flash: Flash): { fields: IdentityFields; directory: Directory } | undefined {
  const items = itemsOf(flash, 0);
  const count = (items.number(ARRAY) - FIXED_ITEMS) >> 1;
  if (items.number(UNSIGNED) !== VERSION) return undefined;
  const idAt = items.string(OCTETS, DEVICE_ID_BYTES);
  const saltAt = items.string(OCTETS, SALT_BYTES);
  const firstEpoch = items.number(UNSIGNED);
  const suite = items.number(UNSIGNED);
  const deviceAddress = items.number(UNSIGNED);
  const at = items.at();
  for (let i = 0; i < count && items.at() > 0; i++) {
    items.string(TEXT, -1);
    items.string(OCTETS, -1);
  }
  if (count < 0 || !sealedAt(flash, items.at())) return undefined;
  const deviceId = octetsAt(flash, idAt, DEVICE_ID_BYTES);
  const salt = octetsAt(flash, saltAt, SALT_BYTES);
  return { fields: { deviceId, salt, firstEpoch, suite, deviceAddress }, directory: { at, count } };
}

/** The octets under a name, for the caller to wipe; `undefined` when there are none of that length (-1: any). */
export function secretOf(flash: Flash, directory: Directory, name: string, length: number): Bytes | undefined {
  const items = itemsOf(flash, directory.at);
  for (let i = 0; i < directory.count; i++) {
    const nameAt = items.string(TEXT, -1);
    const nameLength = items.length();
    const octetsAddress = items.string(OCTETS, -1);
    const found = nameLength <= NAME_BYTES && textOf(octetsAt(flash, nameAt, nameLength), 0, nameLength) === name;
    if (found) return length < 0 || items.length() === length ? octetsAt(flash, octetsAddress, items.length()) : undefined;
  }
  return undefined;
}
