/**
 * The hub's end of key derivation: the record key of an epoch is HKDF(root key, no salt, "rec" | epoch (4, big-endian)), 16 octets,
 * with SHA-256 in suite 1 and SM3 in suite 2. By node:crypto, an implementation other than the device's.
 */
import { hkdfSync } from "node:crypto";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import { type Opener, opener, type Sealer, sealer } from "@songbai/sdk/record/seal";
import type { Enrolment } from "./store/device.ts";

const RECORD_KEY_BYTES = 16;

export function recordKey({ rootKey, suite }: Pick<Enrolment, "rootKey" | "suite">, epoch: number): Uint8Array {
  const info = Buffer.from("rec\0\0\0\0", "latin1");
  info.writeUInt32BE(epoch >>> 0, 3);
  return new Uint8Array(hkdfSync(suite === SM4_CCM.id ? "sm3" : "sha256", rootKey, "", info, RECORD_KEY_BYTES));
}

/** Opens the records of a device and epoch, and seals as the device does. */
export function recordSealer(device: Pick<Enrolment, "rootKey" | "suite" | "salt">, epoch: number): Opener & Sealer {
  const suite = device.suite === SM4_CCM.id ? SM4_CCM : AES_CCM;
  const cipher = suite.cipher(recordKey(device, epoch));
  return { ...opener(suite, cipher, device.salt, epoch), ...sealer(suite, cipher, device.salt, epoch) };
}
