import { allocInts, type Bytes } from "../lang/intrinsics.ts";

/**
 * CRC-32C (Castagnoli), reflected, as in RFC 3720 appendix B.4: "123456789" gives e3069283.
 * Nibble-wise: 16 table entries are the right size for a small heap.
 */

// Reversed polynomial 0x82f63b78 as int32.
const POLYNOMIAL = -2097792136;
const table = allocInts(16);
for (let i = 0; i < 16; i++) {
  let remainder = i;
  for (let bit = 0; bit < 4; bit++) {
    remainder = (remainder & 1) !== 0 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  }
  table[i] = remainder;
}

/** Carries `crc` (0 to begin) on over `length` octets; the result is the checksum so far, as int32. */
export function crc32c(crc: number, bytes: Bytes, at: number, length: number): number {
  let remainder = ~crc;
  for (let i = 0; i < length; i++) {
    remainder ^= bytes[at + i];
    remainder = (remainder >>> 4) ^ table[remainder & 15];
    remainder = (remainder >>> 4) ^ table[remainder & 15];
  }
  return ~remainder;
}
