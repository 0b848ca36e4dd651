/** The channels of a session: what the plan defines, what the network adds, and which of them are on. */

import { allocInts, type Bytes, type Ints, idiv } from "../../lang/intrinsics.ts";
import { below, type Prng } from "../../lang/prng.ts";
import { getLittle24 } from "./join.ts";
import type { Plan } from "./plan.ts";

const WORD_BITS = 16;
/** Unit of frequencies in commands. */
const STEP_HZ = 100;
const CF_LIST_FREQUENCIES = 5;
const CF_LIST_MASK_WORDS = 6;
const CF_LIST_KIND_AT = 15;
/** ChMaskCntl of a dynamic plan. */
const ALL_DEFINED = 6;
const BITS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];

export interface Channels {
  readonly uplinkHz: (slot: number) => number;
  readonly rx1Hz: (slot: number) => number;
  /** A channel that is on and carries the rate, not `before` when there is another; -1: there is none. */
  readonly pick: (rate: number, before: number, random: Prng) => number;
  /** A mask to try a block of commands on: the present one. */
  readonly trial: () => Ints;
  /** Applies a ChMaskCntl and its mask to a trial; false when the plan knows no such control. */
  readonly applyMask: (words: Ints, control: number, mask: number) => boolean;
  /** Whether the mask has only defined channels on, and one for the rate. */
  readonly isMask: (words: Ints) => boolean;
  readonly carries: (words: Ints, rate: number) => boolean;
  readonly use: (words: Ints) => void;
  /** Back to the plan's channels as they were first, those of the network beside them. */
  readonly restore: () => void;
  /** Back to the plan's own channels alone, as a session begins. */
  readonly forget: () => void;
  /** Defines (0 Hz: forgets) a channel of the network. */
  readonly define: (slot: number, hz: number, lowest: number, highest: number) => void;
  readonly mayDefine: (slot: number) => boolean;
  readonly moveDownlink: (slot: number, hz: number) => void;
  /** Takes the list of a join accept; one of the wrong kind is left. */
  readonly takeList: (list: Bytes) => void;
}

/** A frequency of a command, Hz; 0: none. */
export function hzAt(bytes: Bytes, at: number): number {
  return getLittle24(bytes, at) * STEP_HZ;
}

/** Whether a command may name the frequency. The product above stays in int32: 2^24 · 100 < 2^31. */
export function isHz(plan: Plan, hz: number): boolean {
  return hz >= plan.lowestHz && hz <= plan.highestHz;
}

export function channelsOf(plan: Plan): Channels {
  const words = idiv(plan.slots + WORD_BITS - 1, WORD_BITS);
  const mask = allocInts(words);
  const trial = allocInts(words);
  // Only a dynamic plan has channels and downlinks that move.
  const moving = plan.dynamic ? plan.slots : 0;
  const hz = allocInts(moving);
  const downHz = allocInts(moving);
  const rates = allocInts(moving);

  function uplinkHz(slot: number): number {
    const own = plan.uplinkHz(slot);
    return own !== 0 || slot >= moving ? own : hz[slot];
  }

  function isIn(words: Ints, slot: number): boolean {
    return (words[slot >> 4] & BITS[slot & 15]) !== 0;
  }

  function turn(slot: number, on: boolean): void {
    if (isIn(mask, slot) !== on) mask[slot >> 4] = mask[slot >> 4] ^ BITS[slot & 15];
  }

  function carriesRate(slot: number, rate: number): boolean {
    if (plan.uplinkHz(slot) !== 0 || slot >= moving) return rate >= plan.lowestRate(slot) && rate <= plan.highestRate(slot);
    return rate >= (rates[slot] & 15) && rate <= rates[slot] >> 4;
  }

  function count(words: Ints, rate: number): number {
    let found = 0;
    for (let slot = 0; slot < plan.slots; slot++)
      if (isIn(words, slot) && uplinkHz(slot) !== 0 && carriesRate(slot, rate)) found++;
    return found;
  }

  function restore(): void {
    for (let slot = 0; slot < plan.slots; slot++) turn(slot, plan.isOn(slot) || (slot < moving && hz[slot] !== 0));
  }

  function define(slot: number, at: number, lowest: number, highest: number): void {
    hz[slot] = at;
    downHz[slot] = 0;
    rates[slot] = lowest | (highest << 4);
    turn(slot, at !== 0);
  }

  restore();
  return {
    uplinkHz,
    rx1Hz: (slot) => (slot < moving && downHz[slot] !== 0 ? downHz[slot] : plan.rx1Hz(slot, uplinkHz(slot))),
    pick: (rate, before, random) => {
      const choices = count(mask, rate);
      if (choices === 0) return -1;
      const others = choices > 1 && before >= 0 && isIn(mask, before) && carriesRate(before, rate);
      let left = below(random, others ? choices - 1 : choices);
      for (let slot = 0; slot < plan.slots; slot++) {
        if (isIn(mask, slot) && uplinkHz(slot) !== 0 && carriesRate(slot, rate) && !(others && slot === before)) {
          if (left === 0) return slot;
          left -= 1;
        }
      }
      return -1;
    },
    trial: () => {
      for (let i = 0; i < words; i++) trial[i] = mask[i];
      return trial;
    },
    applyMask: (wanted, control, given) => {
      if (!plan.mask(wanted, control, given)) return false;
      // "All" of a dynamic plan are those that are defined.
      if (control === ALL_DEFINED && moving > 0)
        for (let slot = 0; slot < moving; slot++) if (uplinkHz(slot) === 0) wanted[0] = wanted[0] & ~BITS[slot];
      return true;
    },
    isMask: (wanted) => {
      for (let slot = 0; slot < plan.slots; slot++) if (isIn(wanted, slot) && uplinkHz(slot) === 0) return false;
      for (let i = 0; i < words; i++) if (wanted[i] !== 0) return true;
      return false;
    },
    carries: (wanted, rate) => count(wanted, rate) > 0,
    use: (wanted) => {
      for (let i = 0; i < words; i++) mask[i] = wanted[i];
    },
    restore,
    forget: () => {
      for (let slot = 0; slot < moving; slot++) {
        hz[slot] = 0;
        downHz[slot] = 0;
      }
      restore();
    },
    define,
    mayDefine: (slot) => slot < moving && plan.uplinkHz(slot) === 0,
    moveDownlink: (slot, at) => {
      downHz[slot] = at;
    },
    takeList: (list) => {
      if (list[CF_LIST_KIND_AT] !== (plan.dynamic ? 0 : 1)) return;
      if (plan.dynamic) {
        let slot = 0;
        while (plan.uplinkHz(slot) !== 0) slot += 1;
        for (let i = 0; i < CF_LIST_FREQUENCIES; i++) {
          const at = hzAt(list, 3 * i);
          define(slot + i, isHz(plan, at) ? at : 0, 0, 5);
        }
        return;
      }
      for (let i = 0; i < words && i < CF_LIST_MASK_WORDS; i++) trial[i] = list[2 * i] | (list[2 * i + 1] << 8);
      let some = 0;
      for (let slot = 0; slot < plan.slots; slot++) if (isIn(trial, slot)) some++;
      if (some === 0) return;
      for (let slot = 0; slot < plan.slots; slot++) turn(slot, isIn(trial, slot));
    },
  };
}
