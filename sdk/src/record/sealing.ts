/**
 * What seals the device's records: the key of the epoch in force, and numbers that are never used twice under it.
 *
 * An epoch ends after 2^20 records, after 90 days by the clock where it is known, on command, or because the counters were lost. The
 * next one is on flash before anything is sealed under it, and a number is covered on flash before it is drawn; so no loss of power
 * makes a nonce come again. Numbers go on from epoch to epoch; only lost counters begin again at 0, under an epoch of their own.
 */
import type { Clock } from "../board/clock.ts";
import type { Log } from "../board/log.ts";
import type { Identity } from "../identity/identity.ts";
import { RECORDS } from "../identity/keystore.ts";
import type { Suite } from "../identity/suite.ts";
import { type Bytes, idiv } from "../lang/intrinsics.ts";
import { MISSING, OK, type Result } from "../lang/result.ts";
import type { Counters } from "../store/counters.ts";
import type { Epochs } from "../store/epochs.ts";
import { EPOCH_BEGUN } from "./codes.ts";
import { type Sealer, sealer } from "./seal.ts";

/** The counter of record sequence numbers. */
const SEQUENCE_COUNTER = 0;
/** Where and when the epoch began, in one value: day since 1970 (16 bits; 0: unknown) | sequence number in units of 2^16 (15). */
const BEGAN_COUNTER = 5;
const UNITS_MASK = 0x7fff;
/** 15 units and the one that had begun are at most 2^20 records. */
const MOST_UNITS = 15;
const MOST_DAYS = 90;
const HALF_DAY_SECONDS = 43200;

export interface Sealing {
  /** The number of the next record, after the change of epoch that is due; negative: flash refuses, nothing may be sealed. */
  readonly next: () => number;
  /** Octets that sealing under that number adds. */
  readonly overhead: (sequence: number) => number;
  /** Seals `plain[0..length)` under a number that `next` has just answered; answers the length of the record in `into`. */
  readonly seal: (sequence: number, plain: Bytes, length: number, into: Bytes) => number;
  /** Begins a new epoch, on command; when this answers anything but `OK`, the old one goes on. */
  readonly renew: () => Result;
}

/** `undefined` when the identity has no root key. */
export function sealing(
  identity: Identity,
  suite: Suite,
  epochs: Epochs,
  counters: Counters,
  clock: Clock,
  log: Log,
): Sealing | undefined {
  let sealed: Sealer | undefined;
  /** The epoch of `sealed`. */
  let epoch = MISSING;
  let began = counters.get(BEGAN_COUNTER);

  /** Takes the epoch in force into use; on a new device it begins the first. */
  function ready(): Result {
    const result = epochs.begun() ? OK : epochs.advance();
    const current = result === OK ? epochs.current() : result;
    if (current < 0 || current === epoch) return current < 0 ? current : OK;
    const cipher = identity.keystore.epochCipher(suite, RECORDS, current);
    if (cipher === undefined) return MISSING;
    sealed = sealer(suite, cipher, identity.fields.salt, current);
    epoch = current;
    return OK;
  }

  /** Days since 1970, 0 while the time is unknown. */
  function today(): number {
    return idiv(clock.epochSeconds() >>> 1, HALF_DAY_SECONDS);
  }

  function start(day: number, units: number): number {
    return (day << 15) | units;
  }

  function renew(): Result {
    const result = epochs.advance();
    // What flash has refused is tried again an epoch later, not at the next record: each try may take a slot of the ledger.
    began = start(today(), counters.get(SEQUENCE_COUNTER) >>> 16);
    if (result !== OK) return result;
    counters.put(BEGAN_COUNTER, began);
    log.event(EPOCH_BEGUN, epochs.current());
    return ready();
  }

  /** Begins a new epoch if the present one is at its end. An old clock, or one that was put back, counts its days from now on. */
  function renewIfDue(): void {
    const day = today();
    const since = began >>> 15;
    if (day > 0 && (since === 0 || day < since)) {
      began = start(day, began & UNITS_MASK);
      counters.put(BEGAN_COUNTER, began);
    } else if (
      (counters.get(SEQUENCE_COUNTER) >>> 16) - (began & UNITS_MASK) >= MOST_UNITS ||
      (day > 0 && day - since >= MOST_DAYS)
    ) {
      renew();
    }
  }

  if (ready() === MISSING) return undefined;
  return {
    next: () => {
      renewIfDue();
      const result = ready();
      return result < 0 ? result : counters.next(SEQUENCE_COUNTER);
    },
    overhead: (sequence) => (sealed === undefined ? 0 : sealed.overhead(sequence)),
    seal: (sequence, plain, length, into) => (sealed === undefined ? 0 : sealed.seal(sequence, plain, length, into)),
    renew,
  };
}
