/** The last five seconds of frames, in steps of 8 mg where the range is ±4 g and of 16 mg at ±8 g: the resolution of the parts themselves. */
import { allocInts, type Ints } from "../../lang/intrinsics.ts";

/** Frames kept, oldest overwritten first; a power of two, so that `at & PLACE` is a place. */
export const FRAMES_KEPT = 128;
export const PLACE = 127;

/** A stronger acceleration on an axis counts as this many steps. */
export const LIMIT = 500;
/** More than any square has, and the bits of one. */
export const SQUARE = 65535;
export interface History {
  /** x + 32768 × y of each frame, by place. */
  readonly xy: Ints;
  /**
   * The square of the magnitude + 65536 × z of each frame, by place. Squares are in 16 steps² (mg² / 1024 at ±4 g): 976 at rest, at
   * most 46,875.
   */
  readonly squareZ: Ints;
}

export function newHistory(): History {
  return { xy: allocInts(FRAMES_KEPT), squareZ: allocInts(FRAMES_KEPT) };
}
