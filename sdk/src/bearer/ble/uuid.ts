/**
 * UUIDs of attributes as one integer: a number of the Bluetooth SIG (0..0xffff), or a number of our own with bit 16 set, which stands
 * for 256dNNNN-2915-4faf-8d8e-37cc121735e2 (a random UUID, RFC 9562 section 5.4, but for the NNNN).
 */
import { type Bytes, charCode } from "../../lang/intrinsics.ts";

/** Bit that makes a number one of our own. */
export const OWN = 0x10000;
/** Octets of a UUID of the SIG on the air, and of another one. */
export const SHORT_BYTES = 2;
export const LONG_BYTES = 16;

/** Where NNNN stands in a UUID on the air, which goes its low octet first. */
const NUMBER_AT = 12;
/**
 * The first twelve octets of our own on the air, and those of the SIG's base (Core Specification 5.3, volume 3 part B 2.5.1), two characters
 * each, four bits a character from code 64 on: a text lies in flash where an array would lie in the heap.
 */
const OWN_BASE = "NBCEAGABLLCGHNHMJODOAEBI";
const SIG_BASE = "OKCDIKEOH@@@@@H@@@A@@@@@";
const OWN_HIGH = 0x256d;

function baseOctet(base: string, at: number): number {
  return ((charCode(base, 2 * at) & 15) << 4) | (charCode(base, 2 * at + 1) & 15);
}

function isBase(from: Bytes, at: number, base: string): boolean {
  for (let i = 0; i < NUMBER_AT; i++) if (from[at + i] !== baseOctet(base, i)) return false;
  return true;
}

/** Octets of a UUID on the air. */
export function uuidSize(uuid: number): number {
  return (uuid & OWN) === 0 ? SHORT_BYTES : LONG_BYTES;
}

/** Writes a UUID; answers the position after it. */
export function putUuid(into: Bytes, at: number, uuid: number): number {
  const isOwn = (uuid & OWN) !== 0;
  const numberAt = isOwn ? at + NUMBER_AT : at;
  if (isOwn) {
    for (let i = 0; i < NUMBER_AT; i++) into[at + i] = baseOctet(OWN_BASE, i) & 255;
    into[at + 14] = OWN_HIGH & 255;
    into[at + 15] = OWN_HIGH >> 8;
  }
  into[numberAt] = uuid & 255;
  into[numberAt + 1] = (uuid >> 8) & 255;
  return numberAt + (isOwn ? 4 : 2);
}

/** The UUID of `length` octets at `at`; negative for one of neither base. A SIG number in its long form is the same as in its short. */
export function uuidAt(from: Bytes, at: number, length: number): number {
  if (length === SHORT_BYTES) return from[at] | (from[at + 1] << 8);
  if (length !== LONG_BYTES) return -1;
  const number = from[at + NUMBER_AT] | (from[at + NUMBER_AT + 1] << 8);
  const high = from[at + 14] | (from[at + 15] << 8);
  if (high === 0 && isBase(from, at, SIG_BASE)) return number;
  return high === OWN_HIGH && isBase(from, at, OWN_BASE) ? OWN | number : -1;
}
