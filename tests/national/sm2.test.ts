import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { sm2KeyPair, sm2PublicKey, sm2Sign, sm2Verify } from "@songbai/tools/national/sm2";
import { fromHex, toHex } from "../support/hex.ts";
import { randomSource } from "../support/random.ts";
import sm2Vectors from "../vectors/sm2.json" with { type: "json" };

const MESSAGE = Buffer.from("a firmware manifest");
const ORDER = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

describe("SM2 on the host", () => {
  it.each(sm2Vectors.vectors)("verifies the signature of $source", (vector) => {
    expect(toHex(sm2PublicKey(fromHex(vector.private)))).toBe(vector.public);
    expect(sm2Verify(fromHex(vector.message), fromHex(vector.signature), fromHex(vector.public))).toBe(true);
  });

  it("verifies what it signed, of any length, and no two signatures are alike", () => {
    const { privateKey, publicKey } = sm2KeyPair();
    const random = randomSource(1);
    for (const length of [0, 1, 32, 1000]) {
      const message = random.bytes(length);
      const signatures = [sm2Sign(message, privateKey), sm2Sign(message, privateKey)];
      for (const signature of signatures) expect(sm2Verify(message, signature, publicKey)).toBe(true);
      expect(toHex(signatures[0])).not.toBe(toHex(signatures[1]));
    }
  });

  it("refuses another message, key or identity, and a signature with any bit turned", () => {
    const { privateKey, publicKey } = sm2KeyPair();
    const signature = sm2Sign(MESSAGE, privateKey);
    expect(sm2Verify(Buffer.from("another manifest"), signature, publicKey)).toBe(false);
    expect(sm2Verify(MESSAGE, signature, sm2KeyPair().publicKey)).toBe(false);
    expect(sm2Verify(MESSAGE, signature, publicKey, "8765432187654321")).toBe(false);
    for (let bit = 0; bit < 512; bit += 5) {
      const forged = Uint8Array.from(signature);
      forged[bit >> 3] ^= 1 << (bit & 7);
      expect(sm2Verify(MESSAGE, forged, publicKey)).toBe(false);
    }
  });

  it("answers false to what is no signature and to what is no point of the curve", () => {
    const { privateKey, publicKey } = sm2KeyPair();
    const signature = sm2Sign(MESSAGE, privateKey);
    const half = (hex: string) => fromHex(hex.padStart(64, "0"));
    const r = signature.subarray(0, 32);
    const s = signature.subarray(32);
    for (const wrong of [half("0"), half(ORDER), new Uint8Array(32).fill(255)]) {
      expect(sm2Verify(MESSAGE, Uint8Array.of(...r, ...wrong), publicKey)).toBe(false);
      expect(sm2Verify(MESSAGE, Uint8Array.of(...wrong, ...s), publicKey)).toBe(false);
    }
    for (const length of [0, 63, 65, 72]) expect(sm2Verify(MESSAGE, new Uint8Array(length).fill(1), publicKey)).toBe(false);
    expect(
      sm2Verify(
        MESSAGE,
        signature,
        publicKey.map((octet, i) => (i === 64 ? octet ^ 1 : octet)),
      ),
    ).toBe(false);
    expect(
      sm2Verify(
        MESSAGE,
        signature,
        publicKey.map((octet, i) => (i === 0 ? 2 : octet)),
      ),
    ).toBe(false);
    const compressed = Uint8Array.of(2 + (publicKey[64] & 1), ...publicKey.subarray(1, 33));
    expect(sm2Verify(MESSAGE, signature, compressed)).toBe(false);
  });

  it("signs with no key outside 1 to n - 2", () => {
    const last = fromHex(ORDER);
    last[31] -= 2;
    expect(sm2Verify(MESSAGE, sm2Sign(MESSAGE, last), sm2PublicKey(last))).toBe(true);
    last[31] += 1;
    for (const key of [last, new Uint8Array(32), new Uint8Array(31).fill(1), fromHex(ORDER)]) {
      expect(() => sm2Sign(MESSAGE, key)).toThrow("an SM2 private key is 32 octets, a number from 1 to n - 2");
    }
  });
});

describe("the trap: Node's sign with SM3 and an SM2 key", () => {
  const node = generateKeyPairSync("ec", { namedCurve: "SM2" });
  const privateKey = scalarOf(node.privateKey);
  const publicKey = sm2PublicKey(privateKey);

  it("has the same key pair, so that it is the algorithm that differs", () => {
    expect(toHex(node.publicKey.export({ type: "spki", format: "der" }).subarray(-65))).toBe(toHex(publicKey));
  });

  it("is not SM2: neither side verifies the other's signature", () => {
    const theirs = sign("sm3", MESSAGE, { key: node.privateKey, dsaEncoding: "ieee-p1363" });
    expect(verify("sm3", MESSAGE, { key: node.publicKey, dsaEncoding: "ieee-p1363" }, theirs)).toBe(true);
    expect(sm2Verify(MESSAGE, theirs, publicKey)).toBe(false);
    const ours = sm2Sign(MESSAGE, privateKey);
    expect(sm2Verify(MESSAGE, ours, publicKey)).toBe(true);
    expect(verify("sm3", MESSAGE, { key: node.publicKey, dsaEncoding: "ieee-p1363" }, ours)).toBe(false);
  });
});

/**
 * The private number of Node's key: the ECPrivateKey inside PKCS #8 begins with its version, 1, and the number. Node 20 exports no
 * JWK of this curve, and its export as SEC1 ends the process by a failed assertion.
 */
function scalarOf(key: KeyObject): Uint8Array {
  const pkcs8 = key.export({ type: "pkcs8", format: "der" });
  const head = Buffer.from("0201010420", "hex");
  const at = pkcs8.indexOf(head) + head.length;
  return new Uint8Array(pkcs8.subarray(at, at + 32));
}
