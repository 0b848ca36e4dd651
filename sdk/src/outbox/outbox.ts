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
import { BUSY, OK } from "../lang/result.ts";
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
/** Between two looks whether a bearer is ready. */
const LOOK_MS = 30000;

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
  let dropped = 0;

  /** Timer of a look at bearers of which none is ready, should one not say when it is; 0: none. */
  let look = 0;

  function note(said: Bytes, length: number): void {
    if (length <= 0 || length > MAX_ACKNOWLEDGEMENT) return;
    copyBytes(said, 0, answer, 0, length);
    answered = length;
  }

  function isHeld(lane: Lane): boolean {
    return acknowledges(answer, answered, lane.record[0] >>> 4, lane.sequence);
  }

  /** Reads a record into a lane that is free; false when flash has none there now: it may have a better one at the next wake. */
  function load(lane: Lane, address: Address, urgent: boolean): boolean {
    const length = store.read(address, lane.record);
    if (length < 0) return false;
    lane.length = length;
    lane.sequence = sequenceOf(lane.record, length);
    lane.urgent = urgent;
    return true;
  }

  function endHeadStart(): void {
    if (headStart !== 0) timers.cancel(headStart);
    headStart = 0;
  }

  function endPatience(): void {
    if (patience !== 0) timers.cancel(patience);
    patience = 0;
    impatient = false;
  }

  function endPause(lane: Lane): void {
    if (lane.pause === 0) return;
    timers.cancel(lane.pause);
    lane.pause = 0;
    lane.attempts = 0;
  }

  function rest(lane: Lane): void {
    let ms = URGENT_PAUSE_MS;
    if (!lane.urgent) {
      ms = FIRST_PAUSE_MS;
      for (let i = 1; i < lane.attempts && ms < LONGEST_PAUSE_MS; i++) ms += ms;
      if (ms > LONGEST_PAUSE_MS) ms = LONGEST_PAUSE_MS;
    }
    lane.shut = !lane.bearer.isReady();
    lane.pause = timers.after(ms + below(random.next, SPREAD_MS), () => {
      lane.pause = 0;
      next();
    });
  }

  function fail(lane: Lane): void {
    lane.attempts += 1;
    if (lane.urgent) endHeadStart();
    rest(lane);
  }

  /** The hub has the record of the lane. Answers whether flash has noted it. */
  function settle(lane: Lane, address: Address): boolean {
    for (const one of lanes) if (one.address === address) one.address = 0;
    if (lane.urgent) endHeadStart();
    const result = store.acknowledge(address);
    onDelivered(lane.sequence);
    return result === OK;
  }

  /** The hub has it by this lane. */
  function succeed(lane: Lane, address: Address): boolean {
    lane.attempts = 0;
    if (lane.bearer.cost <= lanes[0].bearer.cost) endPatience();
    return settle(lane, address);
  }

  function release(lane: Lane): void {
    timers.cancel(lane.limit);
    lane.limit = 0;
    lane.busy = false;
    lane.late = false;
  }

  function finish(lane: Lane, acknowledged: boolean): void {
    // 0: the hub has it by another way.
    const address = lane.address;
    lane.address = 0;
    release(lane);
    if (address > 0 && (acknowledged || isHeld(lane))) {
      if (!succeed(lane, address)) rest(lane);
    } else if (address > 0) {
      fail(lane);
      log.event(SEND_RETRY, lane.attempts);
    }
    next();
  }

  /** A bearer that has lost a record takes it again; one that only takes long is still busy with it. */
  function watch(lane: Lane): void {
    lane.limit = timers.after(LIMIT_MS, () => {
      const result = lane.bearer.send(lane.record, lane.length, lane.done);
      lane.late = result === BUSY;
      if (result === OK || result === BUSY) watch(lane);
      else release(lane);
      next();
    });
  }

  /** Hands the record in a lane to its bearer; answers whether that took it. */
  function hand(lane: Lane, address: Address): boolean {
    lane.address = address;
    lane.busy = true;
    if (lane.bearer.send(lane.record, lane.length, lane.done) === OK) {
      // It may have said at once what became of it.
      if (lane.busy && lane.limit === 0) watch(lane);
      return true;
    }
    lane.busy = false;
    lane.address = 0;
    fail(lane);
    return false;
  }

  function isFree(lane: Lane): boolean {
    if (lane.busy || !lane.bearer.isReady()) return false;
    // The way was shut when it failed, and is open now.
    if (lane.shut) endPause(lane);
    return true;
  }

  /** The cheapest bearer that may try an alarm: the pause of an ordinary record is not for it. */
  function laneForAlarm(): Lane | undefined {
    for (const lane of lanes) if (isFree(lane) && (lane.pause === 0 || !lane.urgent)) return lane;
    return undefined;
  }

  /** The bearer for an ordinary record of that length: the cheapest one that it fits; any, once that took too long. */
  function laneFor(length: number): Lane | undefined {
    let least = -1;
    for (const lane of lanes) {
      const { cost } = lane.bearer;
      if (length === 0 || length <= lane.bearer.maxPayload()) {
        if (least >= 0 && cost > least && !impatient) return undefined;
        if (least < 0) least = cost;
        if (isFree(lane) && lane.pause === 0) return lane;
      }
    }
    return undefined;
  }

  /** Nothing can be sent now. Looks again later, if nothing else will make it do so. */
  function lookLater(): void {
    for (const lane of lanes) if (lane.busy || lane.pause !== 0) return;
    if (look !== 0) return;
    look = timers.after(LOOK_MS, () => {
      look = 0;
      next();
    });
  }

  /** Sends the oldest alarm over the next bearer whose turn it is; false when there is no alarm. */
  function sendAlarm(): boolean {
    for (let address = store.pending(true); address > 0; address = store.pending(true)) {
      if (headStart !== 0) return true;
      const lane = laneForAlarm();
      if (lane === undefined) {
        lookLater();
        return true;
      }
      endPause(lane);
      if (!load(lane, address, true)) return true;
      if (isHeld(lane)) {
        if (!settle(lane, address)) {
          rest(lane);
          return true;
        }
      } else if (lanes.length === 1) {
        hand(lane, address);
        return true;
      } else {
        headStart = timers.after(HEAD_START_MS, () => {
          headStart = 0;
          next();
        });
        hand(lane, address);
      }
    }
    return false;
  }

  /** The newest record, or the oldest when the hub has that. */
  function due(): Address {
    const newest = store.newest();
    return newest > 0 ? newest : store.pending(false);
  }

  function isSending(): boolean {
    for (const lane of lanes) if (lane.busy && !lane.late && !lane.urgent && lane.address > 0) return true;
    return false;
  }

  function beginPatience(): void {
    if (patience !== 0 || impatient || lanes.length === 1) return;
    patience = timers.after(PATIENCE_MS, () => {
      patience = 0;
      impatient = true;
      next();
    });
  }

  function sendOrdinary(): void {
    for (let address = due(); address > 0; address = due()) {
      if (isSending()) return;
      const lane = laneFor(0);
      if (lane === undefined) {
        beginPatience();
        lookLater();
        return;
      }
      if (!load(lane, address, false)) return;
      const other = lane.length > lane.bearer.maxPayload() ? laneFor(lane.length) : undefined;
      if (isHeld(lane)) {
        if (!settle(lane, address)) {
          rest(lane);
          return;
        }
      } else if (other === undefined) {
        hand(lane, address);
      } else if (!load(other, address, false)) {
        return;
      } else {
        hand(other, address);
      }
    }
    if (!impatient) endPatience();
  }

  function next(): void {
    if (store.dropped() !== dropped) {
      dropped = store.dropped();
      log.event(RECORDS_DROPPED, dropped);
    }
    if (!sendAlarm()) sendOrdinary();
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
      for (const lane of lanes) {
        if (!lane.busy || lane.address === 0 || !isHeld(lane)) continue;
        // What a bearer has been silent about for too long did not come by it.
        if (lane.late) settle(lane, lane.address);
        else succeed(lane, lane.address);
      }
      next();
    },
  };
}
