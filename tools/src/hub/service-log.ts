/**
 * Checks a device's service log (`sdk/src/record/service-log.ts`) for somebody who trusts nobody but the device's certificate: whether
 * each event is the one that the device chained and signed, and if not, where the chain was broken.
 */
import { createHash } from "node:crypto";
import {
  ARRAY,
  intOf,
  MAP,
  NEGATIVE,
  newHead,
  OCTETS,
  putArray,
  putHead,
  putOctets,
  putText,
  readHead,
  UNSIGNED,
} from "@songbai/sdk/codec/cbor";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import { verified } from "../provision/curves.ts";

const TAG_SIGN1 = 0xd2;
const SIGNATURE_BYTES = 64;
const HEAD_BYTES = 32;
/** Map of 2, algorithm EdDSA, key id of 8 octets. */
const HEADER = [0xa2, 1, 0x27, 4, 0x48];

/** An entry as the device handed it out. */
export interface ServiceEntry {
  /** The head that it claims, 32 octets: an event's own, or that of the last event before a checkpoint. */
  readonly head: Uint8Array;
  /** The event or the checkpoint. */
  readonly octets: Uint8Array;
}

export interface ServiceEvent {
  readonly index: number;
  /** Seconds since 1970; 0: the device did not know the time. */
  readonly time: number;
  readonly kind: number;
  readonly value: number;
}

export interface ServiceVerdict {
  /** All events up to the first broken place, without the oldest where the beginning is gone: nothing vouches for it. */
  readonly events: readonly ServiceEvent[];
  readonly checkpoints: number;
  /** The highest index that the device has signed; -1: none. */
  readonly signedThrough: number;
  /** A sentence that says where the chain was broken first. */
  readonly broken?: string;
}

export interface ServiceOwner {
  readonly deviceId: Uint8Array;
  /** Ed25519 public key of the device's certificate. */
  readonly publicKey: Uint8Array;
  readonly suite: number;
}

interface Checkpoint {
  readonly from: number;
  readonly to: number;
  readonly head: Uint8Array;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Reads one item after the other; `ok` is false once one was not what it should be. */
function reader(octets: Uint8Array) {
  const head = newHead();
  let at = 0;
  const number = (...majors: number[]): number => {
    if (at >= 0) at = readHead(octets, at, octets.length, head);
    if (at < 0 || !majors.includes(head.major)) at = -1;
    return at < 0 ? 0 : intOf(head);
  };
  return {
    number,
    octets(): Uint8Array {
      const length = number(OCTETS);
      const found = octets.slice(at, at + length);
      at = at < 0 || length < 0 || found.length !== length ? -1 : at + length;
      return found;
    },
    ended: () => at === octets.length,
  };
}

function eventOf(octets: Uint8Array): ServiceEvent | undefined {
  const read = reader(octets);
  const items = read.number(ARRAY);
  const index = read.number(UNSIGNED);
  const time = read.number(UNSIGNED) >>> 0;
  const kind = read.number(UNSIGNED, NEGATIVE);
  const value = read.number(UNSIGNED, NEGATIVE);
  return items === 4 && index >= 0 && read.ended() ? { index, time, kind, value } : undefined;
}

/** What a checkpoint says, if the device signed it. */
function checkpointOf(octets: Uint8Array, { deviceId, publicKey }: ServiceOwner): Checkpoint | undefined {
  const read = reader(octets.subarray(1));
  const items = read.number(ARRAY);
  const header = read.octets();
  const pairs = read.number(MAP);
  const payload = read.octets();
  const signature = read.octets();
  if (items !== 4 || pairs !== 0 || !read.ended() || signature.length !== SIGNATURE_BYTES) return undefined;
  if (!same(header, Uint8Array.from([...HEADER, ...deviceId]))) return undefined;
  // Sig_structure of RFC 9052 section 4.4.
  const signed = new Uint8Array(32 + header.length + payload.length);
  let end = putText(signed, putArray(signed, 0, 4), "Signature1");
  end = putOctets(signed, end, header, 0, header.length);
  end = putHead(signed, end, OCTETS, 0);
  end = putOctets(signed, end, payload, 0, payload.length);
  if (!verified(publicKey, signed.subarray(0, end), signature)) return undefined;
  const inside = reader(payload);
  const fields = inside.number(ARRAY);
  inside.number(UNSIGNED);
  const from = inside.number(UNSIGNED);
  const to = inside.number(UNSIGNED);
  const head = inside.octets();
  return fields === 4 && inside.ended() && head.length === HEAD_BYTES && from >= 0 && to >= from
    ? { from, to, head }
    : undefined;
}

/** Checks entries, the oldest first. A log whose beginning the flash no longer holds begins where it does. */
export function verifyServiceLog(entries: readonly ServiceEntry[], owner: ServiceOwner): ServiceVerdict {
  const digest = (...parts: Uint8Array[]): Uint8Array =>
    createHash(owner.suite === SM4_CCM.id ? "sm3" : "sha256")
      .update(Buffer.concat(parts))
      .digest();
  const events: ServiceEvent[] = [];
  /** Heads by index. */
  const heads = new Map<number, Uint8Array>([[-1, digest(owner.deviceId)]]);
  let last = -1;
  let checkpoints = 0;
  let signedThrough = -1;
  const verdict = (broken?: string): ServiceVerdict => ({
    events,
    checkpoints,
    signedThrough,
    ...(broken === undefined ? {} : { broken }),
  });

  for (const { head, octets } of entries) {
    if (octets[0] === TAG_SIGN1) {
      const checkpoint = checkpointOf(octets, owner);
      if (checkpoint === undefined) return verdict(`the checkpoint after event ${last} is not one that this device signed`);
      const { from, to } = checkpoint;
      const known = heads.get(to);
      if (known === undefined && heads.size > 1) return verdict(`event ${to}, which a checkpoint covers, is missing`);
      if (known !== undefined && !same(known, checkpoint.head)) {
        return verdict(`events ${Math.max(from, signedThrough + 1)} to ${to} are not those that the device signed`);
      }
      if (known === undefined) {
        // The oldest entry that is left: what follows is chained to what the device signed.
        heads.set(to, checkpoint.head);
        last = to;
      }
      if (to > signedThrough) signedThrough = to;
      checkpoints++;
      continue;
    }
    const event = eventOf(octets);
    if (event === undefined) return verdict(`what follows event ${last} is no event`);
    const { index } = event;
    if (heads.size === 1 && index > 0) {
      // The oldest entry that is left. Nothing vouches for it, but a checkpoint will for its head, and so for what follows.
      heads.set(index, head);
      last = index;
      continue;
    }
    if (index > last + 1) return verdict(`event ${last + 1} is missing`);
    if (index <= last) return verdict(`event ${index} comes again after event ${last}`);
    const chained = digest(heads.get(last) as Uint8Array, octets);
    if (!same(chained, head)) return verdict(`event ${index} was changed, or its head was`);
    heads.set(index, chained);
    last = index;
    events.push(event);
  }
  return verdict();
}
