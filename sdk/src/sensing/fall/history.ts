/**
 * The last five seconds of frames, one int32 each: three axes of ten bits. A step is 8 mg where the range is ±4 g, 16 mg at ±8 g: the
 * resolution of the parts themselves, and a third of the heap of three rings.
 */
import type { Ints } from "../../lang/intrinsics.ts";

/** Frames kept, oldest overwritten first; a power of two, so that `at & PLACE` is a place. */
export const FRAMES_KEPT = 128;
export const PLACE = 127;

/** What an axis is stored above 0: -512..511 steps become 0..1023. */
export const ZERO = 512;
/** A stronger acceleration counts as this much, in steps. */
export const LIMIT = 500;

/** The square of the magnitude of a packed frame, in steps. */
export function squareOf(packed: number): number {
  const x = (packed & 1023) - ZERO;
  const y = ((packed >> 10) & 1023) - ZERO;
  const z = (packed >> 20) - ZERO;
  return x * x + y * y + z * z;
}

/** Packed frames by place. */
export type History = Ints;
