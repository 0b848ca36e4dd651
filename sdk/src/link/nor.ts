/** NOR flash in the program's own memory, for boards behind a link. Pages come into being when they are first programmed. */
import type { Flash } from "../board/flash.ts";
import { allocInts, type Ints } from "../lang/intrinsics.ts";
import { NOT_BLANK, OK, OUT_OF_RANGE } from "../lang/result.ts";

/** Pages of 128 octets: few enough to search, small enough to waste little. */
const PAGE_WORDS = 32;
const FREE = -1;

/** One octet of a word, the lowest first. */
function octetOf(word: number, lane: number): number {
  if (lane === 0) return word & 255;
  if (lane === 1) return (word >>> 8) & 255;
  if (lane === 2) return (word >>> 16) & 255;
  return (word >>> 24) & 255;
}

/** The word with one octet in its lane, all else 0. */
function inLane(octet: number, lane: number): number {
  const bits = octet & 255;
  if (lane === 0) return bits;
  if (lane === 1) return bits << 8;
  if (lane === 2) return bits << 16;
  return bits << 24;
}

export function norFlash(sizeBytes: number, sectorBytes: number): Flash {
  /** Pages, four octets a word, and the page number of each; `FREE` once it was erased. */
  const pages: Ints[] = [];
  const numbers: number[] = [];
  /** Stands for a page that was never programmed. */
  const blank = allocInts(1);
  /** Where the last search ended: the next octet is mostly in the same page. */
  let recent = 0;

  function indexOf(number: number): number {
    if (recent < numbers.length && numbers[recent] === number) return recent;
    for (let i = 0; i < numbers.length; i++) {
      if (numbers[i] === number) {
        recent = i;
        return i;
      }
    }
    return FREE;
  }

  /** The page that holds an address, or `blank`. */
  function pageOf(address: number): Ints {
    const index = indexOf(address >> 7);
    return index === FREE ? blank : pages[index];
  }

  /** The page that holds an address, made if need be. */
  function ownPageOf(address: number): Ints {
    const number = address >> 7;
    let index = indexOf(number);
    if (index === FREE) {
      index = indexOf(FREE);
      if (index === FREE) {
        index = pages.length;
        pages.push(allocInts(PAGE_WORDS));
        numbers.push(number);
      }
      numbers[index] = number;
      const page = pages[index];
      for (let i = 0; i < PAGE_WORDS; i++) page[i] = -1;
    }
    return pages[index];
  }

  function outside(address: number, length: number): boolean {
    return address < 0 || length < 0 || length > sizeBytes || address > sizeBytes - length;
  }

  return {
    sizeBytes,
    sectorBytes,
    read: (address, into, at, length) => {
      if (outside(address, length)) return OUT_OF_RANGE;
      let page = pageOf(address);
      for (let i = 0; i < length; i++) {
        const place = address + i;
        if ((place & 127) === 0) page = pageOf(place);
        into[at + i] = page === blank ? 255 : octetOf(page[(place >> 2) & (PAGE_WORDS - 1)], place & 3) & 255;
      }
      return OK;
    },
    program: (address, from, at, length) => {
      if (outside(address, length)) return OUT_OF_RANGE;
      let page = pageOf(address);
      for (let i = 0; i < length; i++) {
        const place = address + i;
        if ((place & 127) === 0) page = pageOf(place);
        const octet = from[at + i];
        if (page !== blank && (octetOf(page[(place >> 2) & (PAGE_WORDS - 1)], place & 3) & octet) !== octet) return NOT_BLANK;
      }
      page = blank;
      for (let i = 0; i < length; i++) {
        const place = address + i;
        if (page === blank || (place & 127) === 0) page = ownPageOf(place);
        const index = (place >> 2) & (PAGE_WORDS - 1);
        page[index] = page[index] & ~inLane(~from[at + i], place & 3);
      }
      return OK;
    },
    erase: (sector) => {
      const address = sector * sectorBytes;
      if (outside(address, sectorBytes)) return OUT_OF_RANGE;
      for (let i = 0; i < numbers.length; i++) {
        const start = numbers[i] << 7;
        if (numbers[i] !== FREE && start >= address && start < address + sectorBytes) numbers[i] = FREE;
      }
      return OK;
    },
  };
}
