import type { Ints } from "../../lang/intrinsics.ts";

/** What the detector knows of a place on the body: made by `songbai train falls`, imported by the device that sits there. */
export interface FallPosition {
  /** What the recordings behind it measured, 4 or 8 g: a stronger acceleration counts as this much. */
  readonly rangeG: number;
  /** Magnitude above which a frame may be an impact, mg: no fall of the recordings stays below, sitting and sleep do. */
  readonly triggerMg: number;
  /** The logit of a fall in 1/1024, by the features of an impact; a fall above 0. */
  readonly score: (features: Ints) => number;
}
