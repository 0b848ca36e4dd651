/**
 * Other ways to read the same recordings, for training and for trial: what somebody else's files at 25 Hz would look like. A detector that
 * was trained on one way only loses four falls of a hundred in files that were low-passed before.
 */
export interface Reading {
  /** The low-pass and the way to 25 Hz once more, as for files that have been through one. */
  readonly again?: boolean;
  /** The first sample so much later than the first stamp, s: a part does not sample where another did. */
  readonly lateS?: number;
  /** Every second row of the file only, without a low-pass: the 25 Hz files of WEDA-FALL's authors. */
  readonly everySecond?: boolean;
  /** Another low-pass, Hz. */
  readonly cutHz?: number;
}

/** By name; the first is how recordings are read where nothing is said. */
export const READINGS: Record<string, Reading> = {
  "as it is": {},
  "low-passed twice": { again: true },
  "half a sample later": { lateS: 0.02 },
  "every second row": { everySecond: true },
};

/** What a detector learns from beside the recordings as they are: so it keeps its figures on files that somebody else brought to 25 Hz. */
export const TAUGHT_READINGS: readonly Reading[] = [READINGS["low-passed twice"], READINGS["half a sample later"]];
