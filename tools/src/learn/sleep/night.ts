/** What the formats of actigraphy have in common. */
export interface Night {
  readonly startMs: number;
  readonly endMs: number;
  /** Minutes of it that a scorer has asleep. */
  readonly asleepMin?: number;
}

/** Days and nights of one wearer. Times are ms of UTC with the recording's own clock. */
export interface WristRecording {
  /** Path below the folder, without extension. */
  readonly id: string;
  readonly firstMs: number;
  /** Counts a minute; NaN while the device was off. */
  readonly minutes: readonly number[];
  /** What the diary or the scorer says; nothing where nobody says anything. */
  readonly nights: readonly Night[];
  readonly naps: readonly Night[];
}

/** Epochs of 15, 20, 30 or 60 s become minutes; a minute with one that is missing is missing. */
export function minutesOf(epochs: readonly number[], epochS: number): number[] {
  const each = 60 / epochS;
  const minutes: number[] = [];
  for (let i = 0; i + each <= epochs.length; i += each) {
    let sum = 0;
    for (let k = 0; k < each; k++) sum += epochs[i + k];
    minutes.push(sum);
  }
  return minutes;
}
