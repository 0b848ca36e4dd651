/**
 * UUIDs of attributes as one integer: a number of the Bluetooth SIG (0..0xffff), or a number of our own with bit 16 set, which stands
 * for 256dNNNN-2915-4faf-8d8e-37cc121735e2 (a random UUID, RFC 9562 section 5.4, but for the NNNN).
 */
import { copyBytes } from "../../lang/bytes.ts";
import { allocBytes, type Bytes } from "../../lang/intrinsics.ts";

/** Bit that makes a number one of our own. */
export const OWN = 0x10000;
/** Octets of a UUID of the SIG on the air, and of another one. */
export const SHORT_BYTES = 2;
export const LONG_BYTES = 16;

/** Where NNNN stands in a UUID on the air, which goes its low octet first. */
const NUMBER_AT = 12;
/** The first twelve octets of our own on the air, and those of the SIG's base (Core Specification 5.3, volume 3 part B 2.5.1). */
const OWN_BASE = [0xe2, 0x35, 0x17, 0x12, 0xcc, 0x37, 0x8e, 0x8d, 0xaf, 0x4f, 0x15, 0x29];
const SIG_BASE = [0xfb, 0x34, 0x9b, 0x5f, 0x80, 0, 0, 0x80, 0, 0x10, 0, 0];
const OWN_HIGH = 0x256d;

/** The octets on the air of the two bases. */
export interface Uuids {
  /** Octets of a UUID on the air. */
  readonly size: (uuid: number) => number;
  /** Writes a UUID; answers the position after it. */
  readonly put: (into: Bytes, at: number, uuid: number) => number;
  /** The UUID of `length` octets at `at`; negative for one of neither base. A SIG number in its long form is the same as in its short. */
  readonly get: (from: Bytes, at: number, length: number) => number;
}

function baseOf(octets: readonly number[]): Bytes {
  const base = allocBytes(NUMBER_AT);
  for (let i = 0; i < NUMBER_AT; i++) base[i] = octets[i] & 255;
  return base;
}

function isBase(from: Bytes, at: number, base: Bytes): boolean {
  for (let i = 0; i < NUMBER_AT; i++) if (from[at + i] !== base[i]) return false;
  return true;
}

export function uuids(): Uuids {
  const own = baseOf(OWN_BASE);
  const sig = baseOf(SIG_BASE);
  return {
    size: (uuid) => ((uuid & OWN) === 0 ? SHORT_BYTES : LONG_BYTES),
    put: (into, at, uuid) => {
      const isOwn = (uuid & OWN) !== 0;
      const numberAt = isOwn ? at + NUMBER_AT : at;
      if (isOwn) {
        copyBytes(own, 0, into, at, NUMBER_AT);
        into[at + 14] = OWN_HIGH & 255;
        into[at + 15] = OWN_HIGH >> 8;
      }
      into[numberAt] = uuid & 255;
      into[numberAt + 1] = (uuid >> 8) & 255;
      return numberAt + (isOwn ? 4 : 2);
    },
    get: (from, at, length) => {
      if (length === SHORT_BYTES) return from[at] | (from[at + 1] << 8);
      if (length !== LONG_BYTES) return -1;
      const number = from[at + NUMBER_AT] | (from[at + NUMBER_AT + 1] << 8);
      const high = from[at + 14] | (from[at + 15] << 8);
      if (high === 0 && isBase(from, at, sig)) return number;
      return high === OWN_HIGH && isBase(from, at, own) ? OWN | number : -1;
    },
  };
}
