/**
 * US902-928 (RP002-1.0.x, section 2.5): 64 channels of 125 kHz from 902.3 MHz, eight of 500 kHz from 903.0 MHz, eight downlink
 * channels of 500 kHz from 923.3 MHz. 400 ms on air at most (FCC 15.247).
 */
import { type Ints, idiv } from "../../lang/intrinsics.ts";
import { maskAll, type Plan, WHOLE_WORD } from "./plan.ts";

const NARROW_CHANNELS = 64;
const SUB_BAND_CHANNELS = 8;
const WIDE_RATE = 4;
const FIRST_DOWNLINK_RATE = 8;
const LAST_DOWNLINK_RATE = 13;
const RX2_HZ = 923300000;
const DWELL_US = 400000;
const MAX_PAYLOAD = [11, 53, 125, 242, 242, 0, 0, 0, 53, 129, 242, 242, 242, 242];
const WIDE_WORD = 4;

function isUplinkRate(rate: number): boolean {
  return rate >= 0 && rate <= WIDE_RATE;
}

function isDownlinkRate(rate: number): boolean {
  return rate >= FIRST_DOWNLINK_RATE && rate <= LAST_DOWNLINK_RATE;
}

function spreadingFactor(rate: number): number {
  if (isDownlinkRate(rate)) return 20 - rate;
  if (!isUplinkRate(rate)) return 0;
  return rate === WIDE_RATE ? 8 : 10 - rate;
}

function uplinkHz(slot: number): number {
  return slot < NARROW_CHANNELS ? 902300000 + slot * 200000 : 903000000 + (slot - NARROW_CHANNELS) * 1600000;
}

function rx1Hz(slot: number): number {
  return RX2_HZ + (slot % 8) * 600000;
}

/** DR10 less the offset for DR0, one more for each rate above, within DR8 to DR13. */
function rx1Rate(rate: number, offset: number): number {
  const found = 10 + rate - offset;
  return found < FIRST_DOWNLINK_RATE ? FIRST_DOWNLINK_RATE : found > LAST_DOWNLINK_RATE ? LAST_DOWNLINK_RATE : found;
}

/** ChMaskCntl 5: a bit a sub-band, eight narrow channels and the wide one. */
function maskSubBands(words: Ints, mask: number): void {
  for (let word = 0; word < WIDE_WORD; word++) {
    const pair = (word === 0 ? mask : word === 1 ? mask >> 2 : word === 2 ? mask >> 4 : mask >> 6) & 3;
    words[word] = (pair & 1) * 0x00ff + (pair >> 1) * 0xff00;
  }
  words[WIDE_WORD] = mask & 0xff;
}

function maskOf(words: Ints, control: number, mask: number): boolean {
  if (control < WIDE_WORD) words[control] = mask;
  else if (control === 4) words[WIDE_WORD] = mask & 0xff;
  else if (control === 5) maskSubBands(words, mask);
  else {
    maskAll(words, control === 6 ? WHOLE_WORD : 0);
    words[WIDE_WORD] = mask & 0xff;
  }
  return true;
}

/** The plan with the sub-band (0..7) of the gateways around: its eight channels and the wide one. */
export function us915(subBand: number): Plan {
  const first = subBand * SUB_BAND_CHANNELS;
  const wide = NARROW_CHANNELS + subBand;
  const joinSlot = (channel: number): number => (channel < SUB_BAND_CHANNELS ? first + channel : wide);
  return {
    name: "us915",
    slots: 72,
    dynamic: false,
    uplinkHz,
    isOn: (slot) => slot === wide || idiv(slot, SUB_BAND_CHANNELS) === subBand,
    lowestRate: (slot) => (slot < NARROW_CHANNELS ? 0 : WIDE_RATE),
    highestRate: (slot) => (slot < NARROW_CHANNELS ? 3 : WIDE_RATE),
    mask: maskOf,
    spreadingFactor,
    bandwidthKhz: (rate) => (rate >= WIDE_RATE ? 500 : 125),
    maxPayload: (rate) => (isUplinkRate(rate) || isDownlinkRate(rate) ? MAX_PAYLOAD[rate] : 0),
    startRate: 0,
    isUplinkRate,
    rx1Hz,
    rx1Rate,
    mostRx1Offset: 3,
    rx2Hz: RX2_HZ,
    rx2Rate: FIRST_DOWNLINK_RATE,
    isDownlinkRate,
    lowestHz: RX2_HZ,
    highestHz: 927500000,
    joinChannels: SUB_BAND_CHANNELS + 1,
    joinHz: (channel) => uplinkHz(joinSlot(channel)),
    joinRx1Hz: (channel) => rx1Hz(joinSlot(channel)),
    joinRx2Hz: () => RX2_HZ,
    joinRate: (channel) => (channel < SUB_BAND_CHANNELS ? 0 : WIDE_RATE),
    maxDbm: 30,
    lastPower: 14,
    maxAirtimeUs: DWELL_US,
    listenFirst: false,
    dutyPart: () => 1,
    dwellLimits: false,
  };
}
