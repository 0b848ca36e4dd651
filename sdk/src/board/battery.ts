/** The last reading of the battery gauge. */
export interface Battery {
  /** Charge left, percent 0..100. */
  readonly levelPercent: () => number;
}
