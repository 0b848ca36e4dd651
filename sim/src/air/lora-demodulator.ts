/** What a LoRa demodulator makes of a frame among noise and other frames. */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import { PREAMBLE_SYMBOLS, symbolUs } from "./airtime.ts";
import { decibel, ratioOf } from "./decibel.ts";

/** Thermal noise of 125 kHz, -123 dBm, with a noise figure of 6 dB. */
const NOISE_DBM = -117;
/** SNR that the demodulator needs at SF7 (SX1276 data sheet, table 13); 2.5 dB less for each step. */
const SF7_SNR_DB = -7.5;
const SF_STEP_DB = 2.5;

/** Symbols of a preamble that a receiver must still hear to lock on (Bor et al., "Do LoRa Low-Power Wide-Area Networks Scale?", 2016). */
export const LOCK_SYMBOLS = 5;

/**
 * Signal over interference that a frame needs to survive, dB; row: its spreading factor, 7 to 12; column: that of the other. Between
 * spreading factors as measured by Croce et al., "Impact of LoRa Imperfect Orthogonality" (IEEE Communications Letters 22(4), 2018,
 * table I). Among the same they found 1 dB with both in step; frames that begin anywhere need the 6 dB of Goursaud and Gorce, "Dedicated
 * Networks for IoT" (2015), which the field's simulators take.
 */
const NEEDED_DB = [
  [6, -8, -9, -9, -9, -9],
  [-11, 6, -11, -12, -13, -13],
  [-15, -13, 6, -13, -14, -15],
  [-19, -18, -17, 6, -17, -18],
  [-22, -22, -21, -20, 6, -20],
  [-25, -25, -25, -24, -23, 6],
];

export const bandwidthOf = (channel: LoraChannel) => channel.bandwidthKhz ?? 125;

/** How often 125 kHz were doubled. */
const doublings = (channel: LoraChannel) => [125, 250, 500].indexOf(bandwidthOf(channel));

/** dBm. */
export function noiseDbm(channel: LoraChannel): number {
  return NOISE_DBM + decibel(bandwidthOf(channel) / 125);
}

/** Lowest SNR at which a frame is heard, dB. */
export function snrNeededDb(spreadingFactor: number): number {
  return SF7_SNR_DB - SF_STEP_DB * (spreadingFactor - 7);
}

/** Share of the power of a frame on `from` that lies within a band of `widthKhz` around `hz`, 0..1. */
export function overlap(from: LoraChannel, hz: number, widthKhz: number): number {
  const half = bandwidthOf(from) * 500;
  const low = Math.max(from.frequencyHz - half, hz - widthKhz * 500);
  const high = Math.min(from.frequencyHz + half, hz + widthKhz * 500);
  return Math.max(0, high - low) / (2 * half);
}

/** From the first symbol of a frame to those of its preamble that a receiver cannot do without, microseconds. */
export function spareUs(channel: LoraChannel): number {
  return (PREAMBLE_SYMBOLS - LOCK_SYMBOLS) * symbolUs(channel.spreadingFactor, bandwidthOf(channel));
}

/** Another frame that is on the air during one that is received. */
export interface Interference {
  readonly channel: LoraChannel;
  readonly levelDbm: number;
  /** Its chirps run the other way: a downlink among uplinks, or an uplink among downlinks. */
  readonly isOpposed: boolean;
}

/** Whether a frame that arrives with `levelDbm` survives the others; those that are alike add up. */
export function survives(channel: LoraChannel, levelDbm: number, others: readonly Interference[]): boolean {
  const needed = NEEDED_DB[channel.spreadingFactor - 7];
  const powers = new Map<number, number>();
  for (const other of others) {
    const share = overlap(other.channel, channel.frequencyHz, bandwidthOf(channel));
    if (share === 0) continue;
    // What makes chirps alike is their slope, bandwidth squared over 2^SF: twice the bandwidth is two spreading factors less.
    const slope = other.channel.spreadingFactor - 2 * (doublings(other.channel) - doublings(channel));
    let column = Math.min(12, Math.max(7, slope)) - 7;
    // Nobody seems to have measured chirps that run the other way; they are taken for those of the next spreading factor.
    if (other.isOpposed && needed[column] > 0) column += column === 0 ? 1 : -1;
    powers.set(column, (powers.get(column) ?? 0) + share * ratioOf(other.levelDbm));
  }
  for (const [column, power] of powers) if (levelDbm - decibel(power) < needed[column]) return false;
  return true;
}
