/**
 * The air between one gateway and the devices around it, on the LoRa channels.
 *
 * Path loss by the log-distance law with the constants of Petäjäjärvi et al., "On the Coverage of LPWANs" (ITST 2015; 128.95 dB at
 * 1 km, exponent 2.32, at 868 MHz), less 5.3 dB for 470 MHz by the free-space law; walls and body of the wearer beside it. What
 * arrives above the demodulator's floor (SX1276 data sheet, table 13: -7.5 dB at SF7 to -20 dB at SF12, noise figure 6 dB) is heard,
 * but for the frames that a scenario has lost or changed.
 */
import type { LoraChannel } from "@songbai/sdk/board/lora";
import type { Prng } from "@songbai/sdk/lang/prng";
import { chance } from "../clock/seed.ts";
import { decibel } from "./decibel.ts";

const LOSS_AT_1_KM_DB = 128.95 - 5.3;
const EXPONENT = 2.32;
/** Walls of a house and the wearer's body. */
const INDOOR_DB = 12;
const NOISE_DBM = -117;
/** SNR that the demodulator needs at SF7; 2.5 dB less for each step. */
const SF7_SNR_DB = -7.5;

export interface AirSettings {
  /** Device to gateway, metres. */
  readonly distanceM: number;
  /** Share of frames lost for reasons of their own (collisions, bursts), 0..1, each way. */
  readonly loss: number;
  /** Share of frames with one bit changed, 0..1, each way. */
  readonly corruption: number;
}

/** What one frame came to. */
export interface Reception {
  readonly frame: Uint8Array;
  readonly channel: LoraChannel;
  readonly rssiDbm: number;
  readonly snrDb: number;
}

export interface LoraAir {
  /** Carries a frame; `undefined` when it is not heard. */
  carry(frame: Uint8Array, channel: LoraChannel, powerDbm: number): Reception | undefined;
  /** The next `count` frames get one bit changed. */
  corruptNext(count: number): void;
  /** From now on no frame is heard (`true`), or they are again. */
  jam(on: boolean): void;
  readonly lost: () => number;
  readonly corrupted: () => number;
}

export function loraAir(settings: AirSettings, random: Prng): LoraAir {
  const pathLossDb = LOSS_AT_1_KM_DB + EXPONENT * decibel(settings.distanceM / 1000) + INDOOR_DB;
  let toCorrupt = 0;
  let jammed = false;
  let lost = 0;
  let corrupted = 0;

  return {
    carry(frame, channel, powerDbm) {
      const rssiDbm = powerDbm - pathLossDb;
      const snrDb = rssiDbm - NOISE_DBM;
      const audible = snrDb >= SF7_SNR_DB - 2.5 * (channel.spreadingFactor - 7);
      // Both draws are made for every frame, so that a change of one share leaves the fate of later frames alone.
      const gone = chance(random, settings.loss);
      let change = chance(random, settings.corruption);
      if (jammed || gone || !audible) {
        lost++;
        return undefined;
      }
      if (toCorrupt > 0) {
        toCorrupt--;
        change = true;
      }
      const heard = frame.slice();
      if (change) {
        corrupted++;
        const bit = (random() >>> 1) % (8 * heard.length);
        heard[bit >> 3] ^= 1 << (bit & 7);
      }
      return { frame: heard, channel, rssiDbm: Math.round(rssiDbm), snrDb: Math.round(snrDb) };
    },
    corruptNext: (count) => {
      toCorrupt += count;
    },
    jam: (on) => {
      jammed = on;
    },
    lost: () => lost,
    corrupted: () => corrupted,
  };
}
