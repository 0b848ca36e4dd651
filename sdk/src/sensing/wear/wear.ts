/**
 * Whether somebody wears the device: a sense of a body says nothing while nobody does.
 *
 * Light that comes back from skin is known within seconds. Without it there is the accelerometer, and a body at rest can lie as still
 * as a table: what lies still for an hour is taken off (van Hees et al., PLoS One 2013; 8:e61691, who look at an hour as well). Whether
 * the skin gets cold tells sooner: a wrist's sensor loses 0.40 ± 0.17 degC a minute in the first five minutes (Vert et al., BMC Med Res
 * Methodol 2022; 22:147).
 */
import { allocInts, idiv } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, NOT_WORN, STARTING, WRONG_RATE } from "../doubt.ts";
import type { Feed } from "../fall/frames.ts";

export interface WearOptions {
  /** Sampling rate, 20..100 Hz. */
  readonly rateHz: number;
  /** What the light's mean is on skin, counts, by the part's calibration; nothing where there is no such sensor. */
  readonly skin?: { readonly least: number; readonly most: number };
}

export interface Wear {
  /** Takes the next `count` samples: x, y, z, x, y, z … in mg, any int16 values. Where a stream is cut into batches changes nothing. */
  readonly feed: Feed;
  /** A second of light: its mean, and the difference of its highest and lowest sample, in counts up to 2^22. May pause. */
  readonly light: (mean: number, swing: number) => void;
  /** What the sensor at the skin reads, once a minute, 0.01 degC. May be missing. */
  readonly temperature: (centi: number) => void;
  /** Samples were lost: nobody knows who wore it meanwhile. */
  readonly restart: () => void;
  /** `CLEAR` where somebody wears it; `NOT_WORN`, `STARTING` or `FROZEN` where no sense should speak. */
  readonly doubt: () => number;
  /** How sure that is, percent. */
  readonly quality: () => number;
}

/** The accelerometer is looked at twice a second. */
const LOOKS = 2;
/** The device has moved when its axes together are so far from where they were, mg: a breath turns an arm by less. */
const MOVED = 80;
const STILL_S = 3600;
/** Enough to believe the thermometer. */
const COOLING_S = 300;
const COOLING_MINUTES = 5;
/** 0.01 degC in that time. */
const COOLED = 100;
/** A thing that nobody wears does not stay as warm, 0.01 degC. */
const WARM = 3000;
/** Movement in so many of the last ten seconds is somebody's. */
const STIRRED = 3;
/** Seconds of light, one after the other, that make it skin or not. */
const SKIN_S = 3;
const AWAY_S = 5;
/** On skin the pulse and the body move the light by more than a part of so many; on a table nothing does. */
const PULSE = 5000;
/** Looks without any change at all: 8 s. */
const FROZEN_LOOKS = 8 * LOOKS;

/** Begins as `STARTING`, until somebody stirs or skin is seen. Allocates at the start only. */
export function wear(options: WearOptions): Wear {
  const { rateHz, skin } = options;
  const known = rateHz >= 20 && rateHz <= 100;
  // From a look to the next, by turns, in a batch.
  const first = 3 * idiv(rateHz, LOOKS);
  const other = 3 * rateHz - first;
  const minutes = allocInts(COOLING_MINUTES + 1);

  let state = STARTING;
  let sure = 0;
  // Where in the next batch the next look is, looks until the second is whole, and where the axes were when it last moved.
  let wait = 0;
  let looks = 0;
  let atX = 0;
  let atY = 0;
  let atZ = 0;
  let last = 0;
  let same = 0;
  let moved = false;
  let stillS = 0;
  // A bit a second, 1 where it moved; the last ten.
  let stirs = 0;
  let skinS = 0;
  let awayS = 0;
  let readings = 0;

  function become(next: number, percent: number): void {
    if (next !== state) {
      stirs = 0;
      readings = 0;
    }
    state = next;
    sure = percent;
  }

  /** By how much the skin has cooled in five minutes, 0.01 degC; 0 while that is not known. */
  function cooled(): number {
    if (readings <= COOLING_MINUTES) return 0;
    return minutes[(readings - COOLING_MINUTES - 1) % (COOLING_MINUTES + 1)] - minutes[(readings - 1) % (COOLING_MINUTES + 1)];
  }

  function isWarm(): boolean {
    return readings > 0 && minutes[(readings - 1) % (COOLING_MINUTES + 1)] >= WARM;
  }

  function second(): void {
    stillS = moved ? 0 : stillS + 1;
    stirs = ((stirs << 1) & 1023) | (moved ? 1 : 0);
    moved = false;
    if (state === CLEAR) {
      if (stillS >= COOLING_S && cooled() >= COOLED) become(NOT_WORN, 85);
      else if (stillS >= STILL_S && !isWarm()) become(NOT_WORN, 70);
    } else if (skin === undefined && bits(stirs) >= STIRRED) become(CLEAR, 70);
  }

  return {
    feed: (samples, count) => {
      if (!known) return;
      const end = 3 * count;
      let at = wait;
      while (at < end) {
        const x = samples[at];
        const y = samples[at + 1];
        const z = samples[at + 2];
        const now = x + 3 * y + 7 * z;
        same = now === last ? same + 1 : 0;
        last = now;
        let by = x - atX;
        if (by < 0) by = -by;
        const dy = y - atY;
        const dz = z - atZ;
        by += dy < 0 ? -dy : dy;
        by += dz < 0 ? -dz : dz;
        if (by > MOVED) {
          moved = true;
          atX = x;
          atY = y;
          atZ = z;
        }
        looks++;
        if (looks < LOOKS) at += first;
        else {
          at += other;
          looks = 0;
          second();
        }
      }
      wait = at - end;
    },
    light: (mean, swing) => {
      if (skin === undefined) return;
      const dark = mean < skin.least || mean > skin.most;
      const dead = swing < idiv(mean, PULSE);
      awayS = dark || dead ? awayS + 1 : 0;
      skinS = dark || dead ? 0 : skinS + 1;
      if (awayS >= AWAY_S) become(NOT_WORN, 95);
      else if (skinS >= SKIN_S) {
        become(CLEAR, 95);
        stillS = 0;
      }
    },
    temperature: (centi) => {
      minutes[readings % (COOLING_MINUTES + 1)] = centi;
      readings++;
    },
    restart: () => {
      become(STARTING, 0);
      stillS = 0;
      same = 0;
      skinS = 0;
      awayS = 0;
    },
    doubt: () => {
      if (!known) return WRONG_RATE;
      return same >= FROZEN_LOOKS && skinS < SKIN_S && state !== NOT_WORN ? FROZEN : state;
    },
    quality: () => sure,
  };
}

function bits(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest >>= 1) count += rest & 1;
  return count;
}
