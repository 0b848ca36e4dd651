/** CN470-510 after RP001 (LoRaWAN 1.0.2 to 1.1 Regional Parameters, section 2.8), as the network servers in use have it. */
import { CN470_STEP_HZ, type Cn470Rates, cn470Plan, cn470SpreadingFactor, isCn470UplinkRate } from "./cn470-plan.ts";
import type { Plan } from "./plan.ts";

const SUB_BAND_CHANNELS = 8;
const UPLINK_HZ = 470300000;
const DOWNLINK_HZ = 500300000;
const DOWNLINK_CHANNELS = 48;
const RX2_HZ = 505300000;
/** RP001's table. The second on air leaves 23 octets of DR1 and nothing of DR0. */
const MAX_PAYLOAD = [0, 23, 51, 115, 242, 242];

const RATES: Cn470Rates = {
  spreadingFactor: cn470SpreadingFactor,
  bandwidthKhz: () => 125,
  maxPayload: (rate) => (isCn470UplinkRate(rate) ? MAX_PAYLOAD[rate] : 0),
  rx1Rate: (rate, offset) => (rate > offset ? rate - offset : 0),
  rx2Rate: 0,
  isDownlinkRate: (rate) => rate >= 0 && rate <= 5,
};

/** The plan with the sub-band (0..11) of the gateways around: only its eight channels are on until the network says otherwise. */
export function cn470Rp001(subBand: number): Plan {
  const first = subBand * SUB_BAND_CHANNELS;
  const rx1Hz = (slot: number): number => DOWNLINK_HZ + (slot % DOWNLINK_CHANNELS) * CN470_STEP_HZ;
  return cn470Plan(
    {
      name: "cn470-rp001",
      slots: 96,
      uplinkHz: (slot) => UPLINK_HZ + slot * CN470_STEP_HZ,
      isOn: (slot) => slot >= first && slot < first + SUB_BAND_CHANNELS,
      rx1Hz,
      rx2Hz: RX2_HZ,
      lowestHz: DOWNLINK_HZ,
      highestHz: 509700000,
      joinChannels: SUB_BAND_CHANNELS,
      joinHz: (channel) => UPLINK_HZ + (first + channel) * CN470_STEP_HZ,
      joinRx1Hz: (channel) => rx1Hz(first + channel),
      joinRx2Hz: () => RX2_HZ,
      allOn: 6,
      allOff: -1,
    },
    RATES,
  );
}
