/** What the sense said of a recording, beside what an oximeter said. */

export interface Measured {
  readonly id: string;
  readonly durationS: number;
  readonly place: "finger" | "ear";
  /** Mean of its windows, percent. */
  readonly spo2: number | null;
  readonly bpm: number | null;
  /** Mean ratio of ratios. */
  readonly ratio: number | null;
  readonly trueSpo2?: number | "unattached";
  readonly trueBpm?: number;
  readonly windows: readonly { readonly t: number; readonly spo2: number | null; readonly quality: number }[];
  readonly [said: string]: unknown;
}

/** In tenths, or other parts of one; nothing of nothing. */
export function meanOf(values: readonly number[], parts = 10): number | null {
  if (values.length === 0) return null;
  return Math.round((parts * values.reduce((a, b) => a + b)) / values.length) / parts;
}
