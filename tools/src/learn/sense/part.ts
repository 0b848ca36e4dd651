/** The accelerometer that recordings are heard through. */

/** Samples a second of every recording of movement, once it is read. */
export const COMMON_HZ = 25;

export interface Part {
  /** Full scale, g: an axis beyond it reads as full scale. */
  readonly rangeG: number;
  /** Step of a reading, mg. */
  readonly stepMg: number;
  /** Samples that the FIFO gathers: what is said is heard when the batch of the sample that decided is full. */
  readonly watermark: number;
}

/** What the part reads: each axis held to full scale and rounded to its step, mg. */
export function sensed(samples: Int16Array, { rangeG, stepMg }: Pick<Part, "rangeG" | "stepMg">): Int16Array {
  const full = rangeG * 1000;
  return samples.map((mg) => Math.max(-full, Math.min(full, Math.round(mg / stepMg) * stepMg)));
}
