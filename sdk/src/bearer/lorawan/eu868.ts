/** EU863-870 (RP002-1.0.x, section 2.4), with the duty cycles of ETSI EN 300 220-2. DR7 (FSK) is not used. */
import { type Plan, UNLIMITED_US, WHOLE_WORD } from "./plan.ts";

const DEFAULT_CHANNELS = 3;
const CHANNELS = 16;
const FIRST_HZ = 868100000;
const STEP_HZ = 200000;
const RX2_HZ = 869525000;
const MAX_PAYLOAD = [51, 51, 51, 115, 242, 242, 242];
const HIGHEST_RATE = 6;

function isRate(rate: number): boolean {
  return rate >= 0 && rate <= HIGHEST_RATE;
}

function hzOf(channel: number): number {
  return FIRST_HZ + channel * STEP_HZ;
}

/** Sub-bands: 1 % but for 868.7 to 869.2 MHz (0.1 %) and 869.4 to 869.65 MHz (10 %). */
function dutyPart(hz: number): number {
  if (hz >= 868700000 && hz < 869200000) return 1000;
  return hz >= 869400000 && hz < 869650000 ? 10 : 100;
}

export function eu868(): Plan {
  return {
    name: "eu868",
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
    maxPayload: (rate) => (isRate(rate) ? MAX_PAYLOAD[rate] : 0),
    startRate: 0,
    isUplinkRate: isRate,
    rx1Hz: (_slot, uplinkHz) => uplinkHz,
    rx1Rate: (rate, offset) => (rate > offset ? rate - offset : 0),
    mostRx1Offset: 5,
    rx2Hz: RX2_HZ,
    rx2Rate: 0,
    isDownlinkRate: isRate,
    lowestHz: 863000000,
    highestHz: 870000000,
    joinChannels: DEFAULT_CHANNELS,
    joinHz: hzOf,
    joinRx1Hz: hzOf,
    joinRx2Hz: () => RX2_HZ,
    joinRate: (_channel, attempt) => 5 - (attempt % 6),
    maxDbm: 16,
    lastPower: 7,
    maxAirtimeUs: UNLIMITED_US,
    listenFirst: false,
    dutyPart,
    dwellLimits: false,
  };
}
