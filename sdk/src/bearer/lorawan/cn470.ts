/**
 * CN470-510 after RP001 (LoRaWAN 1.0.2 to 1.1 Regional Parameters, section 2.8), which the network servers in use follow:
 * 96 uplink channels from 470.3 MHz and 48 downlink channels from 500.3 MHz, 200 kHz apart; RX1 on the uplink channel modulo 48;
 * RX2 on 505.3 MHz at DR0.
 *
 * MIIT notice 52/2019 limits a transmission in this band to one second and to civil meters, so a wearable here is a legal grey
 * area. The limit is kept: DR0 is not used, and DR1 carries 23 octets at most.
 */
import type { Region } from "./region.ts";

const CHANNEL_STEP_HZ = 200000;
const UPLINK_HZ = 470300000;
const DOWNLINK_HZ = 500300000;
const DOWNLINK_CHANNELS = 48;
/** Channels of one eight-channel gateway. */
const SUB_BAND_CHANNELS = 8;
const HIGHEST_SPREADING_FACTOR = 12;
/** 12.15 dBm e.r.p. and 14 dBm e.i.r.p. stay under 50 mW e.r.p. */
const POWER_DBM = 14;

/** Octets by data rate 0..5: RP001's table, cut where a frame would take more than a second. */
const MAX_PAYLOAD = [0, 23, 51, 115, 242, 242];

/** The region with the sub-band (0..11) of the gateways around. */
export function cn470(subBand: number): Region {
  const first = subBand * SUB_BAND_CHANNELS;
  return {
    name: "CN470",
    uplinkChannels: SUB_BAND_CHANNELS,
    uplinkHz: (channel) => UPLINK_HZ + (first + channel) * CHANNEL_STEP_HZ,
    spreadingFactor: (dataRate) => HIGHEST_SPREADING_FACTOR - dataRate,
    maxPayload: (dataRate) => MAX_PAYLOAD[dataRate],
    rx1Hz: (channel) => DOWNLINK_HZ + ((first + channel) % DOWNLINK_CHANNELS) * CHANNEL_STEP_HZ,
    rx2Hz: 505300000,
    rx2SpreadingFactor: HIGHEST_SPREADING_FACTOR,
    powerDbm: POWER_DBM,
  };
}
