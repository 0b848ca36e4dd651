/**
 * The flash log: a ring of sectors that keeps what was appended until it is rotated out.
 *
 *   sector header (its number: the sector sequence)    entry  urgent bit and length (2) | check (1) | state (1) | payload | CRC-32C (4)
 *
 * An entry's checksum covers the sector sequence, the first two octets and the payload. What the log promises, when power is lost at
 * any moment, in any operation, as often as it likes:
 *
 * - G1 What `append` has answered is read until its sector's turn comes again. It is on flash and was read back.
 * - G2 A torn entry is never read, and damages no other one. Nor is what an earlier lap left in a sector: its sequence was another.
 * - G3 A loss of power costs at most the entry that was under way. A carried entry may then be there twice, never not at all.
 * - G4 Addresses only rise. None is used again before 2 GiB have gone by, so a late acknowledgement hits no other entry.
 * - G5 All sectors wear alike: between any two there is one erase of difference, and one more for each that power or flash cut short.
 * - G6 Opening reads a header a sector, scans one sector and looks at the next, and changes nothing: cut short, it starts over.
 *
 * How: one sector is kept erased ahead, so `append` waits for no erase. Before a sector is erased its header is made invalid, and its
 * urgent entries that nobody has yet are copied forward. After the erase every cell is read, and only then the next header is written:
 * a sector without a valid header is erased again, however blank it reads (an interrupted erase leaves cells that change their mind).
 * A sector that will not erase is passed over until the next lap; it keeps its sequence, so sequence modulo sectors is always the place.
 * Behind a torn entry the next one leaves room for the longest that could have stood there, and reading finds it again by checksum; so
 * one head that has rotted hides none but its own entry.
 * No cell that is not blank is programmed again, but to 0: the state, once acknowledged, and a header's checksum. Parts that
 * write a word only once (flash with ECC) would need a word of its own for each of these, and entries padded to whole words.
 */
import type { Flash } from "../board/flash.ts";
import { crc32c } from "../codec/crc32c.ts";
import { copyBytes, getUint16, getUint32, putUint16, putUint32 } from "../lang/bytes.ts";
import { allocBytes, allocInts, type Bytes, idiv } from "../lang/intrinsics.ts";
import { CORRUPT, FULL, MISSING, OK, type Result } from "../lang/result.ts";
import { HEADER_BYTES, readHeader, spoilHeader, writeHeader } from "./header.ts";

const MAGIC = 0x53424c32; // "SBL2"
const ENTRY_HEADER_BYTES = 4;
const STATE_AT = 3;
const CHECKSUM_BYTES = 4;
/** Of an entry, both of them: what it takes beside its payload, octets. */
export const OVERHEAD_BYTES = 8;
const URGENT_BIT = 0x8000;
/** Any other state, a torn one too, is pending: then the far end gets the entry twice. */
const ACKNOWLEDGED = 0;
/** No sector. */
const NONE = -1;
/** Entries of which urgency. */
const ORDINARY = 0;
const URGENT = 1;
const EITHER = 2;
const LARGEST_ADDRESS = 0x7fffffff;

/**
 * Where an entry stands in the endless log, of which the ring keeps the end; above 0. Sector sequence × sector size + offset, the
 * sequence modulo what 2 GiB hold.
 */
export type Address = number;

export interface FlashLog {
  /** Longest payload, octets. */
  readonly maxPayload: number;
  /** Appends a payload; answers its address, or a negative result. Urgent entries are found apart from the others. */
  readonly append: (payload: Bytes, length: number, urgent: boolean) => Address;
  /** Reads a payload to `into`; answers its length, `CORRUPT`, or `MISSING` for what was rotated out. */
  readonly read: (address: Address, into: Bytes) => number;
  /** Marks an entry as delivered; `MISSING` when it was rotated out or carried forward meanwhile. */
  readonly acknowledge: (address: Address) => Result;
  /** The oldest unacknowledged entry of that urgency, those carried forward last; `MISSING` when there is none. */
  readonly pending: (urgent: boolean) => Address;
  /** The ordinary entry appended last since the log was opened, while it is unacknowledged; else `MISSING`. */
  readonly newest: () => Address;
  /**
   * Erases the next sector of the ring if none is kept ahead: for idle moments. Urgent entries in it are carried forward, the newest
   * that fit a quarter of a sector; what else is unacknowledged there counts as dropped, and so does what should have gone to a
   * sector that will not take it. `append` does it by itself, behind its entry, when the sector in use is half full.
   */
  readonly prepare: () => Result;
  /** How many entries were rotated out before they were acknowledged, since the log was opened. */
  readonly dropped: () => number;
}

/**
 * Opens the log in `sectors` sectors (3 or more) from `firstSector` on, for payloads of up to `maxPayload` octets, of which a quarter
 * of a sector holds one or more. It takes that much memory.
 */
export function openFlashLog(flash: Flash, firstSector: number, sectors: number, maxPayload: number): FlashLog {
  const size = flash.sectorBytes;
  const longest = maxPayload + OVERHEAD_BYTES;
  /** Sequences from here on come round to address 0 again; a multiple of `sectors`, so that an address still tells its place. */
  const span = idiv(idiv(LARGEST_ADDRESS, size), sectors) * sectors;
  /** Sequence by sector, from 1 on; 0 without a valid header. A sector whose header flash will not read is left alone: below 0. */
  const sequences = allocInts(sectors);
  const word = allocBytes(4);
  const buffer = allocBytes(longest);
  /** Nothing older than these addresses is pending: ordinary, urgent. */
  const cursors = allocInts(2);
  let active = 0;
  /** The sector that is erased ahead. */
  let spare = NONE;
  let end = size;
  let lost = 0;
  /** The ordinary entry appended last, until it is acknowledged; 0: none. */
  let latest: Address = 0;

  function base(sector: number): number {
    return (firstSector + sector) * size;
  }

  function addressOf(sector: number, at: number): Address {
    return (sequences[sector] % span) * size + at;
  }

  /** The sector that holds the address, or `MISSING` when it was used again since. */
  function sectorOf(address: Address): number {
    if (address <= 0) return MISSING;
    const sequence = idiv(address, size);
    const sector = sequence % sectors;
    return sequences[sector] > 0 && sequences[sector] % span === sequence ? sector : MISSING;
  }

  /** Over the sector's sequence, then the head and the payload as they stand in `buffer`. */
  function checksum(sector: number, length: number): number {
    putUint32(word, 0, sequences[sector]);
    const crc = crc32c(crc32c(0, word, 0, 4), buffer, 0, 2);
    return crc32c(crc, buffer, ENTRY_HEADER_BYTES, length);
  }

  /** Reads the head at `at`; answers the payload's length, `MISSING` where it is blank, or `CORRUPT`. */
  function headAt(sector: number, at: number): number {
    if (flash.read(base(sector) + at, buffer, 0, ENTRY_HEADER_BYTES) !== OK) return CORRUPT;
    if ((buffer[0] & buffer[1] & buffer[2] & buffer[STATE_AT]) === 0xff) return MISSING;
    const length = getUint16(buffer, 0) & ~URGENT_BIT;
    return length <= maxPayload && (buffer[0] ^ buffer[1] ^ buffer[2]) === 0xff ? length : CORRUPT;
  }

  /** Reads a whole entry to `buffer`; answers its payload's length, or what is wrong. */
  function entryAt(sector: number, at: number): number {
    const length = headAt(sector, at);
    if (length < 0) return length;
    const result = flash.read(base(sector) + at + ENTRY_HEADER_BYTES, buffer, ENTRY_HEADER_BYTES, length + CHECKSUM_BYTES);
    if (result !== OK) return CORRUPT;
    return getUint32(buffer, ENTRY_HEADER_BYTES + length) === checksum(sector, length) ? length : CORRUPT;
  }

  /**
   * Where the first octet that is programmed, or cannot be read, stands at or behind `at`; `size` when there is none. Reads to `buffer`:
   * what stood there is gone.
   */
  function programmedFrom(sector: number, at: number): number {
    for (let i = at; i < size; i += longest) {
      const length = size - i < longest ? size - i : longest;
      if (flash.read(base(sector) + i, buffer, 0, length) !== OK) return i;
      for (let j = 0; j < length; j++) if (buffer[j] !== 0xff) return i + j;
    }
    return size;
  }

  /** The first entry at or behind `from`, its head in `buffer`; `MISSING` behind the last one. */
  function entryFrom(sector: number, from: number): number {
    let at = from;
    // Where a head is expected the check octet is proof enough. Behind one that was torn or has rotted, only the checksum is.
    let expected = true;
    while (at + OVERHEAD_BYTES <= size) {
      const length = headAt(sector, at);
      if (length >= 0 && (expected || entryAt(sector, at) >= 0)) return at;
      expected = false;
      // The first octet of a head is never blank.
      const programmed = length === MISSING ? programmedFrom(sector, at) : 0;
      at = programmed > at ? programmed : at + 1;
    }
    return MISSING;
  }

  /** Where the entry at `at` ends, its head in `buffer`. */
  function behind(at: number): number {
    return at + OVERHEAD_BYTES + (getUint16(buffer, 0) & ~URGENT_BIT);
  }

  /** Where the next entry of the sector may go. */
  function endOf(sector: number): number {
    let last = HEADER_BYTES;
    for (let at = entryFrom(sector, last); at >= 0; at = entryFrom(sector, last)) last = behind(at);
    let until = last;
    for (let at = programmedFrom(sector, last); at < size; at = programmedFrom(sector, until)) until = at + 1;
    // What is programmed behind the last entry was torn. The next one goes where none of its cells can have been under way.
    return until === last ? last : until + longest;
  }

  /** The first pending entry of a sector at or behind `from`, whole in `buffer`; `MISSING` when there is none. */
  function pendingIn(sector: number, from: number, urgency: number): number {
    let at = entryFrom(sector, from);
    while (at >= 0) {
      const mine = buffer[STATE_AT] !== ACKNOWLEDGED && (urgency === EITHER || buffer[0] >> 7 === urgency);
      const next = behind(at);
      if (mine && entryAt(sector, at) >= 0) return at;
      at = entryFrom(sector, next);
    }
    return MISSING;
  }

  /** Programs the payload in `buffer` behind the last entry of the sector in use. What is read back decides whether it is there. */
  function put(length: number, urgent: boolean): Result {
    const at = end;
    putUint16(buffer, 0, urgent ? length | URGENT_BIT : length);
    buffer[2] = ~(buffer[0] ^ buffer[1]) & 255;
    buffer[STATE_AT] = 0xff;
    putUint32(buffer, ENTRY_HEADER_BYTES + length, checksum(active, length));
    end = at + OVERHEAD_BYTES + length;
    flash.program(base(active) + at, buffer, 0, OVERHEAD_BYTES + length);
    if (entryAt(active, at) === length) return OK;
    // Where flash refuses once it will again: the sector is full.
    end = size;
    return CORRUPT;
  }

  function mark(sector: number, at: number): Result {
    word[0] = ACKNOWLEDGED;
    return flash.program(base(sector) + at + STATE_AT, word, 0, 1);
  }

  /**
   * Copies the urgent entries that nobody has yet to the sector in use, the newest that fit a quarter of a sector. Answers how many
   * of all entries stay behind unacknowledged.
   */
  function carry(sector: number): number {
    let waiting = 0;
    for (let at = pendingIn(sector, HEADER_BYTES, URGENT); at >= 0; at = pendingIn(sector, behind(at), URGENT))
      waiting += behind(at) - at;
    let left = 0;
    let at = pendingIn(sector, HEADER_BYTES, EITHER);
    while (at >= 0) {
      const total = behind(at) - at;
      const urgent = buffer[0] >> 7 === URGENT;
      const fits = urgent && waiting <= size >> 2 && end + total <= size;
      if (urgent) waiting -= total;
      // The mark keeps a restart from carrying it once more.
      if (fits && put(total - OVERHEAD_BYTES, true) === OK) mark(sector, at);
      else left += 1;
      at = pendingIn(sector, at + total, EITHER);
    }
    return left;
  }

  /** Frees a sector and gives it a new sequence. */
  function renew(sector: number, sequence: number): Result {
    if (sequences[sector] > 0) {
      const left = carry(sector);
      const spoilt = spoilHeader(flash, firstSector + sector);
      if (spoilt !== OK) return spoilt;
      sequences[sector] = 0;
      lost += left;
    }
    const erased = flash.erase(firstSector + sector);
    if (erased !== OK) return erased;
    if (programmedFrom(sector, 0) !== size) return CORRUPT;
    return writeHeader(flash, firstSector + sector, MAGIC, sequence);
  }

  function prepare(): Result {
    let result: Result = spare === NONE ? CORRUPT : OK;
    for (let i = 1; i < sectors && result !== OK; i++) {
      const sequence = sequences[active] + i;
      const sector = sequence % sectors;
      if (sequences[sector] >= 0) {
        result = renew(sector, sequence);
        if (result === OK) {
          sequences[sector] = sequence;
          spare = sector;
        }
      }
    }
    return result;
  }

  /** The sector with the highest sequence below `below`, or `NONE`. */
  function newestBelow(below: number): number {
    let newest = NONE;
    for (let sector = 0; sector < sectors; sector++) {
      const sequence = sequences[sector];
      if (sequence > 0 && sequence < below && (newest === NONE || sequence > sequences[newest])) newest = sector;
    }
    return newest;
  }

  function recover(): void {
    for (let sector = 0; sector < sectors; sector++) {
      const sequence = readHeader(flash, firstSector + sector, MAGIC);
      sequences[sector] = sequence < 0 || sequence % sectors === sector ? sequence : 0;
    }
    const newest = newestBelow(LARGEST_ADDRESS);
    if (newest === NONE) return;
    active = newest;
    if (programmedFrom(newest, HEADER_BYTES) === size) {
      const before = newestBelow(sequences[newest]);
      if (before !== NONE) {
        spare = newest;
        active = before;
      }
    }
    end = endOf(active);
  }

  function append(payload: Bytes, length: number, urgent: boolean): Address {
    if (length > maxPayload) return FULL;
    const total = OVERHEAD_BYTES + length;
    let result: Result = OK;
    for (let i = 0; i < sectors; i++) {
      // What has to be carried needs a quarter of a sector. There is less only where power or flash has cut the last erase short.
      if (spare === NONE && end + total + (size >> 2) > size) prepare();
      if (end + total > size) {
        result = prepare();
        if (result !== OK) return result;
        active = spare;
        spare = NONE;
        end = HEADER_BYTES;
      }
      const at = end;
      copyBytes(payload, 0, buffer, ENTRY_HEADER_BYTES, length);
      result = put(length, urgent);
      if (result === OK) {
        const address = addressOf(active, at);
        if (!urgent) latest = address;
        if (spare === NONE && end > size >> 1) prepare();
        return address;
      }
    }
    return result;
  }

  function read(address: Address, into: Bytes): number {
    const sector = sectorOf(address);
    if (sector < 0) return MISSING;
    const length = entryAt(sector, address % size);
    copyBytes(buffer, ENTRY_HEADER_BYTES, into, 0, length);
    return length;
  }

  function acknowledge(address: Address): Result {
    if (address === latest) latest = 0;
    const sector = sectorOf(address);
    if (sector < 0 || headAt(sector, address % size) < 0) return MISSING;
    // Passed, even if flash will not keep it: one bad cell must not send the same entry for ever.
    for (let i = 0; i < 2; i++) if (cursors[i] === address) cursors[i] = behind(address);
    return mark(sector, address % size);
  }

  function pending(urgent: boolean): Address {
    const urgency = urgent ? URGENT : ORDINARY;
    let sector = sectorOf(cursors[urgency]);
    let at = cursors[urgency] % size;
    if (sector < 0) {
      // Rotated out, or not looked for yet: the ring goes on behind the active sector.
      sector = (active + 1) % sectors;
      at = HEADER_BYTES;
    }
    for (;;) {
      const found = sequences[sector] > 0 && sector !== spare ? pendingIn(sector, at, urgency) : MISSING;
      if (found >= 0) {
        cursors[urgency] = addressOf(sector, found);
        return cursors[urgency];
      }
      if (sector === active) {
        cursors[urgency] = addressOf(active, HEADER_BYTES);
        return MISSING;
      }
      sector = (sector + 1) % sectors;
      at = HEADER_BYTES;
    }
  }

  recover();
  return {
    maxPayload,
    append,
    read,
    acknowledge,
    pending,
    newest: () => (sectorOf(latest) < 0 ? MISSING : latest),
    prepare,
    dropped: () => lost,
  };
}
