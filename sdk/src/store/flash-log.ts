/**
 * The flash log: a ring of sectors that keeps what was appended until it is rotated out.
 *
 *   sector header (12)  magic (4) | sector sequence (4) | CRC-32C (4)
 *   entry               length (2) | check (1) | state (1) | payload | CRC-32C of sector sequence, length and payload (4)
 *
 * - What `append` has answered survives any later loss of power until its sector is used again.
 * - A torn entry is never read: its checksum fails. The checksum covers the sector sequence, so what an earlier lap left behind
 *   is never taken for new. The check octet lets recovery step over a torn entry; without it the sector is closed.
 * - Cells that are not blank are never programmed again, but for the state: 0xFF ordinary, 0xFE urgent, 0x00 acknowledged.
 *
 * Recovery reads the headers and scans the newest sector only. It writes nothing, so it may itself be cut short at any time.
 */
import type { Flash } from "../board/flash.ts";
import { crc32c } from "../codec/crc32c.ts";
import { copyBytes, getUint16, getUint32, putUint16, putUint32 } from "../lang/bytes.ts";
import { allocBytes, allocInts, type Bytes, idiv } from "../lang/intrinsics.ts";
import { CORRUPT, FULL, MISSING, OK, type Result } from "../lang/result.ts";

const MAGIC = 0x53424c31; // "SBL1"
const SECTOR_HEADER_BYTES = 12;
const ENTRY_HEADER_BYTES = 4;
const STATE_AT = 3;
const CHECKSUM_BYTES = 4;
const BLANK_LENGTH = 0xffff;

const ORDINARY = 0xff;
const URGENT = 0xfe;
const ACKNOWLEDGED = 0x00;

/**
 * Where an entry stands in the endless log, of which the ring keeps the end: sector sequence × sector size + offset; above 0.
 * It is never used again, so a late acknowledgement cannot hit another entry. Room for 2 GiB, 1000 years of a bracelet.
 */
export type Address = number;

export interface FlashLog {
  /** Longest payload, octets. */
  readonly maxPayload: number;
  /** Appends a payload; answers its address, or a negative result. Urgent entries are found apart from the others. */
  readonly append: (payload: Bytes, length: number, urgent: boolean) => Address;
  /** Reads a payload to `into`; answers its length, `CORRUPT`, or `MISSING` for what was rotated out. */
  readonly read: (address: Address, into: Bytes) => number;
  /** Marks an entry as delivered; `MISSING` when it was rotated out meanwhile. */
  readonly acknowledge: (address: Address) => Result;
  /** The oldest unacknowledged entry of that urgency; `MISSING` when there is none. */
  readonly pending: (urgent: boolean) => Address;
  /** How many entries were rotated out before they were acknowledged, since the log was opened. */
  readonly dropped: () => number;
}

/**
 * Opens the log in `sectors` sectors (2 or more) from `firstSector` on, for payloads of up to `maxPayload` octets, which must fit a
 * sector. It takes that much memory.
 */
export function openFlashLog(flash: Flash, firstSector: number, sectors: number, maxPayload: number): FlashLog {
  const size = flash.sectorBytes;
  /** Sector sequence by sector, 0 where there is no valid header. Sequences begin at 1. */
  const sequences = allocInts(sectors);
  const header = allocBytes(SECTOR_HEADER_BYTES);
  const buffer = allocBytes(ENTRY_HEADER_BYTES + maxPayload + CHECKSUM_BYTES);
  /** Nothing older than these addresses is pending: ordinary, urgent. */
  const cursors = allocInts(2);
  let active = 0;
  let end = size;
  let lost = 0;

  function base(sector: number): Address {
    return (firstSector + sector) * size;
  }

  function after(sector: number): number {
    return sector + 1 === sectors ? 0 : sector + 1;
  }

  function addressOf(sector: number, at: number): Address {
    return sequences[sector] * size + at;
  }

  /** The sector that holds the address, or `MISSING` when it was used again since. */
  function sectorOf(address: Address): number {
    const sequence = idiv(address, size);
    for (let sector = 0; sector < sectors; sector++) if (sequence > 0 && sequences[sector] === sequence) return sector;
    return MISSING;
  }

  /** Over the sector's sequence, then the length and the payload as they stand in `buffer`. */
  function checksum(sector: number, length: number): number {
    putUint32(header, 0, sequences[sector]);
    const crc = crc32c(crc32c(0, header, 0, 4), buffer, 0, 2);
    return crc32c(crc, buffer, ENTRY_HEADER_BYTES, length);
  }

  /** Reads the head at `at`; answers the payload's length, `MISSING` at the end of the sector or `CORRUPT`. */
  function headAt(sector: number, at: number): number {
    if (at + ENTRY_HEADER_BYTES + CHECKSUM_BYTES > size) return MISSING;
    flash.read(base(sector) + at, buffer, 0, ENTRY_HEADER_BYTES);
    const length = getUint16(buffer, 0);
    if (length === BLANK_LENGTH && buffer[2] === 0xff && buffer[STATE_AT] === 0xff) return MISSING;
    const fits = length <= maxPayload && at + ENTRY_HEADER_BYTES + length + CHECKSUM_BYTES <= size;
    return fits && (buffer[0] ^ buffer[1] ^ buffer[2]) === 0xff ? length : CORRUPT;
  }

  /** Reads a whole entry to `buffer`; answers its payload's length, or what is wrong. The state stays in `buffer[STATE_AT]`. */
  function entryAt(sector: number, at: number): number {
    const length = headAt(sector, at);
    if (length < 0) return length;
    flash.read(base(sector) + at + ENTRY_HEADER_BYTES, buffer, ENTRY_HEADER_BYTES, length + CHECKSUM_BYTES);
    const crc = getUint32(buffer, ENTRY_HEADER_BYTES + length);
    return crc === checksum(sector, length) ? length : CORRUPT;
  }

  /** True when nothing is programmed from `at` to the sector's end. */
  function blankFrom(sector: number, at: number): boolean {
    const chunk = allocBytes(64);
    for (let i = at; i < size; i += 64) {
      const length = size - i < 64 ? size - i : 64;
      flash.read(base(sector) + i, chunk, 0, length);
      for (let j = 0; j < length; j++) if (chunk[j] !== 0xff) return false;
    }
    return true;
  }

  /** Where the next entry of the sector may go; `size` when the sector is closed. */
  function endOf(sector: number): number {
    let at = SECTOR_HEADER_BYTES;
    for (;;) {
      const length = headAt(sector, at);
      if (length < 0) return length === MISSING && blankFrom(sector, at) ? at : size;
      at += ENTRY_HEADER_BYTES + length + CHECKSUM_BYTES;
    }
  }

  function unacknowledgedIn(sector: number): number {
    let count = 0;
    let at = SECTOR_HEADER_BYTES;
    for (;;) {
      const length = headAt(sector, at);
      if (length < 0) return count;
      const state = buffer[STATE_AT];
      if ((state === ORDINARY || state === URGENT) && entryAt(sector, at) >= 0) count += 1;
      at += ENTRY_HEADER_BYTES + length + CHECKSUM_BYTES;
    }
  }

  /** Takes the next sector of the ring into use. */
  function rotate(): Result {
    const next = after(active);
    const sequence = sequences[active] + 1;
    if (sequences[next] !== 0) lost += unacknowledgedIn(next);
    sequences[next] = 0;
    const erased = flash.erase(firstSector + next);
    if (erased !== OK) return erased;
    putUint32(header, 0, MAGIC);
    putUint32(header, 4, sequence);
    putUint32(header, 8, crc32c(0, header, 0, 8));
    const written = flash.program(base(next), header, 0, SECTOR_HEADER_BYTES);
    if (written !== OK) return written;
    sequences[next] = sequence;
    active = next;
    end = SECTOR_HEADER_BYTES;
    return OK;
  }

  function recover(): void {
    let newest = 0;
    for (let sector = 0; sector < sectors; sector++) {
      flash.read(base(sector), header, 0, SECTOR_HEADER_BYTES);
      const valid = getUint32(header, 0) === MAGIC && getUint32(header, 8) === crc32c(0, header, 0, 8);
      sequences[sector] = valid ? getUint32(header, 4) : 0;
      if (sequences[sector] > newest) {
        newest = sequences[sector];
        active = sector;
      }
    }
    if (newest === 0) active = sectors - 1;
    end = newest === 0 ? size : endOf(active);
  }

  function append(payload: Bytes, length: number, urgent: boolean): Address {
    if (length > maxPayload) return FULL;
    const total = ENTRY_HEADER_BYTES + length + CHECKSUM_BYTES;
    if (end + total > size) {
      const rotated = rotate();
      if (rotated !== OK) return rotated;
    }
    putUint16(buffer, 0, length);
    buffer[2] = ~(buffer[0] ^ buffer[1]) & 255;
    buffer[STATE_AT] = urgent ? URGENT : ORDINARY;
    copyBytes(payload, 0, buffer, ENTRY_HEADER_BYTES, length);
    putUint32(buffer, ENTRY_HEADER_BYTES + length, checksum(active, length));
    const at = end;
    const result = flash.program(base(active) + at, buffer, 0, total);
    // Behind an entry that was refused nobody would look: the sector is closed.
    end = result === OK ? at + total : size;
    return result === OK ? addressOf(active, at) : result;
  }

  function read(address: Address, into: Bytes): number {
    const sector = sectorOf(address);
    if (sector < 0) return MISSING;
    const length = entryAt(sector, address % size);
    if (length > 0) copyBytes(buffer, ENTRY_HEADER_BYTES, into, 0, length);
    return length < 0 ? CORRUPT : length;
  }

  function acknowledge(address: Address): Result {
    const sector = sectorOf(address);
    if (sector < 0) return MISSING;
    header[0] = ACKNOWLEDGED;
    return flash.program(base(sector) + (address % size) + STATE_AT, header, 0, 1);
  }

  /** The first pending entry of a sector at or after `at`, or `MISSING`. */
  function pendingIn(sector: number, from: number, state: number): Address {
    let at = from;
    for (;;) {
      const length = headAt(sector, at);
      if (length < 0) return MISSING;
      if (buffer[STATE_AT] === state && entryAt(sector, at) >= 0) return addressOf(sector, at);
      at += ENTRY_HEADER_BYTES + length + CHECKSUM_BYTES;
    }
  }

  function pending(urgent: boolean): Address {
    const state = urgent ? URGENT : ORDINARY;
    const cursor = urgent ? 1 : 0;
    let sector = sectorOf(cursors[cursor]);
    let at = cursors[cursor] % size;
    if (sector < 0) {
      // Rotated out, or not looked for yet: the ring goes on behind the active sector.
      sector = after(active);
      at = SECTOR_HEADER_BYTES;
    }
    for (;;) {
      const found = sequences[sector] === 0 ? MISSING : pendingIn(sector, at, state);
      if (found > 0 || sector === active) {
        cursors[cursor] = found > 0 ? found : addressOf(active, SECTOR_HEADER_BYTES);
        return found;
      }
      sector = after(sector);
      at = SECTOR_HEADER_BYTES;
    }
  }

  recover();
  return { maxPayload, append, read, acknowledge, pending, dropped: () => lost };
}
