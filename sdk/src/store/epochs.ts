/**
 * The epoch ledger: which record keys are in force. Epochs only rise, and an epoch is on flash before anything is sealed under it.
 *
 *   slot (8)   epoch (4) | CRC-32C of the epoch (4)
 *
 * Slots are programmed one behind the other and never erased. One that is torn or has rotted is passed over, but its place counts:
 * each slot stands for at least one epoch, so an epoch that can no longer be read is never begun a second time. When the last slot
 * is the one in doubt, opening begins the next epoch: nobody can tell whether its epoch was used.
 */
import type { Flash } from "../board/flash.ts";
import { crc32c } from "../codec/crc32c.ts";
import { getUint32, putUint32 } from "../lang/bytes.ts";
import { allocBytes, idiv } from "../lang/intrinsics.ts";
import { CORRUPT, FULL, MISSING, OK, type Result } from "../lang/result.ts";

const SLOT_BYTES = 8;

export interface Epochs {
  /** The epoch in force; the first one while none was begun; negative when flash does not tell: nothing may be sealed then. */
  readonly current: () => number;
  /** False on a new device: no epoch was ever begun, so nothing was ever sealed. */
  readonly begun: () => boolean;
  /** Begins the next epoch, on a new device the first. When this answers anything but `OK`, the epoch has not changed. */
  readonly advance: () => Result;
}

/** Opens the ledger in the octets from `at` to `end`, blank on a new device; `first`: the epoch that it begins with, 0 or above. */
export function openEpochs(flash: Flash, at: number, end: number, first: number): Epochs {
  const slots = idiv(end - at, SLOT_BYTES);
  const slot = allocBytes(SLOT_BYTES);
  let used = 0;
  let newest = first - 1;
  let state: Result = OK;

  /** The epoch of a slot, `MISSING` when it is blank, or `CORRUPT`. */
  function epochAt(index: number): number {
    if (flash.read(at + index * SLOT_BYTES, slot, 0, SLOT_BYTES) !== OK) return CORRUPT;
    let blank = true;
    for (let i = 0; i < SLOT_BYTES; i++) blank = blank && slot[i] === 255;
    if (blank) return MISSING;
    return getUint32(slot, 4) === crc32c(0, slot, 0, 4) ? getUint32(slot, 0) : CORRUPT;
  }

  function advance(): Result {
    if (used >= slots) return FULL;
    const epoch = newest < first + used ? first + used : newest + 1;
    putUint32(slot, 0, epoch);
    putUint32(slot, 4, crc32c(0, slot, 0, 4));
    flash.program(at + used * SLOT_BYTES, slot, 0, SLOT_BYTES);
    const written = epochAt(used);
    // A slot that is still blank is the next one's: behind a blank slot nobody looks.
    if (written !== MISSING) used += 1;
    if (written !== epoch) return CORRUPT;
    newest = epoch;
    state = OK;
    return OK;
  }

  let last: number = OK;
  while (used < slots && last !== MISSING) {
    const epoch = epochAt(used);
    if (epoch > newest) newest = epoch;
    if (epoch !== MISSING) {
      used += 1;
      state = epoch < 0 ? CORRUPT : OK;
    }
    last = epoch;
  }
  if (state !== OK) advance();

  return {
    current: () => {
      if (state !== OK) return state;
      return used === 0 ? first : newest;
    },
    begun: () => used > 0,
    advance,
  };
}
