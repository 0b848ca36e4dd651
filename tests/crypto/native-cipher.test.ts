import { createCipheriv } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import type { Cipher, CipherAlgorithm } from "@songbai/sdk/board/cipher";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { blockCipher } from "@songbai/sdk/crypto/block";
import { ccm } from "@songbai/sdk/crypto/ccm";
import { sm4 } from "@songbai/sdk/crypto/sm4";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import { fromHex, toHex } from "../support/hex.ts";
import aesCcm from "../vectors/ccm.json" with { type: "json" };
import sm4Ccm from "../vectors/sm4-ccm.json" with { type: "json" };

const PORTABLE = { "aes-128": aes128, sm4 };
const VECTORS = [
  ["aes-128", aesCcm.vectors[0]],
  ["sm4", sm4Ccm.vectors[0]],
] as const;

/** A chip with those algorithms: Node's. */
function chip(...algorithms: readonly CipherAlgorithm[]) {
  let blocks = 0;
  const cipher: Cipher = {
    under(algorithm, key) {
      if (!algorithms.includes(algorithm)) return undefined;
      const ecb = createCipheriv(`${algorithm}-ecb`, key as Uint8Array, null).setAutoPadding(false);
      return (block) => {
        blocks++;
        (block as Uint8Array).set(ecb.update(block as Uint8Array));
      };
    },
  };
  return { cipher, blocks: () => blocks };
}

const never = (_key: Bytes): never => {
  throw new Error("the portable cipher was made");
};

function sealed(encrypt: (block: Bytes) => void, { nonce, additional, plain, ...vector }: (typeof VECTORS)[number][1]): string {
  const tag = (vector.sealed.length - plain.length) / 2;
  const data = new Uint8Array(vector.sealed.length / 2);
  data.set(fromHex(plain));
  const bytes = fromHex(additional);
  ccm(encrypt, nonce.length / 2, tag).seal(fromHex(nonce), { bytes, length: bytes.length }, data, 0, plain.length / 2);
  return toHex(data);
}

describe("a chip's own block cipher", () => {
  it.each(VECTORS)("of %s seals in place of the SDK's, whose tables are never made", (algorithm, vector) => {
    const native = chip("aes-128", "sm4");
    expect(sealed(blockCipher(native.cipher, algorithm, fromHex(vector.key), never), vector)).toBe(vector.sealed);
    expect(native.blocks()).toBeGreaterThan(3);
  });

  it.each(VECTORS)("gives way to the SDK's where the chip has no %s, or no cipher at all", (algorithm, vector) => {
    const other = chip(algorithm === "sm4" ? "aes-128" : "sm4");
    for (const native of [other.cipher, undefined]) {
      const encrypt = blockCipher(native, algorithm, fromHex(vector.key), PORTABLE[algorithm]);
      expect(sealed(encrypt, vector)).toBe(vector.sealed);
    }
    expect(other.blocks()).toBe(0);
  });
});
