/**
 * A regional channel plan as the MAC sees it: one table a region, imported by name, so that a bundle holds only its own.
 *
 * A fixed plan (CN470, US915) numbers all its channels and is steered by masks; a dynamic one (EU868, AS923) begins with a few and
 * learns others by NewChannelReq and by the frequencies of a join accept. Frequencies in commands count 100 Hz.
 */
import type { Ints } from "../../lang/intrinsics.ts";

export interface Plan {
  /** As manifests name it. */
  readonly name: string;
  /** Channels it may hold, a multiple of 8 up to 96. */
  readonly slots: number;
  readonly dynamic: boolean;
  /** The region's own channel, Hz; 0 where the network may define one. */
  readonly uplinkHz: (slot: number) => number;
  /** Whether the channel is in use before the network says otherwise. */
  readonly isOn: (slot: number) => boolean;
  readonly lowestRate: (slot: number) => number;
  readonly highestRate: (slot: number) => number;
  /** Applies a ChMaskCntl (0..7) and its mask to words of 16 channels; false when it has no meaning here. */
  readonly mask: (words: Ints, control: number, mask: number) => boolean;

  /** By data rate 0..15; 0 where the rate is not LoRa or not defined. */
  readonly spreadingFactor: (rate: number) => number;
  /** 125, 250 or 500. */
  readonly bandwidthKhz: (rate: number) => number;
  /** Longest FOpts and application payload, octets: the region's N; 0: the rate carries no data. `dwell`: under a 400 ms limit. */
  readonly maxPayload: (rate: number, dwell: boolean) => number;
  readonly startRate: number;
  /** Whether the device may send at the rate. */
  readonly isUplinkRate: (rate: number) => boolean;

  readonly rx1Hz: (slot: number, uplinkHz: number) => number;
  /** Data rate of RX1; `dwell`: downlinks under a 400 ms limit. */
  readonly rx1Rate: (rate: number, offset: number, dwell: boolean) => number;
  readonly mostRx1Offset: number;
  readonly rx2Hz: number;
  readonly rx2Rate: number;
  readonly isDownlinkRate: (rate: number) => boolean;

  /** Range of frequencies that a command may name, Hz. */
  readonly lowestHz: number;
  readonly highestHz: number;

  readonly joinChannels: number;
  readonly joinHz: (channel: number) => number;
  readonly joinRx1Hz: (channel: number) => number;
  /** RX2 of the join and of the session after it. */
  readonly joinRx2Hz: (channel: number) => number;
  /** Data rate of the n-th join request (0 ..) on a channel. */
  readonly joinRate: (channel: number, attempt: number) => number;

  /** dBm e.i.r.p. at TXPower 0; each step is 2 dB less, to `lastPower`. */
  readonly maxDbm: number;
  readonly lastPower: number;
  /** The longest transmission that law or region allows, microseconds; not a setting. */
  readonly maxAirtimeUs: number;
  /** Whether the channel must be heard free before each transmission. */
  readonly listenFirst: boolean;
  /** One part in so many of the time may be sent on that frequency; 1: all of it. */
  readonly dutyPart: (hz: number) => number;
  /** Whether TxParamSetupReq exists here; uplinks then begin under the dwell limit. */
  readonly dwellLimits: boolean;
}

/** No limit but the frame's. */
export const UNLIMITED_US = 0x7fffffff;

/** All 16 channels of a word. */
export const WHOLE_WORD = 0xffff;

/** Sets every word of a mask. */
export function maskAll(words: Ints, value: number): void {
  for (let i = 0; i < words.length; i++) words[i] = value;
}
