import { createCipheriv, hkdfSync } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import {
  CERTIFICATE,
  IDENTITY_BYTES,
  identityBlock,
  LORAWAN_APPLICATION_KEY,
  LORAWAN_NETWORK_KEY,
  NAME_BYTES,
  type NamedOctets,
  ROOT_KEY,
} from "@songbai/sdk/identity/block";
import { type Identity, readIdentity } from "@songbai/sdk/identity/identity";
import { COMMANDS, RECORDS } from "@songbai/sdk/identity/keystore";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import { decode } from "cbor-x";
import { toHex } from "../support/hex.ts";
import { blankImage, norPart } from "../support/nor-part.ts";
import { randomSource } from "../support/random.ts";

const random = randomSource(6);
const FIELDS = {
  deviceId: random.bytes(8),
  salt: random.bytes(4),
  firstEpoch: 7,
  suite: 1,
  deviceAddress: -559038737,
};
const KEYS = [LORAWAN_NETWORK_KEY, LORAWAN_APPLICATION_KEY].map((name) => ({ name, octets: random.bytes(16) }));
const NAMED = [{ name: ROOT_KEY, octets: random.bytes(32) }, { name: CERTIFICATE, octets: random.bytes(300) }, ...KEYS];
const blockOf = (named: readonly NamedOctets[]) => identityBlock(FIELDS, named) as Uint8Array;
const BLOCK = blockOf(NAMED);

function provisioned(block: Uint8Array): Identity | undefined {
  const image = blankImage(2, 4096);
  image.set(block);
  return readIdentity(norPart(image, 4096));
}

describe("identity", () => {
  it("is what provisioning wrote", () => {
    const { keystore, fields } = provisioned(BLOCK)!;
    expect(toHex(fields.deviceId)).toBe(toHex(FIELDS.deviceId));
    expect(toHex(fields.salt)).toBe(toHex(FIELDS.salt));
    expect(fields).toMatchObject({ firstEpoch: 7, suite: 1, deviceAddress: -559038737 });
    expect(keystore).toBeDefined();
  });

  it("stands on flash as a CBOR array that any decoder reads, with its checksum behind it", () => {
    const [version, deviceId, , firstEpoch, suite, , ...named] = decode(BLOCK.subarray(0, -4)) as unknown[];
    expect([version, firstEpoch, suite]).toEqual([2, 7, 1]);
    expect(Buffer.from(deviceId as Uint8Array)).toEqual(Buffer.from(FIELDS.deviceId));
    expect(named.filter((_, i) => i % 2 === 0)).toEqual(NAMED.map(({ name }) => name));
  });

  it("uses each key by its name", () => {
    for (const { name, octets } of KEYS) {
      const [ours, theirs] = [new Uint8Array(16), new Uint8Array(16)];
      provisioned(BLOCK)!.keystore.cipher(name)!(ours);
      aes128(octets)(theirs);
      expect(toHex(ours)).toBe(toHex(theirs));
    }
    expect(provisioned(BLOCK)!.keystore.cipher("no such key")).toBeUndefined();
    expect(provisioned(BLOCK)!.keystore.cipher(CERTIFICATE)).toBeUndefined();
  });

  it.each([
    ["AES under HKDF-SHA-256", AES_CCM, "sha256", "aes-128-ecb"],
    ["SM4 under HKDF-SM3", SM4_CCM, "sm3", "sm4-ecb"],
  ] as const)("derives a key for each purpose and epoch from the root: %s", (_, suite, hash, ecb) => {
    const root = NAMED[0].octets;
    for (const purpose of [RECORDS, COMMANDS]) {
      for (const epoch of [0, 1, 0x12345678]) {
        const number = Buffer.alloc(4);
        number.writeUInt32BE(epoch);
        const info = Buffer.concat([Buffer.from(purpose), number]);
        const key = Buffer.from(hkdfSync(hash, root, "", info, 16));
        const block = new Uint8Array(16);
        provisioned(BLOCK)!.keystore.epochCipher(suite, purpose, epoch)!(block);
        const theirs = createCipheriv(ecb, key, null).setAutoPadding(false).update(new Uint8Array(16));
        expect(toHex(block)).toBe(toHex(theirs));
      }
    }
    expect(provisioned(blockOf(KEYS))!.keystore.epochCipher(suite, RECORDS, 1)).toBeUndefined();
  });

  it("holds any number of names and octets up to its kilobyte, or none", () => {
    expect(provisioned(blockOf([]))?.fields.firstEpoch).toBe(7);
    const many = Array.from({ length: 40 }, (_, i) => ({ name: `k${i}`, octets: random.bytes(16) }));
    expect(provisioned(blockOf(many))?.keystore.cipher("k39")).toBeDefined();
    const room = IDENTITY_BYTES - blockOf([{ name: "x".repeat(NAME_BYTES), octets: random.bytes(300) }]).length + 300;
    for (const [length, fits] of [
      [room, true],
      [room + 1, false],
    ] as const) {
      const block = blockOf([{ name: "x".repeat(NAME_BYTES), octets: random.bytes(length) }]);
      expect([block.length <= IDENTITY_BYTES, provisioned(block) !== undefined]).toEqual([fits, fits]);
    }
  });

  it("is none on blank flash", () => {
    expect(provisioned(new Uint8Array(0))).toBeUndefined();
  });

  it("is none when any octet is damaged, in any bit or altogether", () => {
    for (let at = 0; at < BLOCK.length; at++) {
      for (const damage of [1, 2, 4, 8, 16, 32, 64, 128, 255, BLOCK[at], ~BLOCK[at] & 255]) {
        const block = BLOCK.slice();
        block[at] ^= damage;
        if (damage !== 0) expect(provisioned(block)).toBeUndefined();
      }
    }
  });

  it("is none when it is cut short, or when there is garbage", () => {
    for (let length = 0; length < BLOCK.length; length++) expect(provisioned(BLOCK.slice(0, length))).toBeUndefined();
    for (let i = 0; i < 1000; i++) expect(provisioned(random.bytes(1 + random.below(2000)))).toBeUndefined();
  });

  it("gives no octet of a key to whoever holds it", () => {
    const identity = provisioned(BLOCK)!;
    const shown = inspect(identity, { depth: 10, showHidden: true, maxArrayLength: null });
    for (const { octets } of NAMED) expect(shown).not.toContain([...octets.subarray(0, 4)].join(", "));
    for (const { name } of KEYS) {
      const cipher = identity.keystore.cipher(name)!;
      expect(Reflect.ownKeys(cipher).filter((own) => own !== "length" && own !== "name")).toEqual([]);
    }
  });
});
