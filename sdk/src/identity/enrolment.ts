/**
 * Enrolment on the device: it makes two secrets, tells the two public keys that belong to them, and from what the host answers
 * makes its identity block. Only public values travel: both sides come to the same root key and LoRaWAN keys by X25519 and HKDF.
 *
 * Whoever calls this runs X25519 itself (`crypto/x25519.ts`, in slices where a watchdog waits).
 */

import type { Hash } from "../crypto/hash.ts";
import { hkdf } from "../crypto/hkdf.ts";
import { sha256 } from "../crypto/sha256.ts";
import { sm3 } from "../crypto/sm3.ts";
import { copyBytes, fillBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes, charCode, textLength } from "../lang/intrinsics.ts";
import {
  AGREEMENT_KEY,
  BROKER_PASSWORD,
  BROKER_PASSWORD_BYTES,
  CERTIFICATE,
  identityBlock,
  LORAWAN_APP_KEY,
  LORAWAN_APPLICATION_KEY,
  LORAWAN_JOIN_EUI,
  LORAWAN_NETWORK_KEY,
  PLATFORM_KEY,
  ROOT_KEY,
  SIGNING_KEY,
} from "./block.ts";

/** What the device made from its true random source and keeps to itself, 32 octets each. */
export interface DeviceSecrets {
  /** Ed25519 seed. */
  readonly signing: Bytes;
  /** X25519 secret. */
  readonly agreement: Bytes;
}

/** What the host answers to the device's public keys. Nothing of it is secret. */
export interface EnrolmentAnswer {
  /** EUI-64, 8 octets. */
  readonly deviceId: Bytes;
  /** 1: AES-CCM and SHA-256; 2: SM4-CCM and SM3. */
  readonly suite: number;
  readonly firstEpoch: number;
  /** LoRaWAN DevAddr as int32. */
  readonly deviceAddress: number;
  /** EUI-64 of the LoRaWAN join server, 8 octets. */
  readonly joinEui: Bytes;
  /** X25519 public key of the platform, 32 octets. */
  readonly platformKey: Bytes;
  /** COSE_Sign1 of the vendor's CA over the device's names and public keys. */
  readonly certificate: Bytes;
}

const ROOT_BYTES = 32;
const LORAWAN_KEY_BYTES = 16;
const SALT_BYTES = 4;
const ROOT_INFO = "songbai/root/1";
const SM_SUITE = 2;
const HEX = "0123456789abcdef";

function octetsOf(text: string): Bytes {
  const octets = allocBytes(textLength(text));
  for (let i = 0; i < octets.length; i++) octets[i] = charCode(text, i) & 127;
  return octets;
}

/**
 * The block for address 0 of the flash. `shared` is X25519 of the device's agreement secret and the platform's key, 32 octets that
 * are not all zero, and is wiped. The block holds secrets.
 */
export function enrol(secrets: DeviceSecrets, shared: Bytes, answer: EnrolmentAnswer): Bytes {
  const newHash: () => Hash = answer.suite === SM_SUITE ? sm3 : sha256;
  const root = allocBytes(ROOT_BYTES);
  hkdf(newHash, shared, answer.deviceId, octetsOf(ROOT_INFO), root, ROOT_BYTES);
  fillBytes(shared, 0, shared.length, 0);
  const network = lorawanKey(newHash, root, LORAWAN_NETWORK_KEY);
  const application = lorawanKey(newHash, root, LORAWAN_APPLICATION_KEY);
  const join = lorawanKey(newHash, root, LORAWAN_APP_KEY);
  const password = brokerPassword(newHash, root);
  const { deviceId, suite, firstEpoch, deviceAddress } = answer;
  const block = identityBlock({ deviceId, salt: saltOf(deviceId), firstEpoch, suite, deviceAddress }, [
    { name: ROOT_KEY, octets: root },
    { name: LORAWAN_NETWORK_KEY, octets: network },
    { name: LORAWAN_APPLICATION_KEY, octets: application },
    { name: LORAWAN_APP_KEY, octets: join },
    { name: LORAWAN_JOIN_EUI, octets: answer.joinEui },
    { name: BROKER_PASSWORD, octets: password },
    { name: SIGNING_KEY, octets: secrets.signing },
    { name: AGREEMENT_KEY, octets: secrets.agreement },
    { name: PLATFORM_KEY, octets: answer.platformKey },
    { name: CERTIFICATE, octets: answer.certificate },
  ]);
  fillBytes(root, 0, ROOT_BYTES, 0);
  fillBytes(network, 0, LORAWAN_KEY_BYTES, 0);
  fillBytes(application, 0, LORAWAN_KEY_BYTES, 0);
  fillBytes(join, 0, LORAWAN_KEY_BYTES, 0);
  fillBytes(password, 0, BROKER_PASSWORD_BYTES, 0);
  return block;
}

/** A LoRaWAN key: HKDF(root, no salt, the name that it is kept under), 16 octets. */
function lorawanKey(newHash: () => Hash, root: Bytes, name: string): Bytes {
  const key = allocBytes(LORAWAN_KEY_BYTES);
  hkdf(newHash, root, allocBytes(0), octetsOf(name), key, LORAWAN_KEY_BYTES);
  return key;
}

/** HKDF(root, no salt, the name that it is kept under), 16 octets, as hexadecimal digits: a password that says nothing of the root. */
function brokerPassword(newHash: () => Hash, root: Bytes): Bytes {
  const half = BROKER_PASSWORD_BYTES >> 1;
  const octets = allocBytes(half);
  hkdf(newHash, root, allocBytes(0), octetsOf(BROKER_PASSWORD), octets, half);
  const digits = allocBytes(BROKER_PASSWORD_BYTES);
  for (let i = 0; i < half; i++) {
    digits[2 * i] = charCode(HEX, octets[i] >> 4) & 127;
    digits[2 * i + 1] = charCode(HEX, octets[i] & 15) & 127;
  }
  fillBytes(octets, 0, half, 0);
  return digits;
}

/** The first 4 octets of SHA-256 over the device id, in every suite. */
function saltOf(deviceId: Bytes): Bytes {
  const hash = sha256();
  const digest = allocBytes(hash.digestBytes);
  hash.update(deviceId, 0, deviceId.length);
  hash.digest(digest, 0);
  const salt = allocBytes(SALT_BYTES);
  copyBytes(digest, 0, salt, 0, SALT_BYTES);
  return salt;
}
