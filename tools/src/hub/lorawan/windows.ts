/** The windows of a downlink that the law allows, the first choice first: RX1, then RX2. CN470 after RP001. */
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import type { LoraChannel } from "@songbai/sdk/board/lora";
import { airtimeUs } from "@songbai/sim/air/airtime";
import { subBandHz } from "@songbai/sim/air/sub-band";

/** RECEIVE_DELAY1, and JOIN_ACCEPT_DELAY1 (RP001 section 2.8.8): from the end of the uplink to RX1. */
export const RX1_DELAY_MS = 1000;
export const JOIN_RX1_DELAY_MS = 5000;
/** RX2 opens a second after RX1. */
const SECOND_MS = 1000;
/** MIIT notice 52/2019: each transmission at most one second. */
const LONGEST_US = 1_000_000;

export interface Window {
  readonly delayMs: number;
  readonly channel: LoraChannel;
}

export interface WindowOptions {
  readonly subBand: number;
  readonly uplink: LoraChannel;
  readonly rx1DelayMs: number;
  /** Data rate of RX2. */
  readonly rx2Rate: number;
}

/** The windows for a frame of so many octets; none for an uplink that is not on a channel of the sub-band. */
export function windowsFor(octets: number, { subBand, uplink, rx1DelayMs, rx2Rate }: WindowOptions): Window[] {
  const plan = cn470Rp001(subBand);
  const index = subBandHz(subBand).indexOf(uplink.frequencyHz);
  if (index < 0) return [];
  const { spreadingFactor } = uplink;
  const windows = [
    { delayMs: rx1DelayMs, channel: { frequencyHz: plan.joinRx1Hz(index), spreadingFactor } },
    {
      delayMs: rx1DelayMs + SECOND_MS,
      channel: { frequencyHz: plan.rx2Hz, spreadingFactor: plan.spreadingFactor(rx2Rate) },
    },
  ];
  return windows.filter(({ channel }) => airtimeUs(octets, channel.spreadingFactor, false) <= LONGEST_US);
}
