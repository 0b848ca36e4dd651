import type { Ints } from "../lang/intrinsics.ts";
import type { Result } from "../lang/result.ts";

export interface AccelerometerSettings {
  /** Output data rate, Hz. */
  readonly rateHz: number;
  /** Full scale, g (2, 4, 8 or 16). A stronger acceleration reads as full scale. */
  readonly rangeG: number;
  /** Samples that the FIFO gathers before it interrupts. */
  readonly watermark: number;
}

/** A three-axis accelerometer with a FIFO. */
export interface Accelerometer {
  /**
   * Starts sampling. At each watermark the FIFO is emptied into `samples` (x, y, z, x, y, z …, mg, in the axes of the body
   * part as the board profile maps them) and `onBatch` gets the number of samples; the last one was taken just now.
   * `samples` must hold 3 × watermark values. `OUT_OF_RANGE` for settings that the part does not have.
   */
  readonly start: (settings: AccelerometerSettings, samples: Ints, onBatch: (count: number) => void) => Result;
  readonly stop: () => void;
}
