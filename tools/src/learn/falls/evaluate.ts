/** A detector over a whole data set. */

import { createHash } from "node:crypto";
import type { Part } from "../sense/part.ts";
import type { DetectorHost } from "./detector-host.ts";
import type { FallRecording } from "./recordings/recording.ts";
import type { Judged } from "./score.ts";
import { type Alarm, alarmsIn } from "./sensor-path.ts";

/** Every recording, with an alarm or without. */
export function evaluate(
  recordings: readonly FallRecording[],
  part: Part,
  detector: DetectorHost,
  progress: (done: number) => void = () => {},
): Judged<Alarm>[] {
  return recordings.map((recording, i) => {
    progress(i);
    return { recording, alarms: alarmsIn(recording, part, detector) };
  });
}

/** SHA-256 over all that the detector has said: the same on every runtime. */
export function digestOf(judged: readonly Judged<Alarm>[]): string {
  const hash = createHash("sha256");
  for (const { recording, alarms } of judged) {
    hash.update(`${recording.id}\n`);
    for (const alarm of alarms) hash.update(`${JSON.stringify(alarm, Object.keys(alarm).sort())}\n`);
  }
  return hash.digest("hex");
}
