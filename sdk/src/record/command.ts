/**
 * What the platform says to one device, whatever bearer brings it: commands, and acknowledgements where the bearer itself does not
 * authenticate them.
 *
 *   frame   as a sealed record (`seal.ts`), but under the epoch's command key and with the platform's own numbers, from 1 on
 *   plain   an acknowledgement (`acknowledgement.ts`), or the CBOR array [kind, expires, value, …]
 *
 * `expires` is in seconds since 1970, as in observations; for `SET_TIME` it is the time now, which never expires. A command is done
 * once: its number is above every one before it, and is on flash before it is done, so a replay is refused after a restart too. An
 * acknowledgement needs no such thing, as it stays true for ever; it may be of the epoch before, as the hub knows a new epoch only
 * once a record has proved it. Commands are of the epoch in force only: where counters were lost, the epoch ended with them.
 *
 * In suite 1 a command takes 17 to 24 octets and an acknowledgement 23 at most. Every LoRaWAN downlink of CN470 (51 octets) has room for
 * a command; of the other plans all but AS923 at DR2 with its dwell limit (11).
 */
import type { Clock } from "../board/clock.ts";
import type { Identity } from "../identity/identity.ts";
import { COMMANDS } from "../identity/keystore.ts";
import type { Suite } from "../identity/suite.ts";
import type { Bytes } from "../lang/intrinsics.ts";
import { CORRUPT, EXPIRED, MISSING, OK, REPLAYED, type Result } from "../lang/result.ts";
import { COMMAND_NUMBER, type Counters } from "../store/counters.ts";
import type { Epochs } from "../store/epochs.ts";
import { isAcknowledgement } from "./acknowledgement.ts";
import { readObservation, type TimedObservation } from "./observation.ts";
import { type Opener, opener, sequenceOf } from "./seal.ts";

/** Tell where the wearer is; no value. */
export const LOCATE = 1;
/** Report every so many seconds; value: seconds. */
export const INTERVAL = 2;
/** Make the device known to who looks for it; value: seconds. */
export const RING = 3;
/** End the pre-alarm that runs, as the wearer would; no value. */
export const CANCEL_ALARM = 4;
/** Set the clock; no value. */
export const SET_TIME = 5;

/** Longest frame, octets: two values in suite 2. */
export const MAX_COMMAND = 40;

export interface Command {
  /** The platform's number of it, 1 or above. */
  readonly number: number;
  /** One of the kinds above; there may be others. */
  readonly kind: number;
  /** For `SET_TIME` the time now, for the others when it expires: seconds since 1970, the bits of an unsigned 32-bit number. */
  readonly time: number;
  readonly values: number[];
  /** `OK`, or `EXPIRED`: not to be done, only to be answered. */
  readonly result: Result;
}

export interface CommandEvents {
  /** The hub has said what it holds; `octets[0..length)` are for this call only. */
  readonly onAcknowledgement: (octets: Bytes, length: number) => void;
  readonly onCommand: (command: Command) => void;
}

export interface CommandReader {
  /**
   * Takes a frame that came down, and opens it in place; answers `OK` when it was told to the events, else why not: `CORRUPT`, `FORGED`, `REPLAYED`,
   * `MISSING` for another epoch, or what flash says. What is refused changes nothing.
   */
  readonly take: (frame: Bytes, length: number) => Result;
}

/** Opens frames of an epoch; `undefined` when the identity has no root key. */
export function commandOpener(identity: Identity, suite: Suite, epoch: number): Opener | undefined {
  const cipher = identity.keystore.epochCipher(suite, COMMANDS, epoch);
  return cipher === undefined ? undefined : opener(suite, cipher, identity.fields.salt, epoch);
}

/** `first`: what opens frames of `firstEpoch`, where it was made before. */
export function commandReader(
  identity: Identity,
  suite: Suite,
  epochs: Epochs,
  counters: Counters,
  clock: Clock,
  events: CommandEvents,
  first?: Opener,
  firstEpoch = MISSING,
): CommandReader {
  let under = first;
  /** The epoch of `under`. */
  let opened = firstEpoch;

  /** The epoch whose low four bits these are, the one in force or the one before; else `MISSING`. */
  function epochOf(low: number): number {
    const current = epochs.current();
    const back = (current - low) & 15;
    return current < back || back > 1 ? MISSING : current - back;
  }

  function openerOf(epoch: number): Opener | undefined {
    if (epoch !== opened) {
      under = commandOpener(identity, suite, epoch);
      opened = epoch;
    }
    return under;
  }

  /** A clock that does not know the time lets only pass what may come late: the interval of reports, and the time itself. */
  function isExpired(kind: number, expires: number): boolean {
    if (kind === SET_TIME) return false;
    const now = clock.epochSeconds();
    return now === 0 ? kind !== INTERVAL : ((now - expires) | 0) > 0;
  }

  function obey(epoch: number, number: number, { code, time, values }: TimedObservation): Result {
    if (epoch !== epochs.current() || number <= counters.get(COMMAND_NUMBER)) return REPLAYED;
    const kept = counters.put(COMMAND_NUMBER, number);
    if (kept !== OK) return kept;
    events.onCommand({ number, kind: code, time, values, result: isExpired(code, time) ? EXPIRED : OK });
    return OK;
  }

  return {
    take: (frame, length) => {
      if (length < 1 || length > MAX_COMMAND) return CORRUPT;
      const epoch = epochOf(frame[0] >>> 4);
      const opens = epoch < 0 ? undefined : openerOf(epoch);
      if (opens === undefined) return MISSING;
      const number = sequenceOf(frame, length);
      const size = opens.open(frame, length, frame);
      if (size < 0) return size;
      if (isAcknowledgement(frame, size)) {
        events.onAcknowledgement(frame, size);
        return OK;
      }
      const found: TimedObservation[] = [];
      if (readObservation(frame, 0, size, found) !== size) return CORRUPT;
      return obey(epoch, number, found[0]);
    },
  };
}
