/** The journal: observations become one sealed record on flash, and stay there until the far end has them. */
import type { Clock } from "../board/clock.ts";
import type { Log } from "../board/log.ts";
import { allocBytes } from "../lang/intrinsics.ts";
import { OUT_OF_RANGE, type Result } from "../lang/result.ts";
import type { FlashLog } from "../store/flash-log.ts";
import { JOURNAL_FAILED, JOURNALLED } from "./codes.ts";
import { type Observation, putObservation } from "./observation.ts";
import type { Sealing } from "./sealing.ts";

/** Longest sealed record, octets: three buffers on the device are this long, so it is no longer than it must be. */
export const MAX_RECORD = 64;
/** More than any observation of the table takes. */
const MAX_OBSERVATION = 32;
const OBSERVATION_HEAD = 11;
const VALUE_BYTES = 5;

export interface Journal {
  /**
   * Seals the observations, made now, into as few records as they fit; answers the sequence number of the last one, or what is
   * wrong. `OUT_OF_RANGE`: one of them does not fit a record.
   */
  readonly write: (observations: Observation[], urgent: boolean) => Result;
}

/** `maxRecord`: the longest record that the bearers carry, at most `MAX_RECORD`. What is longer would never leave the device. */
export function journal(log: Log, clock: Clock, sealing: Sealing, store: FlashLog, maxRecord: number): Journal {
  /** What is packed, then the record: it is sealed where it stands. */
  const bytes = allocBytes(MAX_RECORD + MAX_OBSERVATION);
  /** Octets that `pack` has put. */
  let packed = 0;

  /** Puts observations from index `from` on into `bytes`, as many as fit `room` octets; answers the index after the last. */
  function pack(observations: Observation[], from: number, room: number): number {
    let next = from;
    packed = 0;
    while (next < observations.length) {
      const observation = observations[next];
      if (OBSERVATION_HEAD + VALUE_BYTES * observation.values.length > MAX_OBSERVATION) return next;
      const end = putObservation(bytes, packed, observation, clock.epochSeconds());
      if (end > room) return next;
      packed = end;
      next += 1;
    }
    return next;
  }
  function write(observations: Observation[], urgent: boolean): Result {
    let from = 0;
    let sequence = OUT_OF_RANGE;
    while (from < observations.length) {
      sequence = sealing.next();
      if (sequence < 0) return sequence;
      const next = pack(observations, from, maxRecord - sealing.overhead(sequence));
      if (next === from) return OUT_OF_RANGE;
      const address = store.append(bytes, sealing.seal(sequence, bytes, packed, bytes), urgent);
      if (address < 0) return address;
      log.event(JOURNALLED, sequence);
      from = next;
    }
    return sequence;
  }

  return {
    write: (observations, urgent) => {
      const result = write(observations, urgent);
      if (result < 0) log.event(JOURNAL_FAILED, result);
      return result;
    },
  };
}
