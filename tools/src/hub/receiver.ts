/**
 * Takes sealed records of many devices, whatever bearer brought them: opens each, judges it by its receive window and the store's unique
 * key, and keeps it once.
 *
 * `take` says what a record is; that it is kept is true once `commit` has returned. Until then nothing may be acknowledged.
 */
import { FORGED } from "@songbai/sdk/lang/result";
import { acknowledges, putAcknowledgement } from "@songbai/sdk/record/acknowledgement";
import type { TimedObservation } from "@songbai/sdk/record/observation";
import { type Opener, sequenceOf } from "@songbai/sdk/record/seal";
import { DUPLICATE, OLDER, type ReceiveWindow, receiveWindow } from "@songbai/sdk/record/window";
import { recordSealer } from "./keys.ts";
import { readObservations } from "./opened.ts";
import type { EnrolledDevice } from "./store/device.ts";
import { type Store, WINDOW } from "./store/store.ts";

/** Longer than any record of any bearer, octets. */
export const MAX_SEALED = 4096;
/**
 * Epochs only increase; what a device journalled before it began a new one still comes, so a record's four bits of epoch are one of
 * the seven before, the present one or one of the eight to come.
 */
const EPOCHS_BACK = 7;
const EPOCHS = 16;
/** Devices whose windows are in memory, 5 kB an epoch each; those of others are read again when they are heard. */
const DEVICES_AWAKE = 4096;
/** How many stored numbers one record may move the mark over: a filled gap of a million does not stop the hub. */
const MARK_STEPS = 4096;

/** What a record turned out to be. */
export type Taken =
  | {
      readonly epoch: number;
      readonly sequence: number;
      readonly duplicate: boolean;
      readonly observations: TimedObservation[];
    }
  | { readonly rejected: string; readonly forged: boolean };

export interface Receiver {
  /** Judges a record of a device, and gathers it if it is new. `receivedS`: seconds since 1970, the caller's. */
  readonly take: (device: EnrolledDevice, sealed: Uint8Array, receivedS: number) => Taken;
  /** Stores what was taken. Throws `StoreFault`: then nothing of it was, and all of it may come again. */
  readonly commit: () => void;
  /** What the hub holds of that epoch, about that record above all: octets for the device, `room` at most. Of what is committed only. */
  readonly acknowledgement: (device: EnrolledDevice, epoch: number, sequence: number, room: number) => Uint8Array;
  /** The highest epoch that a record of the device has proved. */
  readonly epochOf: (device: EnrolledDevice) => number;
}

interface Epoch {
  readonly window: ReceiveWindow;
  highest: number;
  /** All up to here is held. */
  through: number;
  /** More may be held behind the mark than the window shows. */
  behind: boolean;
}

interface Awake {
  epoch: number;
  readonly epochs: Map<number, Epoch>;
  /** By the low four bits of the epoch. */
  readonly sealers: ({ readonly epoch: number; readonly opener: Opener } | undefined)[];
}

const REJECTED = {
  long: { rejected: `the record is longer than ${MAX_SEALED} octets`, forged: false },
  none: { rejected: "the octets are no sealed record", forged: false },
  revoked: { rejected: "the device is revoked", forged: false },
  suite: { rejected: "the record is of another cipher suite than the device's", forged: false },
  epoch: { rejected: "the record is of an epoch before the device's first", forged: false },
  tag: { rejected: "the record fails its authentication tag", forged: true },
} as const;

export function receiver(store: Store): Receiver {
  const awake = new Map<number, Awake>();
  /** Numbers below the window that are gathered and not yet stored; the window knows the others. */
  const gathered = new Set<string>();
  /** Epochs whose mark is to be looked for in the store once it has what was gathered. */
  let behind: { readonly numbers: Epoch; readonly device: number; readonly epoch: number }[] = [];
  const plain = new Uint8Array(MAX_SEALED);

  function wake(device: EnrolledDevice): Awake {
    const known = awake.get(device.number);
    // What the caller knows of the device may be of an earlier day.
    const epoch = () => store.device(device.deviceId)?.epoch ?? device.epoch;
    const state = known ?? { epoch: epoch(), epochs: new Map(), sealers: Array(EPOCHS).fill(undefined) };
    // The one that was heard last is last.
    awake.delete(device.number);
    awake.set(device.number, state);
    return state;
  }

  function epochState(state: Awake, device: EnrolledDevice, epoch: number): Epoch {
    const known = state.epochs.get(epoch);
    if (known !== undefined) return known;
    const window = receiveWindow();
    const latest = store.latest(device.number, epoch);
    for (const sequence of latest) window.accept(sequence);
    const through = store.through(device.number, epoch);
    const fresh = { window, highest: latest[0] ?? -1, through, behind: through < (latest[0] ?? -1) };
    look(fresh, device.number, epoch);
    state.epochs.set(epoch, fresh);
    return fresh;
  }

  function sealerOf(state: Awake, device: EnrolledDevice, low: number) {
    const least = state.epoch - EPOCHS_BACK;
    const epoch = least + ((low - least) & (EPOCHS - 1));
    if (epoch < device.firstEpoch) return undefined;
    const known = state.sealers[low];
    if (known?.epoch === epoch) return known;
    const made = { epoch, opener: recordSealer(device, epoch) };
    state.sealers[low] = made;
    return made;
  }

  /** Moves the mark over what the window shows to be held after it. */
  function advance(state: Epoch, device: number, epoch: number): void {
    const { window, highest, through } = state;
    let next = through;
    while (next < highest && next >= highest - WINDOW && window.judge(next + 1) === DUPLICATE) next++;
    if (next === through) return;
    state.through = next;
    store.keepThrough(device, epoch, next);
  }

  /** Looks into the store for what is held behind the window. */
  function look(state: Epoch, device: number, epoch: number): void {
    if (state.behind) {
      const through = store.runEnd(device, epoch, state.through, MARK_STEPS);
      state.behind = through === state.through + MARK_STEPS;
      if (through !== state.through) store.keepThrough(device, epoch, through);
      state.through = through;
    }
    advance(state, device, epoch);
  }

  function take(device: EnrolledDevice, sealed: Uint8Array, receivedS: number): Taken {
    if (device.state === "revoked") return REJECTED.revoked;
    if (sealed.length > MAX_SEALED) return REJECTED.long;
    const sequence = sequenceOf(sealed, sealed.length);
    if (sequence < 0) return REJECTED.none;
    if ((sealed[0] & 15) !== device.suite) return REJECTED.suite;
    const state = wake(device);
    const under = sealerOf(state, device, sealed[0] >> 4);
    if (under === undefined) return REJECTED.epoch;
    const length = under.opener.open(sealed, sealed.length, plain);
    if (length < 0) return length === FORGED ? REJECTED.tag : REJECTED.none;
    const observations = readObservations(plain, length);
    if (observations === undefined) {
      return { rejected: `record ${sequence} holds no observations that this hub knows`, forged: false };
    }
    const { epoch } = under;
    const numbers = epochState(state, device, epoch);
    const judged = numbers.window.judge(sequence);
    const key = judged === OLDER ? `${device.number}/${epoch}/${sequence}` : "";
    const duplicate =
      judged === DUPLICATE || (judged === OLDER && (gathered.has(key) || store.holds(device.number, epoch, sequence)));
    if (!duplicate) {
      if (judged === OLDER) {
        gathered.add(key);
        if (sequence === numbers.through + 1) numbers.behind = true;
      }
      if (sequence > numbers.highest) numbers.highest = sequence;
      numbers.window.accept(sequence);
      const received = Math.floor(receivedS);
      store.add({ device: device.number, epoch, sequence, received, plain: plain.slice(0, length), sealed: sealed.slice() });
      if (epoch > state.epoch) {
        state.epoch = epoch;
        store.keepEpoch(device.number, epoch);
      }
      if (numbers.behind) behind.push({ numbers, device: device.number, epoch });
      else advance(numbers, device.number, epoch);
    }
    return { epoch, sequence, duplicate, observations };
  }

  return {
    take,
    commit() {
      try {
        store.commit();
      } catch (error) {
        // The windows know numbers that the store does not: they are read again.
        awake.clear();
        behind = [];
        throw error;
      } finally {
        gathered.clear();
      }
      for (const { numbers, device, epoch } of behind) look(numbers, device, epoch);
      behind = [];
      while (awake.size > DEVICES_AWAKE) awake.delete(awake.keys().next().value as number);
    },
    acknowledgement(device, epoch, sequence, room) {
      const { window, highest, through } = epochState(wake(device), device, epoch);
      const bytes = new Uint8Array(room);
      const bottom = highest - WINDOW + 1;
      const held = (number: number) => number === sequence || window.judge(number) === DUPLICATE;
      const write = (from: number) =>
        putAcknowledgement(bytes, room, epoch, through + 1, from < bottom ? from : bottom, from, held);
      let length = write(highest);
      if (!acknowledges(bytes, length, epoch, sequence)) length = write(sequence);
      return bytes.slice(0, length);
    },
    epochOf: (device) => wake(device).epoch,
  };
}
