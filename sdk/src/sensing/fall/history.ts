/**
 * The last five seconds of frames, in steps of 8 mg where the range is ±4 g and of 16 mg at ±8 g: the resolution of the parts themselves.
 *
 * Kept are running sums of the axes, so that the mean of any second is two subtractions, and the squared magnitude of each frame. A
 * sum wraps at 15 bits: the difference of two up to 32 frames apart is right nevertheless.
 */
import { allocInts, type Ints } from "../../lang/intrinsics.ts";

/** Frames kept, oldest overwritten first; a power of two, so that `at & PLACE` is a place. */
export const FRAMES_KEPT = 128;
export const PLACE = 127;

/** A stronger acceleration on an axis counts as this many steps. */
export const LIMIT = 500;
/** What is kept of the sum of an axis: its value modulo 32768. */
export const SUM = 32767;
/** What is kept of the sums of two axes in one number. */
export const SUMS = 0x3fffffff;
/** Squares are kept in 16 steps² (mg² / 1024 at ±4 g): 976 at rest, at most 46,875. */
export const SQUARE = 65535;
export interface History {
  /** The sum of x + 32768 × y over all frames up to each, modulo 2^30, by place. */
  readonly xy: Ints;
  /** The square of the magnitude and 65536 × the sum of z up to each frame, by place. */
  readonly squareZ: Ints;
}

export function newHistory(): History {
  return { xy: allocInts(FRAMES_KEPT), squareZ: allocInts(FRAMES_KEPT) };
}

/** What a sum grew by, in steps, when the difference of two that are at most 32 frames apart begins with these 15 bits. */
export function grown(difference: number): number {
  const low = difference & SUM;
  return low < 16384 ? low : low - 32768;
}
