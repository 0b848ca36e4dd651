import { createDecipheriv, createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import type { Suite } from "@songbai/sdk/identity/suite";
import { sealer } from "@songbai/sdk/record/seal";
import { compact, contextIv, expand } from "@songbai/tools/hub/cose";
import { Decoder, Encoder, type Tag } from "cbor-x";
import cose from "cose-js";
import fc from "fast-check";
import { ccmPeer } from "../support/ccm-peer.ts";
import { toHex } from "../support/hex.ts";

const KEY = createHash("sha256").update("cose").digest().subarray(0, 16);
const SALT = Uint8Array.of(0xca, 0xfe, 0x00, 0x07);
const EPOCH = 0x12345;

function sealed(suite: Suite, sequence: number, plain: Uint8Array): Uint8Array {
  const seals = sealer(suite, suite.cipher(KEY), SALT, EPOCH);
  const record = new Uint8Array(plain.length + seals.overhead(sequence));
  seals.seal(sequence, plain, plain.length, record);
  return record;
}

const expanded = (record: Uint8Array): Uint8Array => expand({ record, salt: SALT, epoch: EPOCH })!;
const cbor = { mapsAsObjects: false, useRecords: false, tagUint8Array: false, variableMapSize: true };

/** A message taken apart by cbor-x, and its nonce by the rule of RFC 9052 section 3.1. */
function takenApart(message: Uint8Array, suite: Suite) {
  const { tag, value } = new Decoder(cbor).decode(message) as Tag;
  const [header, unprotected, ciphertext] = value as [Uint8Array, Map<number, Uint8Array>, Uint8Array];
  const nonce = Buffer.from(contextIv(suite, SALT, EPOCH));
  const partial = unprotected.get(6)!;
  for (const [i, octet] of partial.entries()) nonce[nonce.length - partial.length + i] ^= octet;
  const additional = new Encoder(cbor).encode(["Encrypt0", header, Buffer.alloc(0)]);
  return { tag, header, unprotected, ciphertext, nonce, additional };
}

const sequences = fc.oneof(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.nat({ max: 300 }));
const plains = fc.uint8Array({ minLength: 1, maxLength: 60 });
const SUITES = [
  ["suite 1", AES_CCM],
  ["suite 2", SM4_CCM],
] as const;

describe("hub/cose", () => {
  it("makes of a record of suite 1 what an independent COSE library opens", async () => {
    await fc.assert(
      fc.asyncProperty(sequences, plains, async (sequence, plain) => {
        const message = expanded(sealed(AES_CCM, sequence, plain));
        const options = { contextIv: contextIv(AES_CCM, SALT, EPOCH) };
        expect(toHex(await cose.encrypt.read(message, KEY, options))).toBe(toHex(plain));
        message[message.length - 1] ^= 1;
        await expect(cose.encrypt.read(message, KEY, options)).rejects.toThrow();
      }),
      { numRuns: 50 },
    );
  });

  it("makes of a record of suite 1 what node:crypto opens", () => {
    fc.assert(
      fc.property(sequences, plains, (sequence, plain) => {
        const { tag, ciphertext, nonce, additional } = takenApart(expanded(sealed(AES_CCM, sequence, plain)), AES_CCM);
        const cipher = createDecipheriv("aes-128-ccm", KEY, nonce, { authTagLength: 8 });
        cipher.setAuthTag(ciphertext.subarray(-8));
        cipher.setAAD(additional, { plaintextLength: plain.length });
        expect([tag, toHex(cipher.update(ciphertext.subarray(0, -8)))]).toEqual([16, toHex(plain)]);
        cipher.final();
      }),
      { numRuns: 50 },
    );
  });

  it("makes of a record of suite 2 what SM4-CCM over Node's SM4 makes of its parts", () => {
    fc.assert(
      fc.property(sequences, plains, (sequence, plain) => {
        const { header, ciphertext, nonce, additional } = takenApart(expanded(sealed(SM4_CCM, sequence, plain)), SM4_CCM);
        expect(nonce).toHaveLength(12);
        expect((new Decoder(cbor).decode(header) as Map<number, unknown>).get(1)).toBe(-65538);
        expect(toHex(ciphertext)).toBe(toHex(ccmPeer("sm4-ecb", KEY, nonce, additional, plain, 16)));
      }),
      { numRuns: 50 },
    );
  });

  it.each(SUITES)("makes the record of the message again, of %s", (_, suite) => {
    fc.assert(
      fc.property(sequences, plains, (sequence, plain) => {
        const record = sealed(suite, sequence, plain);
        const found = compact(expanded(record))!;
        expect([toHex(found.record), toHex(found.salt), found.epoch]).toEqual([toHex(record), toHex(SALT), EPOCH]);
      }),
    );
  });

  it.each(SUITES)("adds 19 octets or 23 to a record, its header and six more, of %s", (_, suite) => {
    const record = sealed(suite, 1000, Uint8Array.of(1, 2, 3));
    const header = suite === AES_CCM ? 13 : 17;
    expect(expanded(record).length - record.length).toBe(header + 6);
  });

  it("expands no octets but a record's of that epoch", () => {
    const record = sealed(AES_CCM, 5, Uint8Array.of(1));
    expect(expand({ record, salt: SALT, epoch: EPOCH + 1 })).toBeUndefined();
    for (let length = 0; length < 10; length++) {
      expect(expand({ record: record.slice(0, length), salt: SALT, epoch: EPOCH })).toBeUndefined();
    }
  });

  it("takes any other message for none", () => {
    const message = expanded(sealed(AES_CCM, 300, Uint8Array.of(1, 2, 3)));
    for (let length = 0; length < message.length; length++) expect(compact(message.slice(0, length))).toBeUndefined();
    expect(compact(Uint8Array.of(...message, 0))).toBeUndefined();
    fc.assert(
      fc.property(fc.nat({ max: 8 * message.length - 1 }), (bit) => {
        const other = message.slice();
        other[bit >> 3] ^= 1 << (bit & 7);
        const found = compact(other);
        // Salt, epoch, sequence and ciphertext may be any; then it is a record, which its tag refuses.
        if (found !== undefined) expect(toHex(expand(found)!)).toBe(toHex(other));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (octets) => compact(octets) === undefined));
    const partial = message.slice();
    const at = partial.indexOf(0x06, 16);
    expect(compact(Uint8Array.of(...partial.slice(0, at + 1), 0x43, 0, ...partial.slice(at + 2)))).toBeUndefined();
  });
});
