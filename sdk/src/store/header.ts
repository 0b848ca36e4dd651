/**
 * The header of a sector, by which the log and the counters know what is theirs and which sector is newer.
 *
 *   magic (4) | number (4) | CRC-32C (4)
 */
import type { Flash } from "../board/flash.ts";
import { crc32c } from "../codec/crc32c.ts";
import { getUint32, putUint32 } from "../lang/bytes.ts";
import { allocBytes } from "../lang/intrinsics.ts";
import { CORRUPT, OK, type Result } from "../lang/result.ts";

export const HEADER_BYTES = 12;
const NUMBER_AT = 4;
const CHECKSUM_AT = 8;

/** The number in a sector's header, from 1 on; 0 when there is no valid header, negative when flash cannot be read. */
export function readHeader(flash: Flash, sector: number, magic: number): number {
  const header = allocBytes(HEADER_BYTES);
  const result = flash.read(sector * flash.sectorBytes, header, 0, HEADER_BYTES);
  if (result !== OK) return result;
  const number = getUint32(header, NUMBER_AT);
  const valid = getUint32(header, 0) === magic && getUint32(header, CHECKSUM_AT) === crc32c(0, header, 0, CHECKSUM_AT);
  return valid && number > 0 ? number : 0;
}

/** Programs a sector's header, and reads it back. */
export function writeHeader(flash: Flash, sector: number, magic: number, number: number): Result {
  const header = allocBytes(HEADER_BYTES);
  putUint32(header, 0, magic);
  putUint32(header, NUMBER_AT, number);
  putUint32(header, CHECKSUM_AT, crc32c(0, header, 0, CHECKSUM_AT));
  flash.program(sector * flash.sectorBytes, header, 0, HEADER_BYTES);
  return readHeader(flash, sector, magic) === number ? OK : CORRUPT;
}

/** Makes a header invalid, for good: its checksum becomes 0. */
export function spoilHeader(flash: Flash, sector: number): Result {
  return flash.program(sector * flash.sectorBytes + CHECKSUM_AT, allocBytes(4), 0, 4);
}
