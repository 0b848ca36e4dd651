/** How much a set of recordings was smoothed before it came here, and the low-pass that brings it to where all others are. */
import { COMMON_HZ } from "../../sense/part.ts";
import type { FallRecording, Rows } from "./recording.ts";

/** Low-passes to choose from, Hz; at half the common rate samples stay as they are. */
const CUTS_HZ = [12.5, 11, 10, 9, 8, 7.5, 7, 6.5];
/** So many recordings tell, fewer than the least do not. */
const ASKED = 120;
const LEAST = 20;
const WINDOW = 64;

/** What a data set is like when it comes from the people who recorded it. */
export interface Original {
  /** Whether files of this rate, Hz, come from somebody who has brought them to 25 Hz. */
  readonly brought: (rateHz: number) => boolean;
  /** See `sharpness`. */
  readonly sharpness: number;
}

/**
 * Every recording. Whoever has brought a data set to 25 Hz has smoothed it, or has not: then all of it is read as sharp as the original.
 * `read` may be asked for a place many times, with another low-pass; `rows` gives what it has read.
 */
export function readAlike(
  count: number,
  read: (place: number, cutHz?: number) => FallRecording,
  rows: () => Iterable<Rows>,
  original: Original,
): FallRecording[] {
  const all = (cutHz?: number) => Array.from({ length: count }, (_, place) => read(place, cutHz));
  const recordings = all();
  const rate = median([...rows()].map(({ time }) => (time.length - 1) / (time[time.length - 1] - time[0])));
  if (!original.brought(rate)) return recordings;
  const cutHz = cutFor(count, read, original.sharpness);
  return cutHz === undefined ? recordings : all(cutHz);
}

/**
 * The low-pass with which `read` gives recordings as sharp as the original; `undefined` where they are too few to tell, or nobody moves.
 * `count`: how many recordings there are.
 */
export function cutFor(
  count: number,
  read: (place: number, cutHz: number) => FallRecording,
  original: number,
): number | undefined {
  if (count < LEAST) return undefined;
  const every = Math.max(1, Math.floor(count / ASKED));
  const places = Array.from({ length: Math.ceil(count / every) }, (_, i) => i * every);
  const away = (cutHz: number) => Math.abs(Math.log(sharpness(places.map((place) => read(place, cutHz))) / original));
  const tried = CUTS_HZ.map((cutHz) => ({ cutHz, away: away(cutHz) })).filter((one) => Number.isFinite(one.away));
  return tried.sort((a, b) => a.away - b.away).at(0)?.cutHz;
}

/**
 * Energy from 9 to 12 Hz over that from 6 to 8 Hz behind the reader, of the recording in the middle: the slope is the low-pass's own, and
 * falls have the same as all else. NaN without a movement.
 */
export function sharpness(recordings: readonly FallRecording[]): number {
  return median(recordings.map(slope));
}

function slope({ samples, runs }: FallRecording): number {
  let high = 0;
  let low = 0;
  for (const { from, to } of runs) {
    for (let at = from; at + WINDOW <= to; at += WINDOW / 2) {
      for (let axis = 0; axis < 3; axis++) {
        for (const [k, wave] of WAVES) {
          let re = 0;
          let im = 0;
          for (let i = 0; i < WINDOW; i++) {
            const value = samples[3 * (at + i) + axis];
            re += value * wave[2 * i];
            im += value * wave[2 * i + 1];
          }
          if ((k * COMMON_HZ) / WINDOW >= 9) high += re * re + im * im;
          else low += re * re + im * im;
        }
      }
    }
  }
  return high / low;
}

/** Of those that are numbers. */
function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Windowed cosine and sine of the bands from 6 to 8 and from 9 to 12 Hz. */
const WAVES = Array.from({ length: WINDOW / 2 }, (_, k) => k)
  .filter((k) => {
    const hz = (k * COMMON_HZ) / WINDOW;
    return (hz >= 6 && hz <= 8) || (hz >= 9 && hz <= 12);
  })
  .map((k) => {
    const wave = new Float64Array(2 * WINDOW);
    for (let i = 0; i < WINDOW; i++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (WINDOW - 1));
      wave[2 * i] = window * Math.cos((2 * Math.PI * k * i) / WINDOW);
      wave[2 * i + 1] = window * Math.sin((2 * Math.PI * k * i) / WINDOW);
    }
    return [k, wave] as const;
  });
