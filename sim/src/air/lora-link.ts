/**
 * How strong a frame arrives: path loss, shadowing and fading of the link between two stations.
 *
 * Path loss by the log-distance law with the constants of Petäjäjärvi et al., "On the Coverage of LPWANs" (ITST 2015; 128.95 dB at
 * 1 km, exponent 2.32, deviation 7.8 dB, at 868 MHz), less 5.3 dB for 470 MHz by the free-space law; walls and bodies beside it.
 * Shadowing is log-normal, one value for a link and both its ways. Fading is one value for a frame and a receiver, after Rice: the
 * power of a steady path with scattered ones around it; without the steady one it is Rayleigh's.
 */
import type { Prng } from "@songbai/sdk/lang/prng";
import { stream } from "../clock/seed.ts";
import { decibel } from "./decibel.ts";

const LOSS_AT_1_KM_DB = 128.95 - 5.3;
const EXPONENT = 2.32;
/** The law is of the far field; closer than this it is not asked. */
const NEAREST_M = 1;

/** Metres east and north of anywhere. */
export interface Place {
  readonly eastM: number;
  readonly northM: number;
}

/** Somebody with an antenna. Its name is its own on the air: random streams go by it. */
export interface Station {
  readonly name: string;
  readonly place: Place;
  /** What walls and the wearer's body take away, both ways, dB. */
  readonly wallsDb: number;
}

export interface LinkSettings {
  /** Standard deviation of the shadowing from link to link, dB; 0: all links are the law's own. */
  readonly shadowingDb: number;
  /** Power of the steady path over that of the scattered ones, as a ratio; 0 is Rayleigh's; `undefined`: no fading. */
  readonly riceK: number | undefined;
}

export interface Links {
  /** Loss between two stations without fading, dB; the same both ways. */
  readonly lossDb: (a: Station, b: Station) => number;
  /** Gain of one frame on its way, dB; draws from `random` the same number of times whatever the settings. */
  readonly fadingDb: (random: Prng) => number;
}

export function links(seed: number, { shadowingDb, riceK }: LinkSettings): Links {
  const known = new Map<Station, Map<Station, number>>();

  function measure(a: Station, b: Station): number {
    const east = a.place.eastM - b.place.eastM;
    const north = a.place.northM - b.place.northM;
    const distanceM = Math.max(NEAREST_M, Math.sqrt(east * east + north * north));
    const [one, other] = a.name < b.name ? [a, b] : [b, a];
    const shadow = shadowingDb * normal(stream(seed, `air/shadow/${one.name}/${other.name}`));
    return LOSS_AT_1_KM_DB + EXPONENT * decibel(distanceM / 1000) + a.wallsDb + b.wallsDb + shadow;
  }

  return {
    lossDb(a, b) {
      const row = known.get(a) ?? new Map<Station, number>();
      known.set(a, row);
      const loss = row.get(b) ?? measure(a, b);
      row.set(b, loss);
      return loss;
    },
    fadingDb(random) {
      const along = normal(random);
      const across = normal(random);
      if (riceK === undefined) return 0;
      const steady = along + Math.sqrt(2 * riceK);
      return decibel(Math.max(1e-9, (steady * steady + across * across) / (2 * (riceK + 1))));
    },
  };
}

/** Mean 0, deviation 1: twelve uniform numbers less their mean. It needs no function that engines round differently. */
function normal(random: Prng): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += (random() >>> 0) / 2 ** 32;
  return sum;
}
