/**
 * What the plans that begin with a few channels and learn others share: DR0 to DR5 are SF12 to SF7 at 125 kHz, DR6 is SF7 at 250 kHz,
 * a session joins on the first channels, and answers on the frequency of the uplink.
 */
import { type Plan, UNLIMITED_US, WHOLE_WORD } from "./plan.ts";

const CHANNELS = 16;
const STEP_HZ = 200000;
const HIGHEST_RATE = 6;
const MAX_DBM = 16;

/** What they differ in. */
export interface DynamicPlan
  extends Pick<
    Plan,
    | "name"
    | "startRate"
    | "rx1Rate"
    | "mostRx1Offset"
    | "rx2Hz"
    | "rx2Rate"
    | "lowestHz"
    | "highestHz"
    | "listenFirst"
    | "dutyPart"
    | "dwellLimits"
  > {
  /** The first of the region's own channels, which are 200 kHz apart. */
  readonly firstHz: number;
  readonly channels: number;
  /** Octets by data rate 0..6, without a limit of time on air and under 400 ms. */
  readonly maxPayload: readonly number[];
  readonly maxPayloadDwell: readonly number[];
  /** Data rates that joins take in turn, down from DR5. */
  readonly joinRates: number;
}

function isRate(rate: number): boolean {
  return rate >= 0 && rate <= HIGHEST_RATE;
}

export function dynamicPlan(own: DynamicPlan): Plan {
  const { channels } = own;
  const hzOf = (channel: number): number => own.firstHz + channel * STEP_HZ;
  return {
    name: own.name,
    slots: CHANNELS,
    dynamic: true,
    uplinkHz: (slot) => (slot < channels ? hzOf(slot) : 0),
    isOn: (slot) => slot < channels,
    lowestRate: () => 0,
    highestRate: () => 5,
    mask: (words, control, mask) => {
      if (control !== 0 && control !== 6) return false;
      words[0] = control === 6 ? WHOLE_WORD : mask;
      return true;
    },
    spreadingFactor: (rate) => (isRate(rate) ? (rate === HIGHEST_RATE ? 7 : 12 - rate) : 0),
    bandwidthKhz: (rate) => (rate === HIGHEST_RATE ? 250 : 125),
    maxPayload: (rate, dwell) => (isRate(rate) ? (dwell ? own.maxPayloadDwell : own.maxPayload)[rate] : 0),
    startRate: own.startRate,
    isUplinkRate: isRate,
    rx1Hz: (_slot, uplinkHz) => uplinkHz,
    rx1Rate: own.rx1Rate,
    mostRx1Offset: own.mostRx1Offset,
    rx2Hz: own.rx2Hz,
    rx2Rate: own.rx2Rate,
    isDownlinkRate: isRate,
    lowestHz: own.lowestHz,
    highestHz: own.highestHz,
    joinChannels: channels,
    joinHz: hzOf,
    joinRx1Hz: hzOf,
    joinRx2Hz: () => own.rx2Hz,
    joinRate: (_channel, attempt) => 5 - (attempt % own.joinRates),
    maxDbm: MAX_DBM,
    lastPower: 7,
    maxAirtimeUs: UNLIMITED_US,
    listenFirst: own.listenFirst,
    dutyPart: own.dutyPart,
    dwellLimits: own.dwellLimits,
  };
}
