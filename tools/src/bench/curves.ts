/** X25519 and Ed25519 of the SDK beside other libraries. Node has its keys as objects, which cost it nothing here. */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject, sign, verify } from "node:crypto";
import { ed25519, x25519 as nobleX25519 } from "@noble/curves/ed25519.js";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "@songbai/sdk/crypto/ed25519";
import { finish, type Step } from "@songbai/sdk/crypto/step";
import { x25519, x25519PublicKey } from "@songbai/sdk/crypto/x25519";
import { OK } from "@songbai/sdk/lang/result";
import nacl from "tweetnacl";
import type { CipherRow } from "./ciphers.ts";
import { paired } from "./paired.ts";

const OPERATIONS = 3;
const MESSAGE_BYTES = 64;

const octets = (length: number, factor: number) => Uint8Array.from({ length }, (_, i) => i * factor + 1);

/** A private key of 32 octets in the form of RFC 8410; the two algorithms differ in the last octet of the object identifier. */
function nodeKey(lastOfOid: number, secret: Uint8Array): KeyObject {
  const head = Buffer.from("302e020100300506032b650004220420", "hex");
  head[11] = lastOfOid;
  return createPrivateKey({ key: Buffer.concat([head, secret]), format: "der", type: "pkcs8" });
}

/** What `step` writes to `into`. */
function done(step: Step, into: Uint8Array): Uint8Array {
  if (finish(step) !== OK) throw new Error("the SDK refuses its own key");
  return into;
}

/** Throws when the SDK and a peer disagree. */
export function benchCurves(): CipherRow[] {
  const [secret, other, message] = [octets(32, 7), octets(32, 11), octets(MESSAGE_BYTES, 3)];
  const [peer, key] = [new Uint8Array(32), new Uint8Array(32)];
  done(x25519PublicKey(other, peer), peer);
  done(ed25519PublicKey(secret, key), key);
  const shared = new Uint8Array(32);
  const signature = new Uint8Array(64);
  const [nodeSecret, nodeOther, nodeSigner] = [nodeKey(0x6e, secret), nodeKey(0x6e, other), nodeKey(0x70, secret)];
  const [nodePeer, nodeVerifier] = [createPublicKey(nodeOther), createPublicKey(nodeSigner)];
  const naclSecret = nacl.sign.keyPair.fromSeed(secret).secretKey;

  type Job = () => Uint8Array | boolean;
  const jobs: Record<string, { own: Job; peers: Record<string, Job> }> = {
    X25519: {
      own: () => done(x25519(secret, peer, shared), shared),
      peers: {
        "node:crypto": () => diffieHellman({ privateKey: nodeSecret, publicKey: nodePeer }),
        "@noble/curves": () => nobleX25519.getSharedSecret(secret, peer),
        tweetnacl: () => nacl.scalarMult(secret, peer),
      },
    },
    "Ed25519, sign": {
      own: () => done(ed25519Sign(secret, key, message, MESSAGE_BYTES, signature), signature),
      peers: {
        "node:crypto": () => sign(null, message, nodeSigner),
        "@noble/curves": () => ed25519.sign(message, secret),
        tweetnacl: () => nacl.sign.detached(message, naclSecret),
      },
    },
    "Ed25519, verify": {
      own: () => finish(ed25519Verify(key, message, MESSAGE_BYTES, signature)) === OK,
      peers: {
        "node:crypto": () => verify(null, message, nodeVerifier, signature),
        "@noble/curves": () => ed25519.verify(signature, message, key),
        tweetnacl: () => nacl.sign.detached.verify(message, signature, key),
      },
    },
  };

  const repeat = (run: Job) => () => {
    for (let i = 0; i < OPERATIONS; i++) run();
  };
  const plain = (answer: Uint8Array | boolean) =>
    typeof answer === "boolean" ? String(answer) : Buffer.from(answer).toString("hex");
  return Object.entries(jobs).flatMap(([name, { own, peers }]) =>
    Object.entries(peers).map(([peerName, theirs]) => {
      if (plain(own()) !== plain(theirs())) throw new Error(`the SDK and ${peerName} disagree on ${name}`);
      return { name, peer: peerName, ...paired(repeat(own), repeat(theirs), OPERATIONS) };
    }),
  );
}
