/** The journal: observations become one sealed record on flash, and stay there until the far end has them. */
import type { Clock } from "../board/clock.ts";
import type { Log } from "../board/log.ts";
import { allocBytes } from "../lang/intrinsics.ts";
import { OUT_OF_RANGE, type Result } from "../lang/result.ts";
import type { Counters } from "../store/counters.ts";
import type { FlashLog } from "../store/flash-log.ts";
import { JOURNAL_FAILED, JOURNALLED } from "./codes.ts";
import { type Observation, putObservation } from "./observation.ts";
import { SEAL_OVERHEAD, type Sealer } from "./seal.ts";

/** The counter of record sequence numbers. */
const SEQUENCE_COUNTER = 0;
/** Longest plaintext, octets: a sealed record fits one LoRaWAN frame at SF9. */
const MAX_PLAIN = 96;
/** Longest sealed record, octets. */
export const MAX_RECORD = MAX_PLAIN + SEAL_OVERHEAD;
/** More than any observation of the table takes. */
const MAX_OBSERVATION = 32;

export interface Journal {
  /** Seals the observations into one record, made now; answers its sequence number or what is wrong. `OUT_OF_RANGE`: too many. */
  readonly write: (observations: Observation[], urgent: boolean) => Result;
}

export function journal(log: Log, clock: Clock, counters: Counters, sealer: Sealer, store: FlashLog): Journal {
  const plain = allocBytes(MAX_PLAIN + MAX_OBSERVATION);
  const sealed = allocBytes(MAX_RECORD);

  function write(observations: Observation[], urgent: boolean): Result {
    let length = 0;
    for (const observation of observations) {
      length = putObservation(plain, length, observation, clock.epochSeconds());
      if (length > MAX_PLAIN) return OUT_OF_RANGE;
    }
    const sequence = counters.next(SEQUENCE_COUNTER);
    if (sequence < 0) return sequence;
    const address = store.append(sealed, sealer.seal(sequence, plain, length, sealed), urgent);
    return address < 0 ? address : sequence;
  }

  return {
    write: (observations, urgent) => {
      const result = write(observations, urgent);
      log.event(result < 0 ? JOURNAL_FAILED : JOURNALLED, result);
      return result;
    },
  };
}
