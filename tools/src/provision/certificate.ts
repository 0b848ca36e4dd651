/**
 * The device certificate: COSE_Sign1 (RFC 9052 section 4.2, tagged 18), signed with EdDSA (RFC 9053 section 2.2) by the vendor's CA.
 *
 * Protected header: algorithm -8 and the key id, the first 8 octets of SHA-256 over the CA's public key. Payload: a CWT claims set
 * (RFC 8392), the registered claims iss (1), exp (4), iat (6) and our own below -65536, which are private. Everything is
 * deterministic CBOR, and what is not is refused, so that a certificate has one form only.
 */
import { createHash } from "node:crypto";
import {
  ARRAY,
  intOf,
  MAP,
  newHead,
  OCTETS,
  putArray,
  putHead,
  putInt,
  putMap,
  putUnsigned,
  readHead,
  skipItem,
  TEXT,
  UNSIGNED,
} from "@songbai/sdk/codec/cbor";
import { InputError } from "@songbai/sim/scenario/input-error";
import { signed, verified } from "./curves.ts";
import { labelledId } from "./device-id.ts";

export interface Claims {
  /** Name of the vendor's CA, at most 64 octets of UTF-8. */
  readonly issuer: string;
  /** EUI-64, 8 octets. */
  readonly deviceId: Uint8Array;
  /** The manifest's id, at most 32 characters. */
  readonly model: string;
  /** Hardware revision, such as 1.0, at most 16 characters. */
  readonly hardware: string;
  /** 15 digits. */
  readonly imei?: string;
  /** Ed25519 and X25519 public keys, 32 octets each. */
  readonly signingKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  /** Seconds since 1970. At `expires` it is no longer valid. */
  readonly issued: number;
  readonly expires?: number;
}

export interface Certificate {
  readonly claims: Claims;
  /** Which CA key signed it, 8 octets. */
  readonly keyId: Uint8Array;
}

/** Longest texts, octets of UTF-8. */
export const ISSUER_BYTES = 64;
export const MODEL_BYTES = 32;
export const HARDWARE_BYTES = 16;

const TAG_SIGN1 = 0xd2;
const EDDSA = -8;
const SIGNATURE_BYTES = 64;
const KEY_ID_BYTES = 8;

/** How a claim's value is written. */
type Kind = "text" | "octets" | "time";
/** In the order of deterministic CBOR (RFC 8949 section 4.2.1): of the octets of the labels. */
const CLAIMS: readonly (readonly [label: number, name: keyof Claims, kind: Kind])[] = [
  [1, "issuer", "text"],
  [4, "expires", "time"],
  [6, "issued", "time"],
  [-65537, "deviceId", "octets"],
  [-65538, "model", "text"],
  [-65539, "hardware", "text"],
  [-65540, "imei", "text"],
  [-65541, "signingKey", "octets"],
  [-65542, "agreementKey", "octets"],
];
const OPTIONAL: readonly (keyof Claims)[] = ["expires", "imei"];
const LENGTHS: Partial<Record<keyof Claims, number>> = { deviceId: 8, signingKey: 32, agreementKey: 32 };

/** One head or number, by a writer of the SDK's codec. */
function head(put: (into: Uint8Array, at: number) => number): Uint8Array {
  const into = new Uint8Array(5);
  return into.subarray(0, put(into, 0));
}

const text = (value: string): Uint8Array => stringOf(TEXT, Buffer.from(value, "utf8"));
const octets = (value: Uint8Array): Uint8Array => stringOf(OCTETS, value);

function stringOf(major: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([head((into, at) => putHead(into, at, major, value.length)), value]);
}

function payloadOf(claims: Claims): Uint8Array {
  const present = CLAIMS.filter(([, name]) => claims[name] !== undefined);
  const items = present.flatMap(([label, name, kind]) => [
    head((into, at) => putInt(into, at, label)),
    kind === "text"
      ? text(claims[name] as string)
      : kind === "octets"
        ? octets(claims[name] as Uint8Array)
        : head((into, at) => putUnsigned(into, at, (claims[name] as number) | 0)),
  ]);
  return Buffer.concat([head((into, at) => putMap(into, at, present.length)), ...items]);
}

function protectedOf(keyId: Uint8Array): Uint8Array {
  return Buffer.concat([
    head((into, at) => putMap(into, at, 2)),
    head((into, at) => putInt(into, at, 1)),
    head((into, at) => putInt(into, at, EDDSA)),
    head((into, at) => putInt(into, at, 4)),
    octets(keyId),
  ]);
}

/** What is signed (RFC 9052 section 4.4). */
function toBeSigned(protectedHeader: Uint8Array, payload: Uint8Array): Uint8Array {
  const array = head((into, at) => putArray(into, at, 4));
  return Buffer.concat([array, text("Signature1"), octets(protectedHeader), octets(new Uint8Array(0)), octets(payload)]);
}

function sign1(keyId: Uint8Array, payload: Uint8Array, signature: Uint8Array): Uint8Array {
  const array = head((into, at) => putArray(into, at, 4));
  const empty = head((into, at) => putMap(into, at, 0));
  return new Uint8Array(
    Buffer.concat([[TAG_SIGN1], array, octets(protectedOf(keyId)), empty, octets(payload), octets(signature)].map(Buffer.from)),
  );
}

/** Names a CA's public key. */
export function keyIdOf(authorityKey: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(authorityKey).digest().subarray(0, KEY_ID_BYTES));
}

/** A certificate, signed with the CA's Ed25519 seed. */
export function issue(seed: Uint8Array, authorityKey: Uint8Array, claims: Claims): Uint8Array {
  const keyId = keyIdOf(authorityKey);
  const payload = payloadOf(claims);
  return sign1(keyId, payload, signed(seed, toBeSigned(protectedOf(keyId), payload)));
}

/** Reads on through CBOR; throws where it is not what is expected. */
function reader(from: Uint8Array) {
  const item = newHead();
  let at = 0;
  function next(major: number): number {
    at = readHead(from, at, from.length, item);
    if (at < 0 || item.major !== major) throw new RangeError();
    return item.argument;
  }
  function string(major: number): Uint8Array {
    const length = next(major);
    if (length < 0 || length > from.length - at) throw new RangeError();
    at += length;
    return from.slice(at - length, at);
  }
  return {
    next,
    string,
    label: (): number => {
      at = readHead(from, at, from.length, item);
      if (at < 0) throw new RangeError();
      return intOf(item);
    },
    skip: () => {
      at = skipItem(from, at, from.length);
      if (at < 0) throw new RangeError();
    },
  };
}

function claimsOf(payload: Uint8Array): Claims {
  const items = reader(payload);
  const claims: Record<string, unknown> = {};
  for (let left = items.next(MAP); left > 0; left--) {
    const label = items.label();
    const found = CLAIMS.find((one) => one[0] === label);
    if (found === undefined) throw new RangeError();
    const [, name, kind] = found;
    if (kind === "text") claims[name] = Buffer.from(items.string(TEXT)).toString("utf8");
    else claims[name] = kind === "octets" ? items.string(OCTETS) : items.next(UNSIGNED) >>> 0;
  }
  const wrong = CLAIMS.some(([, name]) => {
    const value = claims[name];
    if (value === undefined) return !OPTIONAL.includes(name);
    return LENGTHS[name] !== undefined && (value as Uint8Array).length !== LENGTHS[name];
  });
  if (wrong) throw new RangeError();
  return claims as unknown as Claims;
}

/** A certificate's parts; `undefined` when it is none in its one form. Says nothing of its signature. */
function partsOf(certificate: Uint8Array): (Certificate & { payload: Uint8Array; signature: Uint8Array }) | undefined {
  try {
    if (certificate[0] !== TAG_SIGN1) return undefined;
    const items = reader(certificate.subarray(1));
    if (items.next(ARRAY) !== 4) return undefined;
    // The key id is the end of the protected header; the rest is fixed, and compared below with all else.
    const keyId = items.string(OCTETS).slice(-KEY_ID_BYTES);
    items.skip();
    const payload = items.string(OCTETS);
    const signature = items.string(OCTETS);
    const claims = claimsOf(payload);
    const same =
      signature.length === SIGNATURE_BYTES && Buffer.compare(sign1(keyId, payloadOf(claims), signature), certificate) === 0;
    return same ? { claims, keyId, payload, signature } : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What a certificate claims, unverified; `undefined` when it is none. */
export function readCertificate(certificate: Uint8Array): Certificate | undefined {
  return partsOf(certificate);
}

const dateOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/**
 * What a certificate claims, if this CA signed it and it is valid at `at` (seconds since 1970, `undefined`: whenever). Throws `InputError`, a sentence that
 * begins with `what`, such as a file's name.
 */
export function verifyCertificate(
  what: string,
  certificate: Uint8Array,
  authorityKey: Uint8Array,
  at: number | undefined,
): Claims {
  const parts = partsOf(certificate);
  if (parts === undefined) throw new InputError(`${what} is no device certificate, or is damaged.`);
  const { claims, keyId, payload, signature } = parts;
  const expected = keyIdOf(authorityKey);
  if (Buffer.compare(keyId, expected) !== 0) {
    const hex = (id: Uint8Array) => Buffer.from(id).toString("hex");
    throw new InputError(
      `${what} was issued by another CA: its key id is ${hex(keyId)}, and that of the CA's public key is ${hex(expected)}.`,
    );
  }
  if (!verified(authorityKey, toBeSigned(protectedOf(keyId), payload), signature)) {
    throw new InputError(`${what} is forged or damaged: the CA has not signed what it says.`);
  }
  if (at !== undefined) refuseOutsideValidity(what, claims, at);
  return claims;
}

function refuseOutsideValidity(what: string, claims: Claims, at: number): void {
  const device = labelledId(claims.deviceId);
  if (at < claims.issued) {
    throw new InputError(`${what} (${device}) is not valid before ${dateOf(claims.issued)}, when it was issued.`);
  }
  if (claims.expires !== undefined && at >= claims.expires) {
    throw new InputError(`${what} (${device}) expired on ${dateOf(claims.expires)}; have the device enrolled anew.`);
  }
}
