import { createCipheriv } from "node:crypto";
import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { ccm } from "@songbai/sdk/crypto/ccm";
import { sm4 } from "@songbai/sdk/crypto/sm4";
import { FORGED, OK } from "@songbai/sdk/lang/result";
import { createVm } from "@songbai/sim/runtime/vm";
import { compile } from "@songbai/tools/compile/compile";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";
import { fromHex, toHex } from "../support/hex.ts";
import { randomSource } from "../support/random.ts";
import { FULL } from "../support/suite.ts";
import aesCcm from "../vectors/ccm.json" with { type: "json" };
import sm4Vectors from "../vectors/sm4.json" with { type: "json" };
import sm4Ccm from "../vectors/sm4-ccm.json" with { type: "json" };
import { CIPHERS, randomTasks, smCrypto } from "./peer.ts";
import { CIPHER_VECTORS, linesOf, wrong } from "./vectors.ts";

const PROGRAM = "tests/crypto/program.ts";

describe.each(RUNTIMES)("ciphers on %s", (runtime) => {
  it("compute every published vector", async () => {
    expect(wrong(CIPHER_VECTORS, await answersOn(runtime, PROGRAM, linesOf(CIPHER_VECTORS)))).toEqual([]);
  });

  const count = runtime === "native" ? (FULL ? 10_000 : 1000) : FULL ? 100 : 40;
  it.each(CIPHERS)(
    `%s agrees with Node's OpenSSL on ${count} random blocks, CMACs and sealed messages each`,
    async (cipher) => {
      const tasks = randomTasks(cipher, randomSource(1), count);
      expect(wrong(tasks, await answersOn(runtime, PROGRAM, linesOf(tasks)))).toEqual([]);
    },
  );

  it.each([
    ["aes-128", aesCcm.vectors[0]],
    ["sm4", sm4Ccm.vectors[0]],
  ] as const)("%s-CCM refuses a message with any bit turned, and leaves zeros in place of its data", async (cipher, vector) => {
    const { key, nonce, additional, plain, sealed } = vector;
    const tag = (sealed.length - plain.length) / 2;
    const forgeries = flips(sealed).map((forged) => `open ${cipher} ${key} ${nonce} ${additional} ${tag} ${forged}`);
    const answers = await answersOn(runtime, PROGRAM, forgeries);
    expect(new Set(answers)).toEqual(new Set([`${FORGED} ${"00".repeat(plain.length / 2)}`]));
  });
});

describe("crypto/sm4", () => {
  it("encrypts the standard's block a million times", () => {
    const { key, plain, cipher } = sm4Vectors.repeated;
    const encrypt = sm4(fromHex(key));
    const block = fromHex(plain);
    for (let i = 0; i < 1_000_000; i++) encrypt(block);
    expect(toHex(block)).toBe(cipher);
  });

  it("agrees with sm-crypto-v2 on 1,000 random blocks", () => {
    const random = randomSource(3);
    for (let i = 0; i < 1000; i++) {
      const [key, block] = [random.bytes(16), random.bytes(16)];
      const expected = smCrypto.block(key, block);
      sm4(key)(block);
      expect(toHex(block)).toBe(expected);
    }
  });
});

describe("the tables of a cipher", () => {
  it.each(CIPHERS)("of %s are made once, however many keys there are", async (cipher) => {
    const { code } = compile({ entryFile: resolve(PROGRAM), target: "lua53" });
    const vm = await createVm("lua54", { name: "test", code });
    const zero = "00".repeat(16);
    const heap = () => vm.heapBytes?.() ?? 0;
    const before = heap();
    vm.call(`block ${cipher} ${zero} ${zero}`);
    const tables = heap() - before;
    for (let i = 0; i < 20; i++) vm.call(`block ${cipher} ${zero} ${zero}`);
    expect(tables).toBeGreaterThan(4 * 1024);
    expect(heap() - before).toBeLessThan(1.2 * tables);
    vm.close();
  });
});

describe("the key of a cipher", () => {
  it.each([
    ["aes-128", aes128],
    ["sm4", sm4],
  ] as const)("of %s may be overwritten, and ciphers under two keys do not disturb each other", (name, cipher) => {
    const random = randomSource(4);
    const keys = [random.bytes(16), random.bytes(16)];
    const expected = keys.map((key) => createCipheriv(`${name}-ecb`, key, null).update(new Uint8Array(16)).toString("hex"));
    const ciphers = keys.map(cipher);
    for (const key of keys) key.fill(0);
    for (const [i, encrypt] of ciphers.entries()) {
      const block = new Uint8Array(16);
      encrypt(block);
      expect(toHex(block)).toBe(expected[i]);
    }
  });
});

describe("crypto/ccm", () => {
  const { key, nonce, additional, plain, sealed } = aesCcm.vectors[4];
  const aad = { bytes: fromHex(additional), length: additional.length / 2 };
  const mode = ccm(aes128(fromHex(key)), nonce.length / 2, 8);
  const open = (data: Uint8Array, { n = fromHex(nonce), a = aad } = {}): number => mode.open(n, a, data, 0, data.length);

  it("opens what it sealed", () => {
    const data = fromHex(sealed);
    expect(open(data)).toBe(OK);
    expect(toHex(data, plain.length / 2)).toBe(plain);
  });

  it("refuses a message with any bit of its nonce or additional data turned", () => {
    for (const n of flips(nonce).map(fromHex)) expect(open(fromHex(sealed), { n })).toBe(FORGED);
    for (const bytes of flips(additional).map(fromHex)) {
      expect(open(fromHex(sealed), { a: { bytes, length: bytes.length } })).toBe(FORGED);
    }
  });

  it("refuses a message that is cut short, even below the length of a tag", () => {
    for (let length = 0; length < sealed.length / 2; length++) {
      expect(open(fromHex(sealed).slice(0, length))).toBe(FORGED);
    }
  });

  it("works in place anywhere in a buffer and touches nothing around its data", () => {
    const buffer = new Uint8Array(100).fill(0xa5);
    buffer.set(fromHex(plain), 10);
    const length = mode.seal(fromHex(nonce), aad, buffer, 10, plain.length / 2);
    expect(toHex(buffer.subarray(10, 10 + length))).toBe(sealed);
    expect(buffer.filter((octet, i) => (i < 10 || i >= 10 + length) && octet !== 0xa5)).toHaveLength(0);
  });

  it("seals an empty message: a tag alone", () => {
    const tag = new Uint8Array(8);
    expect(mode.seal(fromHex(nonce), aad, tag, 0, 0)).toBe(8);
    expect(open(tag.slice())).toBe(OK);
    for (const forged of flips(toHex(tag))) expect(open(fromHex(forged))).toBe(FORGED);
  });
});

/** The octets with one bit turned, for each bit. */
function flips(hex: string): string[] {
  return Array.from({ length: 4 * hex.length }, (_, bit) => {
    const octets = fromHex(hex);
    octets[bit >> 3] ^= 1 << (bit & 7);
    return toHex(octets);
  });
}
