/** What a model learns from: the impacts that the SDK's own detector would score in recordings, with its own features of them. */

import { CLEAR } from "@songbai/sdk/sensing/doubt";
import { fallCandidates } from "@songbai/sdk/sensing/fall/candidates";
import { AFTER } from "@songbai/sdk/sensing/fall/features";
import { FRAME_HZ } from "@songbai/sdk/sensing/fall/frames";
import type { FallTrigger } from "@songbai/sdk/sensing/fall/position";
import { COMMON_HZ, type Part, sensed } from "../sense/part.ts";
import { THRESHOLD_MAX } from "../trees/forest.ts";
import type { FallRecording } from "./recordings/recording.ts";
import { heardFall } from "./score.ts";

/** What may be learnt of an impact: no fall, a fall, one that may be the fall of its recording, or nothing. */
export type Teaching = "adl" | "fall" | "perhaps" | "none";

export interface Candidate {
  /** Place of its recording in the list. */
  readonly recording: number;
  /** On the recording's own stamps, s. */
  readonly impactS: number;
  readonly decidedS: number;
  readonly impactMg: number;
  readonly features: Int32Array;
  readonly teaching: Teaching;
  /** How much it counts in learning; 1 when left out. */
  readonly weight?: number;
  /** The features of the same impact where its recording is read otherwise: learnt from, never scored. */
  readonly otherwise?: readonly Int32Array[];
}

/** The impacts of all recordings, in their order and in time. */
export function candidatesOf(recordings: readonly FallRecording[], part: Part, trigger: FallTrigger): Candidate[] {
  const found: Candidate[] = [];
  recordings.forEach((recording, place) => {
    const samples = Int32Array.from(sensed(recording.samples, part));
    for (const { from, to } of recording.runs) {
      let at = from;
      const candidates = fallCandidates(COMMON_HZ, trigger, (features, impactMg, doubt) => {
        if (doubt !== CLEAR) return;
        const decidedS = recording.firstS + at / COMMON_HZ;
        const impactS = decidedS - AFTER / FRAME_HZ;
        const teaching = teachingOf(recording, impactS, decidedS);
        // More than any threshold is all the same to a tree.
        const limited = Int32Array.from({ length: features.length }, (_, i) => Math.min(features[i], THRESHOLD_MAX + 1));
        found.push({ recording: place, impactS, decidedS, impactMg, features: limited, teaching });
      });
      for (; at < to; at++) candidates.feed(samples.subarray(3 * at, 3 * at + 3), 1);
    }
  });
  return found;
}

/** Readings place an impact within so much of each other, s. */
const SAME_IMPACT_S = 0.12;

/** The candidates, each with its features in other readings of the same recordings; where a reading does not have it, without. */
export function readOtherwise(candidates: readonly Candidate[], others: readonly (readonly Candidate[])[]): Candidate[] {
  return candidates.map((candidate) => {
    const { recording, impactS } = candidate;
    const same = (other: Candidate) => other.recording === recording && Math.abs(other.impactS - impactS) <= SAME_IMPACT_S;
    return { ...candidate, otherwise: others.flatMap((list) => list.find(same)?.features ?? []) };
  });
}

/** In a fall's recording, what lies outside of its labels may be a stumble or getting up: neither fall nor daily living. */
function teachingOf(recording: FallRecording, impactS: number, timeS: number): Teaching {
  if (!recording.fall) return "adl";
  if (recording.startS === undefined) return "perhaps";
  return heardFall({ recording, alarms: [{ impactS, timeS }] }) ? "fall" : "none";
}
