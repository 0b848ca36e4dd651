/**
 * The outbox sends what the journal has put on flash, until it is acknowledged: urgent records first, then the oldest. A record
 * that gets no acknowledgement is sent again, the same octets, after a pause: short and constant for urgent ones, for the others
 * doubling up to five minutes, both with some chance in them, so that devices that collided once do not collide again.
 */

import type { Bearer } from "../bearer/bearer.ts";
import type { Timers } from "../board/clock.ts";
import type { Log } from "../board/log.ts";
import type { Random } from "../board/random.ts";
import { allocBytes } from "../lang/intrinsics.ts";
import { below } from "../lang/prng.ts";
import { OK } from "../lang/result.ts";
import { RECORDS_DROPPED, SEND_RETRY } from "../record/codes.ts";
import { sequenceOf } from "../record/seal.ts";
import type { FlashLog } from "../store/flash-log.ts";

const URGENT_PAUSE_MS = 2000;
const FIRST_PAUSE_MS = 8000;
const LONGEST_PAUSE_MS = 300000;
/** Added to each pause, 0 up to this. */
const SPREAD_MS = 2000;

export interface Outbox {
  /** Something was journalled: sends it now if nothing more urgent is under way. */
  readonly wake: () => void;
}

/** `onDelivered` gets the sequence number of each record that the hub has acknowledged. */
export function outbox(
  store: FlashLog,
  bearer: Bearer,
  timers: Timers,
  random: Random,
  log: Log,
  onDelivered: (sequence: number) => void,
): Outbox {
  const record = allocBytes(store.maxPayload);
  let sending = false;
  /** Timer of the pause after a failed attempt; 0: none. */
  let pause = 0;
  let pausedUrgent = false;
  let attempts = 0;
  let dropped = 0;

  function rest(urgent: boolean): void {
    let ms = URGENT_PAUSE_MS;
    if (!urgent) {
      ms = FIRST_PAUSE_MS;
      for (let i = 1; i < attempts && ms < LONGEST_PAUSE_MS; i++) ms += ms;
      if (ms > LONGEST_PAUSE_MS) ms = LONGEST_PAUSE_MS;
    }
    pausedUrgent = urgent;
    pause = timers.after(ms + below(random.next, SPREAD_MS), () => {
      pause = 0;
      next();
    });
  }

  function next(): void {
    if (sending || pause !== 0) return;
    if (store.dropped() !== dropped) {
      dropped = store.dropped();
      log.event(RECORDS_DROPPED, dropped);
    }
    let address = store.pending(true);
    const urgent = address > 0;
    if (!urgent) address = store.pending(false);
    if (address < 0) return;
    const length = store.read(address, record);
    const sequence = sequenceOf(record, length);
    sending = true;
    const result = bearer.send(record, length, (acknowledged) => {
      sending = false;
      if (!acknowledged) {
        attempts += 1;
        log.event(SEND_RETRY, attempts);
        rest(urgent);
        wake();
        return;
      }
      attempts = 0;
      store.acknowledge(address);
      onDelivered(sequence);
      next();
    });
    if (result !== OK) {
      sending = false;
      attempts += 1;
      rest(urgent);
    }
  }

  function wake(): void {
    // An alarm does not wait for the pause of an ordinary record, even if it came while that was being sent.
    if (pause !== 0 && !pausedUrgent && store.pending(true) > 0) {
      timers.cancel(pause);
      pause = 0;
      attempts = 0;
    }
    next();
  }

  return { wake };
}
