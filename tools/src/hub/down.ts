/**
 * Seals what the hub says to devices under their command keys: acknowledgements for bearers that authenticate nobody, and commands.
 *
 * No number comes twice under a device's key, whatever becomes of the hub: the store has a ceiling above every number that was used.
 * A data folder that is put back from a copy breaks that promise: its devices need new epochs.
 */
import { MAX_COMMAND } from "@songbai/sdk/record/command";
import type { Sealer } from "@songbai/sdk/record/seal";
import { commandSealer } from "./keys.ts";
import type { EnrolledDevice } from "./store/device.ts";
import type { Store } from "./store/store.ts";

/** Numbers that one write to the store serves. */
const RESERVE = 64;
/** Devices whose numbers are in memory. One that is forgotten goes on above what was reserved for it. */
const AWAKE = 4096;

export interface Sealed {
  /** The frame for the device. */
  readonly frame: Uint8Array;
  /** Its number, by which the device answers. */
  readonly number: number;
}

export interface Down {
  /** Seals octets for the device. Throws `StoreFault`: then nothing is sealed. */
  readonly seal: (device: EnrolledDevice, epoch: number, plain: Uint8Array) => Sealed;
}

interface Awake {
  next: number;
  ceiling: number;
  epoch: number;
  sealer: Sealer;
  readonly rootKey: Uint8Array;
}

export function down(store: Store): Down {
  const awake = new Map<number, Awake>();

  function wake(device: EnrolledDevice, epoch: number): Awake {
    const known = awake.get(device.number);
    const isSame = known !== undefined && Buffer.compare(known.rootKey, device.rootKey) === 0;
    const state = isSame
      ? known
      : { next: 0, ceiling: 0, epoch, sealer: commandSealer(device, epoch), rootKey: device.rootKey };
    if (state.epoch !== epoch) {
      state.epoch = epoch;
      state.sealer = commandSealer(device, epoch);
    }
    // The one that was spoken to last is last.
    awake.delete(device.number);
    awake.set(device.number, state);
    if (awake.size > AWAKE) awake.delete(awake.keys().next().value as number);
    return state;
  }

  return {
    seal(device, epoch, plain) {
      const state = wake(device, epoch);
      if (state.next === state.ceiling) {
        state.next = store.reserveDown(device.number, RESERVE);
        state.ceiling = state.next + RESERVE;
      }
      const number = state.next++;
      const frame = new Uint8Array(MAX_COMMAND);
      return { number, frame: frame.slice(0, state.sealer.seal(number, plain, plain.length, frame)) };
    },
  };
}
