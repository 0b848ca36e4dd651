/** What a recording becomes on its way to the detector of a device: range, resolution and FIFO of the part at that position. */
import { COMMON_HZ, type Part, sensed } from "../sense/part.ts";
import type { DetectorHost, Found } from "./detector-host.ts";
import type { PositionName } from "./recordings/datasets.ts";
import type { FallRecording } from "./recordings/recording.ts";

/** LIS2DH12 at 25 Hz, 12 bits: DS11091 table 4. A batch of 0.2 s leaves the detector 2.8 s of the three it has. */
const PART_4G: Part = { rangeG: 4, stepMg: 2, watermark: 5 };
const PART_8G: Part = { rangeG: 8, stepMg: 4, watermark: 5 };

export const PARTS: Record<PositionName, Part> = {
  wrist: PART_4G,
  waist: PART_8G,
  chest: PART_8G,
  ankle: PART_8G,
  insole: PART_8G,
};

/** An alarm on the recording's own stamps. */
export interface Alarm extends Omit<Found, "at" | "agoMs"> {
  /** When the device hears of it, s. */
  readonly timeS: number;
  /** When it says that the impact was, s. */
  readonly impactS: number;
}

/**
 * The alarms of one recording: causal, into a detector that has seen nothing else, anew behind each hole. The end is where the
 * recording ends: its last samples are handed over though the FIFO is not full, and nothing is padded or repeated.
 */
export function alarmsIn(recording: FallRecording, part: Part, detector: DetectorHost): Alarm[] {
  const { firstS, runs } = recording;
  const samples = sensed(recording.samples, part);
  const timeOf = (at: number) => firstS + at / COMMON_HZ;
  return runs.flatMap(({ from, to }) =>
    detector.falls(samples.subarray(3 * from, 3 * to)).map(({ at, agoMs, ...fall }) => {
      const batch = Math.floor(at / part.watermark) + 1;
      const heard = Math.min(from + batch * part.watermark, to) - 1;
      return { ...fall, timeS: timeOf(heard), impactS: timeOf(from + at) - agoMs / 1000 };
    }),
  );
}
