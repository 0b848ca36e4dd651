/** The last five seconds of frames, in steps of 8 mg where the range is ±4 g and of 16 mg at ±8 g: the resolution of the parts themselves. */
import { allocInts, type Ints } from "../../lang/intrinsics.ts";

/** Frames kept, oldest overwritten first; a power of two, so that `at & PLACE` is a place. */
export const FRAMES_KEPT = 128;
export const PLACE = 127;

/** A stronger acceleration on an axis counts as this many steps. */
export const LIMIT = 500;
/** The bits of a square that count: 16 steps² (mg² / 1024 at ±4 g) and more. */
export const SQUARE = 0xffff0;
export interface History {
  /** x + 32768 × y of each frame, by place. */
  readonly xy: Ints;
  /** The square of the magnitude, steps², at most 750,000, + 1048576 × z of each frame, by place. */
  readonly squareZ: Ints;
}

export function newHistory(): History {
  return { xy: allocInts(FRAMES_KEPT), squareZ: allocInts(FRAMES_KEPT) };
}
