/**
 * The outbox sends what the journal has put on flash, until it is acknowledged: urgent records first, then the oldest. A record
 * that gets no acknowledgement is sent again, the same octets, after a pause: short and constant for urgent ones, for the others
 * doubling up to five minutes, both with some chance in them, so that devices that collided once do not collide again.
 *
 * The hub's answers say what else it holds, as when an earlier acknowledgement was lost: such a record is done without being sent.
 */

import type { Bearer } from "../bearer/bearer.ts";
import type { Timers } from "../board/clock.ts";
import type { Log } from "../board/log.ts";
import type { Random } from "../board/random.ts";
import { copyBytes } from "../lang/bytes.ts";
import { allocBytes } from "../lang/intrinsics.ts";
import { below } from "../lang/prng.ts";
import { OK } from "../lang/result.ts";
import { acknowledges, MAX_ACKNOWLEDGEMENT } from "../record/acknowledgement.ts";
import { RECORDS_DROPPED, SEND_RETRY } from "../record/codes.ts";
import { sequenceOf } from "../record/seal.ts";
import type { Address, FlashLog } from "../store/flash-log.ts";

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
  /** What the hub has said last of what it holds; it stays true for ever. */
  const answer = allocBytes(MAX_ACKNOWLEDGEMENT);
  let answered = 0;
  /** Of the record in `record`. */
  let length = 0;
  let sequence = 0;
  let urgent = false;
  let sending = false;
  /** Timer of the pause after a failed attempt; 0: none. */
  let pause = 0;
  let pausedUrgent = false;
  let attempts = 0;
  let dropped = 0;

  function rest(): void {
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

  /** Reads the record that is to go next: urgent ones first, then the oldest. Answers its address, negative without one. */
  function load(): Address {
    let address = store.pending(true);
    urgent = address > 0;
    if (!urgent) address = store.pending(false);
    if (address > 0) {
      length = store.read(address, record);
      // Whole a moment ago: the flash may have a better one at the next wake.
      if (length < 0) return length;
      sequence = sequenceOf(record, length);
    }
    return address;
  }

  function isHeld(): boolean {
    return acknowledges(answer, answered, record[0] >>> 4, sequence);
  }

  /** Notes that the hub has the record; answers whether flash took it. */
  function finish(address: Address): boolean {
    const result = store.acknowledge(address);
    onDelivered(sequence);
    return result === OK;
  }

  function send(address: Address): void {
    sending = true;
    const result = bearer.send(record, length, (acknowledged, said, saidLength) => {
      sending = false;
      if (saidLength > 0 && saidLength <= MAX_ACKNOWLEDGEMENT) {
        copyBytes(said, 0, answer, 0, saidLength);
        answered = saidLength;
      }
      if (acknowledged || isHeld()) {
        attempts = 0;
        if (finish(address)) next();
        else rest();
      } else {
        attempts += 1;
        log.event(SEND_RETRY, attempts);
        rest();
        wake();
      }
    });
    if (result !== OK) {
      sending = false;
      attempts += 1;
      rest();
    }
  }

  function next(): void {
    if (sending || pause !== 0) return;
    if (store.dropped() !== dropped) {
      dropped = store.dropped();
      log.event(RECORDS_DROPPED, dropped);
    }
    let address = load();
    while (address > 0 && isHeld() && finish(address)) address = load();
    if (address > 0) send(address);
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
