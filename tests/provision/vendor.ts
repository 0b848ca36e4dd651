/** A vendor whose secrets are the same in every run. */
import type { Claims } from "@songbai/tools/provision/certificate";
import type { DeviceOrder } from "@songbai/tools/provision/device";
import { newVault, type Vault } from "@songbai/tools/provision/vault";
import { randomSource } from "../support/random.ts";

/** 2026-03-02 and a day more. */
export const ISSUED = 1_772_409_600;
export const DAY = 86_400;
export const PREFIX = "7A3F11C0";
export const ORDER: DeviceOrder = { model: "bracelet", hardware: "1.0", suite: 1, issued: ISSUED };

/** Points of order 1, 2, 4 and 8 on Curve25519 and its twist (RFC 7748 section 6.1 demands that they are refused), little-endian. */
export const LOW_ORDER_POINTS = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  // p - 1, p and p + 1.
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

export interface Vendor {
  readonly vault: Vault;
  readonly random: (length: number) => Uint8Array;
}

export function vendor(seed: number, name = "Songbai 松柏"): Vendor {
  const { bytes } = randomSource(seed);
  return { vault: newVault(name, PREFIX, bytes), random: bytes };
}

/** Claims with every field. */
export function claimsOf(seed: number): Claims {
  const { bytes } = randomSource(seed);
  return {
    issuer: "Songbai 松柏",
    deviceId: bytes(8),
    model: "bracelet",
    hardware: "1.0",
    imei: "490154203237518",
    signingKey: bytes(32),
    agreementKey: bytes(32),
    issued: ISSUED,
    expires: ISSUED + 365 * DAY,
  };
}
