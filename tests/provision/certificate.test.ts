import { createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { type Claims, issue, readCertificate, verifyCertificate } from "@songbai/tools/provision/certificate";
import { fromPem, signingPublic, toPem } from "@songbai/tools/provision/curves";
import { decode, type Tag } from "cbor-x";
import fc from "fast-check";
import nacl from "tweetnacl";
import { fromHex } from "../support/hex.ts";
import { claimsOf, DAY, ISSUED } from "./vendor.ts";

const SEED = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
const CA = signingPublic(SEED);
const OTHER_CA = signingPublic(SEED.map((octet) => octet ^ 1));
const CLAIMS = claimsOf(1);
const CERTIFICATE = issue(SEED, CA, CLAIMS);

const check = (certificate: Uint8Array, at: number | undefined = ISSUED, key = CA) =>
  verifyCertificate("x", certificate, key, at);

/** Reads the certificate with another CBOR library and makes what COSE signs (RFC 9052 section 4.4) of its parts. */
function parts(certificate: Uint8Array) {
  const { tag, value } = decode(certificate) as Tag & { value: Uint8Array[] };
  const [protectedHeader, unprotected, payload, signature] = value;
  const text = Buffer.from("\x6aSignature1", "latin1");
  const string = (octets: Uint8Array) =>
    Buffer.concat([octets.length < 24 ? [0x40 | octets.length] : [0x58, octets.length], octets].map((one) => Buffer.from(one)));
  const toBeSigned = Buffer.concat([Buffer.from([0x84]), text, string(protectedHeader), Buffer.from([0x40]), string(payload)]);
  return { tag, protectedHeader, unprotected, payload, signature, toBeSigned };
}

describe("device certificate", () => {
  it("says what was claimed", () => {
    expect(check(CERTIFICATE)).toEqual(CLAIMS);
  });

  it("is a tagged COSE_Sign1 with EdDSA for any CBOR decoder, its claims those of a CWT", () => {
    const { tag, protectedHeader, unprotected, payload } = parts(CERTIFICATE);
    expect(tag).toBe(18);
    expect(decode(protectedHeader)).toMatchObject({ 1: -8, 4: expect.any(Uint8Array) });
    expect(unprotected).toEqual({});
    expect(decode(payload)).toMatchObject({ 1: "Songbai 松柏", 4: ISSUED + 365 * DAY, 6: ISSUED, "-65538": "bracelet" });
  });

  it("verifies for node:crypto and tweetnacl over the Sig_structure that another library makes", () => {
    const { signature, toBeSigned } = parts(CERTIFICATE);
    expect(verify(null, toBeSigned, createPublicKey(toPem(CA)), signature)).toBe(true);
    expect(nacl.sign.detached.verify(new Uint8Array(toBeSigned), new Uint8Array(signature), CA)).toBe(true);
  });

  it("holds any claims, and comes back the same octets", () => {
    const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const time = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const ascii = (maxLength: number) => fc.stringMatching(new RegExp(`^[!-~]{1,${maxLength}}$`));
    const claims = fc.record(
      {
        issuer: fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
        deviceId: octets(8),
        model: ascii(32),
        hardware: ascii(16),
        imei: fc.stringMatching(/^\d{15}$/),
        signingKey: octets(32),
        agreementKey: octets(32),
        issued: time,
        expires: time,
      },
      { requiredKeys: ["issuer", "deviceId", "model", "hardware", "signingKey", "agreementKey", "issued"] },
    ) as fc.Arbitrary<Claims>;
    fc.assert(
      fc.property(claims, (given) => {
        const certificate = issue(SEED, CA, given);
        expect(check(certificate, Number.NaN)).toEqual(given);
        expect(issue(SEED, CA, readCertificate(certificate)!.claims)).toEqual(certificate);
      }),
      { numRuns: 100, seed: 4 },
    );
  });

  it("is refused with any one of its bits changed", () => {
    for (let bit = 0; bit < 8 * CERTIFICATE.length; bit++) {
      const forged = CERTIFICATE.slice();
      forged[bit >> 3] ^= 1 << (bit & 7);
      expect(() => check(forged)).toThrow(/^x (is no device certificate|was issued by another CA|is forged or damaged)/);
    }
  });

  it("is refused cut short, and with anything behind it", () => {
    for (let length = 0; length < CERTIFICATE.length; length++) {
      expect(() => check(CERTIFICATE.slice(0, length))).toThrow(/no device certificate/);
    }
    expect(() => check(Uint8Array.of(...CERTIFICATE, 0))).toThrow(/no device certificate/);
  });

  it("is refused under another CA's key, even one that took over the key id", () => {
    expect(() => check(CERTIFICATE, ISSUED, OTHER_CA)).toThrow(/issued by another CA: its key id is [0-9a-f]{16}, and/);
    const impostor = issue(
      SEED.map((octet) => octet ^ 1),
      CA,
      CLAIMS,
    );
    expect(() => check(impostor)).toThrow(/forged or damaged/);
  });

  it("is valid from its issue until its end", () => {
    expect(() => check(CERTIFICATE, ISSUED - 1)).toThrow(/not valid before 2026-03-02/);
    expect(check(CERTIFICATE, ISSUED + 365 * DAY - 1)).toEqual(CLAIMS);
    expect(() => check(CERTIFICATE, ISSUED + 365 * DAY)).toThrow(/expired on 2027-03-02/);
    const { expires: _, ...endless } = CLAIMS;
    expect(check(issue(SEED, CA, endless), 2 ** 32)).toEqual(endless);
  });

  it("needs a public key in PEM that is Ed25519", () => {
    expect(fromPem(toPem(CA))).toEqual(CA);
    for (const text of [
      "",
      "hello",
      toPem(CA).replace("MCow", "MCox"),
      "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    ]) {
      expect(fromPem(text)).toBeUndefined();
    }
  });
});
