import { createDecipheriv, createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import type { Suite } from "@songbai/sdk/identity/suite";
import { CORRUPT, FORGED } from "@songbai/sdk/lang/result";
import { FALL } from "@songbai/sdk/record/codes";
import { putObservation } from "@songbai/sdk/record/observation";
import { type Opener, opener, type Sealer, sealer, sequenceOf } from "@songbai/sdk/record/seal";
import { Encoder } from "cbor-x";
import fc from "fast-check";
import { ccmPeer } from "../support/ccm-peer.ts";
import { fromHex, toHex } from "../support/hex.ts";

const KEY = createHash("sha256").update("record key").digest().subarray(0, 16);
const SALT = Uint8Array.of(0xca, 0xfe, 0x00, 0x07);
const EPOCH = 0x12345;

const sequences = fc.oneof(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 20_000 }));

function sealerOf(suite: Suite, key: Uint8Array = KEY, salt = SALT, epoch = EPOCH): Opener & Sealer {
  return { ...opener(suite, suite.cipher(key), salt, epoch), ...sealer(suite, suite.cipher(key), salt, epoch) };
}

function sealed(by: Sealer, sequence: number, plain: Uint8Array): Uint8Array {
  const into = new Uint8Array(plain.length + by.overhead(sequence));
  expect(by.seal(sequence, plain, plain.length, into)).toBe(into.length);
  return into;
}

function open(record: Uint8Array, by: Opener): Uint8Array | number {
  const into = new Uint8Array(record.length);
  const length = by.open(record, record.length, into);
  return length < 0 ? length : into.slice(0, length);
}

/** Nonce and additional data as FORMATS section 3 and RFC 9052 say it, built on Node and cbor-x alone. */
function peer(suite: Suite, sequence: number): { nonce: Buffer; additional: Buffer } {
  const epoch = Buffer.alloc(4);
  epoch.writeUInt32BE(EPOCH);
  const five = Buffer.alloc(5);
  five.writeUIntBE(sequence, 0, 5);
  const cbor = new Encoder({ useRecords: false, variableMapSize: true, mapsAsObjects: false, tagUint8Array: false });
  const protectedHeader = cbor.encode(
    new Map<number, unknown>([
      [1, suite.algorithm],
      [4, Buffer.concat([SALT, epoch])],
    ]),
  );
  return {
    nonce: Buffer.concat([SALT, epoch, five]).subarray(suite === SM4_CCM ? 1 : 0),
    additional: cbor.encode(["Encrypt0", protectedHeader, Buffer.alloc(0)]),
  };
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}

const SUITES = [
  { name: "suite 1, AES-CCM", suite: AES_CCM, tag: 8, first: 0x51, ecb: "aes-128-ecb" },
  { name: "suite 2, SM4-CCM", suite: SM4_CCM, tag: 16, first: 0x52, ecb: "sm4-ecb" },
] as const;

describe.each(SUITES)("record/seal, $name", ({ suite, tag, first, ecb }) => {
  const seals = sealerOf(suite);

  it("opens what it sealed, and says its sequence number", () => {
    fc.assert(
      fc.property(sequences, fc.uint8Array({ maxLength: 120 }), (sequence, plain) => {
        const record = sealed(seals, sequence, plain);
        expect(sequenceOf(record, record.length)).toBe(sequence);
        expect(open(record, seals)).toEqual(plain);
      }),
    );
  });

  it("seals what a peer makes of nonce, additional data and key", () => {
    fc.assert(
      fc.property(sequences, fc.uint8Array({ maxLength: 100 }), (sequence, plain) => {
        const { nonce, additional } = peer(suite, sequence);
        const body = ccmPeer(ecb, KEY, nonce, additional, plain, tag);
        expect(toHex(sealed(seals, sequence, plain))).toBe(toHex(Uint8Array.from([first, ...varint(sequence), ...body])));
      }),
      { numRuns: 50 },
    );
  });

  it("writes suite and epoch bits, then the sequence in its one shortest form", () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        expect([...sealed(seals, sequence, new Uint8Array(0)).slice(0, -tag)]).toEqual([first, ...varint(sequence)]);
      }),
    );
  });

  it("refuses a record with any bit turned, cut short, or of another device, epoch, key or suite", () => {
    const record = sealed(seals, 300, Uint8Array.from([1, 2, 3]));
    for (let bit = 0; bit < 8 * record.length; bit++) {
      const forged = record.slice();
      forged[bit >> 3] ^= 1 << (bit & 7);
      expect([CORRUPT, FORGED]).toContain(open(forged, seals));
    }
    for (let length = 0; length < record.length; length++) {
      expect([CORRUPT, FORGED]).toContain(open(record.slice(0, length), seals));
    }
    expect(open(record, sealerOf(suite, KEY, Uint8Array.of(0xca, 0xfe, 0, 8)))).toBe(FORGED);
    expect(open(record, sealerOf(suite, KEY, Uint8Array.of(0xcb, 0xfe, 0, 7)))).toBe(FORGED);
    expect(open(record, sealerOf(suite, KEY, SALT, EPOCH + 16))).toBe(FORGED);
    expect(open(record, sealerOf(suite, KEY, SALT, EPOCH + 1))).toBe(CORRUPT);
    expect(open(record, sealerOf(suite, new Uint8Array(16)))).toBe(FORGED);
    for (const other of SUITES) if (other.suite !== suite) expect(open(record, sealerOf(other.suite))).toBe(CORRUPT);
  });

  it("answers any octets with a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => [CORRUPT, FORGED].includes(open(octets, seals) as number)),
    );
  });
});

describe("record/seal", () => {
  it("seals under suite 1 as AES-CCM-16-64-128 of any COSE library does: Node opens it", () => {
    const plain = Buffer.from("hello");
    const record = sealed(sealerOf(AES_CCM), 1041, plain);
    const { nonce, additional } = peer(AES_CCM, 1041);
    const cipher = createDecipheriv("aes-128-ccm", KEY, nonce, { authTagLength: 8 });
    cipher.setAuthTag(record.slice(-8));
    cipher.setAAD(additional, { plaintextLength: plain.length });
    expect(toHex(cipher.update(record.slice(3, -8)))).toBe(toHex(plain));
    cipher.final();
  });

  it("has a peer that makes RFC 8998 appendix A.2 of SM4-CCM", () => {
    const plain = fromHex("aa".repeat(8) + "bb".repeat(8) + "cc".repeat(8) + "dd".repeat(8) + "ee".repeat(8) + "ff".repeat(8));
    const sealedPlain = ccmPeer(
      "sm4-ecb",
      fromHex("0123456789abcdeffedcba9876543210"),
      fromHex("00001234567800000000abcd"),
      fromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
      Buffer.concat([plain, fromHex("ee".repeat(8) + "aa".repeat(8))]),
      16,
    );
    expect(toHex(sealedPlain)).toBe(
      "48af93501fa62adbcd414cce6034d895dda1bf8f132f042098661572e7483094" +
        "fd12e518ce062c98acee28d95df4416bed31a2f04476c18bb40c84a74b97dc5b16842d4fa186f56ab33256971fa110f4",
    );
  });

  it("knows a sequence number in no other form", () => {
    for (const bad of [
      [0x80, 0x00],
      [0x81, 0x80, 0x00],
      [0xff, 0xff, 0xff, 0xff, 0x08],
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
      [0x80],
    ]) {
      expect(sequenceOf(Uint8Array.of(0x51, ...bad), bad.length + 1)).toBe(CORRUPT);
    }
    expect(sequenceOf(new Uint8Array(1), 1)).toBe(CORRUPT);
    expect(sequenceOf(new Uint8Array(0), 0)).toBe(CORRUPT);
  });

  it("fits a fall alarm of suite 1 into 23 octets up to sequence 2^21 - 1, at any time until 2106", () => {
    for (const [sequence, time] of [
      [0, 0],
      [2 ** 21 - 1, -1],
    ]) {
      const plain = new Uint8Array(32);
      const length = putObservation(plain, 0, { code: FALL, values: [160, 100] }, time);
      expect(sealed(sealerOf(AES_CCM), sequence, plain.slice(0, length)).length).toBeLessThanOrEqual(23);
    }
  });
});
