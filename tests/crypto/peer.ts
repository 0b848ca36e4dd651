import { createCipheriv } from "node:crypto";
import { toHex } from "../support/hex.ts";
import type { RandomSource } from "../support/random.ts";

/** A line for `program.ts`, and what Node's own cryptography makes of it. */
export interface Task {
  readonly line: string;
  readonly answer: string;
}

const word = (octets: Uint8Array): string => toHex(octets) || "-";

export function blockTask(random: RandomSource): Task {
  const key = random.bytes(16);
  const block = random.bytes(16);
  const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  return { line: `aes ${word(key)} ${word(block)}`, answer: cipher.update(block).toString("hex") };
}

/** CMAC of 0 to 80 octets. Node has no CMAC of its own: this is CBC-MAC with the subkeys of SP 800-38B section 6.1. */
export function cmacTask(random: RandomSource): Task {
  const key = random.bytes(16);
  const message = random.bytes(random.below(81));
  return { line: `cmac ${word(key)} ${word(message)}`, answer: nodeCmac(key, message).toString("hex") };
}

export function nodeCmac(key: Uint8Array, message: Uint8Array): Buffer {
  const encrypt = (bytes: Buffer): Buffer =>
    createCipheriv("aes-128-cbc", key, Buffer.alloc(16)).setAutoPadding(false).update(bytes).subarray(-16);
  const double = (value: bigint): bigint => BigInt.asUintN(128, value << 1n) ^ (value >> 127n === 1n ? 0x87n : 0n);
  const whole = double(BigInt(`0x${encrypt(Buffer.alloc(16)).toString("hex")}`));
  const rest = message.length % 16;
  const full = message.length > 0 && rest === 0;
  const padded = Buffer.from(full ? message : [...message, 0x80, ...new Uint8Array(15 - rest)]);
  const subkey = Buffer.from((full ? whole : double(whole)).toString(16).padStart(32, "0"), "hex");
  for (let i = 0; i < 16; i++) padded[padded.length - 16 + i] ^= subkey[i];
  return encrypt(padded);
}

/** Sealing 1 to 80 octets with 0 to 40 additional ones; all seven nonce and seven tag lengths come in turn. */
export function sealTask(random: RandomSource, index: number): Task {
  const key = random.bytes(16);
  const nonce = random.bytes(7 + (index % 7));
  const tag = 4 + 2 * (((index / 7) | 0) % 7);
  const additional = random.bytes(random.below(41));
  const plain = random.bytes(1 + random.below(80));
  const sealed = word(nodeSeal(key, nonce, additional, plain, tag));
  return { line: `seal ${word(key)} ${word(nonce)} ${word(additional)} ${tag} ${word(plain)}`, answer: sealed };
}

export function nodeSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  plain: Uint8Array,
  authTagLength: number,
): Uint8Array {
  const cipher = createCipheriv("aes-128-ccm", key, nonce, { authTagLength });
  cipher.setAAD(additional, { plaintextLength: plain.length });
  return new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
}

/** `count` tasks of each kind. */
export function randomTasks(random: RandomSource, count: number): Task[] {
  return Array.from({ length: count }, (_, i) => [blockTask(random), cmacTask(random), sealTask(random, i)]).flat();
}
