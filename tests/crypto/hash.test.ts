import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { hkdf } from "@songbai/sdk/crypto/hkdf";
import { hmac } from "@songbai/sdk/crypto/hmac";
import { sha256 } from "@songbai/sdk/crypto/sha256";
import { sm3 } from "@songbai/sdk/crypto/sm3";
import { OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";
import { toHex } from "../support/hex.ts";
import { randomSource } from "../support/random.ts";
import { FULL } from "../support/suite.ts";
import { HASHES, randomHashTasks, smCrypto } from "./peer.ts";
import { HASH_VECTORS, linesOf, wrong } from "./vectors.ts";

const PROGRAM = "tests/crypto/hash-program.ts";
const NEW = { sha256, sm3 };

describe.each(RUNTIMES)("hashes on %s", (runtime) => {
  it("compute every published vector", async () => {
    expect(wrong(HASH_VECTORS, await answersOn(runtime, PROGRAM, linesOf(HASH_VECTORS)))).toEqual([]);
  });

  const count = runtime === "native" ? 2000 : FULL ? 50 : 15;
  it.each(HASHES)(`%s agrees with Node's OpenSSL on ${count} random digests, HMACs and HKDF keys each`, async (hash) => {
    const tasks = randomHashTasks(hash, randomSource(1), count);
    expect(wrong(tasks, await answersOn(runtime, PROGRAM, linesOf(tasks)))).toEqual([]);
  });
});

describe.each(HASHES)("crypto/%s", (name) => {
  const digest = new Uint8Array(32);

  it("pads a message of any length across two blocks, in any two parts", () => {
    const hash = NEW[name]();
    const message = randomSource(2).bytes(130);
    for (let length = 0; length <= 130; length++) {
      const expected = createHash(name).update(message.subarray(0, length)).digest("hex");
      for (const split of [0, length >> 1, length]) {
        hash.update(message, 0, split);
        hash.update(message, split, length - split);
        hash.digest(digest, 0);
        expect(toHex(digest)).toBe(expected);
      }
    }
  });

  it("digests a million octets taken in unequal parts", () => {
    const hash = NEW[name]();
    const million = new Uint8Array(1_000_000).fill(0x61);
    for (let at = 0, part = 1; at < million.length; at += part, part += 7) {
      part = Math.min(part, million.length - at);
      hash.update(million, at, part);
    }
    hash.digest(digest, 0);
    expect(toHex(digest)).toBe(createHash(name).update(million).digest("hex"));
  });

  it("writes where it is told and nowhere else", () => {
    const into = new Uint8Array(40).fill(0xa5);
    NEW[name]().digest(into, 4);
    expect(toHex(into.subarray(4, 36))).toBe(createHash(name).digest("hex"));
    expect([...into.subarray(0, 4), ...into.subarray(36)]).toEqual(new Array(8).fill(0xa5));
  });

  it("two hashes that are fed in turn do not disturb each other", () => {
    const [a, b] = [NEW[name](), NEW[name]()];
    const octets = Uint8Array.of(1, 2, 3, 4);
    a.update(octets, 0, 1);
    b.update(octets, 2, 2);
    a.update(octets, 1, 1);
    a.digest(digest, 0);
    expect(toHex(digest)).toBe(createHash(name).update(octets.subarray(0, 2)).digest("hex"));
    b.digest(digest, 0);
    expect(toHex(digest)).toBe(createHash(name).update(octets.subarray(2)).digest("hex"));
  });

  it("HMAC codes one message after the other, the empty one as well, and its key may be overwritten", () => {
    const random = randomSource(5);
    for (const keyLength of [0, 1, 63, 64, 65, 200]) {
      const key = random.bytes(keyLength);
      const messages = [random.bytes(0), random.bytes(100), random.bytes(0), random.bytes(64)];
      const expected = messages.map((message) => createHmac(name, key).update(message).digest("hex"));
      const code = hmac(NEW[name](), key, keyLength);
      key.fill(0);
      const codes = messages.map((message) => {
        code.update(message, 0, message.length);
        code.digest(digest, 0);
        return toHex(digest);
      });
      expect(codes).toEqual(expected);
    }
  });

  it("HMAC codes the empty message without an update", () => {
    hmac(NEW[name](), digest, 0).digest(digest, 0);
    expect(toHex(digest)).toBe(createHmac(name, "").digest("hex"));
  });

  it("HKDF gives 255 digests of key and not an octet more", () => {
    const secret = randomSource(6).bytes(32);
    const none = new Uint8Array(0);
    const key = new Uint8Array(255 * 32 + 1);
    expect(hkdf(NEW[name], secret, none, none, key, 255 * 32)).toBe(OK);
    expect(key.subarray(254 * 32, 255 * 32).some((octet) => octet !== 0)).toBe(true);
    key.fill(0);
    expect(hkdf(NEW[name], secret, none, none, key, 255 * 32 + 1)).toBe(OUT_OF_RANGE);
    expect(key.every((octet) => octet === 0)).toBe(true);
  });
});

it("SM3 and HMAC-SM3 agree with sm-crypto-v2 on 1,000 random messages", () => {
  const random = randomSource(7);
  const digest = new Uint8Array(32);
  for (let i = 0; i < 1000; i++) {
    const message = random.bytes(random.below(200));
    const key = random.bytes(1 + random.below(80));
    const hash = sm3();
    hash.update(message, 0, message.length);
    hash.digest(digest, 0);
    expect(toHex(digest)).toBe(smCrypto.digest(message));
    const code = hmac(hash, key, key.length);
    code.update(message, 0, message.length);
    code.digest(digest, 0);
    expect(toHex(digest)).toBe(smCrypto.code(key, message));
  }
});
