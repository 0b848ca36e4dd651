import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { type Identity, identityBlock, RECORD_KEY, readIdentity } from "@songbai/sdk/identity/identity";
import { toHex } from "../support/hex.ts";
import { blankImage, norPart } from "../support/nor-part.ts";
import { randomSource } from "../support/random.ts";

const random = randomSource(6);
const DEVICE_ID = random.bytes(8);
const SALT = random.bytes(4);
const KEYS = [RECORD_KEY, "lorawan/nwk", "lorawan/app"].map((name) => ({ name, key: random.bytes(16) }));
const BLOCK = identityBlock(DEVICE_ID, SALT, 7, -559038737, KEYS) as Uint8Array;

function provisioned(block: Uint8Array): Identity | undefined {
  const image = blankImage(2, 1024);
  image.set(block);
  return readIdentity(norPart(image, 1024));
}

describe("identity", () => {
  it("is what provisioning wrote", () => {
    const identity = provisioned(BLOCK)!;
    expect(toHex(identity.deviceId)).toBe(toHex(DEVICE_ID));
    expect(toHex(identity.salt)).toBe(toHex(SALT));
    expect([identity.epoch, identity.deviceAddress]).toEqual([7, -559038737]);
  });

  it("uses each key by its name", () => {
    for (const { name, key } of KEYS) {
      const [ours, theirs] = [new Uint8Array(16), new Uint8Array(16)];
      provisioned(BLOCK)!.keystore.cipher(name)!(ours);
      aes128(key)(theirs);
      expect(toHex(ours)).toBe(toHex(theirs));
    }
    expect(provisioned(BLOCK)!.keystore.cipher("no such key")).toBeUndefined();
  });

  it("holds up to eight keys, or none", () => {
    const keys = Array.from({ length: 8 }, (_, i) => ({ name: `key ${i}`, key: random.bytes(16) }));
    expect(provisioned(identityBlock(DEVICE_ID, SALT, 1, 1, keys) as Uint8Array)?.keystore.cipher("key 7")).toBeDefined();
    expect(provisioned(identityBlock(DEVICE_ID, SALT, 1, 1, []) as Uint8Array)?.epoch).toBe(1);
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
    for (let i = 0; i < 1000; i++) expect(provisioned(random.bytes(1 + random.below(300)))).toBeUndefined();
  });

  it("gives no octet of a key to whoever holds it", () => {
    const identity = provisioned(BLOCK)!;
    const shown = inspect(identity, { depth: 10, showHidden: true, maxArrayLength: null });
    for (const { name, key } of KEYS) {
      expect(shown).not.toContain([...key.subarray(0, 4)].join(", "));
      const cipher = identity.keystore.cipher(name)!;
      expect(Reflect.ownKeys(cipher).filter((own) => own !== "length" && own !== "name")).toEqual([]);
    }
    expect(Object.keys(identity.keystore)).toEqual(["cipher"]);
  });
});
