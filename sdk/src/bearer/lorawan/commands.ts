/**
 * MAC commands (TS001-1.0.4 section 5): what the network asks, and the answers that the next frames carry.
 *
 * Answers to RXParamSetup, RXTimingSetup and DlChannel are sticky: they stand in every uplink until a downlink shows that the network
 * heard them. An unknown command ends the list, as its length is unknown; so does one that is cut short.
 */
import { copyBytes } from "../../lang/bytes.ts";
import { allocBytes, type Bytes, charCode } from "../../lang/intrinsics.ts";
import { type Channels, hzAt, isHz } from "./channels.ts";
import { isDataRate, type Link } from "./link.ts";
import type { Plan } from "./plan.ts";

export const LINK_CHECK: number = 0x02;
export const LINK_ADR: number = 0x03;
export const DUTY_CYCLE: number = 0x04;
export const RX_PARAM_SETUP: number = 0x05;
export const DEV_STATUS: number = 0x06;
export const NEW_CHANNEL: number = 0x07;
export const RX_TIMING_SETUP: number = 0x08;
export const TX_PARAM_SETUP: number = 0x09;
export const DL_CHANNEL: number = 0x0a;
export const DEVICE_TIME: number = 0x0d;

/** Octets after the identifier 0..13, down and up, as digits, which take no heap; x: unknown. */
const DOWN_BYTES = "xx241405114xx5";
const UP_BYTES = "xx010121001xx0";
const ZERO = 48;
const UNKNOWN = 120;
/** Answers kept until they are sent; a request beyond them is carried out and not answered, as if the answer were lost. */
const QUEUE_BYTES = 48;
const STICKY_BYTES = 16;
/** DataRate or TXPower 15 in LinkADRReq: as it is. */
const KEEP = 15;
/** dBm e.i.r.p. of TxParamSetupReq (section 5.8, table): from 0 dBm on at code 48. */
const MAX_EIRP = "8:<=>@BDEHJKMNQT";
const WORST_MARGIN = -32;
const BEST_MARGIN = 31;

/** What a device tells the network, and hears of it. */
export interface CommandEvents {
  /** 0: mains, 1..254: from empty to full, 255: unknown. */
  readonly battery: () => number;
  /** Signal to noise of the last downlink, dB. */
  readonly snrDb: () => number;
  /** Answer to a LinkCheckReq: dB above the demodulation floor, gateways that heard. */
  readonly onLinkCheck: (margin: number, gateways: number) => void;
  /** Answer to a DeviceTimeReq: seconds since 1980-01-06 (GPS, as int32) at the end of the uplink, and 1/256 s. */
  readonly onTime: (gpsSeconds: number, fraction: number) => void;
}

export interface Commands {
  /** Carries out the commands of a downlink. */
  readonly take: (from: Bytes, length: number) => void;
  /** Asks LINK_CHECK or DEVICE_TIME with the next frame. */
  readonly ask: (command: number) => void;
  /** Octets that wait. */
  readonly waiting: () => number;
  /** Writes whole answers, `room` octets at most, oldest first; answers how many octets. They stay until `sent`. */
  readonly put: (into: Bytes, room: number) => number;
  /** The frame with the last `put` is out: what was not sticky in it is done. */
  readonly sent: () => void;
  /** A downlink came: the network heard the sticky answers that were sent. */
  readonly heard: () => void;
}

function clamp(value: number, least: number, most: number): number {
  return value < least ? least : value > most ? most : value;
}

/** Octets after a command's identifier; -1 for an unknown command. */
function sizeOf(table: string, command: number): number {
  if (command > DEVICE_TIME) return -1;
  const size = charCode(table, command);
  return size === UNKNOWN ? -1 : size - ZERO;
}

/** Takes `count` octets from the front of a queue. */
function drop(queue: Bytes, length: number, count: number): number {
  for (let i = count; i < length; i++) queue[i - count] = queue[i];
  return length - count;
}

export function macCommands(plan: Plan, link: Link, channels: Channels, events: CommandEvents): Commands {
  const sticky = allocBytes(STICKY_BYTES);
  const once = allocBytes(QUEUE_BYTES);
  let stickyLength = 0;
  let onceLength = 0;
  /** Octets of each in the frame under way, and of `sticky` in frames that are out. */
  let onceOut = 0;
  let stickyOut = 0;
  let stickySent = 0;

  function answer(command: number, first: number, second: number): void {
    const size = 1 + sizeOf(UP_BYTES, command);
    if (onceLength + size > QUEUE_BYTES) return;
    once[onceLength] = command & 255;
    if (size > 1) once[onceLength + 1] = first & 255;
    if (size > 2) once[onceLength + 2] = second & 255;
    onceLength += size;
  }

  function answerUntilHeard(command: number, status: number): void {
    const size = 1 + sizeOf(UP_BYTES, command);
    if (stickyLength + size > STICKY_BYTES) return;
    sticky[stickyLength] = command & 255;
    if (size > 1) sticky[stickyLength + 1] = status & 255;
    stickyLength += size;
  }

  /** LinkADRReq in a row are one: all or nothing, the last one's rate, power and NbTrans. Answers where it ends. */
  function adr(from: Bytes, first: number, length: number): number {
    const words = channels.trial();
    let masks = true;
    let requests = 0;
    let at = first;
    while (at + 5 <= length && from[at] === LINK_ADR) {
      const redundancy = from[at + 4];
      if (!channels.applyMask(words, (redundancy >> 4) & 7, from[at + 2] | (from[at + 3] << 8))) masks = false;
      requests += 1;
      at += 5;
    }
    const asked = from[at - 4];
    const rate = asked >> 4 === KEEP ? link.rate : asked >> 4;
    const power = (asked & 15) === KEEP ? link.power : asked & 15;
    const transmissions = from[at - 1] & 15;
    const maskFits = masks && channels.isMask(words);
    const rateFits = isDataRate(plan, link, rate) && (!maskFits || channels.carries(words, rate));
    const powerFits = power <= plan.lastPower;
    if (maskFits && rateFits && powerFits) {
      channels.use(words);
      link.rate = rate;
      link.power = power;
      if (transmissions > 0) link.transmissions = transmissions;
    }
    const status = (maskFits ? 1 : 0) | (rateFits ? 2 : 0) | (powerFits ? 4 : 0);
    for (let i = 0; i < requests; i++) answer(LINK_ADR, status, 0);
    return at;
  }

  function rxParam(settings: number, hz: number): void {
    const offset = (settings >> 4) & 7;
    const rate = settings & 15;
    const status = (isHz(plan, hz) ? 1 : 0) | (plan.isDownlinkRate(rate) ? 2 : 0) | (offset <= plan.mostRx1Offset ? 4 : 0);
    if (status === 7) {
      link.rx1Offset = offset;
      link.rx2Rate = rate;
      link.rx2Hz = hz;
    }
    answerUntilHeard(RX_PARAM_SETUP, status);
  }

  function newChannel(slot: number, hz: number, rates: number): void {
    const lowest = rates & 15;
    const highest = rates >> 4;
    const hzFits = channels.mayDefine(slot) && (hz === 0 || isHz(plan, hz));
    const ratesFit = hz === 0 || (lowest <= highest && plan.isUplinkRate(lowest) && plan.isUplinkRate(highest));
    if (hzFits && ratesFit) channels.define(slot, hz, lowest, highest);
    answer(NEW_CHANNEL, (hzFits ? 1 : 0) | (ratesFit ? 2 : 0), 0);
  }

  function downlinkChannel(slot: number, hz: number): void {
    const exists = slot < plan.slots && channels.uplinkHz(slot) !== 0;
    const fits = isHz(plan, hz);
    if (exists && fits) channels.moveDownlink(slot, hz);
    answerUntilHeard(DL_CHANNEL, (fits ? 1 : 0) | (exists ? 2 : 0));
  }

  function txParam(settings: number): void {
    link.downlinkDwell = (settings & 0x20) !== 0;
    link.uplinkDwell = (settings & 0x10) !== 0;
    link.maxDbm = clamp(charCode(MAX_EIRP, settings & 15) - ZERO, 0, plan.maxDbm);
    while (!isDataRate(plan, link, link.rate)) link.rate += 1;
    answer(TX_PARAM_SETUP, 0, 0);
  }

  /** One command whose octets are all there; `at` is after its identifier. */
  function carryOut(command: number, from: Bytes, at: number): void {
    if (command === LINK_CHECK) events.onLinkCheck(from[at], from[at + 1]);
    else if (command === DUTY_CYCLE) {
      link.dutyExponent = from[at] & 15;
      answer(DUTY_CYCLE, 0, 0);
    } else if (command === RX_PARAM_SETUP) rxParam(from[at], hzAt(from, at + 1));
    else if (command === DEV_STATUS)
      answer(DEV_STATUS, events.battery(), clamp(events.snrDb(), WORST_MARGIN, BEST_MARGIN) & 63);
    else if (command === RX_TIMING_SETUP) {
      const delay = from[at] & 15;
      link.rxDelay = delay === 0 ? 1 : delay;
      answerUntilHeard(RX_TIMING_SETUP, 0);
    } else if (command === TX_PARAM_SETUP && plan.dwellLimits) txParam(from[at]);
    else if (command === NEW_CHANNEL && plan.dynamic) newChannel(from[at], hzAt(from, at + 1), from[at + 4]);
    else if (command === DL_CHANNEL && plan.dynamic) downlinkChannel(from[at], hzAt(from, at + 1));
    else if (command === DEVICE_TIME) {
      const seconds = from[at] | (from[at + 1] << 8) | (from[at + 2] << 16) | (from[at + 3] << 24);
      events.onTime(seconds, from[at + 4]);
    }
  }

  /** Octets of whole answers at the front of a queue that fit `room`. */
  function whole(queue: Bytes, length: number, room: number): number {
    let at = 0;
    while (at < length && at + 1 + sizeOf(UP_BYTES, queue[at]) <= room) at += 1 + sizeOf(UP_BYTES, queue[at]);
    return at;
  }

  return {
    take: (from, length) => {
      let at = 0;
      while (at < length) {
        const command = from[at];
        const size = sizeOf(DOWN_BYTES, command);
        if (size < 0 || at + 1 + size > length) return;
        if (command === LINK_ADR) at = adr(from, at, length);
        else {
          carryOut(command, from, at + 1);
          at += 1 + size;
        }
      }
    },
    ask: (command) => answer(command, 0, 0),
    waiting: () => stickyLength + onceLength,
    put: (into, room) => {
      stickyOut = whole(sticky, stickyLength, room);
      onceOut = whole(once, onceLength, room - stickyOut);
      copyBytes(sticky, 0, into, 0, stickyOut);
      copyBytes(once, 0, into, stickyOut, onceOut);
      return stickyOut + onceOut;
    },
    sent: () => {
      onceLength = drop(once, onceLength, onceOut);
      onceOut = 0;
      if (stickyOut > stickySent) stickySent = stickyOut;
    },
    heard: () => {
      stickyLength = drop(sticky, stickyLength, stickySent);
      stickySent = 0;
      stickyOut = 0;
    },
  };
}
