/**
 * The service log: what happened to the device and its service, kept so that nobody can change it unseen (catalogue 2.1-R5,
 * 具备服务日志数据存储防范服务纠纷功能).
 *
 *   event        CBOR array [index, time, kind, value]; indexes count from 0
 *   head         H(head before | event), the first before it H(device id); H: SHA-256, or SM3 in suite 2
 *   checkpoint   COSE_Sign1 (RFC 9052 section 4.2), EdDSA, protected header {1: -8, 4: device id}, payload [key epoch, from, to, head]
 *
 * An event that is changed, left out, added or moved gives another head, and the head is signed: up to the last checkpoint the log
 * holds in a dispute, for somebody who has the device's public key (`tools/src/hub/service-log.ts`). What comes after it only holds
 * against chance. The newest entries may be cut off unseen; a hub that keeps the highest signed index sees that too.
 *
 * An entry on flash has a head of its own: address of the entry before (4) | next index (4) | first index not signed (4) | head (32).
 * The newest one is the only one that is not acknowledged, and the urgent flag takes turns, so a restart finds it.
 */
import type { Clock } from "../board/clock.ts";
import { OCTETS, putArray, putHead, putInt, putMap, putOctets, putText, putUnsigned } from "../codec/cbor.ts";
import type { Hash } from "../crypto/hash.ts";
import type { Step } from "../crypto/step.ts";
import type { Sign } from "../identity/sign.ts";
import { copyBytes, getUint32, putUint32 } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { BUSY, OK, type Result } from "../lang/result.ts";
import type { Address, FlashLog } from "../store/flash-log.ts";

/** Kinds of events; `value` is said beside each. */
/** The device began to run; value: 0. */
export const SERVICE_BOOT = 1;
/** A setting was changed; value: which, by the product's own number. */
export const SERVICE_SETTING = 2;
/** Another firmware runs; value: its version. */
export const SERVICE_FIRMWARE = 3;
/** The clock was set; value: by how many seconds. */
export const SERVICE_TIME = 4;
/** The battery was changed, charged or is low; value: percent. */
export const SERVICE_BATTERY = 5;
/** A part failed; value: the result code. */
export const SERVICE_FAULT = 6;
/** A service to the wearer, such as a recording, began or ended; value: the product's own number of it. */
export const SERVICE_BEGUN = 7;
export const SERVICE_ENDED = 8;

const PREVIOUS_AT = 0;
const INDEX_AT = 4;
const UNSIGNED_AT = 8;
const HEAD_AT = 12;
const HEAD_BYTES = 32;
/** Where the event or checkpoint of an entry begins. */
export const ENTRY_AT = HEAD_AT + HEAD_BYTES;
const SIGNATURE_BYTES = 64;
const DEVICE_ID_BYTES = 8;
const EDDSA = -8;
const TAG_SIGN1 = 0xd2;
/** Longest payload of a checkpoint, and of its message without signature and payload. */
const PAYLOAD_BYTES = 52;
const FRAME_BYTES = 24;
/** Longest entry, octets: the flash log must take it. */
export const MAX_SERVICE_ENTRY = ENTRY_AT + FRAME_BYTES + PAYLOAD_BYTES + SIGNATURE_BYTES;

export interface ServiceLog {
  /** Keeps an event, made now; answers its index, or what flash says. */
  readonly note: (kind: number, value: number) => number;
  /** How many events are not signed yet. */
  readonly unsigned: () => number;
  /** Signs and keeps all events so far, in slices; `undefined` when there is nothing to sign, or it is being done. */
  readonly checkpoint: (epoch: number) => Step | undefined;
  /**
   * Hands out what is kept, the newest first, until `visit` answers false or flash has no more: its head stands in front of `ENTRY_AT`
   * and the event or checkpoint from there to `length`. The octets are for this call only, and nothing may be noted meanwhile.
   */
  readonly walk: (visit: (entry: Bytes, length: number) => boolean) => void;
}

/** Opens the service log in a flash log of its own, of entries up to `MAX_SERVICE_ENTRY`. */
export function openServiceLog(store: FlashLog, clock: Clock, hash: Hash, deviceId: Bytes, sign: Sign): ServiceLog {
  const entry = allocBytes(MAX_SERVICE_ENTRY);
  const head = allocBytes(HEAD_BYTES);
  /** 0 while there is none. */
  let newest: Address = 0;
  let urgent = false;
  let index = 0;
  let firstUnsigned = 0;
  let signing = false;

  /** Keeps what stands in `entry` from `HEAD_AT` to `length`. Where flash refuses, nothing has changed. */
  function keep(length: number, next: number, nextUnsigned: number): Result {
    putUint32(entry, PREVIOUS_AT, newest);
    putUint32(entry, INDEX_AT, next);
    putUint32(entry, UNSIGNED_AT, nextUnsigned);
    const address = store.append(entry, length, !urgent);
    if (address < 0) return address;
    if (newest > 0) store.acknowledge(newest);
    newest = address;
    urgent = !urgent;
    index = next;
    firstUnsigned = nextUnsigned;
    copyBytes(entry, HEAD_AT, head, 0, HEAD_BYTES);
    return OK;
  }

  function note(kind: number, value: number): number {
    let end = putArray(entry, ENTRY_AT, 4);
    end = putUnsigned(entry, end, index);
    end = putUnsigned(entry, end, clock.epochSeconds());
    end = putInt(entry, end, kind);
    end = putInt(entry, end, value);
    hash.update(head, 0, HEAD_BYTES);
    hash.update(entry, ENTRY_AT, end - ENTRY_AT);
    hash.digest(entry, HEAD_AT);
    const result = keep(end, index + 1, firstUnsigned);
    return result < 0 ? result : index - 1;
  }

  function protectedHeader(): Bytes {
    const octets = allocBytes(5 + DEVICE_ID_BYTES);
    let end = putMap(octets, 0, 2);
    end = putInt(octets, end, 1);
    end = putInt(octets, end, EDDSA);
    end = putInt(octets, end, 4);
    putOctets(octets, end, deviceId, 0, DEVICE_ID_BYTES);
    return octets;
  }

  function checkpoint(epoch: number): Step | undefined {
    if (signing || firstUnsigned === index) return undefined;
    signing = true;
    const covered = index;
    const payload = allocBytes(PAYLOAD_BYTES);
    let payloadLength = putArray(payload, 0, 4);
    payloadLength = putUnsigned(payload, payloadLength, epoch);
    payloadLength = putUnsigned(payload, payloadLength, firstUnsigned);
    payloadLength = putUnsigned(payload, payloadLength, covered - 1);
    payloadLength = putOctets(payload, payloadLength, head, 0, HEAD_BYTES);
    const header = protectedHeader();
    // Sig_structure ["Signature1", protected, h'', payload] (section 4.4).
    const signed = allocBytes(FRAME_BYTES + FRAME_BYTES + PAYLOAD_BYTES);
    let length = putArray(signed, 0, 4);
    length = putText(signed, length, "Signature1");
    length = putOctets(signed, length, header, 0, header.length);
    length = putHead(signed, length, OCTETS, 0);
    length = putOctets(signed, length, payload, 0, payloadLength);
    const signature = allocBytes(SIGNATURE_BYTES);
    const step = sign(signed, length, signature);

    return () => {
      const result = step();
      if (result === BUSY) return BUSY;
      signing = false;
      if (result !== OK) return result;
      entry[ENTRY_AT] = TAG_SIGN1;
      let end = putArray(entry, ENTRY_AT + 1, 4);
      end = putOctets(entry, end, header, 0, header.length);
      end = putMap(entry, end, 0);
      end = putOctets(entry, end, payload, 0, payloadLength);
      end = putOctets(entry, end, signature, 0, SIGNATURE_BYTES);
      copyBytes(head, 0, entry, HEAD_AT, HEAD_BYTES);
      return keep(end, index, covered);
    };
  }

  /** Finds the newest entry. Power may have gone after it was written and before the one before it was acknowledged. */
  function recover(): void {
    let one = store.pending(true);
    let other = store.pending(false);
    while (one > 0 && other > 0) {
      if (store.acknowledge(one < other ? one : other) !== OK) break;
      if (one < other) one = store.pending(true);
      else other = store.pending(false);
    }
    urgent = one > other;
    newest = urgent ? one : other;
    if (newest > 0 && store.read(newest, entry) > 0) {
      index = getUint32(entry, INDEX_AT);
      firstUnsigned = getUint32(entry, UNSIGNED_AT);
      copyBytes(entry, HEAD_AT, head, 0, HEAD_BYTES);
    } else {
      newest = 0;
      hash.update(deviceId, 0, DEVICE_ID_BYTES);
      hash.digest(head, 0);
    }
  }

  recover();
  return {
    note,
    unsigned: () => index - firstUnsigned,
    checkpoint,
    walk: (visit) => {
      let address = newest;
      let length = address > 0 ? store.read(address, entry) : 0;
      while (length > 0 && visit(entry, length)) {
        address = getUint32(entry, PREVIOUS_AT);
        length = address > 0 ? store.read(address, entry) : 0;
      }
    },
  };
}
