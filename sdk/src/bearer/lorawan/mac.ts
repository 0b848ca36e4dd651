/**
 * The LoRaWAN 1.0.4 device MAC (TS001-1.0.4): class A, and class C for what has mains power.
 *
 * One thing at a time: a join request, or a record, with the frame of MAC commands that may have to go before it. A frame goes out
 * NbTrans times with one counter, each on another channel, until an acknowledgement or any other downlink comes. In the windows
 * nothing is allocated: one buffer serves what is sent and what is heard, as a frame is built again for each transmission.
 *
 * A session that the network may have lost is kept until a join gives a new one: after a number of records that nobody has
 * acknowledged, join requests go between them, at the pace of the standard.
 */
import type { Timers } from "../../board/clock.ts";
import type { Lora } from "../../board/lora.ts";
import type { Random } from "../../board/random.ts";
import { copyBytes } from "../../lang/bytes.ts";
import { allocBytes, type Bytes, idiv } from "../../lang/intrinsics.ts";
import { below } from "../../lang/prng.ts";
import { BUSY, MISSING, OK, OUT_OF_RANGE, type Result } from "../../lang/result.ts";
import type { Bearer, Sent } from "../bearer.ts";
import type { Activation } from "./activation.ts";
import { adrBackOff } from "./adr.ts";
import { frameUs, symbolUs } from "./airtime.ts";
import { channelsOf } from "./channels.ts";
import { type CommandEvents, DEVICE_TIME, macCommands } from "./commands.ts";
import {
  ADR_ACK_REQUEST_BIT,
  ADR_BIT,
  CONFIRMED_DOWN,
  CONFIRMED_UP,
  FOPTS_BYTES,
  FRAME_OVERHEAD,
  frameInPlace,
  fullCounter,
  MAX_FRAME_BYTES,
  newFrame,
  RECORD_PORT,
  UNCONFIRMED_DOWN,
  UNCONFIRMED_UP,
} from "./frame.ts";
import { JOIN_REQUEST_BYTES } from "./join.ts";
import { joinRestMs } from "./join-duty.ts";
import { isDataRate, newLink } from "./link.ts";
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

/** Data rates are 0..15. */
const RATES = 16;
/** Octets of MAC commands that go in one frame of their own, at most. */
const COMMAND_BYTES = 32;
/**
 * Records without an acknowledgement in a row after which the device joins beside them. By chance alone, when half of them are lost, one
 * in 65,000 gets so far; a session that was gone on with after a restart, and has not proved itself, is doubted sooner.
 */
const DOUBTED = 16;
const DOUBTED_UNPROVEN = 2;
/** Where the time since the first join request stops counting, ms: the slowest pace began long before. */
const LONG_MS = 0x10000000;

/** Times that a session is proved, should nobody answer. */
const PROOFS = 3;

const NOTHING = 0;
const JOINING = 1;
const COMMANDS = 2;
const RECORD = 3;

export interface MacEvents extends CommandEvents {
  /** A join accept came; the session's DevAddr. */
  readonly onJoined: (deviceAddress: number) => void;
  /** A record may be sent again: joined, or a request for another session is through. */
  readonly onReady: () => void;
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
  /** The longest payload that is sent or taken, octets, at most 242: a longer downlink is not heard. Each costs 8 octets of a Lua heap. */
  readonly mostPayload: number;
}

export interface Mac extends Bearer {
  /**
   * Joins, again and again until it is in, at the pace that the standard allows; records of a session that there is go between.
   * `MISSING` where the session was given.
   */
  readonly join: () => Result;
  /** Whether a record sent now has a chance: there is a session, and no join request under way. */
  readonly isReady: () => boolean;
  /**
   * Asks for the time in a confirmed frame, up to three times, for a session that the network may forget as it has not heard it yet.
   * `onReady` is called after each. `BUSY`, `MISSING` without a session.
   */
  readonly prove: () => Result;
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
  const frameBytes = FRAME_OVERHEAD + FOPTS_BYTES + settings.mostPayload;
  /** What is sent and what is heard, in turn. */
  const bytes = allocBytes(frameBytes < MAX_FRAME_BYTES ? frameBytes : MAX_FRAME_BYTES);
  /** In the header of a record's frame, or as the payload of a frame before it. */
  const commandBytes = allocBytes(COMMAND_BYTES);
  const up = newFrame(0, commandBytes);
  const down = newFrame(0);
  const nobody: Sent = () => {};
  /** Changed in place, so that a window makes nothing new. */
  const uplink = { frequencyHz: 0, spreadingFactor: 0, bandwidthKhz: 125 };
  const rx1 = { frequencyHz: 0, spreadingFactor: 0, bandwidthKhz: 125 };
  const rx2 = { frequencyHz: 0, spreadingFactor: 0, bandwidthKhz: 125 };

  let job = NOTHING;
  let record: Bytes = bytes;
  let recordLength = 0;
  let onSent = nobody;
  let outLength = 0;
  let rate = 0;
  let slot = -1;
  let joinChannel = 0;
  let joinAttempt = 0;
  let joinMs = 0;
  let joinWanted = false;
  let joinRests = false;
  let unanswered = 0;
  /** Whether the network has been heard since the start. */
  let proven = false;
  let left = 0;
  /** Tries to prove the session that are left. */
  let proofs = 0;
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

  /**
   * Takes a data downlink: its payload to the front of `bytes`. Answers whether it was a valid one for this device; nothing changes where
   * it was not.
   */
  function accept(length: number): boolean {
    const session = activation.session();
    if (session === undefined || frameInPlace(bytes, length, down) !== OK) return false;
    if (down.type !== UNCONFIRMED_DOWN && down.type !== CONFIRMED_DOWN) return false;
    if (down.deviceAddress !== session.deviceAddress || (down.port === 0 && down.optionsLength > 0)) return false;
    const counter = fullCounter(down.counter, session.lastDown());
    if (session.codec.open(down, bytes, length, counter) !== OK || session.heard(counter) !== OK) return false;
    copyBytes(bytes, down.payloadAt, bytes, 0, down.payloadLength);
    acknowledgeNext = down.type === CONFIRMED_DOWN;
    adr.heard();
    unanswered = 0;
    joinMs = 0;
    joinWanted = false;
    proven = true;
    commands.heard();
    const windowsBefore = windowsOf();
    commands.take(down.options, down.optionsLength);
    if (down.port === 0) commands.take(bytes, down.payloadLength);
    if (windowsOf() !== windowsBefore) activation.moved();
    return true;
  }

  /** Where and when RX1 and RX2 are, in one number. */
  function windowsOf(): number {
    return link.rx2Hz ^ (link.rxDelay << 8) ^ (link.rx1Offset << 4) ^ link.rx2Rate;
  }

  function deviceAddress(): number {
    const session = activation.session();
    return session === undefined ? 0 : session.deviceAddress;
  }

  /** A session begins, or is gone on with, as its join accept said. `joinRate`: what the request was heard at. */
  function begin(joinRate: number): void {
    const said = activation.settings();
    if (said === undefined) return;
    const fresh = newLink(plan, settings.dataRate);
    link.rate = joinRate < fresh.rate && isDataRate(plan, fresh, joinRate) ? joinRate : fresh.rate;
    link.power = 0;
    link.transmissions = 1;
    link.dutyExponent = 0;
    link.uplinkDwell = fresh.uplinkDwell;
    link.downlinkDwell = false;
    link.maxDbm = plan.maxDbm;
    link.rxDelay = said.rxDelay;
    link.rx2Hz = plan.joinRx2Hz(activation.joinChannel());
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
    // Before the next record can take its place.
    if (joinWanted && !joinRests) requestJoin();
    done(acknowledged, bytes, answered);
    listenOn();
  }

  /** A join request is through, answered or not: the next one waits, records need not. */
  function finishJoin(): void {
    job = NOTHING;
    joinRests = true;
    const ms = joinRestMs(joinMs, airtimeMs) + below(random.next, SECOND_MS);
    if (joinMs < LONG_MS) joinMs += ms + JOIN_MS;
    timers.after(ms, () => {
      joinRests = false;
      if (joinWanted && job === NOTHING) requestJoin();
    });
    if (activation.session() !== undefined) events.onReady();
    listenOn();
  }

  /** The frame is through: `valid` downlink in `down`, or none came. */
  function finish(valid: boolean): void {
    windows = 0;
    timers.cancel(rx1Timer);
    timers.cancel(rx2Timer);
    if (job === JOINING) {
      finishJoin();
      return;
    }
    if (!valid && left > 0) {
      timers.after(RETRY_MS + below(random.next, RETRY_SPREAD_MS), attempt);
      listenOn();
      return;
    }
    const isAnswer = valid && down.port === RECORD_PORT && job === RECORD;
    if (valid && down.port > 0 && !isAnswer) events.onData(down.port, bytes, down.payloadLength);
    if (!valid && settings.adaptive) adr.unheard();
    if (job === COMMANDS) sendRecord();
    else {
      if (!valid && settings.confirmed) doubt();
      finishRecord(valid && (down.acknowledges || !settings.confirmed), isAnswer ? down.payloadLength : 0);
    }
  }

  /** A record got no acknowledgement. */
  function doubt(): void {
    unanswered += 1;
    if (activation.isGiven || joinWanted || unanswered < (proven ? DOUBTED : DOUBTED_UNPROVEN)) return;
    joinWanted = true;
    joinAttempt = 0;
  }

  function close(): void {
    windows -= 1;
    if (windows === 0) finish(false);
    else gap();
  }

  function onWindow(length: number): void {
    if (windows === 0) return;
    if (job === JOINING && length > 0 && length <= bytes.length && activation.accept(bytes, length, joinChannel) === OK) {
      joinWanted = false;
      unanswered = 0;
      proven = true;
      begin(rate);
      events.onJoined(deviceAddress());
      finish(true);
    } else if (job !== JOINING && length > 0 && accept(length)) finish(true);
    else close();
  }

  function openRx1(): void {
    if (!isWindowing()) return;
    if (lora.receive(bytes, rx1, windowMs(rx1.spreadingFactor, rx1.bandwidthKhz), onWindow) !== OK) close();
  }

  function openRx2(): void {
    if (!isWindowing()) return;
    if (lora.receive(bytes, rx2, windowMs(rx2.spreadingFactor, rx2.bandwidthKhz), onWindow) !== OK) close();
  }

  function onSlice(length: number): void {
    listening = false;
    if (length > 0 && accept(length)) {
      if (isWindowing()) {
        finish(true);
        return;
      }
      if (down.port > 0) events.onData(down.port, bytes, down.payloadLength);
    }
    if (waits) attempt();
    else listenOn();
  }

  function listen(forMs: number): void {
    if (!settings.continuous || listening || job === JOINING || activation.session() === undefined || forMs <= 0) return;
    tuneRx2();
    listening = lora.receive(bytes, rx2, forMs, onSlice) === OK;
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
    if (job === JOINING) finishJoin();
    else timers.after(0, () => finishRecord(false, 0));
  }

  /** Builds the frame to `bytes`; negative where that cannot be. The next DevNonce is on flash then. */
  function built(): number {
    if (job === JOINING) return activation.request(bytes);
    const session = activation.session();
    return session === undefined ? MISSING : session.codec.build(up, bytes);
  }

  function transmit(): void {
    left -= 1;
    const power = link.maxDbm - 2 * (job === JOINING ? 0 : link.power);
    const dbm = power < settings.mostDbm ? power : settings.mostDbm;
    const length = built();
    if (length < 0 && job === JOINING) joinWanted = false;
    if (length < 0 || lora.transmit(bytes, length, uplink, dbm, onTransmitted) !== OK) giveUp();
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

  /** Chooses a channel for the frame; false when none carries it within the law's time on air. */
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

  /** Sends the frame as soon as duty cycle, radio and channel allow. */
  function attempt(): void {
    if (job === NOTHING) return;
    waits = resting || listening;
    if (waits) listenOn();
    else if (!tune()) giveUp();
    else if (!plan.listenFirst || lora.clear === undefined) transmit();
    else if (lora.clear(uplink, onClear) !== OK) giveUp();
  }

  function requestJoin(): void {
    job = JOINING;
    joinChannel = below(random.next, plan.joinChannels);
    rate = plan.joinRate(joinChannel, joinAttempt);
    joinAttempt += 1;
    busyTimes = 0;
    left = 1;
    outLength = JOIN_REQUEST_BYTES;
    attempt();
  }

  /** Says what the next frame is; false where its counter could not be had, or no rate carries it. */
  function prepare(type: number, port: number, payload: Bytes, length: number): boolean {
    const session = activation.session();
    if (session === undefined) return false;
    rate = rateFor(length + (port === 0 ? 0 : up.optionsLength));
    const counter = rate < 0 ? rate : session.nextUp();
    if (counter < 0) return false;
    up.type = type;
    up.deviceAddress = session.deviceAddress;
    up.acknowledges = acknowledgeNext;
    up.control = settings.adaptive ? ADR_BIT | (adr.asks() ? ADR_ACK_REQUEST_BIT : 0) : 0;
    up.counter = counter;
    up.port = port;
    up.payload = payload;
    up.payloadLength = length;
    outLength = FRAME_OVERHEAD + up.optionsLength + length;
    left = link.transmissions;
    busyTimes = 0;
    acknowledgeNext = false;
    return true;
  }

  function room(at: number): number {
    const most = plan.maxPayload(at, link.uplinkDwell);
    return most < settings.mostPayload ? most : settings.mostPayload;
  }

  /** The rate of the session, or the next above that carries so many octets: a record that waits for a slower one never leaves. */
  function rateFor(length: number): number {
    const words = channels.trial();
    for (let at = link.rate; at < RATES; at++)
      if (isDataRate(plan, link, at) && room(at) >= length && channels.carries(words, at)) return at;
    return MISSING;
  }

  function longest(): number {
    const words = channels.trial();
    let most = 0;
    for (let at = link.rate; at < RATES; at++)
      if (isDataRate(plan, link, at) && room(at) > most && channels.carries(words, at)) most = room(at);
    return most;
  }

  /** Octets of answers that fit beside the record. */
  function besides(): number {
    const at = rateFor(recordLength);
    const free = at < 0 ? 0 : room(at) - recordLength;
    return free < FOPTS_BYTES ? free : FOPTS_BYTES;
  }

  /** The record, with as many answers as fit beside it. The rate may have changed under it while commands went before. */
  function sendRecord(): void {
    job = RECORD;
    up.optionsLength = commands.put(up.options, besides());
    if (prepare(settings.confirmed ? CONFIRMED_UP : UNCONFIRMED_UP, RECORD_PORT, record, recordLength)) attempt();
    else giveUp();
  }

  /** What is too much for a header goes before, on port 0. */
  function sendCommands(): void {
    job = COMMANDS;
    up.optionsLength = 0;
    const free = room(link.rate);
    const length = commands.put(commandBytes, free < COMMAND_BYTES ? free : COMMAND_BYTES);
    if (prepare(UNCONFIRMED_UP, 0, commandBytes, length)) attempt();
    else giveUp();
  }

  /** Each try is a frame of its own: a network repeats its answer to none that it was not told to expect again. */
  function sendProof(): void {
    proofs -= 1;
    job = RECORD;
    recordLength = 0;
    onSent = onProof;
    up.optionsLength = 0;
    if (commands.waiting() === 0) commands.ask(DEVICE_TIME);
    if (prepare(CONFIRMED_UP, 0, commandBytes, commands.put(commandBytes, COMMAND_BYTES))) attempt();
    else giveUp();
  }

  function onProof(acknowledged: boolean): void {
    if (acknowledged) proofs = 0;
    if (proofs > 0) timers.after(RETRY_MS + below(random.next, RETRY_SPREAD_MS), proveAgain);
    events.onReady();
  }

  function proveAgain(): void {
    if (proofs > 0 && job === NOTHING && activation.session() !== undefined) sendProof();
  }

  function prove(): Result {
    if (job !== NOTHING) return BUSY;
    if (activation.session() === undefined) return MISSING;
    proofs = PROOFS;
    sendProof();
    return OK;
  }

  begin(settings.dataRate);
  return {
    name: "lorawan",
    cost: 10,
    maxPayload: longest,
    send: (octets, length, done) => {
      // A record proves a session as well.
      proofs = 0;
      if (job !== NOTHING) return BUSY;
      if (activation.session() === undefined) return MISSING;
      if (rateFor(length) < 0) return OUT_OF_RANGE;
      record = octets;
      recordLength = length;
      onSent = done;
      if (commands.waiting() > besides()) sendCommands();
      else sendRecord();
      return OK;
    },
    join: () => {
      if (activation.isGiven) return MISSING;
      if (!joinWanted) joinAttempt = 0;
      joinWanted = true;
      if (job === NOTHING && !joinRests) requestJoin();
      return OK;
    },
    isReady: () => activation.session() !== undefined && job !== JOINING,
    prove,
    ask: commands.ask,
    keepsListenFirst: !plan.listenFirst || lora.clear !== undefined,
  };
}
