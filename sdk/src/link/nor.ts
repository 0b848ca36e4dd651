/** NOR flash in the program's own memory, for boards behind a link. Pages come into being when they are first programmed. */
import type { Flash } from "../board/flash.ts";
import { allocInts, type Bytes, type Ints, idiv } from "../lang/intrinsics.ts";
import { NOT_BLANK, OK, OUT_OF_RANGE } from "../lang/result.ts";

const PAGE_BYTES = 256;
const PAGE_WORDS = 64;

/** Flash, with what the host is told of: `onProgram` and `onErase` come after each change. */
export function norFlash(
  sizeBytes: number,
  sectorBytes: number,
  onProgram: (address: number, from: Bytes, at: number, length: number) => void,
  onErase: (sector: number) => void,
): Flash {
  /** By page number: 0 blank, else one more than the index in `pages`. */
  const slots = allocInts(idiv(sizeBytes, PAGE_BYTES));
  const pages: Ints[] = [];
  /** Indexes in `pages` that an erase has set free. */
  const free: number[] = [];
  let freed = 0;

  function pageAt(address: number): number {
    return slots[address >> 8] - 1;
  }

  function octetAt(address: number): number {
    const page = pageAt(address);
    if (page < 0) return 255;
    const word = pages[page][(address >> 2) & (PAGE_WORDS - 1)];
    const lane = address & 3;
    if (lane === 0) return word & 255;
    if (lane === 1) return (word >>> 8) & 255;
    if (lane === 2) return (word >>> 16) & 255;
    return word >>> 24;
  }

  function newPage(): number {
    if (freed > 0) {
      freed -= 1;
      return free[freed];
    }
    pages.push(allocInts(PAGE_WORDS));
    return pages.length - 1;
  }

  function clearBits(address: number, octet: number): void {
    if (pageAt(address) < 0) {
      const fresh = newPage();
      for (let i = 0; i < PAGE_WORDS; i++) pages[fresh][i] = -1;
      slots[address >> 8] = fresh + 1;
    }
    const page = pages[pageAt(address)];
    const index = (address >> 2) & (PAGE_WORDS - 1);
    const lane = address & 3;
    const cleared = ~octet & 255;
    const mask = lane === 0 ? cleared : lane === 1 ? cleared << 8 : lane === 2 ? cleared << 16 : cleared << 24;
    page[index] = page[index] & ~mask;
  }

  function outside(address: number, length: number): boolean {
    return address < 0 || length < 0 || length > sizeBytes || address > sizeBytes - length;
  }

  return {
    sizeBytes,
    sectorBytes,
    read: (address, into, at, length) => {
      if (outside(address, length)) return OUT_OF_RANGE;
      for (let i = 0; i < length; i++) into[at + i] = octetAt(address + i) & 255;
      return OK;
    },
    program: (address, from, at, length) => {
      if (outside(address, length)) return OUT_OF_RANGE;
      for (let i = 0; i < length; i++) if ((octetAt(address + i) & from[at + i]) !== from[at + i]) return NOT_BLANK;
      for (let i = 0; i < length; i++) clearBits(address + i, from[at + i]);
      onProgram(address, from, at, length);
      return OK;
    },
    erase: (sector) => {
      const address = sector * sectorBytes;
      if (outside(address, sectorBytes)) return OUT_OF_RANGE;
      for (let page = address >> 8; page < (address + sectorBytes) >> 8; page++) {
        if (slots[page] > 0) {
          if (freed < free.length) free[freed] = slots[page] - 1;
          else free.push(slots[page] - 1);
          freed += 1;
          slots[page] = 0;
        }
      }
      onErase(sector);
      return OK;
    },
  };
}
