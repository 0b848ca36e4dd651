/**
 * Credentials for devices of the simulator: derived from the run's seed, so that a run can be repeated. They are no secret and must
 * never go into a product; `songbai provision` will make real ones.
 */
import { createHash, createHmac } from "node:crypto";
import {
  identityBlock,
  LORAWAN_APP_KEY,
  LORAWAN_APPLICATION_KEY,
  LORAWAN_JOIN_EUI,
  LORAWAN_NETWORK_KEY,
  ROOT_KEY,
} from "@songbai/sdk/identity/block";

/** What both ends of a device's connection know. */
export interface Credentials {
  /** EUI-64, 8 octets. */
  readonly deviceId: Uint8Array;
  /** LoRaWAN DevAddr, int32. */
  readonly deviceAddress: number;
  readonly epoch: number;
  /** 1: AES-CCM, 2: SM4-CCM. */
  readonly suite: number;
  /** First 4 octets of SHA-256 over the device id. */
  readonly salt: Uint8Array;
  /** 32 octets; record and command keys are derived from it. */
  readonly rootKey: Uint8Array;
  /** 16 octets each. */
  readonly networkKey: Uint8Array;
  readonly applicationKey: Uint8Array;
  /** What it joins with: 16 octets and 8. */
  readonly appKey: Uint8Array;
  readonly joinEui: Uint8Array;
}

const VENDOR_PREFIX = "7a3f11c0";

/** `epoch`: a device that begins with empty flash again needs a higher one, and gets new LoRaWAN keys, under which all counters begin again. */
export function demoCredentials(seed: number, device: string, epoch = 1): Credentials {
  const derive = (label: string, length: number) =>
    new Uint8Array(createHmac("sha256", "songbai demo").update(`${device}/${seed}/${label}`).digest().subarray(0, length));
  const deviceId = new Uint8Array(Buffer.concat([Buffer.from(VENDOR_PREFIX, "hex"), derive("id", 4)]));
  const session = epoch === 1 ? "" : `/${epoch}`;
  return {
    deviceId,
    deviceAddress: Buffer.from(derive("address", 4)).readInt32BE(),
    epoch,
    suite: 1,
    rootKey: derive("root key", 32),
    salt: new Uint8Array(createHash("sha256").update(deviceId).digest().subarray(0, 4)),
    networkKey: derive(`network key${session}`, 16),
    applicationKey: derive(`application key${session}`, 16),
    appKey: derive(`app key${session}`, 16),
    joinEui: new Uint8Array(Buffer.from(VENDOR_PREFIX.padEnd(16, "0"), "hex")),
  };
}

/** The identity block for the start of the device's flash. */
export function identityOf(credentials: Credentials): Uint8Array {
  const { deviceId, salt, epoch, suite, deviceAddress } = credentials;
  return identityBlock({ deviceId, salt, firstEpoch: epoch, suite, deviceAddress }, [
    { name: ROOT_KEY, octets: credentials.rootKey },
    { name: LORAWAN_NETWORK_KEY, octets: credentials.networkKey },
    { name: LORAWAN_APPLICATION_KEY, octets: credentials.applicationKey },
    { name: LORAWAN_APP_KEY, octets: credentials.appKey },
    { name: LORAWAN_JOIN_EUI, octets: credentials.joinEui },
  ]) as Uint8Array;
}

/** A device id as people read it: 7A3F-11C0-0000-0042. */
export function printedId(deviceId: Uint8Array): string {
  const digits = Buffer.from(deviceId).toString("hex").toUpperCase();
  return (digits.match(/.{4}/g) as string[]).join("-");
}

/** A printed device id as octets, with or without its dashes; `undefined` when it is none. */
export function deviceIdOf(printed: string): Uint8Array | undefined {
  const digits = printed.replaceAll("-", "");
  return /^[0-9a-f]{16}$/i.test(digits) ? new Uint8Array(Buffer.from(digits, "hex")) : undefined;
}
