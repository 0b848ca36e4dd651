/**
 * Counters that never repeat, whatever power does.
 *
 * Reserve-ahead (RFC 8613 appendix B.1.1): before a value is used, a ceiling above it is on flash; after a restart the counter
 * goes on at the ceiling. At most `reserve` values are lost by a restart, and one flash write serves `reserve` values.
 *
 * Two sectors in turn. A sector is a header and entries; the newest entry of a counter holds. When a sector is full, the other is
 * erased, gets the present ceilings, and its header last: a header is only there when all ceilings are.
 *
 *   header  magic (4) | generation (4) | CRC-32C (4)          entry  id (1) | ~id (1) | value (4) | CRC-32C of generation, id, value (4)
 */
import type { Flash } from "../board/flash.ts";
import { crc32c } from "../codec/crc32c.ts";
import { fillBytes, getUint32, putUint32 } from "../lang/bytes.ts";
import { allocBytes, allocInts } from "../lang/intrinsics.ts";
import { OK, type Result } from "../lang/result.ts";

const MAGIC = 0x53424331; // "SBC1"
const HEADER_BYTES = 12;
const ENTRY_BYTES = 10;
/** Counter ids are 0 to 7. */
const COUNTERS = 8;

export interface Counters {
  /** The next value of a counter, 0, 1, 2 …; negative when flash refuses. */
  readonly next: (id: number) => number;
  /** Stores a value that must not be lost, such as the highest counter seen from the other side. */
  readonly put: (id: number, value: number) => Result;
  /** The value stored last; 0 when there is none. For a counter used by `next`, its ceiling. */
  readonly get: (id: number) => number;
}

/** Opens the counters in sectors `firstSector` and `firstSector + 1`, erasing what was never valid. */
export function openCounters(flash: Flash, firstSector: number, reserve: number): Counters {
  const stored = allocInts(COUNTERS);
  const upcoming = allocInts(COUNTERS);
  const scratch = allocBytes(HEADER_BYTES);
  let sector = firstSector;
  let generation = 0;
  let end = HEADER_BYTES;

  function checksum(length: number): number {
    const seed = allocBytes(4);
    putUint32(seed, 0, generation);
    return crc32c(crc32c(0, seed, 0, 4), scratch, 0, length);
  }

  function write(id: number, value: number, at: number): Result {
    scratch[0] = id & 255;
    scratch[1] = ~id & 255;
    putUint32(scratch, 2, value);
    putUint32(scratch, 6, checksum(6));
    return flash.program(sector * flash.sectorBytes + at, scratch, 0, ENTRY_BYTES);
  }

  function writeHeader(): Result {
    putUint32(scratch, 0, MAGIC);
    putUint32(scratch, 4, generation);
    putUint32(scratch, 8, crc32c(0, scratch, 0, 8));
    return flash.program(sector * flash.sectorBytes, scratch, 0, HEADER_BYTES);
  }

  /** Moves to the other sector: ceilings first, header last. Where flash refuses, the old sector stays in force. */
  function rotate(): Result {
    const before = sector;
    sector = sector === firstSector ? firstSector + 1 : firstSector;
    generation = (generation + 1) | 0;
    end = HEADER_BYTES;
    let result = flash.erase(sector);
    for (let id = 0; id < COUNTERS && result === OK; id++) {
      if (stored[id] !== 0) {
        result = write(id, stored[id], end);
        end += ENTRY_BYTES;
      }
    }
    if (result === OK) result = writeHeader();
    if (result !== OK) {
      sector = before;
      generation = (generation - 1) | 0;
      end = flash.sectorBytes;
    }
    return result;
  }

  function append(id: number, value: number): Result {
    if (end + ENTRY_BYTES > flash.sectorBytes) return rotate();
    const result = write(id, value, end);
    // Behind an entry that was refused recovery would not look: the next one goes to the other sector.
    end = result === OK ? end + ENTRY_BYTES : flash.sectorBytes;
    return result;
  }

  /** What flash has refused is not stored: no value above the ceiling on flash is ever used. */
  function put(id: number, value: number): Result {
    const before = stored[id];
    stored[id] = value;
    const result = append(id, value);
    if (result !== OK) stored[id] = before;
    return result;
  }

  /** The generation of a sector, or 0 when its header is not valid. Generations begin at 1. */
  function generationOf(candidate: number): number {
    flash.read(candidate * flash.sectorBytes, scratch, 0, HEADER_BYTES);
    const valid = getUint32(scratch, 0) === MAGIC && getUint32(scratch, 8) === crc32c(0, scratch, 0, 8);
    return valid ? getUint32(scratch, 4) : 0;
  }

  /** Takes over the entries up to the first blank one; a torn entry is passed over, as its place is not blank. */
  function load(): void {
    let blank = false;
    while (!blank && end + ENTRY_BYTES <= flash.sectorBytes) {
      flash.read(sector * flash.sectorBytes + end, scratch, 0, ENTRY_BYTES);
      blank = true;
      for (let i = 0; i < ENTRY_BYTES; i++) blank = blank && scratch[i] === 255;
      if (!blank) {
        const id = scratch[0];
        const sound = id < COUNTERS && (id ^ scratch[1]) === 255 && getUint32(scratch, 6) === checksum(6);
        if (sound) stored[id] = getUint32(scratch, 2);
        end += ENTRY_BYTES;
      }
    }
  }

  const first = generationOf(firstSector);
  const second = generationOf(firstSector + 1);
  if (first === 0 && second === 0) {
    sector = firstSector + 1;
    rotate();
  } else {
    const newerIsSecond = first === 0 || (second !== 0 && ((second - first) | 0) > 0);
    sector = newerIsSecond ? firstSector + 1 : firstSector;
    generation = newerIsSecond ? second : first;
    load();
  }
  for (let id = 0; id < COUNTERS; id++) upcoming[id] = stored[id];
  fillBytes(scratch, 0, HEADER_BYTES, 0);

  return {
    next: (id) => {
      const value = upcoming[id];
      if (value >= stored[id]) {
        const result = put(id, value + reserve);
        if (result !== OK) return result;
      }
      upcoming[id] = value + 1;
      return value;
    },
    put,
    get: (id) => stored[id],
  };
}
