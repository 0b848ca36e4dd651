import type { Flash } from "@songbai/sdk/board/flash";
import { NOT_BLANK, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { type RandomSource, randomSource } from "./random.ts";

/** Thrown out of a flash operation: the device is gone; what stands in the image is what its next boot finds. */
export class PowerCut extends Error {}

/** What an operation has done when power goes: nothing; its first octets; some of its bits; all. */
export const TEARS = ["before", "prefix", "bits", "after"] as const;
export type Tear = (typeof TEARS)[number];

export interface Cut {
  /** 1: the first program or erase. */
  readonly operation: number;
  readonly tear: Tear;
  /** Chooses how much is done. */
  readonly seed: number;
}

/** A NOR part whose cells are `image`, so that it outlives a power cut. */
export interface NorPart extends Flash {
  /** Programs and erases so far. */
  readonly operations: () => number;
}

export function blankImage(sectors: number, sectorBytes: number): Uint8Array {
  return new Uint8Array(sectors * sectorBytes).fill(0xff);
}

export function norPart(image: Uint8Array, sectorBytes: number, cut?: Cut): NorPart {
  let operations = 0;
  const outside = (address: number, length: number): boolean => address < 0 || length < 0 || address + length > image.length;

  /** Brings the cells from `address` on to `goal`, unless power goes. */
  function change(address: number, goal: Uint8Array): void {
    operations += 1;
    const cells = image.subarray(address, address + goal.length);
    if (cut?.operation !== operations) {
      cells.set(goal);
      return;
    }
    tear(cells, goal, cut.tear, randomSource(cut.seed));
    throw new PowerCut(`power went ${cut.tear} operation ${operations}`);
  }

  return {
    sizeBytes: image.length,
    sectorBytes,
    operations: () => operations,
    read(address, into, at, length) {
      if (outside(address, length)) return OUT_OF_RANGE;
      for (let i = 0; i < length; i++) into[at + i] = image[address + i];
      return OK;
    },
    program(address, from, at, length) {
      if (outside(address, length)) return OUT_OF_RANGE;
      const goal = Uint8Array.from({ length }, (_, i) => from[at + i]);
      if (goal.some((octet, i) => (image[address + i] & octet) !== octet)) return NOT_BLANK;
      change(address, goal);
      return OK;
    },
    erase(sector) {
      if (outside(sector * sectorBytes, sectorBytes)) return OUT_OF_RANGE;
      change(sector * sectorBytes, new Uint8Array(sectorBytes).fill(0xff));
      return OK;
    },
  };
}

function tear(cells: Uint8Array, goal: Uint8Array, how: Tear, random: RandomSource): void {
  if (how === "prefix") cells.set(goal.subarray(0, random.below(goal.length + 1)));
  if (how === "after") cells.set(goal);
  if (how !== "bits") return;
  for (let i = 0; i < goal.length; i++) {
    const moved = random.next() & 255;
    cells[i] = (cells[i] & ~moved) | (goal[i] & moved);
  }
}
