import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { ed25519 as noble } from "@noble/curves/ed25519.js";
import { BASE_ENTRIES } from "@songbai/sdk/crypto/comb25519";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "@songbai/sdk/crypto/ed25519";
import { decodePoint, pointSum } from "@songbai/sdk/crypto/edwards25519";
import { ELEMENT_CHARS, elementOf, encode, newElement } from "@songbai/sdk/crypto/field25519";
import { sha512 } from "@songbai/sdk/crypto/sha512";
import { finish, inTurn } from "@songbai/sdk/crypto/step";
import { x25519 } from "@songbai/sdk/crypto/x25519";
import { BUSY, FORGED, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import nacl from "tweetnacl";
import { answersOn } from "../support/everywhere.ts";
import { fromHex, toHex } from "../support/hex.ts";
import { randomSource } from "../support/random.ts";
import x25519Vectors from "../vectors/x25519.json" with { type: "json" };
import { ed25519Tasks, fromLittleEndian, L, littleEndian, nodeVerifies, P, x25519Task } from "./curve-peer.ts";
import { linesOf, wrong } from "./vectors.ts";

const PROGRAM = "tests/crypto/curve-program.ts";
const NINE = littleEndian(9n);

it("SHA-512 pads a message of any length across two blocks", () => {
  const hash = sha512();
  const digest = new Uint8Array(64);
  const message = randomSource(3).bytes(260);
  for (let length = 0; length <= 260; length++) {
    hash.update(message, 0, length);
    hash.digest(digest, 0);
    expect(toHex(digest)).toBe(createHash("sha512").update(message.subarray(0, length)).digest("hex"));
  }
});

it("X25519 of X25519, a thousand times (RFC 7748 section 5.2)", async () => {
  const [answer] = await answersOn("native", PROGRAM, [`iterate ${NINE} 1000`]);
  expect(answer).toBe(x25519Vectors.thousandIterations.shared);
}, 60_000);

it("agrees with Node's OpenSSL on random keys, secrets, signatures and changed messages", async () => {
  const random = randomSource(4);
  const tasks = Array.from({ length: 30 }, () => [x25519Task(random), ...ed25519Tasks(random)]).flat();
  expect(wrong(tasks, await answersOn("native", PROGRAM, linesOf(tasks)))).toEqual([]);
}, 60_000);

it("agrees with tweetnacl and @noble/curves on keys and signatures, both ways", () => {
  const random = randomSource(5);
  for (let i = 0; i < 5; i++) {
    const seed = random.bytes(32);
    const message = random.bytes(random.below(200));
    const pair = keyAndSignature(seed, message);
    const theirs = nacl.sign.keyPair.fromSeed(seed);
    expect(pair.key).toEqual(theirs.publicKey);
    expect(pair.signature).toEqual(nacl.sign.detached(message, theirs.secretKey));
    expect(pair.signature).toEqual(noble.sign(message, seed));
    expect(noble.verify(pair.signature, message, pair.key, { zip215: false })).toBe(true);
  }
}, 60_000);

describe("crypto/x25519", () => {
  const shared = new Uint8Array(32);
  const scalar = randomSource(6).bytes(32);

  /** The points of order 1, 2, 4 and 8, of the curve and of its twist, and what else encodes them; the last two are of order 8. */
  const LOW_ORDER = [
    ...[0n, 1n, P - 1n, P, P + 1n].map((u) => littleEndian(u)),
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  ];

  it.each(LOW_ORDER)("refuses the point of low order %s, whatever its highest bit, and leaves zeros", (u) => {
    for (const bit of [0, 128]) {
      const point = fromHex(u);
      point[31] |= bit;
      shared.fill(1);
      expect(finish(x25519(scalar, point, shared))).toBe(OUT_OF_RANGE);
      expect(toHex(shared)).toBe("00".repeat(32));
    }
  });

  it("takes u of p or more modulo p, and ignores its highest bit", () => {
    for (let small = 2n; small < 19n; small += 5n) {
      finish(x25519(scalar, fromHex(littleEndian(small)), shared));
      const expected = toHex(shared);
      for (const same of [P + small, 2n ** 255n + small]) {
        expect(finish(x25519(scalar, fromHex(littleEndian(same)), shared))).toBe(OK);
        expect(toHex(shared)).toBe(expected);
      }
    }
  });

  it("clamps the scalar: its lowest three bits and its highest two make no difference", () => {
    const secrets = new Set(
      [0, 7].flatMap((low) =>
        [0, 0xc0].map((high) => {
          const changed = Uint8Array.from(scalar);
          changed[0] = (changed[0] & 248) | low;
          changed[31] = (changed[31] & 63) | high;
          finish(x25519(changed, fromHex(NINE), shared));
          return toHex(shared);
        }),
      ),
    );
    expect(secrets.size).toBe(1);
  });

  it("is done in 18 slices, in which others may compute, and its arguments may be overwritten", () => {
    const { scalar: k, u, shared: expected } = x25519Vectors.vectors[0];
    const argument = fromHex(k);
    const point = fromHex(u);
    const step = x25519(argument, point, shared);
    argument.fill(0);
    point.fill(0);
    const results: number[] = [];
    do {
      finish(x25519(scalar, fromHex(NINE), new Uint8Array(32)));
      results.push(step());
    } while (results.at(-1) === BUSY);
    expect(results).toEqual([...new Array(17).fill(BUSY), OK]);
    expect(toHex(shared)).toBe(expected);
  });
});

describe("crypto/ed25519", () => {
  const random = randomSource(7);
  const seed = random.bytes(32);
  const message = random.bytes(40);
  const { key, signature } = keyAndSignature(seed, message);
  const verify = (k: Uint8Array, m: Uint8Array, s: Uint8Array) => finish(ed25519Verify(k, m, m.length, s));
  const flipped = (octets: Uint8Array, bit: number) => {
    const copy = Uint8Array.from(octets);
    copy[bit >> 3] ^= 1 << (bit & 7);
    return copy;
  };

  it("refuses a signature, a key or a message with one bit turned", () => {
    expect(verify(key, message, signature)).toBe(OK);
    for (let bit = 0; bit < 512; bit += 3) expect([bit, verify(key, message, flipped(signature, bit))]).toEqual([bit, FORGED]);
    for (let bit = 0; bit < 256; bit += 3) expect([bit, verify(flipped(key, bit), message, signature)]).toEqual([bit, FORGED]);
    for (let bit = 0; bit < 320; bit += 7) expect([bit, verify(key, flipped(message, bit), signature)]).toEqual([bit, FORGED]);
  }, 60_000);

  it("refuses S of L or more, though the equation holds", () => {
    const s = fromLittleEndian(signature.subarray(32));
    for (const more of [L, 2n * L, 15n * L]) {
      const forged = fromHex(toHex(signature, 32) + littleEndian(s + more));
      expect(verify(key, message, forged)).toBe(FORGED);
    }
    // With S = 0 and R = -k·A anybody signs; L itself is 0 by another name.
    expect(verify(key, message, fromHex(toHex(signature, 32) + littleEndian(L)))).toBe(FORGED);
  });

  /** y of the points of order 1, 2, 4 and 8: x² = (y² - 1)/(d·y² + 1). */
  const SMALL_ORDER = [
    littleEndian(1n),
    littleEndian(P - 1n),
    littleEndian(0n),
    littleEndian(2n ** 255n),
    ...["05", "85"].map((end) => `26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc${end}`),
    ...["7a", "fa"].map((end) => `c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03${end}`),
  ];

  it.each(SMALL_ORDER)(
    "refuses the public key of small order %s, under which a signature can hold for many messages",
    (point) => {
      const weak = fromHex(point);
      // R = S·B - k·A of small order: with R = B·S the equation holds for each k that the order divides.
      const s = 5n;
      const r = noble.Point.BASE.multiply(s).toBytes();
      const forged = fromHex(toHex(r) + littleEndian(s));
      let held = 0;
      for (let i = 0; i < 40; i++) {
        const any = Uint8Array.of(i);
        if (nodeVerifies(weak, any, forged)) held++;
        expect(verify(weak, any, forged)).toBe(FORGED);
      }
      expect(held).toBeGreaterThan(0);
    },
  );

  it("takes a point in its one encoding only", () => {
    const [x, y] = [newElement(), newElement()];
    const decoded = (octets: bigint) => decodePoint(x, y, fromHex(littleEndian(octets)));
    const sign = 2n ** 255n;
    // 3, 4, 5, 6 and 9 are y of points, 2, 7 and 8 are not; 0, 1 and -1 have x = 0 or a root of it.
    for (const value of [0n, sign, 1n, 3n, sign + 3n, 4n, 9n, P - 1n]) expect([value, decoded(value)]).toEqual([value, OK]);
    const strange = [2n, 7n, sign + 8n, sign + 1n, sign + P - 1n];
    const unreduced = [0n, 1n, 3n, 4n, 9n, 18n].flatMap((small) => [P + small, sign + P + small]);
    for (const value of [...strange, ...unreduced]) {
      expect([value, decoded(value)]).toEqual([value, FORGED]);
      expect(verify(fromHex(littleEndian(value)), message, signature)).toBe(FORGED);
    }
    for (const value of [3n, sign + 3n]) {
      decoded(value);
      const octets = new Uint8Array(32);
      const sum = pointSum();
      sum.set(x, y);
      sum.encode(octets, 0);
      expect(toHex(octets)).toBe(littleEndian(value));
    }
  });

  it("refuses R in any encoding but its own", () => {
    // r = 0: R is the neutral point, S = k·a. Whoever knows the key can make such a signature.
    const digest = createHash("sha512").update(seed).digest();
    digest[0] &= 248;
    digest[31] = (digest[31] & 127) | 64;
    const a = fromLittleEndian(digest.subarray(0, 32));
    const signed = (r: string) => {
      const k = fromLittleEndian(createHash("sha512").update(fromHex(r)).update(key).update(message).digest());
      return fromHex(r + littleEndian((k * a) % L));
    };
    expect(verify(key, message, signed(littleEndian(1n)))).toBe(OK);
    for (const other of [P + 1n, 2n ** 255n + 1n, 2n ** 255n + P + 1n]) {
      expect(verify(key, message, signed(littleEndian(other)))).toBe(FORGED);
    }
  });

  it("signs and verifies in slices, in which others may compute", () => {
    const into = new Uint8Array(64);
    const long = random.bytes(1500);
    const expected = noble.sign(long, seed);
    const signing = ed25519Sign(seed, key, long, long.length, into);
    const verifying = ed25519Verify(key, long, long.length, expected);
    const slices = [0, 0];
    const results = [BUSY, BUSY];
    while (results.includes(BUSY)) {
      [signing, verifying].forEach((step, i) => {
        if (results[i] !== BUSY) return;
        results[i] = step();
        slices[i]++;
      });
    }
    expect(results).toEqual([OK, OK]);
    expect(slices).toEqual([22, 41]);
    expect(into).toEqual(expected);
  });
});

describe("crypto/comb25519", () => {
  it("the eight points of the comb are what their comment says", () => {
    const element = newElement();
    const octets = new Uint8Array(32);
    const at = (n: number) => {
      elementOf(element, BASE_ENTRIES, n * ELEMENT_CHARS);
      encode(octets, 0, element);
      return fromLittleEndian(octets);
    };
    const base = (power: bigint) => noble.Point.BASE.multiply(2n ** power % L);
    for (let j = 0; j < 8; j++) {
      const point = [0, 1, 2].reduce((sum, k) => {
        const tooth = base(64n * BigInt(k));
        return ((j >> k) & 1) === 1 ? sum.add(tooth) : sum.subtract(tooth);
      }, base(192n));
      expect([at(2 * j), at(2 * j + 1)]).toEqual([point.toAffine().x, point.toAffine().y]);
    }
    expect(BASE_ENTRIES).toHaveLength(16 * ELEMENT_CHARS);
  });
});

it("steps in turn end with the first that fails", () => {
  const calls: number[] = [];
  const counting = (n: number, result: number) => () => {
    calls.push(n);
    return result;
  };
  expect(finish(inTurn([counting(1, OK), counting(2, FORGED), counting(3, OK)]))).toBe(FORGED);
  expect(calls).toEqual([1, 2]);
});

function keyAndSignature(seed: Uint8Array, message: Uint8Array): { key: Uint8Array; signature: Uint8Array } {
  const key = new Uint8Array(32);
  const signature = new Uint8Array(64);
  expect(finish(ed25519PublicKey(seed, key))).toBe(OK);
  expect(finish(ed25519Sign(seed, key, message, message.length, signature))).toBe(OK);
  return { key, signature };
}
