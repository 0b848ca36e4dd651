/**
 * Making devices: the device's side by the SDK's own portable code, as a device would run it, the host's side by node:crypto. What
 * passes between them is public.
 */

import { ed25519PublicKey } from "@songbai/sdk/crypto/ed25519";
import { finish } from "@songbai/sdk/crypto/step";
import { x25519, x25519PublicKey } from "@songbai/sdk/crypto/x25519";
import { IDENTITY_BYTES } from "@songbai/sdk/identity/block";
import { type DeviceSecrets, type EnrolmentAnswer, enrol } from "@songbai/sdk/identity/enrolment";
import { OK } from "@songbai/sdk/lang/result";
import { InputError } from "@songbai/sim/scenario/input-error";
import { issue } from "./certificate.ts";
import { agreed } from "./curves.ts";
import type { RandomOctets } from "./key-file.ts";
import { authorityKey, platformKey, type Vault, type VaultDevice } from "./vault.ts";

/** What the devices of one call have in common, but for the IMEI. */
export interface DeviceOrder {
  /** The manifest's id. */
  readonly model: string;
  readonly hardware: string;
  readonly suite: number;
  readonly imei?: string;
  /** It listens to LoRaWAN all the time: class C of its manifest. */
  readonly continuous?: boolean;
  /** Seconds since 1970. */
  readonly issued: number;
  readonly expires?: number;
}

export interface PublicKeys {
  /** Ed25519 and X25519, 32 octets each. */
  readonly signingKey: Uint8Array;
  readonly agreementKey: Uint8Array;
}

const EUI64_DIGITS = 16;
const FIRST_EPOCH = 1;
const SECRET_BYTES = 32;

/** The device's side: its public keys. */
export function publicKeysOf(secrets: DeviceSecrets): PublicKeys {
  const signingKey = new Uint8Array(SECRET_BYTES);
  const agreementKey = new Uint8Array(SECRET_BYTES);
  finish(ed25519PublicKey(secrets.signing, signingKey));
  finish(x25519PublicKey(secrets.agreement, agreementKey));
  return { signingKey, agreementKey };
}

/** The device's side: its identity block from what the host answered; `undefined` when the platform's key is a point of low order. */
export function identityFrom(secrets: DeviceSecrets, answer: EnrolmentAnswer): Uint8Array | undefined {
  const shared = new Uint8Array(SECRET_BYTES);
  if (finish(x25519(secrets.agreement, answer.platformKey, shared)) !== OK) return undefined;
  return enrol(secrets, shared, answer) as Uint8Array;
}

/**
 * The host's side: takes a device in and certifies it. Answers the vault that knows it, and what to tell the device. Throws
 * `InputError` when the device's key is a point of low order, or no device id is left.
 */
export function certify(
  vault: Vault,
  order: DeviceOrder,
  { signingKey, agreementKey }: PublicKeys,
  random: RandomOctets,
): { vault: Vault; answer: EnrolmentAnswer & { certificate: Uint8Array; deviceId: Uint8Array } } {
  if (agreed(vault.platform, agreementKey) === undefined) {
    throw new InputError(
      "The device's X25519 key is a point of low order, under which nothing is secret; the device is not enrolled.",
    );
  }
  const { suite, continuous, ...named } = order;
  const deviceId = nextDeviceId(vault);
  const certificate = issue(vault.authority, authorityKey(vault), {
    ...named,
    issuer: vault.name,
    deviceId,
    signingKey,
    agreementKey,
  });
  const device: VaultDevice = {
    certificate,
    suite,
    firstEpoch: FIRST_EPOCH,
    deviceAddress: freeAddress(vault, random),
    ...(continuous === true ? { continuous } : {}),
  };
  return {
    vault: { ...vault, nextSerial: vault.nextSerial + 1, devices: [...vault.devices, device] },
    answer: { ...device, deviceId, joinEui: joinEuiOf(vault.prefix), platformKey: platformKey(vault) },
  };
}

/** Both sides at once, for a bench that writes the device's flash itself. */
export function makeDevice(
  vault: Vault,
  order: DeviceOrder,
  random: RandomOctets,
): { vault: Vault; deviceId: Uint8Array; certificate: Uint8Array; identity: Uint8Array } {
  const secrets = { signing: random(SECRET_BYTES), agreement: random(SECRET_BYTES) };
  const { vault: after, answer } = certify(vault, order, publicKeysOf(secrets), random);
  const identity = identityFrom(secrets, answer);
  secrets.signing.fill(0);
  secrets.agreement.fill(0);
  if (identity === undefined || identity.length > IDENTITY_BYTES) {
    throw new Error("the identity block cannot be made from the vault's own platform key and names");
  }
  return { vault: after, deviceId: answer.deviceId, certificate: answer.certificate, identity };
}

/** The vendor's join server: the one EUI-64 under its prefix that no device gets. */
export const joinEuiOf = (prefix: string): Uint8Array => new Uint8Array(Buffer.from(prefix.padEnd(EUI64_DIGITS, "0"), "hex"));

/** How many devices the prefix leaves room for. */
export const capacityOf = (prefix: string): number => 16 ** (EUI64_DIGITS - prefix.length) - 1;

function nextDeviceId({ prefix, nextSerial }: Vault): Uint8Array {
  if (nextSerial > capacityOf(prefix)) {
    throw new InputError(`All device ids under the prefix ${prefix} are given out; make a key file with another prefix.`);
  }
  const serial = nextSerial.toString(16).padStart(EUI64_DIGITS - prefix.length, "0");
  return new Uint8Array(Buffer.from(prefix + serial, "hex"));
}

/** A DevAddr of NetID 0, which is for private networks: 7 zero bits and 25 of chance (LoRaWAN backend interfaces 1.0, section 13). */
function freeAddress({ devices }: Vault, random: RandomOctets): number {
  const bits = 25;
  if (devices.length >= 2 ** (bits - 1)) {
    throw new InputError("The key file holds as many devices as there are LoRaWAN addresses for; make another one.");
  }
  for (;;) {
    const address = Buffer.from(random(4)).readInt32BE() & (2 ** bits - 1);
    if (address !== 0 && !devices.some(({ deviceAddress }) => deviceAddress === address)) return address;
  }
}
