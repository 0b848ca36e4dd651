/** Lines for `curve-program.ts`, and what Node's own cryptography and arithmetic make of them. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  sign as nodeSign,
  verify as nodeVerify,
} from "node:crypto";
import { FORGED, OK } from "@songbai/sdk/lang/result";
import { toHex } from "../support/hex.ts";
import type { RandomSource } from "../support/random.ts";
import ed25519Vectors from "../vectors/ed25519.json" with { type: "json" };
import sha512Vectors from "../vectors/sha512.json" with { type: "json" };
import x25519Vectors from "../vectors/x25519.json" with { type: "json" };
import { type Task, word } from "./peer.ts";

export const P = 2n ** 255n - 19n;
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The lowest octet first. */
export function littleEndian(value: bigint, length = 32): string {
  return Buffer.from(value.toString(16).padStart(2 * length, "0"), "hex")
    .reverse()
    .toString("hex");
}

export function fromLittleEndian(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).reverse().toString("hex")}`);
}

// RFC 8410: the two algorithms differ in the last octet of the object identifier.
const LAST_OF_OID = { x25519: "6e", ed25519: "70" };
type Curve = keyof typeof LAST_OF_OID;

export function privateKey(curve: Curve, octets: Uint8Array): KeyObject {
  const key = Buffer.from(`302e020100300506032b65${LAST_OF_OID[curve]}04220420${toHex(octets)}`, "hex");
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

export function publicKey(curve: Curve, octets: Uint8Array): KeyObject {
  const key = Buffer.from(`302a300506032b65${LAST_OF_OID[curve]}032100${toHex(octets)}`, "hex");
  return createPublicKey({ key, format: "der", type: "spki" });
}

export function publicOctets(key: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32));
}

export const VECTORS = {
  sha512: sha512Vectors.vectors.map(({ source, message, digest }) => ({
    source,
    line: `sha512 ${message === "-" ? 0 : message.length >> 2} ${message}`,
    answer: digest,
  })),
  x25519: x25519Vectors.vectors.map(({ source, scalar, u, shared }) => ({
    source,
    line: `x25519 ${scalar} ${u}`,
    answer: `${OK} ${shared}`,
  })),
  ed25519: ed25519Vectors.vectors.flatMap(({ source, seed, publicKey, message, signature }) => [
    { source, line: `ed25519-public ${seed}`, answer: `${OK} ${publicKey}` },
    { source, line: `sign ${seed} ${publicKey} ${message}`, answer: `${OK} ${signature}` },
    { source, line: `verify ${publicKey} ${message} ${signature}`, answer: `${OK} -` },
  ]),
};

export function sha512Task(random: RandomSource): Task {
  const message = random.bytes(random.below(300));
  const answer = createHash("sha512").update(message).digest("hex");
  return { line: `sha512 ${random.below(message.length + 1)} ${word(message)}`, answer };
}

export function x25519Task(random: RandomSource): Task {
  const [a, b] = [random.bytes(32), random.bytes(32)];
  const peer = publicOctets(privateKey("x25519", b));
  const shared = diffieHellman({ privateKey: privateKey("x25519", a), publicKey: publicKey("x25519", peer) });
  return { line: `x25519 ${toHex(a)} ${toHex(peer)}`, answer: `${OK} ${shared.toString("hex")}` };
}

/** Key, signature and check of a random message of up to 300 octets. */
export function ed25519Tasks(random: RandomSource): Task[] {
  const seed = random.bytes(32);
  const message = random.bytes(random.below(301));
  const key = privateKey("ed25519", seed);
  const octets = toHex(publicOctets(key));
  const signature = nodeSign(null, message, key).toString("hex");
  return [
    { line: `ed25519-public ${toHex(seed)}`, answer: `${OK} ${octets}` },
    { line: `sign ${toHex(seed)} ${octets} ${word(message)}`, answer: `${OK} ${signature}` },
    { line: `verify ${octets} ${word(message)} ${signature}`, answer: `${OK} -` },
    { line: `verify ${octets} 00${toHex(message)} ${signature}`, answer: `${FORGED} -` },
  ];
}

export function nodeVerifies(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return nodeVerify(null, message, publicKey("ed25519", key), signature);
}

/** Limbs as `curve-program.ts` reads them, and their sum. */
function limbs(values: readonly number[]): { text: string; value: bigint } {
  const octets = Buffer.alloc(40);
  values.forEach((limb, i) => {
    octets.writeInt16BE(limb, 2 * i);
  });
  return {
    text: octets.toString("hex"),
    value: values.reduce((sum, limb, i) => sum + BigInt(limb) * 2n ** BigInt(13 * i), 0n),
  };
}

/** The largest limbs of `times` carried elements, each with the sign that `negative` says. */
function largest(times: number, negative: (i: number) => boolean): number[] {
  return Array.from({ length: 20 }, (_, i) => (negative(i) ? -1 : 1) * times * (i === 19 ? 128 : 4099));
}

const SIGNS: readonly ((i: number) => boolean)[] = [() => false, () => true, (i) => i % 2 === 0, (i) => i > 9];

const modulo = (value: bigint, m: bigint): bigint => ((value % m) + m) % m;

/** Products and squares of the largest limbs that `field25519.ts` allows, with signs that let all terms add up, and of random ones. */
export function fieldTasks(random: RandomSource, count: number): Task[] {
  const product = (a: readonly number[], b: readonly number[]): Task => {
    const [x, y] = [limbs(a), limbs(b)];
    return { line: `multiply ${x.text} ${y.text}`, answer: littleEndian(modulo(x.value * y.value, P)) };
  };
  const squared = (a: readonly number[]): Task => {
    const x = limbs(a);
    return { line: `square ${x.text}`, answer: littleEndian(modulo(x.value * x.value, P)) };
  };
  const anySigns = () => (_: number) => random.below(2) === 1;
  const extremes = SIGNS.flatMap((a) =>
    SIGNS.flatMap((b) => [product(largest(2, a), largest(3, b)), product(largest(1, a), largest(6, b))]),
  );
  const mixed = Array.from({ length: count }, () => [
    product(largest(3, anySigns()), largest(2, anySigns())),
    product(
      Array.from({ length: 20 }, () => random.below(8193) - 4096),
      largest(6, anySigns()),
    ),
    squared(largest(2, anySigns())),
  ]);
  return [...extremes, ...SIGNS.map((a) => squared(largest(2, a))), ...mixed.flat()];
}

/** Scalars around multiples of L, all ones, and random ones. */
export function scalarTasks(random: RandomSource, count: number): Task[] {
  const reduced = (value: bigint): Task => ({
    line: `reduce ${littleEndian(value, 64)}`,
    answer: littleEndian(value % L),
  });
  const top = 2n ** 512n - 1n;
  const edges = [0n, 1n, 2n ** 252n, 2n ** 253n, 2n ** 256n - 1n, 2n ** 256n, top, (top / L) * L].map(reduced);
  const around = [1n, 2n, 15n, 16n, 17n, 2n ** 128n, 2n ** 259n].flatMap((m) => [-1n, 0n, 1n].map((d) => reduced(m * L + d)));
  const random512 = Array.from({ length: count }, () => reduced(fromLittleEndian(random.bytes(64))));
  const product = (a: bigint, b: bigint, c: bigint): Task => ({
    line: `multiply-add ${littleEndian(a)} ${littleEndian(b)} ${littleEndian(c)}`,
    answer: littleEndian((a * b + c) % L),
  });
  const most = 2n ** 256n - 1n;
  const any = () => fromLittleEndian(random.bytes(32));
  return [
    ...edges,
    ...around,
    ...random512,
    product(most, most, most),
    product(L - 1n, L - 1n, L - 1n),
    ...Array.from({ length: count }, () => product(any(), any(), any())),
  ];
}
