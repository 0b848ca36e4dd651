import { createCipheriv, createHash, createHmac, hkdfSync } from "node:crypto";
import { sm3, sm4 } from "sm-crypto-v2";
import { toHex } from "../support/hex.ts";
import type { RandomSource } from "../support/random.ts";

/** A line for one of the programs, and what Node's own cryptography makes of it. */
export interface Task {
  readonly line: string;
  readonly answer: string;
}

export const CIPHERS = ["aes-128", "sm4"] as const;
export type CipherName = (typeof CIPHERS)[number];

export const HASHES = ["sha256", "sm3"] as const;
export type HashName = (typeof HASHES)[number];

export const word = (octets: Uint8Array): string => toHex(octets) || "-";

function encrypted(cipher: CipherName, mode: "ecb" | "cbc", key: Uint8Array, octets: Uint8Array): Buffer {
  const iv = mode === "cbc" ? Buffer.alloc(16) : null;
  return createCipheriv(`${cipher}-${mode}`, key, iv).setAutoPadding(false).update(octets);
}

function blockTask(cipher: CipherName, random: RandomSource): Task {
  const key = random.bytes(16);
  const block = random.bytes(16);
  return {
    line: `block ${cipher} ${word(key)} ${word(block)}`,
    answer: encrypted(cipher, "ecb", key, block).toString("hex"),
  };
}

/** CMAC of 0 to 80 octets. Node has no CMAC of its own: this is CBC-MAC with the subkeys of SP 800-38B section 6.1. */
function cmacTask(cipher: CipherName, random: RandomSource): Task {
  const key = random.bytes(16);
  const message = random.bytes(random.below(81));
  return { line: `cmac ${cipher} ${word(key)} ${word(message)}`, answer: nodeCmac(key, message, cipher).toString("hex") };
}

export function nodeCmac(key: Uint8Array, message: Uint8Array, cipher: CipherName = "aes-128"): Buffer {
  const encrypt = (bytes: Buffer): Buffer => encrypted(cipher, "cbc", key, bytes).subarray(-16);
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
function sealTask(cipher: CipherName, random: RandomSource, index: number): Task {
  const key = random.bytes(16);
  const nonce = random.bytes(7 + (index % 7));
  const tag = 4 + 2 * (((index / 7) | 0) % 7);
  const additional = random.bytes(random.below(41));
  const plain = random.bytes(1 + random.below(80));
  const seal = cipher === "sm4" ? sm4CcmOverNode : nodeSeal;
  const answer = word(seal(key, nonce, additional, plain, tag));
  return { line: `seal ${cipher} ${word(key)} ${word(nonce)} ${word(additional)} ${tag} ${word(plain)}`, answer };
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

/** SM4-CCM, which Node does not have, as SP 800-38C section 6.1 words it: the formatted blocks, their CBC-MAC, a key stream. */
export function sm4CcmOverNode(
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  plain: Uint8Array,
  tagBytes: number,
): Uint8Array {
  const q = 15 - nonce.length;
  const numbered = (flags: number, value: number) =>
    Buffer.from([flags, ...nonce, ...Buffer.from(value.toString(16).padStart(2 * q, "0"), "hex")]);
  const padded = (octets: Uint8Array) => Buffer.concat([octets, Buffer.alloc((16 - (octets.length % 16)) % 16)]);
  const flags = (additional.length > 0 ? 64 : 0) + ((tagBytes - 2) / 2) * 8 + q - 1;
  const a = additional.length > 0 ? padded(Buffer.from([additional.length >> 8, additional.length & 255, ...additional])) : [];
  const formatted = Buffer.from([...numbered(flags, plain.length), ...a, ...padded(plain)]);
  const tag = encrypted("sm4", "cbc", key, formatted).subarray(-16);
  const counters = Array.from({ length: 1 + Math.ceil(plain.length / 16) }, (_, i) => numbered(q - 1, i));
  const stream = encrypted("sm4", "ecb", key, Buffer.concat(counters));
  const sealed = Buffer.concat([plain.map((octet, i) => octet ^ stream[16 + i]), tag.subarray(0, tagBytes)]);
  for (let i = 0; i < tagBytes; i++) sealed[plain.length + i] ^= stream[i];
  return new Uint8Array(sealed);
}

/** `count` tasks of each kind for `program.ts`. */
export function randomTasks(cipher: CipherName, random: RandomSource, count: number): Task[] {
  const kinds = (_: unknown, i: number) => [blockTask(cipher, random), cmacTask(cipher, random), sealTask(cipher, random, i)];
  return Array.from({ length: count }, kinds).flat();
}

/** Digests of 0 to 199 octets in two parts; codes under keys of 0 to 99 octets; keys of 1 to 99 octets. */
export function randomHashTasks(hash: HashName, random: RandomSource, count: number): Task[] {
  const kinds = () => {
    const message = random.bytes(random.below(200));
    const key = random.bytes(random.below(100));
    const [salt, info] = [random.bytes(random.below(50)), random.bytes(random.below(50))];
    const length = 1 + random.below(99);
    return [
      {
        line: `hash ${hash} ${random.below(message.length + 1)} ${word(message)}`,
        answer: createHash(hash).update(message).digest("hex"),
      },
      {
        line: `hmac ${hash} ${word(key)} ${word(message)}`,
        answer: createHmac(hash, key).update(message).digest("hex"),
      },
      {
        line: `hkdf ${hash} ${word(key)} ${word(salt)} ${word(info)} ${length}`,
        answer: Buffer.from(hkdfSync(hash, key, salt, info, length)).toString("hex"),
      },
    ];
  };
  return Array.from({ length: count }, kinds).flat();
}

/** The same questions asked of sm-crypto-v2, which shares no code with OpenSSL. */
export const smCrypto = {
  block: (key: Uint8Array, block: Uint8Array): string => sm4.encrypt(block, toHex(key), { padding: "none" }),
  digest: (message: Uint8Array): string => sm3(message),
  code: (key: Uint8Array, message: Uint8Array): string => sm3(message, { key: toHex(key), mode: "hmac" }),
};
