import { createHash, hkdfSync } from "node:crypto";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { identityBlock, ROOT_KEY } from "@songbai/sdk/identity/block";
import { readIdentity } from "@songbai/sdk/identity/identity";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import { OK } from "@songbai/sdk/lang/result";
import type { Command } from "@songbai/sdk/record/command";
import { type CommandEvents, type CommandReader, commandReader } from "@songbai/sdk/record/command";
import { type Counters, openCounters } from "@songbai/sdk/store/counters";
import { type Epochs, openEpochs } from "@songbai/sdk/store/epochs";
import { Encoder } from "cbor-x";
import { ccmPeer } from "./ccm-peer.ts";
import { blankImage, norPart } from "./nor-part.ts";

export const ROOT = createHash("sha256").update("root of commands").digest();
export const SALT = Uint8Array.of(0xca, 0xfe, 0x00, 0x07);
export const FIRST_EPOCH = 0x12345;
const SECTOR_BYTES = 4096;

/** Strict as the device's own: integers in their shortest form, no records. */
const cbor = new Encoder({ useRecords: false, variableMapSize: true, mapsAsObjects: false, tagUint8Array: false });

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}

/** A frame as the head of `record/command.ts` says it, by Node and cbor-x alone. */
export function peerFrame(
  plain: Uint8Array,
  { number = 1, epoch = FIRST_EPOCH, suite = 1, purpose = "cmd", root = new Uint8Array(ROOT), salt = SALT } = {},
): Uint8Array {
  const bytes = (value: number, length: number) => {
    const field = Buffer.alloc(length);
    field.writeUIntBE(value, 0, length);
    return field;
  };
  const key = new Uint8Array(
    hkdfSync(suite === 2 ? "sm3" : "sha256", root, "", Buffer.concat([Buffer.from(purpose), bytes(epoch, 4)]), 16),
  );
  const header = cbor.encode(
    new Map<number, unknown>([
      [1, suite === 2 ? -65538 : 10],
      [4, Buffer.concat([salt, bytes(epoch, 4)])],
    ]),
  );
  const additional = cbor.encode(["Encrypt0", header, Buffer.alloc(0)]);
  const nonce = Buffer.concat([salt, bytes(epoch, 4), bytes(number, 5)]).subarray(suite === 2 ? 1 : 0);
  const cipher = suite === 2 ? "sm4-ecb" : "aes-128-ecb";
  const sealed = ccmPeer(cipher, key, nonce, additional, plain, suite === 2 ? 16 : 8);
  return Uint8Array.of(suite | ((epoch & 15) << 4), ...varint(number), ...sealed);
}

/** What a command says. */
export function plainOf(kind: number, time: number, values: readonly number[] = []): Uint8Array {
  return new Uint8Array(cbor.encode([kind, time, ...values]));
}

/** A device that takes frames; `image` is its flash. */
export interface CommandDevice {
  readonly image: Uint8Array;
  readonly reader: CommandReader;
  readonly counters: Counters;
  readonly epochs: Epochs;
  readonly commands: Command[];
  readonly acknowledgements: string[];
  /** Its clock, seconds since 1970. */
  now: number;
  readonly take: (frame: Uint8Array) => number;
}

export function commandDevice({ suite = 1, now = 0, image = blank(suite) } = {}): CommandDevice {
  const part = norPart(image, SECTOR_BYTES);
  const identity = readIdentity(part)!;
  const epochs = openEpochs(part, 1024, SECTOR_BYTES, FIRST_EPOCH);
  const counters = openCounters(part, 1, 16, () => (epochs.begun() ? epochs.advance() : OK));
  if (!epochs.begun()) epochs.advance();
  const commands: Command[] = [];
  const acknowledgements: string[] = [];
  const clock = { uptimeMs: () => 0, epochSeconds: () => device.now | 0 };
  const events: CommandEvents = {
    onAcknowledgement: (octets, length) => acknowledgements.push(Buffer.from(octets as Uint8Array).toString("hex", 0, length)),
    onCommand: (command) => commands.push(command),
  };
  const reader = commandReader(identity, suite === 2 ? SM4_CCM : AES_CCM, epochs, counters, clock, events);
  const device: CommandDevice = {
    image,
    reader,
    counters,
    epochs,
    commands,
    acknowledgements,
    now,
    take: (frame) => reader.take(frame.slice(), frame.length),
  };
  return device;
}

function blank(suite: number): Uint8Array {
  const image = blankImage(3, SECTOR_BYTES);
  const fields = { deviceId: new Uint8Array(8), salt: SALT, firstEpoch: FIRST_EPOCH, suite, deviceAddress: 0 };
  image.set(identityBlock(fields, [{ name: ROOT_KEY, octets: ROOT }]) as Uint8Array);
  return image;
}
