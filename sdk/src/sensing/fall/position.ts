import type { Ints } from "../../lang/intrinsics.ts";

/** What is an impact at a place on the body. */
export interface FallTrigger {
  /** What the recordings behind it measured, 4 or 8 g: a stronger acceleration counts as this much. */
  readonly rangeG: number;
  /** Magnitude above which a frame may be an impact, mg: no fall of the recordings stays below, sitting and sleep do. */
  readonly triggerMg: number;
}

/** What the detector knows of a place on the body: made by `songbai train falls`, imported by the device that sits there. */
export interface FallPosition extends FallTrigger {
  /** The logit of a fall in 1/1024, by the features of an impact; a fall above 0. */
  readonly score: (features: Ints) => number;
  /**
   * Ten numbers, percent: share of falls among impacts of people held out whose logit was 0 to 0.5, to 1 … to 4.5, and more. Of the
   * recordings, in which a third are falls; in a life they are rarer, and so are all that resembles them.
   */
  readonly confidence: readonly number[];
}
