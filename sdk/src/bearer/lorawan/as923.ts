/**
 * AS923 (RP002-1.0.x, section 2.10), groups 1 to 4. Uplinks begin under the 400 ms dwell limit, until TxParamSetupReq lifts it.
 * Listening first, which Japan asks for, is on. DR7 (FSK) is not used.
 */
import { type Plan, UNLIMITED_US, WHOLE_WORD } from "./plan.ts";

const DEFAULT_CHANNELS = 2;
const CHANNELS = 16;
const BASE_HZ = 923200000;
const STEP_HZ = 200000;
const HIGHEST_RATE = 6;
const DWELL_RATE = 2;
const MAX_PAYLOAD = [51, 51, 115, 115, 242, 242, 242];
const MAX_PAYLOAD_DWELL = [0, 0, 11, 53, 125, 242, 242];
/** Hz by group: AS923-1, -2, -3, -4. */
const GROUP_OFFSET_HZ = [0, -1800000, -6600000, -5900000];

function isRate(rate: number): boolean {
  return rate >= 0 && rate <= HIGHEST_RATE;
}

/** Offsets 6 and 7 raise the rate by one and two; it goes no higher than DR5 then. */
function rx1Rate(rate: number, offset: number, dwell: boolean): number {
  const least = dwell ? DWELL_RATE : 0;
  const found = offset > 5 ? rate + offset - 5 : rate - offset;
  const most = found > 5 && offset > 5 ? 5 : found;
  return most < least ? least : most;
}

/** Group 1..4. */
export function as923(group: number): Plan {
  const first = BASE_HZ + GROUP_OFFSET_HZ[group - 1];
  const hzOf = (channel: number): number => first + channel * STEP_HZ;
  return {
    name: "as923",
    slots: CHANNELS,
    dynamic: true,
    uplinkHz: (slot) => (slot < DEFAULT_CHANNELS ? hzOf(slot) : 0),
    isOn: (slot) => slot < DEFAULT_CHANNELS,
    lowestRate: () => 0,
    highestRate: () => 5,
    mask: (words, control, mask) => {
      if (control !== 0 && control !== 6) return false;
      words[0] = control === 6 ? WHOLE_WORD : mask;
      return true;
    },
    spreadingFactor: (rate) => (isRate(rate) ? (rate === HIGHEST_RATE ? 7 : 12 - rate) : 0),
    bandwidthKhz: (rate) => (rate === HIGHEST_RATE ? 250 : 125),
    maxPayload: (rate, dwell) => (isRate(rate) ? (dwell ? MAX_PAYLOAD_DWELL[rate] : MAX_PAYLOAD[rate]) : 0),
    startRate: DWELL_RATE,
    isUplinkRate: isRate,
    rx1Hz: (_slot, uplinkHz) => uplinkHz,
    rx1Rate,
    mostRx1Offset: 7,
    rx2Hz: first,
    rx2Rate: DWELL_RATE,
    isDownlinkRate: isRate,
    lowestHz: 915000000,
    highestHz: 928000000,
    joinChannels: DEFAULT_CHANNELS,
    joinHz: hzOf,
    joinRx1Hz: hzOf,
    joinRx2Hz: () => first,
    joinRate: (_channel, attempt) => 5 - (attempt % 4),
    maxDbm: 16,
    lastPower: 7,
    maxAirtimeUs: UNLIMITED_US,
    listenFirst: true,
    dutyPart: () => 1,
    dwellLimits: true,
  };
}
