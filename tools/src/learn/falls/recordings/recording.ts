/** Samples without a hole in them: from `from` (inclusive) to `to` (exclusive). The detector starts anew with each. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** A recorded fall or activity of daily living, at the common rate. */
export interface FallRecording {
  /** Below the data set's folder, without sensor and extension: `F01/U01_R01`. */
  readonly id: string;
  readonly subject: string;
  readonly activity: string;
  readonly fall: boolean;
  /** The data set counts this person among its elders; they never acted falls. */
  readonly elder: boolean;
  /** Where the data set says that the fall lies, s on the recording's own stamps. */
  readonly startS?: number;
  readonly endS?: number;
  /** Stamp of the first sample, s. */
  readonly firstS: number;
  /** From the first stamp to the last, s. */
  readonly durationS: number;
  /** x, y, z, x, y, z … in mg at the common rate; nothing beyond the last stamp. */
  readonly samples: Int16Array;
  readonly runs: readonly Run[];
  /** One sentence: why nothing can be said of this recording. It has no samples then. */
  readonly unknown?: string;
  /** The sensor asked for is not in this recording: there is nothing to find or to miss. */
  readonly absent?: boolean;
}

/** Rows of a recording as they stand in its file, in the file's order. */
export interface Rows {
  /** s */
  readonly time: Float64Array;
  /** x, y, z, x, y, z … in mg */
  readonly mg: Float64Array;
  /** The line of each row in the file, from 1. */
  readonly line: Int32Array;
  /** Malformed rows left out, and the line of the first. */
  readonly skipped: number;
  readonly skippedLine: number;
}
