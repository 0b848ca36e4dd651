/** What the hub needs to know of the devices in a key file. */
import { createHash, hkdfSync } from "node:crypto";
import {
  BROKER_PASSWORD,
  BROKER_PASSWORD_BYTES,
  LORAWAN_APP_KEY,
  LORAWAN_APPLICATION_KEY,
  LORAWAN_NETWORK_KEY,
} from "@songbai/sdk/identity/block";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Enrolment } from "../hub/store/device.ts";
import { readCertificate } from "./certificate.ts";
import { agreed } from "./curves.ts";
import { printedId } from "./demo.ts";
import { joinEuiOf } from "./device.ts";
import type { Vault, VaultDevice } from "./vault.ts";

const ROOT_BYTES = 32;
const LORAWAN_KEY_BYTES = 16;
const SALT_BYTES = 4;

/** Root key and LoRaWAN keys follow from the platform's secret and the certificate's X25519 key, by node:crypto. Throws `InputError`. */
export function enrolmentOf(vault: Vault, device: VaultDevice): Enrolment {
  const claims = readCertificate(device.certificate)?.claims;
  const shared = claims && agreed(vault.platform, claims.agreementKey);
  if (claims === undefined || shared === undefined)
    throw new InputError("The key file holds a device whose certificate is none.");
  const { deviceId } = claims;
  const { certificate, suite, firstEpoch, deviceAddress } = device;
  const derive = (secret: Uint8Array, salt: Uint8Array, info: string, length: number) =>
    new Uint8Array(hkdfSync(suite === 2 ? "sm3" : "sha256", secret, salt, info, length));
  const rootKey = derive(shared, deviceId, "songbai/root/1", ROOT_BYTES);
  const none = new Uint8Array(0);
  return {
    deviceId,
    deviceAddress,
    suite,
    salt: new Uint8Array(createHash("sha256").update(deviceId).digest().subarray(0, SALT_BYTES)),
    rootKey,
    networkKey: derive(rootKey, none, LORAWAN_NETWORK_KEY, LORAWAN_KEY_BYTES),
    applicationKey: derive(rootKey, none, LORAWAN_APPLICATION_KEY, LORAWAN_KEY_BYTES),
    appKey: derive(rootKey, none, LORAWAN_APP_KEY, LORAWAN_KEY_BYTES),
    joinEui: joinEuiOf(vault.prefix),
    epoch: firstEpoch,
    certificate,
    ...(device.continuous === true ? { continuous: true } : {}),
  };
}

/** User and password of a device at its MQTT broker. Throws `InputError`. */
export function brokerLoginOf(vault: Vault, device: VaultDevice): { readonly user: string; readonly password: string } {
  const { deviceId, rootKey, suite } = enrolmentOf(vault, device);
  const digest = suite === 2 ? "sm3" : "sha256";
  const octets = hkdfSync(digest, rootKey, new Uint8Array(0), BROKER_PASSWORD, BROKER_PASSWORD_BYTES / 2);
  return { user: printedId(deviceId), password: Buffer.from(octets).toString("hex") };
}

export const enrolmentsOf = (vault: Vault): Enrolment[] => vault.devices.map((device) => enrolmentOf(vault, device));
