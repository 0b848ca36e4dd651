/**
 * The LoRaWAN 1.0.4 device MAC (TS001-1.0.4): class A, and class C for what has mains power.
 *
 * One thing at a time: a join, or a record, with the frame of MAC commands that may have to go before it. A frame goes out NbTrans
 * times with one counter, each on another channel, until an acknowledgement or any other downlink comes. In the windows nothing is
 * allocated: buffers, channels and callbacks are made once.
 *
 * `lorawan.ts` beside it is the same bearer for an ABP session that never changes, at a sixth of the size (5.7 of 33 kB of Lua).
 */
import type { Timers } from "../../board/clock.ts";
import type { Lora } from "../../board/lora.ts";
import type { Random } from "../../board/random.ts";
import { allocBytes, type Bytes, idiv } from "../../lang/intrinsics.ts";
import { below } from "../../lang/prng.ts";
import { BUSY, MISSING, OK, OUT_OF_RANGE, type Result } from "../../lang/result.ts";
import type { Bearer, Sent } from "../bearer.ts";
import type { Activation } from "./activation.ts";
import { adrBackOff } from "./adr.ts";
import { frameUs, symbolUs } from "./airtime.ts";
import { channelsOf } from "./channels.ts";
import { type CommandEvents, macCommands } from "./commands.ts";
import {
  ADR_ACK_REQUEST_BIT,
  ADR_BIT,
  CONFIRMED_DOWN,
  CONFIRMED_UP,
  FOPTS_BYTES,
  fullCounter,
  MAX_FRAME_BYTES,
  MAX_PAYLOAD_BYTES,
  newFrame,
  parseFrame,
  RECORD_PORT,
  UNCONFIRMED_DOWN,
  UNCONFIRMED_UP,
} from "./frame.ts";
import { joinRestMs } from "./join-duty.ts";
import { newLink } from "./link.ts";
import type { Plan } from "./plan.ts";

/** JOIN_ACCEPT_DELAY1, seconds. RX2 is a second after RX1, always. */
const JOIN_DELAY_S = 5;
/** A request with its windows, at most. */
const JOIN_MS = 8000;
const SECOND_MS = 1000;
/** Windows open this early, and a millisecond more for each second of waiting: two clocks of 500 ppm. */
const EARLY_MS = 10;
/** Preamble symbols that a window must be able to hear. */
const WINDOW_SYMBOLS = 8;
/** RETRANSMIT_TIMEOUT: 2 ± 1 s after the last window. */
const RETRY_MS = 1000;
const RETRY_SPREAD_MS = 2000;
/** Law of a region with a dwell limit. */
const DWELL_US = 400000;
/** How often a busy channel is left for another, and the pause before, ms. */
const MOST_BUSY = 16;
const BUSY_MS = 20;
const BUSY_SPREAD_MS = 200;
/** Class C listens in slices, as a radio is not to be called off. */
const SLICE_MS = 500;
const GAP_MS = 20;

const NOTHING = 0;
const JOINING = 1;
const COMMANDS = 2;
const RECORD = 3;

export interface MacEvents extends CommandEvents {
  /** A downlink for the application that is no answer to a record; the octets for this call only. */
  readonly onData: (port: number, payload: Bytes, length: number) => void;
}

export interface MacSettings {
  readonly plan: Plan;
  readonly activation: Activation;
  /** First data rate of a session. */
  readonly dataRate: number;
  /** Whether the network may set rate and power, and the device falls back without it. */
  readonly adaptive: boolean;
  readonly confirmed: boolean;
  /** Class C: listens all the time on RX2; for mains power only. */
  readonly continuous: boolean;
  /** What the radio can send, dBm e.i.r.p. */
  readonly mostDbm: number;
}

export interface Mac extends Bearer {
  /** Joins, again and again until it is in, at the pace that the standard allows. `MISSING` where the session was given. */
  readonly join: (done: (joined: boolean) => void) => Result;
  readonly isActive: () => boolean;
  /** Asks LINK_CHECK or DEVICE_TIME with the next frame. */
  readonly ask: (command: number) => void;
  /** False where the region wants the channel heard first and the radio cannot. */
  readonly keepsListenFirst: boolean;
}

export function lorawanMac(lora: Lora, timers: Timers, random: Random, settings: MacSettings, events: MacEvents): Mac {
  const { plan, activation } = settings;
  const link = newLink(plan, settings.dataRate);
  const channels = channelsOf(plan);
  const commands = macCommands(plan, link, channels, events);
  const adr = adrBackOff(plan, link, channels);
  const out = allocBytes(MAX_FRAME_BYTES);
  const heard = allocBytes(MAX_FRAME_BYTES);
  const up = newFrame(0);
  const down = newFrame(MAX_PAYLOAD_BYTES);
  const commandBytes = allocBytes(MAX_PAYLOAD_BYTES);
  const nobody: Sent = () => {};
  /** Changed in place, so that a window makes nothing new. */
  const uplink = { frequencyHz: 0, spreadingFactor: 0, bandwidthKhz: 125 };
  const rx1 = { frequencyHz: 0, spreadingFactor: 0, bandwidthKhz: 125 };
  const rx2 = { frequencyHz: 0, spreadingFactor: 0, bandwidthKhz: 125 };

  let job = NOTHING;
  let record: Bytes = out;
  let recordLength = 0;
  let onSent = nobody;
  let onJoined: (joined: boolean) => void = () => {};
  let outLength = 0;
  let rate = 0;
  let slot = -1;
  let joinChannel = 0;
  let joinAttempt = 0;
  let joinMs = 0;
  let left = 0;
  let busyTimes = 0;
  let airtimeMs = 0;
  let delayS = 1;
  let windows = 0;
  let rx1Timer = 0;
  let rx2Timer = 0;
  /** The duty cycle forbids sending; a frame waits for it, or for the end of a slice. */
  let resting = false;
  let waits = false;
  let listening = false;
  let acknowledgeNext = false;

  function isWindowing(): boolean {
    return windows > 0;
  }

  function earlyMs(): number {
    return EARLY_MS + delayS;
  }

  function windowMs(spreadingFactor: number, bandwidthKhz: number): number {
    return 2 * earlyMs() + idiv(symbolUs(spreadingFactor, bandwidthKhz) * WINDOW_SYMBOLS, 1000) + 1;
  }

  function tuneRx2(): void {
    rx2.frequencyHz = link.rx2Hz;
    rx2.spreadingFactor = plan.spreadingFactor(link.rx2Rate);
    rx2.bandwidthKhz = plan.bandwidthKhz(link.rx2Rate);
  }

  /** Takes a data downlink into `down`; answers whether it was a valid one for this device. Nothing changes where it was not. */
  function accept(length: number): boolean {
    const session = activation.session();
    if (session === undefined || parseFrame(heard, length, down) !== OK) return false;
    if (down.type !== UNCONFIRMED_DOWN && down.type !== CONFIRMED_DOWN) return false;
    if (down.deviceAddress !== session.deviceAddress || (down.port === 0 && down.optionsLength > 0)) return false;
    const counter = fullCounter(down.counter, session.lastDown());
    if (session.codec.open(down, heard, length, counter) !== OK || session.heard(counter) !== OK) return false;
    acknowledgeNext = down.type === CONFIRMED_DOWN;
    adr.heard();
    commands.heard();
    commands.take(down.options, down.optionsLength);
    if (down.port === 0) commands.take(down.payload, down.payloadLength);
    return true;
  }

  /** A session begins with what the join accept said of it. */
  function begin(): void {
    const said = activation.settings();
    if (said === undefined) return;
    const fresh = newLink(plan, settings.dataRate);
    link.rate = fresh.rate;
    link.power = 0;
    link.transmissions = 1;
    link.dutyExponent = 0;
    link.uplinkDwell = fresh.uplinkDwell;
    link.downlinkDwell = false;
    link.maxDbm = plan.maxDbm;
    link.rxDelay = said.rxDelay;
    link.rx2Hz = plan.joinRx2Hz(joinChannel);
    const offset = (said.downlinkSettings >> 4) & 7;
    const rx2Rate = said.downlinkSettings & 15;
    link.rx1Offset = offset <= plan.mostRx1Offset ? offset : 0;
    link.rx2Rate = plan.isDownlinkRate(rx2Rate) ? rx2Rate : plan.rx2Rate;
    channels.forget();
    if (said.hasChannels) channels.takeList(said.channels);
    adr.heard();
    acknowledgeNext = false;
    slot = -1;
  }

  function finishRecord(acknowledged: boolean, answered: number): void {
    const done = onSent;
    job = NOTHING;
    onSent = nobody;
    done(acknowledged, down.payload, answered);
    listenOn();
  }

  function finishJoin(joined: boolean): void {
    const done = onJoined;
    job = NOTHING;
    done(joined);
    listenOn();
  }

  /** The frame is through: `valid` downlink in `down`, or none came. */
  function finish(valid: boolean): void {
    windows = 0;
    timers.cancel(rx1Timer);
    timers.cancel(rx2Timer);
    if (job === JOINING) {
      if (valid) finishJoin(true);
      else restBeforeJoin();
      return;
    }
    if (!valid && left > 0) {
      timers.after(RETRY_MS + below(random.next, RETRY_SPREAD_MS), attempt);
      listenOn();
      return;
    }
    const isAnswer = valid && down.port === RECORD_PORT && job === RECORD;
    if (valid && down.port > 0 && !isAnswer) events.onData(down.port, down.payload, down.payloadLength);
    if (!valid && settings.adaptive) adr.unheard();
    if (job === COMMANDS) sendRecord();
    else finishRecord(valid && (down.acknowledges || !settings.confirmed), isAnswer ? down.payloadLength : 0);
  }

  function close(): void {
    windows -= 1;
    if (windows === 0) finish(false);
    else gap();
  }

  function onWindow(length: number): void {
    if (windows === 0) return;
    if (job === JOINING && length > 0 && length <= MAX_FRAME_BYTES && activation.accept(heard, length) === OK) {
      begin();
      finish(true);
    } else if (job !== JOINING && length > 0 && accept(length)) finish(true);
    else close();
  }

  function openRx1(): void {
    if (!isWindowing()) return;
    if (lora.receive(heard, rx1, windowMs(rx1.spreadingFactor, rx1.bandwidthKhz), onWindow) !== OK) close();
  }

  function openRx2(): void {
    if (!isWindowing()) return;
    if (lora.receive(heard, rx2, windowMs(rx2.spreadingFactor, rx2.bandwidthKhz), onWindow) !== OK) close();
  }

  function onSlice(length: number): void {
    listening = false;
    if (length > 0 && accept(length)) {
      if (isWindowing()) {
        finish(true);
        return;
      }
      if (down.port > 0) events.onData(down.port, down.payload, down.payloadLength);
    }
    if (waits) attempt();
    else listenOn();
  }

  function listen(forMs: number): void {
    if (!settings.continuous || listening || job === JOINING || activation.session() === undefined || forMs <= 0) return;
    tuneRx2();
    listening = lora.receive(heard, rx2, forMs, onSlice) === OK;
  }

  /** Class C, between frames. */
  function listenOn(): void {
    if (!isWindowing()) listen(SLICE_MS);
  }

  /** Class C, before RX1 and between the windows: a slice that ends in time. */
  function gap(): void {
    listen(windows === 2 ? delayS * SECOND_MS - earlyMs() - GAP_MS : SLICE_MS);
  }

  function rest(forMs: number, then: () => void): void {
    resting = forMs > 0;
    if (resting)
      timers.after(forMs, () => {
        resting = false;
        then();
      });
  }

  function awake(): void {
    if (waits && !listening) attempt();
  }

  function onTransmitted(): void {
    windows = 2;
    rx1Timer = timers.after(delayS * SECOND_MS - earlyMs(), openRx1);
    rx2Timer = timers.after((delayS + 1) * SECOND_MS - earlyMs(), openRx2);
    if (job !== JOINING) {
      let part = plan.dutyPart(uplink.frequencyHz);
      let asked = 1;
      for (let i = 0; i < link.dutyExponent; i++) asked += asked;
      if (asked > part) part = asked;
      rest(airtimeMs * (part - 1), awake);
    }
    gap();
  }

  /** A frame cannot go: the channel stays busy, or radio or flash refuses. Told from a timer, never within `send`. */
  function giveUp(): void {
    left = 0;
    if (job === JOINING) restBeforeJoin();
    else timers.after(0, () => finishRecord(false, 0));
  }

  function transmit(): void {
    left -= 1;
    const power = link.maxDbm - 2 * (job === JOINING ? 0 : link.power);
    const dbm = power < settings.mostDbm ? power : settings.mostDbm;
    if (lora.transmit(out, outLength, uplink, dbm, onTransmitted) !== OK) giveUp();
    else if (job !== JOINING) commands.sent();
  }

  function onClear(clear: boolean): void {
    if (clear) {
      transmit();
      return;
    }
    busyTimes += 1;
    if (busyTimes < MOST_BUSY) timers.after(BUSY_MS + below(random.next, BUSY_SPREAD_MS), attempt);
    else giveUp();
  }

  /** Chooses a channel for the frame in `out`; false when none carries it within the law's time on air. */
  function tune(): boolean {
    if (job === JOINING) {
      uplink.frequencyHz = plan.joinHz(joinChannel);
      rx1.frequencyHz = plan.joinRx1Hz(joinChannel);
      rx2.frequencyHz = plan.joinRx2Hz(joinChannel);
      delayS = JOIN_DELAY_S;
    } else {
      slot = channels.pick(rate, slot, random.next);
      if (slot < 0) return false;
      uplink.frequencyHz = channels.uplinkHz(slot);
      rx1.frequencyHz = channels.rx1Hz(slot);
      delayS = link.rxDelay;
    }
    uplink.spreadingFactor = plan.spreadingFactor(rate);
    uplink.bandwidthKhz = plan.bandwidthKhz(rate);
    const down1 = plan.rx1Rate(rate, job === JOINING ? 0 : link.rx1Offset, link.downlinkDwell);
    rx1.spreadingFactor = plan.spreadingFactor(down1);
    rx1.bandwidthKhz = plan.bandwidthKhz(down1);
    if (job === JOINING) {
      rx2.spreadingFactor = plan.spreadingFactor(plan.rx2Rate);
      rx2.bandwidthKhz = plan.bandwidthKhz(plan.rx2Rate);
    } else tuneRx2();
    const us = frameUs(outLength, uplink.spreadingFactor, uplink.bandwidthKhz, true);
    airtimeMs = idiv(us + 999, 1000);
    return us <= plan.maxAirtimeUs && (!link.uplinkDwell || us <= DWELL_US);
  }

  /** Sends the frame in `out` as soon as duty cycle, radio and channel allow. */
  function attempt(): void {
    if (job === NOTHING) return;
    waits = resting || listening;
    if (waits) listenOn();
    else if (!tune()) giveUp();
    else if (!plan.listenFirst || lora.clear === undefined) transmit();
    else if (lora.clear(uplink, onClear) !== OK) giveUp();
  }

  function requestJoin(): void {
    joinChannel = below(random.next, plan.joinChannels);
    rate = plan.joinRate(joinChannel, joinAttempt);
    joinAttempt += 1;
    busyTimes = 0;
    left = 1;
    outLength = activation.request(out);
    if (outLength < 0) finishJoin(false);
    else attempt();
  }

  function restBeforeJoin(): void {
    const ms = joinRestMs(joinMs, airtimeMs) + below(random.next, SECOND_MS);
    if (joinMs < 0x10000000) joinMs += ms + JOIN_MS;
    timers.after(ms, requestJoin);
  }

  /** Builds a frame; false where its counter could not be had. */
  function build(type: number, port: number, payload: Bytes, length: number): boolean {
    const session = activation.session();
    if (session === undefined) return false;
    const counter = session.nextUp();
    if (counter < 0) return false;
    up.type = type;
    up.deviceAddress = session.deviceAddress;
    up.acknowledges = acknowledgeNext;
    up.control = settings.adaptive ? ADR_BIT | (adr.asks() ? ADR_ACK_REQUEST_BIT : 0) : 0;
    up.counter = counter;
    up.port = port;
    up.payload = payload;
    up.payloadLength = length;
    outLength = session.codec.build(up, out);
    rate = link.rate;
    left = link.transmissions;
    busyTimes = 0;
    acknowledgeNext = false;
    return true;
  }

  function room(): number {
    return plan.maxPayload(link.rate, link.uplinkDwell);
  }

  /** The record, with as many answers as fit beside it. The rate may have changed under it while commands went before. */
  function sendRecord(): void {
    job = RECORD;
    const free = room() - recordLength;
    up.optionsLength = commands.put(up.options, free < FOPTS_BYTES ? free : FOPTS_BYTES);
    if (free < 0 || !build(settings.confirmed ? CONFIRMED_UP : UNCONFIRMED_UP, RECORD_PORT, record, recordLength)) giveUp();
    else attempt();
  }

  /** What is too much for a header goes before, on port 0. */
  function sendCommands(): void {
    job = COMMANDS;
    up.optionsLength = 0;
    if (build(UNCONFIRMED_UP, 0, commandBytes, commands.put(commandBytes, room()))) attempt();
    else giveUp();
  }

  return {
    name: "lorawan",
    cost: 10,
    isReady: () => activation.session() !== undefined,
    maxPayload: () => (activation.session() === undefined ? 0 : room()),
    send: (octets, length, done) => {
      if (job !== NOTHING) return BUSY;
      if (activation.session() === undefined) return MISSING;
      if (length > room()) return OUT_OF_RANGE;
      record = octets;
      recordLength = length;
      onSent = done;
      const waiting = commands.waiting();
      if (waiting > FOPTS_BYTES || waiting > room() - length) sendCommands();
      else sendRecord();
      return OK;
    },
    join: (done) => {
      if (job !== NOTHING) return BUSY;
      if (activation.isGiven) return MISSING;
      job = JOINING;
      onJoined = done;
      joinAttempt = 0;
      joinMs = 0;
      requestJoin();
      return OK;
    },
    isActive: () => activation.session() !== undefined,
    ask: commands.ask,
    keepsListenFirst: !plan.listenFirst || lora.clear !== undefined,
  };
}
