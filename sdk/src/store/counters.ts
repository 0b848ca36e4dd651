/**
 * Counters that never repeat, whatever power does.
 *
 * Reserve-ahead (RFC 8613 appendix B.1.1): before a value is used, a ceiling above it is on flash and has been read back; after a
 * restart the counter goes on at the ceiling. One flash write serves `reserve` values; a restart loses as many at most, and as many
 * again for each entry that was torn or has rotted: which of the two it was nobody can tell, so no counter goes back behind it.
 *
 * Two sectors in turn. A sector is a header and entries; the newest entry of a counter holds. When a sector is full, the other is
 * erased, gets the present ceilings, and its header last: a header is only there when all ceilings are. Then the full sector's
 * header is made invalid, so that its old ceilings never come back, whatever becomes of the new ones.
 *
 *   header (its number: the generation)    entry  id (1) | ~id (1) | value (4) | CRC-32C of generation, id, value (4)
 *
 * When neither sector is valid, the counters are new or lost. `onLost` is told before they begin anew: it ends whatever relied on
 * them, such as the record epoch, so that a sequence number from 0 on makes a nonce that was never used.
 */
import type { Flash } from "../board/flash.ts";
import { crc32c } from "../codec/crc32c.ts";
import { getUint32, putUint32 } from "../lang/bytes.ts";
import { allocBytes, allocInts } from "../lang/intrinsics.ts";
import { CORRUPT, OK, type Result } from "../lang/result.ts";
import { HEADER_BYTES, readHeader, spoilHeader, writeHeader } from "./header.ts";

const MAGIC = 0x53424331; // "SBC1"
const ENTRY_BYTES = 10;
/** Ids are 0 to 17. */
const COUNTERS = 18;
/** Ids below are counted by `next`, the others stored by `put`. */
const COUNTED = 4;

/** The highest number of a command that the platform has sent, as far as the device knows. */
export const COMMAND_NUMBER = 8;
/** Seconds between reports (9 to 16 are a LoRaWAN session's, `activation.ts`), as the platform has set them; 0: as the product has them. */
export const REPORT_INTERVAL = 17;

export interface Counters {
  /** The next value of a counter, 0, 1, 2 …, of id 0 to 3; negative when flash refuses. */
  readonly next: (id: number) => number;
  /** Stores a value that must not be lost, such as the highest counter seen from the other side, under an id of 4 to 17. */
  readonly put: (id: number, value: number) => Result;
  /** The value stored last; 0 when there is none. For a counter of `next`, its ceiling. */
  readonly get: (id: number) => number;
}

/**
 * Opens the counters in sectors `firstSector` and `firstSector + 1`. `onLost` is called when they are not there, before they begin
 * at 0; when it answers anything but `OK`, or flash cannot be read, nothing begins and every draw answers that code until the next start.
 */
export function openCounters(flash: Flash, firstSector: number, reserve: number, onLost: () => Result): Counters {
  const stored = allocInts(COUNTERS);
  const upcoming = allocInts(COUNTED);
  const scratch = allocBytes(ENTRY_BYTES);
  let sector = firstSector;
  let generation = 0;
  let end = HEADER_BYTES;
  let state: Result = OK;

  function otherThan(one: number): number {
    return firstSector + firstSector + 1 - one;
  }

  function checksum(length: number): number {
    const seed = allocBytes(4);
    putUint32(seed, 0, generation);
    return crc32c(crc32c(0, seed, 0, 4), scratch, 0, length);
  }

  /** Reads an entry to `scratch`: true when it is whole and of this generation. */
  function isSound(at: number): boolean {
    if (flash.read(sector * flash.sectorBytes + at, scratch, 0, ENTRY_BYTES) !== OK) return false;
    return scratch[0] < COUNTERS && (scratch[0] ^ scratch[1]) === 255 && getUint32(scratch, 6) === checksum(6);
  }

  function write(id: number, value: number, at: number): Result {
    scratch[0] = id & 255;
    scratch[1] = ~id & 255;
    putUint32(scratch, 2, value);
    putUint32(scratch, 6, checksum(6));
    flash.program(sector * flash.sectorBytes + at, scratch, 0, ENTRY_BYTES);
    return isSound(at) && scratch[0] === id && getUint32(scratch, 2) === value ? OK : CORRUPT;
  }

  /** Moves to the other sector: ceilings first, header last. Where flash refuses, the old sector stays in force. */
  function rotate(): Result {
    const before = sector;
    sector = otherThan(before);
    generation += 1;
    end = HEADER_BYTES;
    let result = flash.erase(sector);
    for (let id = 0; id < COUNTERS && result === OK; id++) {
      if (stored[id] !== 0) {
        result = write(id, stored[id], end);
        end += ENTRY_BYTES;
      }
    }
    if (result === OK) result = writeHeader(flash, sector, MAGIC, generation);
    if (result === OK) {
      spoilHeader(flash, before);
      return OK;
    }
    sector = before;
    generation -= 1;
    end = flash.sectorBytes;
    return result;
  }

  function append(id: number, value: number): Result {
    if (end + ENTRY_BYTES <= flash.sectorBytes && write(id, value, end) === OK) {
      end += ENTRY_BYTES;
      return OK;
    }
    // Full, or a cell that is no good: the other sector takes all ceilings, this one with them.
    return rotate();
  }

  /** What flash has refused is not stored: no value above the ceiling on flash is ever used. */
  function put(id: number, value: number): Result {
    if (state !== OK) return state;
    const before = stored[id];
    stored[id] = value;
    const result = append(id, value);
    if (result !== OK) stored[id] = before;
    return result;
  }

  /** Takes over the entries up to the first blank one. */
  function load(): void {
    while (end + ENTRY_BYTES <= flash.sectorBytes) {
      if (isSound(end)) {
        stored[scratch[0]] = getUint32(scratch, 2);
      } else {
        let blank = true;
        for (let i = 0; i < ENTRY_BYTES; i++) blank = blank && scratch[i] === 255;
        if (blank) return;
        for (let id = 0; id < COUNTED; id++) stored[id] += reserve;
      }
      end += ENTRY_BYTES;
    }
  }

  /** Begins at 0. Neither sector is to come back later with what it held. */
  function begin(): Result {
    const told = onLost();
    if (told !== OK) return told;
    sector = firstSector + 1;
    const erased = flash.erase(sector);
    return erased === OK ? rotate() : erased;
  }

  const first = readHeader(flash, firstSector, MAGIC);
  const second = readHeader(flash, firstSector + 1, MAGIC);
  if (first < 0 || second < 0) {
    state = first < 0 ? first : second;
  } else if (first === 0 && second === 0) {
    state = begin();
  } else {
    sector = second > first ? firstSector + 1 : firstSector;
    generation = second > first ? second : first;
    if (first !== 0 && second !== 0) spoilHeader(flash, otherThan(sector));
    load();
  }
  for (let id = 0; id < COUNTED; id++) upcoming[id] = stored[id];

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
