import { CLEAR } from "@songbai/sdk/sensing/doubt";
import { fallCandidates } from "@songbai/sdk/sensing/fall/candidates";
import { AFTER } from "@songbai/sdk/sensing/fall/features";
import type { FallPosition } from "@songbai/sdk/sensing/fall/position";
import { COMMON_HZ, type Part, sensed } from "../sense/part.ts";
import type { FallRecording } from "./recordings/recording.ts";
import { heardFall } from "./score.ts";

/**
 * The strongest evidence that a recording holds, in logits: of a fall, where its label says that it lies; `null` where nothing
 * reached the trigger. What a threshold trades can be drawn from it; the alarms themselves also know the time after an alarm.
 */
export function strongestEvidence(recording: FallRecording, part: Part, position: FallPosition): number | null {
  const samples = sensed(recording.samples, part);
  const sample = new Int32Array(3);
  let strongest: number | null = null;
  for (const { from, to } of recording.runs) {
    let at = from;
    const candidates = fallCandidates(COMMON_HZ, position, (features, _, doubt) => {
      if (doubt !== CLEAR) return;
      const timeS = recording.firstS + at / COMMON_HZ;
      const alarm = { timeS, impactS: timeS - AFTER / COMMON_HZ };
      if (recording.fall && !heardFall({ recording, alarms: [alarm] })) return;
      const logit = position.score(features) / 1024;
      if (strongest === null || logit > strongest) strongest = logit;
    });
    for (; at < to; at++) {
      for (let axis = 0; axis < 3; axis++) sample[axis] = samples[3 * at + axis];
      candidates.feed(sample, 1);
    }
  }
  return strongest;
}
