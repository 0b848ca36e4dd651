/**
 * The outbox sends what the journal has put on flash, over the bearers that there are, until it is acknowledged.
 *
 * - An alarm tries every bearer that is ready, until one of them brings the acknowledgement. The cheapest begins; after a head start,
 *   or as soon as it fails, the next joins in. So a healthy bearer is the only one that sends, a dead one costs an alarm two seconds,
 *   and it waits behind no ordinary record where there is a second bearer. Sending at once on all would double each alarm.
 * - Ordinary records go one at a time over the cheapest bearer. Where that one does not get one away for a while, any that is ready
 *   will do, until it works again.
 * - Alarms first, then the newest record, then history from the oldest on: after an outage the platform knows first how things are.
 * - What fails is sent again, the same octets, after a pause: short and constant for alarms, for the others doubling up to five
 *   minutes, both with some chance in them, so that devices that collided once do not collide again.
 *
 * The hub's answers say what else it holds, as when an earlier acknowledgement was lost: such a record is done without being sent.
 * A bearer that never says what became of a record holds up nothing but itself.
 */

import type { Bearer } from "../bearer/bearer.ts";
import type { Timers } from "../board/clock.ts";
import type { Log } from "../board/log.ts";
import type { Random } from "../board/random.ts";
import { copyBytes } from "../lang/bytes.ts";
import { allocBytes, type Bytes } from "../lang/intrinsics.ts";
import { below } from "../lang/prng.ts";
import { OK } from "../lang/result.ts";
import { acknowledges, MAX_ACKNOWLEDGEMENT } from "../record/acknowledgement.ts";
import { RECORDS_DROPPED, SEND_RETRY } from "../record/codes.ts";
import { sequenceOf } from "../record/seal.ts";
import type { Address, FlashLog } from "../store/flash-log.ts";
import { type Lane, lanesOf } from "./lane.ts";

const URGENT_PAUSE_MS = 2000;
const FIRST_PAUSE_MS = 8000;
const LONGEST_PAUSE_MS = 300000;
/** Added to each pause, 0 up to this. */
const SPREAD_MS = 2000;
/** Between the bearers that an alarm tries: a confirmed LoRaWAN frame at SF9 has its answer in 1.5 s. */
const HEAD_START_MS = 2000;
/** How long an ordinary record waits for the cheapest bearer. */
const PATIENCE_MS = 600000;
/** Longer than any attempt of a bearer that works, whatever its repetitions. */
const LIMIT_MS = 120000;

export interface Outbox {
  /** Something was journalled, or a bearer is ready: sends now what can be sent. */
  readonly wake: () => void;
  /** Takes an acknowledgement that came, authenticated, by another way than a bearer's answer. */
  readonly heard: (acknowledgement: Bytes, length: number) => void;
}

/** `onDelivered` gets the sequence number of each record that the hub has acknowledged. */
export function outbox(
  store: FlashLog,
  bearers: readonly Bearer[],
  timers: Timers,
  random: Random,
  log: Log,
  onDelivered: (sequence: number) => void,
): Outbox {
  const lanes = lanesOf(bearers, store.maxPayload);
  /** What the hub has said last of what it holds; it stays true for ever. */
  const answer = allocBytes(MAX_ACKNOWLEDGEMENT);
  let answered = 0;
  /** Timer of the head start of the bearer that an alarm was handed to last; 0: none. */
  let headStart = 0;
  /** Timer until any bearer will do for ordinary records; 0: none. */
  let patience = 0;
  let impatient = false;
  /** Bearers were told that an alarm waits. */
  let hurried = false;
  let dropped = 0;

  function note(said: Bytes, length: number): void {
    if (length <= 0 || length > MAX_ACKNOWLEDGEMENT) return;
    copyBytes(said, 0, answer, 0, length);
    answered = length;
  }

  function isHeld(lane: Lane): boolean {
    return acknowledges(answer, answered, lane.record[0] >>> 4, lane.sequence);
  }

  function endHeadStart(): void {
    timers.cancel(headStart);
    headStart = 0;
  }

  function endPatience(): void {
    timers.cancel(patience);
    patience = 0;
    impatient = false;
  }

  /** After a failure. A bearer that is not ready needs none: its next attempt is when it is. */
  function rest(lane: Lane): void {
    if (!lane.bearer.isReady()) return;
    let ms = URGENT_PAUSE_MS;
    if (!lane.urgent) {
      ms = FIRST_PAUSE_MS;
      for (let i = 1; i < lane.attempts && ms < LONGEST_PAUSE_MS; i++) ms += ms;
      if (ms > LONGEST_PAUSE_MS) ms = LONGEST_PAUSE_MS;
    }
    lane.pause = timers.after(ms + below(random.next, SPREAD_MS), () => {
      lane.pause = 0;
      next();
    });
  }

  function fail(lane: Lane): void {
    lane.address = 0;
    lane.busy = false;
    lane.attempts += 1;
    if (lane.urgent) endHeadStart();
    rest(lane);
  }

  /** The hub has the record of the lane; nobody need send it any more. */
  function settle(lane: Lane, address: Address): void {
    for (const one of lanes) if (one.address === address) one.address = 0;
    lane.attempts = 0;
    if (lane.urgent) endHeadStart();
    if (!lane.late && lane.bearer.cost <= lanes[0].bearer.cost) endPatience();
    const result = store.acknowledge(address);
    onDelivered(lane.sequence);
    // Flash does not note it: not all that the hub has at once, over and over.
    if (result !== OK && !lane.busy) rest(lane);
  }

  function finish(lane: Lane, acknowledged: boolean): void {
    timers.cancel(lane.limit);
    lane.busy = false;
    lane.late = false;
    // At 0 the hub has it by another way.
    if (lane.address > 0) {
      if (acknowledged || isHeld(lane)) {
        settle(lane, lane.address);
      } else {
        fail(lane);
        log.event(SEND_RETRY, lane.attempts);
      }
    }
    next();
  }

  /** A bearer that has lost a record takes it again; one that only takes long is still busy with it. */
  function watch(lane: Lane): void {
    lane.limit = timers.after(LIMIT_MS, () => {
      lane.late = lane.bearer.send(lane.record, lane.length, lane.done) !== OK;
      watch(lane);
      next();
    });
  }

  /** Hands a record to a bearer that is free, if flash has it there now and the hub has it not. */
  function hand(lane: Lane, address: Address, urgent: boolean): void {
    lane.urgent = urgent;
    lane.sequence = sequenceOf(lane.record, lane.length);
    if (isHeld(lane)) {
      settle(lane, address);
      return;
    }
    lane.address = address;
    lane.busy = true;
    if (urgent && lanes.length > 1) {
      headStart = timers.after(HEAD_START_MS, () => {
        headStart = 0;
        next();
      });
    }
    if (lane.bearer.send(lane.record, lane.length, lane.done) === OK) watch(lane);
    else fail(lane);
  }

  /** The cheapest bearer whose turn it is. The pause of an ordinary record is not an alarm's. */
  function laneFor(urgent: boolean): Lane | undefined {
    for (const lane of lanes) {
      const { bearer } = lane;
      if (!urgent && !impatient && bearer.cost > lanes[0].bearer.cost) return undefined;
      if (!bearer.isReady()) {
        if (bearer.wanted !== undefined) bearer.wanted(urgent);
      } else if (!lane.busy && (lane.pause === 0 || (urgent && !lane.urgent))) {
        return lane;
      }
    }
    return undefined;
  }

  /** Whether an ordinary record is under way. */
  function isSending(): boolean {
    for (const lane of lanes) if (lane.busy && !lane.late && !lane.urgent && lane.address > 0) return true;
    return false;
  }

  /** No alarm waits any more. */
  function calm(): void {
    hurried = false;
    for (const { bearer } of lanes) if (bearer.wanted !== undefined) bearer.wanted(false);
  }

  /** Nothing can go by the cheapest bearer now. */
  function wait(): void {
    if (patience !== 0 || impatient || lanes.length === 1) return;
    patience = timers.after(PATIENCE_MS, () => {
      patience = 0;
      impatient = true;
      next();
    });
  }

  /** Sends one record, if there is one and a bearer for it; answers whether there may be another. */
  function sendOne(): boolean {
    let address = store.pending(true);
    const urgent = address > 0;
    if (hurried && !urgent) calm();
    hurried = urgent;
    if (!urgent) address = store.newest();
    if (address <= 0) address = store.pending(false);
    if (address <= 0) {
      if (!impatient) endPatience();
      return false;
    }
    if (urgent ? headStart !== 0 : isSending()) return false;
    const lane = laneFor(urgent);
    if (lane === undefined) {
      if (!urgent) wait();
      return false;
    }
    if (lane.pause !== 0) lane.attempts = 0;
    timers.cancel(lane.pause);
    lane.pause = 0;
    lane.length = store.read(address, lane.record);
    // Whole a moment ago: the flash may have a better one at the next wake.
    if (lane.length < 0) return false;
    hand(lane, address, urgent);
    return true;
  }

  function next(): void {
    if (store.dropped() !== dropped) {
      dropped = store.dropped();
      log.event(RECORDS_DROPPED, dropped);
    }
    while (sendOne()) {}
  }

  for (const lane of lanes) {
    const own = lane;
    own.done = (acknowledged, said, length) => {
      note(said, length);
      finish(own, acknowledged);
    };
  }
  return {
    wake: next,
    heard: (acknowledgement, length) => {
      note(acknowledgement, length);
      for (const lane of lanes) if (lane.busy && lane.address > 0 && isHeld(lane)) settle(lane, lane.address);
      next();
    },
  };
}
