/**
 * The hub's end of key derivation: the key of an epoch is HKDF(root key, no salt, purpose | epoch (4, big-endian)), 16 octets, with
 * SHA-256 in suite 1 and SM3 in suite 2; the purpose is "rec" for records and "cmd" for what goes down to the device. By node:crypto,
 * an implementation other than the device's.
 */
import { hkdfSync } from "node:crypto";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { COMMANDS, RECORDS } from "@songbai/sdk/identity/keystore";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import type { Suite } from "@songbai/sdk/identity/suite";
import { type Opener, opener, type Sealer, sealer } from "@songbai/sdk/record/seal";
import type { Enrolment } from "./store/device.ts";

const KEY_BYTES = 16;

type Root = Pick<Enrolment, "rootKey" | "suite">;

function epochKey({ rootKey, suite }: Root, purpose: string, epoch: number): Uint8Array {
  const info = Buffer.from(`${purpose}\0\0\0\0`, "latin1");
  info.writeUInt32BE(epoch >>> 0, purpose.length);
  return new Uint8Array(hkdfSync(suite === SM4_CCM.id ? "sm3" : "sha256", rootKey, "", info, KEY_BYTES));
}

export function recordKey(root: Root, epoch: number): Uint8Array {
  return epochKey(root, RECORDS, epoch);
}

export function commandKey(root: Root, epoch: number): Uint8Array {
  return epochKey(root, COMMANDS, epoch);
}

function suiteOf({ suite }: Root): Suite {
  return suite === SM4_CCM.id ? SM4_CCM : AES_CCM;
}

/** Opens the records of a device and epoch, and seals as the device does. */
export function recordSealer(device: Pick<Enrolment, "rootKey" | "suite" | "salt">, epoch: number): Opener & Sealer {
  const suite = suiteOf(device);
  const cipher = suite.cipher(recordKey(device, epoch));
  return { ...opener(suite, cipher, device.salt, epoch), ...sealer(suite, cipher, device.salt, epoch) };
}

/** Seals what goes down to a device: no number may come twice under an epoch but with the same octets. */
export function commandSealer(device: Pick<Enrolment, "rootKey" | "suite" | "salt">, epoch: number): Sealer {
  const suite = suiteOf(device);
  return sealer(suite, suite.cipher(commandKey(device, epoch)), device.salt, epoch);
}
