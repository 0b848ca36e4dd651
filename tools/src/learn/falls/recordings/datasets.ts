import { InputError } from "@songbai/sim/scenario/input-error";
import type { Reading } from "./readings.ts";
import type { FallRecording } from "./recording.ts";
import { turned } from "./turned.ts";
import { readUmaFall } from "./umafall.ts";
import { readWedaFall } from "./weda-fall.ts";

/** `insole`: no fall was ever recorded in a shoe, the ankle stands for it. How a board lies in a sole nobody knows: every person's otherwise. */
export const FALL_POSITIONS = ["wrist", "waist", "chest", "ankle", "insole"] as const;

export type PositionName = (typeof FALL_POSITIONS)[number];

const READERS: Record<string, (folder: string, position: PositionName, reading?: Reading) => FallRecording[]> = {
  "weda-fall": (folder, position, reading) => {
    if (position !== "wrist")
      throw new InputError(`WEDA-FALL was recorded at the wrist, not at the ${position}; give --position wrist.`);
    return readWedaFall(folder, reading);
  },
  umafall: (folder, position, reading) =>
    position === "insole" ? turned(readUmaFall(folder, "ankle", reading)) : readUmaFall(folder, position, reading),
};

export const FALL_DATASETS = Object.keys(READERS);

/** Every recording of a data set as felt at a position, read as it is unless `reading` says otherwise. Throws `InputError`. */
export function readFalls(dataset: string, folder: string, position: PositionName, reading?: Reading): FallRecording[] {
  const recordings = readFallsOrUnknown(dataset, folder, position, reading);
  const bad = recordings.filter(({ unknown, absent }) => unknown !== undefined && absent !== true);
  if (bad.length > 0 && recordings.every(({ unknown }) => unknown !== undefined)) {
    const more = bad.length > 1 ? ` None of the ${bad.length} recordings can be judged.` : "";
    throw new InputError(`${bad[0].unknown}${more}`);
  }
  return recordings;
}

/** The same, also when no recording can be judged: UMAFall's every second row is 10 Hz. */
export function readFallsOrUnknown(
  dataset: string,
  folder: string,
  position: PositionName,
  reading?: Reading,
): FallRecording[] {
  const read = READERS[dataset];
  if (read === undefined) {
    throw new InputError(`There is no data set "${dataset}"; there are ${FALL_DATASETS.join(" and ")}.`);
  }
  return read(folder, position, reading);
}
