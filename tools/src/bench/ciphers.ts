/** Sealing and hashing a record of 64 octets, the SDK beside other libraries, each with what a key costs paid once where it can. */
import { createCipheriv, createHash } from "node:crypto";
import { gcm } from "@noble/ciphers/aes.js";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { ccm } from "@songbai/sdk/crypto/ccm";
import type { Hash } from "@songbai/sdk/crypto/hash";
import { sha256 } from "@songbai/sdk/crypto/sha256";
import { sm3 } from "@songbai/sdk/crypto/sm3";
import { sm4 } from "@songbai/sdk/crypto/sm4";
import { sm3 as peerSm3, sm4 as peerSm4 } from "sm-crypto-v2";
import nacl from "tweetnacl";
import { type Paired, paired } from "./paired.ts";

export interface CipherRow extends Paired {
  readonly name: string;
  readonly peer: string;
}

const RECORDS = 2000;
const RECORD_BYTES = 64;
const AES_NONCE_BYTES = 13;
const AES_TAG_BYTES = 8;
const SM4_NONCE_BYTES = 12;
const SM4_TAG_BYTES = 16;

const octets = (length: number) => Uint8Array.from({ length }, (_, i) => i * 7);
const KEY = octets(16);
const AAD = octets(27);
const PLAIN = octets(RECORD_BYTES);
const additional = { bytes: AAD, length: AAD.length };

/** Seals in place, as the SDK does; the plaintext is put back each time. */
function sdkSeal(encrypt: ReturnType<typeof aes128>, nonceBytes: number, tagBytes: number): () => Uint8Array {
  const mode = ccm(encrypt, nonceBytes, tagBytes);
  const nonce = octets(nonceBytes);
  const data = new Uint8Array(RECORD_BYTES + tagBytes);
  return () => {
    data.set(PLAIN);
    mode.seal(nonce, additional, data, 0, RECORD_BYTES);
    return data;
  };
}

function nodeSeal(): Buffer {
  const cipher = createCipheriv("aes-128-ccm", KEY, octets(AES_NONCE_BYTES), { authTagLength: AES_TAG_BYTES });
  cipher.setAAD(AAD, { plaintextLength: RECORD_BYTES });
  return Buffer.concat([cipher.update(PLAIN), cipher.final(), cipher.getAuthTag()]);
}

function sdkDigest(hash: Hash): () => Uint8Array {
  const digest = new Uint8Array(hash.digestBytes);
  return () => {
    hash.update(PLAIN, 0, RECORD_BYTES);
    hash.digest(digest, 0);
    return digest;
  };
}

const gcmNonce = octets(12);
const secretboxKey = octets(32);
const secretboxNonce = octets(24);
const nodeDigest = (name: string) => () => createHash(name).update(PLAIN).digest();

/** Throws when the SDK and a peer that does the same disagree. */
export function benchCiphers(): CipherRow[] {
  const aesCcm = sdkSeal(aes128(KEY), AES_NONCE_BYTES, AES_TAG_BYTES);
  const sm4Ccm = sdkSeal(sm4(KEY), SM4_NONCE_BYTES, SM4_TAG_BYTES);
  const [ownSha256, ownSm3] = [sdkDigest(sha256()), sdkDigest(sm3())];
  const peerOptions = { mode: "gcm", iv: gcmNonce, associatedData: AAD, output: "array", outputTag: true } as const;

  const agree = [
    [aesCcm(), nodeSeal()],
    [ownSha256(), nodeDigest("sha256")()],
    [ownSm3(), Buffer.from(peerSm3(PLAIN), "hex")],
  ] as const;
  for (const [own, theirs] of agree) if (Buffer.compare(own, theirs) !== 0) throw new Error("the SDK and its peer disagree");

  const row = (name: string, own: () => unknown, peer: string, theirs: () => unknown): CipherRow => {
    const repeat = (run: () => unknown) => () => {
      for (let i = 0; i < RECORDS; i++) run();
    };
    return { name, peer, ...paired(repeat(own), repeat(theirs), RECORDS) };
  };
  return [
    row("AES-CCM", aesCcm, "node:crypto AES-CCM", nodeSeal),
    row("AES-CCM", aesCcm, "@noble/ciphers AES-GCM", () => gcm(KEY, gcmNonce, AAD).encrypt(PLAIN)),
    row("AES-CCM", aesCcm, "tweetnacl secretbox", () => nacl.secretbox(PLAIN, secretboxNonce, secretboxKey)),
    row("SM4-CCM", sm4Ccm, "sm-crypto-v2 SM4-GCM", () => peerSm4.encrypt(PLAIN, KEY, peerOptions)),
    row("SHA-256", ownSha256, "node:crypto", nodeDigest("sha256")),
    row("SM3", ownSm3, "node:crypto", nodeDigest("sm3")),
    row("SM3", ownSm3, "sm-crypto-v2", () => peerSm3(PLAIN)),
  ];
}
