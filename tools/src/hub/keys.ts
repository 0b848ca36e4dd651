/**
 * The hub's end of key derivation: the record key of an epoch is HKDF(root key, no salt, "rec" | epoch (4, big-endian)), 16 octets,
 * with SHA-256 in suite 1 and SM3 in suite 2. By node:crypto, an implementation other than the device's.
 */
import { hkdfSync } from "node:crypto";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { type Sealer, sealer } from "@songbai/sdk/record/seal";
import type { Enrolment } from "./store/device.ts";

const RECORD_KEY_BYTES = 16;

export function recordKey({ rootKey, suite }: Pick<Enrolment, "rootKey" | "suite">, epoch: number): Uint8Array {
  const info = Buffer.from("rec\0\0\0\0", "latin1");
  info.writeUInt32BE(epoch >>> 0, 3);
  return new Uint8Array(hkdfSync(suite === 2 ? "sm3" : "sha256", rootKey, "", info, RECORD_KEY_BYTES));
}

/** Opens the records of a device and epoch. */
export function recordSealer(device: Pick<Enrolment, "rootKey" | "suite" | "salt">, epoch: number): Sealer {
  return sealer(aes128(recordKey(device, epoch)), device.salt, epoch);
}
