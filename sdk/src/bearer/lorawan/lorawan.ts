/**
 * LoRaWAN 1.0.4 class A for an activated device: confirmed data frames up, acknowledgements down in RX1 or RX2.
 *
 * Each attempt is a frame with a counter of its own (NbTrans 1); the outbox decides whether to try again. Counters up are
 * reserved ahead on flash, the counter down is stored whenever it moves, so that neither repeats after a restart.
 */

import type { Timers } from "../../board/clock.ts";
import type { Lora, LoraChannel } from "../../board/lora.ts";
import type { Random } from "../../board/random.ts";
import { allocBytes, type Bytes } from "../../lang/intrinsics.ts";
import { below } from "../../lang/prng.ts";
import { BUSY, OK, OUT_OF_RANGE, type Result } from "../../lang/result.ts";
import type { Counters } from "../../store/counters.ts";
import type { Bearer, Sent } from "../bearer.ts";
import {
  CONFIRMED_DOWN,
  CONFIRMED_UP,
  FOPTS_BYTES,
  FRAME_OVERHEAD,
  type FrameCodec,
  fullCounter,
  newFrame,
  parseFrame,
  RECORD_PORT,
  UNCONFIRMED_DOWN,
} from "./frame.ts";
import type { Region } from "./region.ts";

export { RECORD_PORT };

/** RECEIVE_DELAY1 and 2 (TS001-1.0.4 section 3.3): after the end of the uplink. */
const RECEIVE_DELAY1_MS = 1000;
const RECEIVE_DELAY2_MS = 2000;
/** Windows open this early for the error of two clocks. */
const EARLY_MS = 10;
/** Preamble symbols that a window must be able to hear. */
const WINDOW_SYMBOLS = 8;
/** Octets of a downlink that a device has use for; a longer one is not taken. */
const MAX_DOWNLINK_PAYLOAD = 64;
const COUNTER_UP = 1;
const COUNTER_DOWN = 4;

export interface LorawanSession {
  /** DevAddr as int32. */
  readonly deviceAddress: number;
  readonly codec: FrameCodec;
  readonly region: Region;
  /** 0..5. */
  readonly dataRate: number;
}

function longest(uplinkPayload: number): number {
  return uplinkPayload > MAX_DOWNLINK_PAYLOAD ? uplinkPayload : MAX_DOWNLINK_PAYLOAD;
}

/** A symbol lasts 2^SF / 125 kHz; SF12: 32.8 ms, rounded up to whole milliseconds for the window. */
function windowMs(spreadingFactor: number): number {
  let symbolUs = 8;
  for (let i = 0; i < spreadingFactor; i++) symbolUs += symbolUs;
  return 2 * EARLY_MS + ((symbolUs * WINDOW_SYMBOLS) >> 10) + 1;
}

export function lorawan(lora: Lora, timers: Timers, random: Random, counters: Counters, session: LorawanSession): Bearer {
  const { codec, region, dataRate } = session;
  const spreadingFactor = region.spreadingFactor(dataRate);
  const up = newFrame(0);
  const down = newFrame(MAX_DOWNLINK_PAYLOAD);
  /** What is sent or heard; a longer downlink than it holds is not for this device. */
  const bytes = allocBytes(FRAME_OVERHEAD + FOPTS_BYTES + longest(region.maxPayload(dataRate)));
  let busy = false;
  let acknowledgeNext = false;
  let lastDown = counters.get(COUNTER_DOWN) - 1;

  /** Takes a downlink; answers whether it was a valid one for this device. */
  function accept(length: number): boolean {
    if (length > bytes.length || parseFrame(bytes, length, down) !== OK || down.deviceAddress !== session.deviceAddress)
      return false;
    if (down.type !== UNCONFIRMED_DOWN && down.type !== CONFIRMED_DOWN) return false;
    const counter = fullCounter(down.counter, lastDown);
    if (codec.open(down, bytes, length, counter) !== OK) return false;
    lastDown = counter;
    counters.put(COUNTER_DOWN, counter + 1);
    acknowledgeNext = down.type === CONFIRMED_DOWN;
    return true;
  }

  function send(record: Bytes, length: number, done: Sent): Result {
    if (busy) return BUSY;
    if (length > region.maxPayload(dataRate)) return OUT_OF_RANGE;
    const counter = counters.next(COUNTER_UP);
    if (counter < 0) return counter;
    up.type = CONFIRMED_UP;
    up.deviceAddress = session.deviceAddress;
    up.acknowledges = acknowledgeNext;
    up.counter = counter;
    up.port = RECORD_PORT;
    up.payload = record;
    up.payloadLength = length;
    const frameLength = codec.build(up, bytes);

    const channel = below(random.next, region.uplinkChannels);
    const uplink = { frequencyHz: region.uplinkHz(channel), spreadingFactor };
    const rx1 = { frequencyHz: region.rx1Hz(channel), spreadingFactor };
    const rx2 = { frequencyHz: region.rx2Hz, spreadingFactor: region.rx2SpreadingFactor };

    let settled = false;
    /** Windows that may still bring the answer. */
    let windows = 2;

    /** `answered`: octets of an acknowledgement in `down`. */
    function finish(acknowledged: boolean, answered: number): void {
      settled = true;
      busy = false;
      done(acknowledged, down.payload, answered);
    }

    function close(): void {
      windows -= 1;
      if (windows === 0) finish(false, 0);
    }

    /** The answer may have come in RX1, and the next record be under way; or RX1 may still be hearing a long frame at RX2. */
    function listen(window: LoraChannel): void {
      if (settled) return;
      const result = lora.receive(bytes, window, windowMs(window.spreadingFactor), (heard) => {
        if (heard > 0 && accept(heard)) finish(down.acknowledges, down.port === RECORD_PORT ? down.payloadLength : 0);
        else close();
      });
      if (result !== OK) close();
    }

    const result = lora.transmit(bytes, frameLength, uplink, region.powerDbm, () => {
      timers.after(RECEIVE_DELAY1_MS - EARLY_MS, () => listen(rx1));
      timers.after(RECEIVE_DELAY2_MS - EARLY_MS, () => listen(rx2));
    });
    busy = result === OK;
    if (busy) acknowledgeNext = false;
    return result;
  }

  return { name: "lorawan", cost: 10, isReady: () => true, maxPayload: () => region.maxPayload(dataRate), send };
}
