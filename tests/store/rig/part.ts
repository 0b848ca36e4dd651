// Portable TypeScript, run on every runtime by the tests beside it.
import type { Flash } from "@songbai/sdk/board/flash";
import { copyBytes, fillBytes } from "@songbai/sdk/lang/bytes";
import { allocBytes, allocInts, type Bytes, type Ints, idiv } from "@songbai/sdk/lang/intrinsics";
import { below, prng } from "@songbai/sdk/lang/prng";
import { CORRUPT, NOT_BLANK, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";

/** What the operation has done when power goes: its first octets, its last octets, some of its bits; all, but too short to hold. */
export const FIRST_OCTETS = 0;
export const LAST_OCTETS = 1;
export const SOME_BITS = 2;
export const UNSTABLE = 3;

/** What is wrong with a sector: erasing it is refused, or answered and not done; so is programming entries; it cannot be read. */
export const ERASE_REFUSED = 1;
export const ERASE_IDLE = 2;
export const PROGRAM_REFUSED = 3;
export const PROGRAM_IDLE = 4;
export const READ_REFUSED = 5;

const NONE = -1;
/** What is longer is an entry. */
const HEADER_BYTES = 12;

/**
 * A NOR part that loses power. Then nothing answers any more, and nothing changes, until `revive`.
 *
 * An operation that was cut short leaves its cells unstable: bits that are not 0 change their mind at every look until the next
 * whole erase.
 */
export interface Part extends Flash {
  readonly image: Bytes;
  /** Erases of each sector. */
  readonly erases: Ints;
  /** Programs and erases since power came. */
  readonly operations: () => number;
  /** Octets read, and programmed, since power came. */
  readonly octetsRead: () => number;
  readonly octetsProgrammed: () => number;
  readonly dead: () => boolean;
  /** A word for the rule that was broken, or "": a cell programmed twice, a header in front of cells that are not blank. */
  readonly broken: () => string;
  /** Power comes back. It goes in this operation from now; 0: never. */
  readonly revive: (operation: number) => void;
  /** How many octets the operation was to change in which power went. */
  readonly torn: () => number;
  /** True when that was an erase. */
  readonly tornErase: () => boolean;
  /** Does to the cells what that operation had done: the kind of tear, how many octets, a seed for the bits. */
  readonly tear: (how: number, octets: number, seed: number) => void;
  /** A sector is no good from now on. */
  readonly spoil: (sector: number, fault: number) => void;
  /** Takes over what another part holds, and what befell it. */
  readonly become: (other: Part) => void;
  /** For `become`: where the torn operation begins; start and end of the cells that are unstable. */
  readonly tornAt: () => number;
  readonly unstableFrom: () => number;
  readonly unstableTo: () => number;
  readonly tornOctets: Bytes;
}

/** Sectors from `headed` on are a log's: their headers stand in front of blank cells only. */
export function part(sectors: number, sectorBytes: number, headed: number): Part {
  const sizeBytes = sectors * sectorBytes;
  const image = allocBytes(sizeBytes);
  const erases = allocInts(sectors);
  /** What the torn operation was to make of its cells. */
  const goal = allocBytes(sectorBytes);
  fillBytes(image, 0, sizeBytes, 255);
  let operations = 0;
  let octetsRead = 0;
  let octetsProgrammed = 0;
  let cut = 0;
  let dead = false;
  let broken = "";
  let tornAt = 0;
  let torn = 0;
  let tornErase = false;
  let unstableFrom = 0;
  let unstableTo = 0;
  let noise = prng(1);
  let spoilt = NONE;
  let fault = 0;

  function fails(address: number, how: number): boolean {
    return fault === how && idiv(address, sectorBytes) === spoilt;
  }

  function outside(address: number, length: number): boolean {
    return address < 0 || length < 0 || address > sizeBytes - length;
  }

  function isBlank(from: number, to: number): boolean {
    for (let i = from; i < to; i++) if (image[i] !== 255) return false;
    return true;
  }

  /** True when power goes in this operation. */
  function goes(address: number, length: number, erase: boolean): boolean {
    operations += 1;
    if (operations !== cut) return false;
    dead = true;
    tornAt = address;
    torn = length;
    tornErase = erase;
    return true;
  }

  return {
    sizeBytes,
    sectorBytes,
    image,
    erases,
    tornOctets: goal,
    operations: () => operations,
    octetsRead: () => octetsRead,
    octetsProgrammed: () => octetsProgrammed,
    dead: () => dead,
    broken: () => broken,
    torn: () => torn,
    tornAt: () => tornAt,
    tornErase: () => tornErase,
    unstableFrom: () => unstableFrom,
    unstableTo: () => unstableTo,
    read: (address, into, at, length) => {
      if (dead) return CORRUPT;
      if (outside(address, length)) return OUT_OF_RANGE;
      if (fails(address, READ_REFUSED)) return CORRUPT;
      octetsRead += length;
      copyBytes(image, address, into, at, length);
      const from = unstableFrom > address ? unstableFrom : address;
      const to = unstableTo < address + length ? unstableTo : address + length;
      for (let i = from; i < to; i++) {
        const bits = noise();
        if ((bits & 0x3ff00) === 0) into[at + i - address] = image[i] & bits & 255;
      }
      return OK;
    },
    program: (address, from, at, length) => {
      if (dead) return CORRUPT;
      if (outside(address, length)) return OUT_OF_RANGE;
      if (length > HEADER_BYTES && fails(address, PROGRAM_REFUSED)) return CORRUPT;
      if (length > HEADER_BYTES && fails(address, PROGRAM_IDLE)) return OK;
      const sector = idiv(address, sectorBytes);
      if (address % sectorBytes === 0 && sector >= headed && !isBlank(address, address + sectorBytes)) {
        if (broken === "") broken = "a header in front of cells that are not blank";
      }
      for (let i = 0; i < length; i++) {
        const cell = image[address + i];
        if ((cell & from[at + i]) !== from[at + i]) return NOT_BLANK;
        if (cell !== 255 && from[at + i] !== 0 && broken === "") broken = "a cell is programmed twice";
      }
      if (goes(address, length, false)) {
        copyBytes(from, at, goal, 0, length);
        return CORRUPT;
      }
      octetsProgrammed += length;
      copyBytes(from, at, image, address, length);
      return OK;
    },
    erase: (sector) => {
      if (dead) return CORRUPT;
      const address = sector * sectorBytes;
      if (outside(address, sectorBytes)) return OUT_OF_RANGE;
      if (fails(address, ERASE_REFUSED)) return CORRUPT;
      if (fails(address, ERASE_IDLE)) return OK;
      erases[sector] += 1;
      if (goes(address, sectorBytes, true)) {
        fillBytes(goal, 0, sectorBytes, 255);
        return CORRUPT;
      }
      fillBytes(image, address, sectorBytes, 255);
      if (idiv(unstableFrom, sectorBytes) === sector) unstableTo = unstableFrom;
      return OK;
    },
    revive: (operation) => {
      cut = operation;
      operations = 0;
      octetsRead = 0;
      octetsProgrammed = 0;
      dead = false;
    },
    tear: (how, octets, seed) => {
      const random = prng(seed);
      let moves = false;
      const from = how === LAST_OCTETS ? torn - octets : 0;
      const to = how === FIRST_OCTETS ? octets : torn;
      for (let i = from; i < to; i++) {
        const moved = how === SOME_BITS ? below(random, 256) : 255;
        const cell = image[tornAt + i];
        image[tornAt + i] = ((cell & ~moved) | (goal[i] & moved)) & 255;
        moves = moves || image[tornAt + i] !== cell;
      }
      // What has come to its end holds, but for an erase that was a little too short. A pulse that was too short to show nobody sees.
      let ended = how !== UNSTABLE;
      for (let i = 0; i < torn; i++) ended = ended && image[tornAt + i] === goal[i];
      const part = moves && !ended;
      unstableFrom = tornAt;
      unstableTo = part ? tornAt + torn : tornAt;
      noise = prng(seed + 1);
    },
    spoil: (sector, how) => {
      spoilt = sector;
      fault = how;
    },
    become: (other) => {
      copyBytes(other.image, 0, image, 0, sizeBytes);
      copyBytes(other.tornOctets, 0, goal, 0, sectorBytes);
      for (let i = 0; i < sectors; i++) erases[i] = other.erases[i];
      tornAt = other.tornAt();
      torn = other.torn();
      tornErase = other.tornErase();
      unstableFrom = other.unstableFrom();
      unstableTo = other.unstableTo();
      broken = other.broken();
    },
  };
}
