/**
 * What both CN470-510 plans share: DR0 to DR5 are SF12 to SF7 at 125 kHz, a transmission lasts a second at most, the channel is heard
 * first (MIIT notice 52/2019), and DR0 is never sent: its join request takes 1.5 s.
 *
 * The notice gives the band to civil meters: a wearable here is a legal grey area.
 */
import { maskAll, type Plan, WHOLE_WORD } from "./plan.ts";

export const CN470_STEP_HZ = 200000;
const SECOND_US = 1000000;
/** 50 mW e.r.p. is 19.1 dBm e.i.r.p. */
const MAX_DBM = 19;
const LOWEST_SENT = 1;
const HIGHEST_RATE = 5;

/** Channels and windows of one plan. */
export interface Cn470Channels
  extends Pick<
    Plan,
    | "name"
    | "slots"
    | "uplinkHz"
    | "isOn"
    | "rx1Hz"
    | "rx2Hz"
    | "lowestHz"
    | "highestHz"
    | "joinChannels"
    | "joinHz"
    | "joinRx1Hz"
    | "joinRx2Hz"
  > {
  /** ChMaskCntl for all channels on and all off; -1 where there is none. */
  readonly allOn: number;
  readonly allOff: number;
}

/** Data rates of one document. */
export interface Cn470Rates
  extends Pick<Plan, "spreadingFactor" | "bandwidthKhz" | "maxPayload" | "rx1Rate" | "rx2Rate" | "isDownlinkRate"> {}

export function cn470SpreadingFactor(rate: number): number {
  return rate >= 0 && rate <= HIGHEST_RATE ? 12 - rate : 0;
}

export function isCn470UplinkRate(rate: number): boolean {
  return rate >= LOWEST_SENT && rate <= HIGHEST_RATE;
}

export function cn470Plan(channels: Cn470Channels, rates: Cn470Rates): Plan {
  // Not the whole of `channels`, which then need not be kept.
  const { allOn, allOff } = channels;
  return {
    name: channels.name,
    slots: channels.slots,
    dynamic: false,
    uplinkHz: channels.uplinkHz,
    isOn: channels.isOn,
    lowestRate: () => LOWEST_SENT,
    highestRate: () => HIGHEST_RATE,
    mask: (words, control, mask) => {
      if (control === allOn) maskAll(words, WHOLE_WORD);
      else if (control === allOff) maskAll(words, 0);
      else if (control < words.length) words[control] = mask;
      else return false;
      return true;
    },
    spreadingFactor: rates.spreadingFactor,
    bandwidthKhz: rates.bandwidthKhz,
    maxPayload: rates.maxPayload,
    startRate: 3,
    isUplinkRate: isCn470UplinkRate,
    rx1Hz: channels.rx1Hz,
    rx1Rate: rates.rx1Rate,
    mostRx1Offset: 5,
    rx2Hz: channels.rx2Hz,
    rx2Rate: rates.rx2Rate,
    isDownlinkRate: rates.isDownlinkRate,
    lowestHz: channels.lowestHz,
    highestHz: channels.highestHz,
    joinChannels: channels.joinChannels,
    joinHz: channels.joinHz,
    joinRx1Hz: channels.joinRx1Hz,
    joinRx2Hz: channels.joinRx2Hz,
    // From the fastest to DR1, and again.
    joinRate: (_channel, attempt) => HIGHEST_RATE - (attempt % HIGHEST_RATE),
    maxDbm: MAX_DBM,
    lastPower: 7,
    maxAirtimeUs: SECOND_US,
    listenFirst: true,
    dutyPart: () => 1,
    dwellLimits: false,
  };
}
