/** How much a set of recordings was smoothed before it came here, and the low-pass that brings it to where all others are. */
import { COMMON_HZ, type FallRecording } from "./recording.ts";

/**
 * Energy from 9 to 12 Hz over that from 6 to 8 Hz behind the reader, of WEDA-FALL at 50 Hz. The slope is the low-pass's own: falls have
 * 0.048, all else 0.051.
 */
const SHARPNESS = 0.05;
/** Low-passes to choose from, Hz; at half the common rate samples stay as they are. */
const CUTS_HZ = [12.5, 11, 10, 9, 8, 7.5, 7, 6.5];
/** So many recordings tell, fewer than the least do not. */
const ASKED = 120;
const LEAST = 20;
const WINDOW = 64;

/**
 * The low-pass with which `read` gives recordings as sharp as all others; `undefined` where they are too few to tell, or nobody moves.
 * `count`: how many recordings there are.
 */
export function cutFor(count: number, read: (place: number, cutHz: number) => FallRecording): number | undefined {
  if (count < LEAST) return undefined;
  const every = Math.max(1, Math.floor(count / ASKED));
  const places = Array.from({ length: Math.ceil(count / every) }, (_, i) => i * every);
  const away = (cutHz: number) => Math.abs(Math.log(sharpness(places.map((place) => read(place, cutHz))) / SHARPNESS));
  const tried = CUTS_HZ.map((cutHz) => ({ cutHz, away: away(cutHz) })).filter((one) => Number.isFinite(one.away));
  return tried.sort((a, b) => a.away - b.away).at(0)?.cutHz;
}

/** NaN without a movement. */
export function sharpness(recordings: readonly FallRecording[]): number {
  let high = 0;
  let low = 0;
  for (const { samples, runs } of recordings) {
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
  }
  return high / low;
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
