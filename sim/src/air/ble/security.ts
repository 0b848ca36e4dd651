/**
 * The peripheral's security manager (Core Specification, volume 3, part H): LE legacy pairing, Just Works, and bonding. It is what a
 * device without a screen or keys can do with a host that has no LE Secure Connections; it gives security mode 1 level 2. Octets on the
 * wire have the least significant first, as all of them here.
 */
import { aes128 } from "@songbai/sdk/crypto/aes";
import type { Prng } from "@songbai/sdk/lang/prng";

const REQUEST = 0x01;
const RESPONSE = 0x02;
const CONFIRM = 0x03;
const RANDOM = 0x04;
const FAILED = 0x05;
const ENCRYPTION_INFORMATION = 0x06;
const CENTRAL_IDENTIFICATION = 0x07;

/** Octets of each PDU that a central sends, by its code. */
const LENGTHS: Readonly<Record<number, number>> = { [REQUEST]: 7, [CONFIRM]: 17, [RANDOM]: 17, [FAILED]: 2 };
/** Reasons of Pairing Failed (3.5.5). */
const CONFIRM_FAILED = 0x04;
const KEY_SIZE = 0x06;
const NOT_SUPPORTED = 0x07;
const UNSPECIFIED = 0x08;
const INVALID = 0x0a;

const NO_INPUT_NO_OUTPUT = 3;
const BONDING = 1;
const ENCRYPTION_KEY = 1;
const KEY_BYTES = 16;

/** An address and whether it is random (1) or public (0). */
export interface Identity {
  readonly type: number;
  readonly address: Uint8Array;
}

/** The security function e: AES-128, least significant octet first. */
function encrypted(key: Uint8Array, block: Uint8Array): Uint8Array {
  const out = block.slice().reverse();
  aes128(key.slice().reverse())(out);
  return out.reverse();
}

function exclusiveOr(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, index) => octet ^ b[index]);
}

/** The confirm value c1 (2.2.3). */
export function confirmValue(
  key: Uint8Array,
  random: Uint8Array,
  request: Uint8Array,
  response: Uint8Array,
  initiator: Identity,
  responder: Identity,
): Uint8Array {
  const first = Uint8Array.of(initiator.type, responder.type, ...request, ...response);
  const second = Uint8Array.of(...responder.address, ...initiator.address, 0, 0, 0, 0);
  return encrypted(key, exclusiveOr(encrypted(key, exclusiveOr(random, first)), second));
}

/** The short-term key s1 of both random values (2.2.4). */
export function shortTermKey(key: Uint8Array, ofResponder: Uint8Array, ofInitiator: Uint8Array): Uint8Array {
  return encrypted(key, Uint8Array.of(...ofInitiator.subarray(0, 8), ...ofResponder.subarray(0, 8)));
}

/** Keys that outlive a connection, by diversifier and random. */
export type Bonds = Map<string, Uint8Array>;

export interface Security {
  take(pdu: Uint8Array): void;
  /** The key for an encryption that the central asks for. */
  keyOf(diversifier: number, random: Uint8Array): Uint8Array | undefined;
  /** The link is encrypted now: what was agreed on is handed out. */
  encrypted(): void;
}

export interface SecurityOptions {
  readonly bonds: Bonds;
  readonly random: Prng;
  readonly initiator: Identity;
  readonly responder: Identity;
  readonly send: (pdu: Uint8Array) => void;
}

const bondName = (diversifier: number, random: Uint8Array) => `${diversifier}/${random.join(".")}`;

/** For one connection. */
export function security({ bonds, random, initiator, responder, send }: SecurityOptions): Security {
  const none = new Uint8Array(KEY_BYTES);
  let pairing:
    | { readonly request: Uint8Array; readonly response: Uint8Array; readonly ours: Uint8Array; theirs?: Uint8Array }
    | undefined;
  /** Agreed on in this connection; it encrypts once, and then the bond's key is handed out. */
  let shortTerm: { readonly key: Uint8Array; readonly bond: boolean } | undefined;

  const octets = (count: number) => Uint8Array.from({ length: count }, () => random() >>> 24);

  function fail(reason: number): void {
    pairing = undefined;
    send(Uint8Array.of(FAILED, reason));
  }

  function begin(request: Uint8Array): void {
    if (request[4] < 7 || request[4] > KEY_BYTES) {
      fail(request[4] < 7 ? KEY_SIZE : INVALID);
      return;
    }
    const bond = request[3] & BONDING;
    const response = Uint8Array.of(RESPONSE, NO_INPUT_NO_OUTPUT, 0, bond, KEY_BYTES, 0, bond & request[6] & ENCRYPTION_KEY);
    pairing = { request: request.slice(), response, ours: octets(KEY_BYTES) };
    send(response);
  }

  function confirmOf(value: Uint8Array, { request, response }: NonNullable<typeof pairing>): Uint8Array {
    return confirmValue(none, value, request, response, initiator, responder);
  }

  function step(code: number, value: Uint8Array): void {
    if (pairing === undefined || (code === RANDOM) !== (pairing.theirs !== undefined)) {
      fail(UNSPECIFIED);
      return;
    }
    if (code === CONFIRM) {
      pairing.theirs = value;
      send(Uint8Array.of(CONFIRM, ...confirmOf(pairing.ours, pairing)));
      return;
    }
    const expected = pairing.theirs as Uint8Array;
    if (!confirmOf(value, pairing).every((octet, index) => octet === expected[index])) {
      fail(CONFIRM_FAILED);
      return;
    }
    shortTerm = { key: shortTermKey(none, pairing.ours, value), bond: pairing.response[6] === ENCRYPTION_KEY };
    send(Uint8Array.of(RANDOM, ...pairing.ours));
    pairing = undefined;
  }

  return {
    take(pdu) {
      const code = pdu[0];
      const length = LENGTHS[code];
      if (length === undefined) fail(NOT_SUPPORTED);
      else if (pdu.length !== length) fail(INVALID);
      else if (code === REQUEST) begin(pdu);
      else if (code === FAILED) pairing = undefined;
      else step(code, pdu.slice(1));
    },
    keyOf: (diversifier, value) =>
      diversifier === 0 && value.every((octet) => octet === 0) ? shortTerm?.key : bonds.get(bondName(diversifier, value)),
    encrypted() {
      if (shortTerm?.bond) {
        const [key, name] = [octets(KEY_BYTES), octets(10)];
        const diversifier = name[0] | (name[1] << 8) | 1;
        bonds.set(bondName(diversifier, name.slice(2)), key);
        send(Uint8Array.of(ENCRYPTION_INFORMATION, ...key));
        send(Uint8Array.of(CENTRAL_IDENTIFICATION, diversifier & 255, diversifier >> 8, ...name.slice(2)));
      }
      shortTerm = undefined;
    },
  };
}
