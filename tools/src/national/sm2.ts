/**
 * SM2 signatures on the host (GB/T 32918.2-2016, on the curve of GB/T 32918.5-2017; GM/T 0003-2012), by sm-crypto-v2: what the
 * national build signs with in place of Ed25519.
 *
 * Node cannot do it: its `sign("sm3", …)` with an SM2 key is ECDSA over SM3, another algorithm under a name that misleads.
 */
import { sm2 } from "sm-crypto-v2";

/** The signer's identity where nothing else is agreed (GM/T 0009-2012 clause 10). */
export const SM2_IDENTITY = "1234567812345678";

const PRIVATE_KEY_BYTES = 32;
/** 4, x, y. */
const PUBLIC_KEY_BYTES = 65;
/** r, s: 32 octets each, big-endian. */
export const SM2_SIGNATURE_BYTES = 64;
/** The order n of the base point (GB/T 32918.5-2017). */
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

export interface Sm2KeyPair {
  /** 32 octets. */
  readonly privateKey: Uint8Array;
  /** 65 octets: 4, x, y. */
  readonly publicKey: Uint8Array;
}

const hexOf = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");
const octetsOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

/** A key pair from the system's random source. */
export function sm2KeyPair(): Sm2KeyPair {
  const { privateKey, publicKey } = sm2.generateKeyPairHex();
  return { privateKey: octetsOf(privateKey), publicKey: octetsOf(publicKey) };
}

/** The public key of a private one, a number from 1 to n - 2 (GB/T 32918.1-2016 clause 6.1). Throws `RangeError` for another. */
export function sm2PublicKey(privateKey: Uint8Array): Uint8Array {
  const number = privateKey.length === PRIVATE_KEY_BYTES ? BigInt(`0x${hexOf(privateKey)}`) : 0n;
  if (number < 1n || number > ORDER - 2n) {
    throw new RangeError("an SM2 private key is 32 octets, a number from 1 to n - 2");
  }
  return octetsOf(sm2.getPublicKeyFromPrivateKey(hexOf(privateKey)));
}

/** The signature r, s of the message's SM3 digest with the identity. Each call draws a new random k. */
export function sm2Sign(message: Uint8Array, privateKey: Uint8Array, identity = SM2_IDENTITY): Uint8Array {
  const publicKey = hexOf(sm2PublicKey(privateKey));
  return octetsOf(sm2.doSignature(message, hexOf(privateKey), { hash: true, publicKey, userId: identity }));
}

/** True when the signature is the message's. Whatever is no signature, r or s outside 1 to n - 1, or no point of the curve is false. */
export function sm2Verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array, identity = SM2_IDENTITY): boolean {
  if (signature.length !== SM2_SIGNATURE_BYTES || publicKey.length !== PUBLIC_KEY_BYTES) return false;
  try {
    return sm2.doVerifySignature(message, hexOf(signature), hexOf(publicKey), { hash: true, userId: identity });
  } catch {
    return false;
  }
}
