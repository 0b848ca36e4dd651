/**
 * A hint that the heart beats as in atrial fibrillation, from the pulse in light (PPG) of somebody who keeps still. Ten seconds at a
 * time: beats by their rises, how alike their intervals and strengths are, boosted trees over that, and the windows before. A hint is for
 * a doctor to look at an ECG, not a diagnosis; docs/senses/rhythm.md says how often it is wrong.
 */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, INCONSISTENT, MOVING, SATURATED, STARTING, WEAK, WRONG_RATE } from "../doubt.ts";
import { type Reading, UNKNOWN } from "../reading.ts";
import { beatFeatures } from "./features.ts";
import { MOST_RISES, PART, rises } from "./rises.ts";

export interface RhythmOptions {
  /** Sampling rate, 20..100 Hz. */
  readonly rateHz: number;
  /** The highest count of the sensor, at most 2^22: there it is saturated. */
  readonly fullScale: number;
  /** True where more blood means lower counts, as light that comes back from the skin does. */
  readonly falling: boolean;
  /** Above 0 for fibrillation, in 1024ths of log odds: `fibrillation` of sensing/rhythm/table. */
  readonly score: (features: Ints) => number;
}

/**
 * `value` is 1 for a rhythm as in fibrillation, 0 for another; every ten seconds, and at once when the signal cannot be judged. With
 * `INCONSISTENT` it was judged, and the odds are nearly even.
 */
export interface RhythmHint extends Reading {
  /** This window and those before it, 1024ths of log odds; 0 while the signal cannot be judged. */
  score: number;
  /** This window alone, likewise. */
  alone: number;
  /** Median beat interval of the window, ms; `UNKNOWN` while unknown. */
  intervalMs: number;
}

export interface Rhythm {
  /** Takes the next `count` samples, counts of the sensor. Where a stream is cut into batches changes nothing. */
  readonly feed: (samples: Ints, count: number) => void;
  /** Samples were lost: the window begins anew, those before it still count. */
  readonly gap: () => void;
  /** The wearer moved: the window that is under way says nothing. */
  readonly moved: () => void;
  /** As if made anew. */
  readonly restart: () => void;
}

const WINDOW_S = 10;
/** The frames that are looked at, about so many a second. */
const FRAME_HZ = 25;
/** Looked at together. */
const MOST_FRAMES = 32;
/** As many frames in a row alike: no pulse does that. */
const STILL_S = 1;
/** The range of a window against its level: a pulse takes more of the light. */
const WEAKEST = 4096;
const LEAST_BEATS = 5;
/** More is noise: a clean pulse has a rise for each beat, and few have a notch that rises with each. */
const RISES_IN_TWO_BEATS = 5;
/** So long there was no pulse to be seen, rather than no beat: halves of a second. */
const PAUSE = 6;
/** 1024ths of log odds: up to here, which is 62 %, nothing is said; there it is as sure as can be. */
const UNSURE = 512;
const SUREST = 4096;
/**
 * What a window leaves for the next one, as if in one of five the rhythm changed: 0.6 of its log odds, and never more than the log of 4
 * to 1 (the forward filter of a chain of two states, Rabiner, Proc. IEEE 1989; its curve taken straight).
 */
const MOST_CARRIED = 1420;

/** For the next window: 1024ths of log odds. */
export function carriedOn(score: number): number {
  const carried = idiv(3 * score, 5);
  return carried > MOST_CARRIED ? MOST_CARRIED : carried < -MOST_CARRIED ? -MOST_CARRIED : carried;
}

/** Allocates only here. */
export function rhythm(options: RhythmOptions, onHint: (hint: RhythmHint) => void): Rhythm {
  const { rateHz, fullScale, falling, score } = options;
  const known = rateHz >= 20 && rateHz <= 100;
  const group = known ? idiv(rateHz + 12, FRAME_HZ) : 1;
  const length = idiv(rateHz * WINDOW_S, group);
  const still = idiv(rateHz * STILL_S, group);
  const top = fullScale * group;
  const second = known ? idiv(PART * rateHz, group) : PART;
  const up = rises();
  const measured = beatFeatures(second);
  const hint: RhythmHint = { value: UNKNOWN, quality: 0, doubt: STARTING, score: 0, alone: 0, intervalMs: UNKNOWN };

  let sum = 0;
  let inGroup = 0;
  let last = -1;
  let alike = 0;
  /** Frames of a batch, more blood upwards. */
  const frames = allocInts(MOST_FRAMES);
  let doubt = CLEAR;
  /** What the windows before say of this one. */
  let carried = 0;

  function begin(): void {
    inGroup = 0;
    sum = 0;
    doubt = CLEAR;
  }

  function tell(why: number): void {
    hint.value = UNKNOWN;
    hint.quality = 0;
    hint.doubt = why;
    hint.score = 0;
    hint.alone = 0;
    hint.intervalMs = UNKNOWN;
    carried = 0;
    onHint(hint);
  }

  /** Whether the beats leave a part of the window out. */
  function pauses(beats: number): boolean {
    const longest = (second * PAUSE) >> 1;
    let last = 0;
    for (let i = 0; i < beats; i++) {
      if (measured.at[i] - last > longest) return true;
      last = measured.at[i];
    }
    return PART * length - last > longest;
  }

  function judge(): void {
    if (doubt !== CLEAR) {
      tell(doubt);
      return;
    }
    const range = up.highest() - up.lowest();
    const level = falling ? -up.lowest() : up.highest();
    const found = up.count();
    const beats = range < idiv(level, WEAKEST) || found > MOST_RISES ? 0 : measured.of(up);
    if (beats < LEAST_BEATS || 2 * found > RISES_IN_TWO_BEATS * beats || pauses(beats)) {
      tell(WEAK);
      return;
    }
    // A pulse falls more slowly than it rises, even out of step: this is the wearer who moves, or a sensor that counts the other way.
    if (up.fall() > measured.usualSlope()) {
      tell(MOVING);
      return;
    }
    const now = score(measured.features);
    const all = now + carried;
    carried = carriedOn(all);
    const sure = all > 0 ? all : -all;
    if (sure <= UNSURE) {
      hint.value = UNKNOWN;
      hint.quality = 0;
      hint.doubt = INCONSISTENT;
    } else {
      hint.value = all > 0 ? 1 : 0;
      hint.quality = 50 + idiv(49 * (sure < SUREST ? sure : SUREST), SUREST);
      hint.doubt = CLEAR;
    }
    hint.score = all;
    hint.alone = now;
    hint.intervalMs = measured.medianMs();
    onHint(hint);
  }

  /** Takes samples from place `from` until there are as many frames as can be looked at, and says how far it came. What each touches is local. */
  function take(samples: Ints, from: number, until: number): number {
    const into = frames;
    const inFrame = group;
    const stuck = still;
    const left = length - up.frames();
    const most = left < MOST_FRAMES ? left : MOST_FRAMES;
    let next = from;
    let count = 0;
    let value = sum;
    let grouped = inGroup;
    let before = last;
    let same = alike;
    let fault = false;
    while (next < until && count < most && !fault) {
      value += samples[next];
      next++;
      grouped++;
      if (grouped < inFrame) continue;
      if (value === before) {
        same++;
        fault = same === stuck;
      } else same = 0;
      if (same < stuck) {
        into[count] = falling ? -value : value;
        count++;
      }
      before = value;
      value = 0;
      grouped = 0;
    }
    sum = value;
    inGroup = grouped;
    last = before;
    alike = same;
    if (fault) {
      up.restart();
      begin();
      tell(before >= top || before <= 0 ? SATURATED : FROZEN);
      return next;
    }
    up.feed(into, count);
    if (up.frames() === length) {
      judge();
      up.next();
      begin();
    }
    return next;
  }

  function restart(): void {
    up.restart();
    begin();
    last = -1;
    alike = 0;
  }

  return {
    feed: (samples, count) => {
      if (!known) {
        tell(WRONG_RATE);
        return;
      }
      let next = 0;
      while (next < count) next = take(samples, next, count);
    },
    gap: restart,
    moved: () => {
      doubt = MOVING;
    },
    restart: () => {
      restart();
      tell(STARTING);
    },
  };
}
