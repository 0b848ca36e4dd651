/** What a vendor's host holds: the secrets of its CA and of its platform, and what every device was given. */
import { InputError } from "@songbai/sim/scenario/input-error";
import { agreementPublic, signingPublic } from "./curves.ts";
import { type Lock, locked, newLock, type RandomOctets, readKeyFile, unlocked } from "./key-file.ts";
import type { NewFile } from "./write-together.ts";

export interface Vault {
  /** Of the vendor's CA; the issuer in its certificates. */
  readonly name: string;
  /** The first hexadecimal digits of its EUI-64s: what the IEEE assigned, 6 to 10 digits. */
  readonly prefix: string;
  /** The number of the next device under that prefix. */
  readonly nextSerial: number;
  /** Ed25519 seed of the CA, 32 octets. */
  readonly authority: Uint8Array;
  /** X25519 secret of the platform, 32 octets. */
  readonly platform: Uint8Array;
  readonly devices: readonly VaultDevice[];
}

/** Keys of a device are not kept: its root key follows from its certificate and the platform's secret. */
export interface VaultDevice {
  readonly certificate: Uint8Array;
  readonly suite: number;
  readonly firstEpoch: number;
  /** LoRaWAN DevAddr, int32. */
  readonly deviceAddress: number;
  /** LoRaWAN class C. */
  readonly continuous?: boolean;
}

/** A vault and the file that it came from. */
export interface OpenVault {
  readonly path: string;
  readonly vault: Vault;
  /** The file to write with this for a vault, in place of the one that was read. */
  readonly holding: (vault: Vault) => NewFile;
}

const SECRET_BYTES = 32;

/** A vault for a vendor that has none. */
export function newVault(name: string, prefix: string, random: RandomOctets): Vault {
  return { name, prefix, nextSerial: 1, authority: random(SECRET_BYTES), platform: random(SECRET_BYTES), devices: [] };
}

export const authorityKey = (vault: Vault): Uint8Array => signingPublic(vault.authority);
export const platformKey = (vault: Vault): Uint8Array => agreementPublic(vault.platform);

/** A new key file. Slow: it runs scrypt. */
export function newKeyFile(path: string, vault: Vault, passphrase: string, cost: number, random: RandomOctets): NewFile {
  return { path, octets: locked(contentOf(vault), newLock(passphrase, cost, random), random), secret: true };
}

/** Opens a key file. Slow: it runs scrypt. Throws `InputError`. */
export function openVault(path: string, passphrase: string, random: RandomOctets): OpenVault {
  const file = readKeyFile(path);
  const { content, lock } = unlocked(path, file, passphrase);
  return { path, vault: vaultOf(path, content), holding: (vault) => replacing(path, file, vault, lock, random) };
}

function replacing(path: string, replaces: Uint8Array, vault: Vault, lock: Lock, random: RandomOctets): NewFile {
  return { path, octets: locked(contentOf(vault), lock, random), secret: true, replaces };
}

const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString("base64");
const octetsOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

/** JSON, with octets in base64. */
function contentOf(vault: Vault): Uint8Array {
  const { name, prefix, nextSerial, authority, platform } = vault;
  const devices = vault.devices.map((device) => ({ ...device, certificate: base64(device.certificate) }));
  const json = { name, prefix, nextSerial, authority: base64(authority), platform: base64(platform), devices };
  return new Uint8Array(Buffer.from(JSON.stringify(json), "utf8"));
}

/** Who has the passphrase wrote this, so only its version can be foreign. */
function vaultOf(path: string, content: Uint8Array): Vault {
  try {
    const json = JSON.parse(Buffer.from(content).toString("utf8"));
    const devices = json.devices.map((device: { certificate: string }) => ({
      ...device,
      certificate: octetsOf(device.certificate),
    }));
    return { ...json, authority: octetsOf(json.authority), platform: octetsOf(json.platform), devices };
  } catch {
    throw new InputError(`The key file ${path} was written by another version of songbai.`);
  }
}
