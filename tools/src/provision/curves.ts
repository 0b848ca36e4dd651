/** Ed25519 and X25519 on the host, by node:crypto: an implementation other than the device's. Keys are 32 octets, signatures 64. */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject, sign, verify } from "node:crypto";

/** Object identifiers 1.3.101.112 and 1.3.101.110 (RFC 8410 section 3), the last octet. */
const ED25519 = 0x70;
const X25519 = 0x6e;

const privateKey = (curve: number, secret: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privateHead(curve), secret]), format: "der", type: "pkcs8" });
const publicKey = (curve: number, octets: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicHead(curve), octets]), format: "der", type: "spki" });

/** What stands before the key in its PKCS #8 and SubjectPublicKeyInfo forms (RFC 8410 sections 4 and 7). */
const privateHead = (curve: number) => Buffer.from([0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, curve, 4, 34, 4, 32]);
const publicHead = (curve: number) => Buffer.from([0x30, 42, 0x30, 5, 6, 3, 0x2b, 0x65, curve, 3, 33, 0]);

const publicOf = (curve: number, secret: Uint8Array): Uint8Array =>
  octetsOf(createPublicKey(privateKey(curve, secret)).export({ format: "der", type: "spki" }).subarray(-32));

/** A copy of its own, not a part of a pool. */
const octetsOf = (buffer: Buffer): Uint8Array => new Uint8Array(buffer);

export const signingPublic = (seed: Uint8Array): Uint8Array => publicOf(ED25519, seed);
export const agreementPublic = (secret: Uint8Array): Uint8Array => publicOf(X25519, secret);

export const signed = (seed: Uint8Array, message: Uint8Array): Uint8Array =>
  octetsOf(sign(null, message, privateKey(ED25519, seed)));

export const verified = (key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  verify(null, message, publicKey(ED25519, key), signature);

/** The shared secret; `undefined` when the point has a low order, which would make a secret that everybody knows (RFC 7748 section 6.1). */
export function agreed(secret: Uint8Array, point: Uint8Array): Uint8Array | undefined {
  try {
    return octetsOf(diffieHellman({ privateKey: privateKey(X25519, secret), publicKey: publicKey(X25519, point) }));
  } catch {
    return undefined;
  }
}

/** An Ed25519 public key as PEM, which openssl reads, and back; `undefined` for anything else. */
export const toPem = (key: Uint8Array): string => publicKey(ED25519, key).export({ format: "pem", type: "spki" }) as string;

export function fromPem(text: string): Uint8Array | undefined {
  try {
    const key = createPublicKey({ key: text, format: "pem" });
    if (key.asymmetricKeyType !== "ed25519" || !text.includes("PUBLIC KEY")) return undefined;
    return octetsOf(key.export({ format: "der", type: "spki" }).subarray(-32));
  } catch {
    return undefined;
  }
}
