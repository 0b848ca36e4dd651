/** Where to put the threshold, and how good a model then is, by recordings whose people it has not seen. */
import type { Candidate } from "./candidates.ts";
import type { FallRecording } from "./recordings/recording.ts";

/** What a position has to reach, percent. */
export interface Aim {
  readonly sensitivity: number;
  readonly specificity: number;
}

/** A recording is as suspicious as its worst impact; one without impacts is not. */
export interface Suspicion {
  readonly fall: boolean;
  readonly score: number;
}

export interface OperatingPoint {
  /** A fall above it. */
  readonly threshold: number;
  /** How far both sensitivity and specificity are above the aim, in standard errors of the aim, smoothed. */
  readonly worth: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

/** A score this far from the threshold is counted as e : 1 for its side: so that one recording more or less moves little. */
const SOFT = 384;
/** Nothing found: as far from an alarm as can be. */
const NEVER = -1e6;

/** `score` of each candidate, or undefined where it was not among those held out. */
export function suspicions(
  recordings: readonly FallRecording[],
  candidates: readonly Candidate[],
  scores: ReadonlyMap<Candidate, number>,
  people: ReadonlySet<string>,
): Suspicion[] {
  const most = new Map<number, number>();
  for (const candidate of candidates) {
    const score = scores.get(candidate);
    if (score === undefined || candidate.teaching === "none") continue;
    most.set(candidate.recording, Math.max(score, most.get(candidate.recording) ?? NEVER));
  }
  return recordings.flatMap(({ subject, fall, unknown }, place) =>
    people.has(subject) && unknown === undefined ? [{ fall, score: most.get(place) ?? NEVER }] : [],
  );
}

/** The threshold that leaves the worse of the two the furthest above its aim; half way between two recordings. */
export function operatingPoint(found: readonly Suspicion[], aim: Aim): OperatingPoint {
  const falls = found.filter(({ fall }) => fall).map(({ score }) => score);
  const adl = found.filter(({ fall }) => !fall).map(({ score }) => score);
  const scores = [...new Set([...falls, ...adl].filter((score) => score > NEVER))].sort((a, b) => a - b);
  let best: OperatingPoint | undefined;
  for (let i = 0; i < scores.length; i++) {
    const threshold = i + 1 < scores.length ? Math.floor((scores[i] + scores[i + 1]) / 2) : scores[i];
    const worth = Math.min(
      errorsAbove(
        falls.map((score) => above(score, threshold)),
        aim.sensitivity / 100,
      ),
      errorsAbove(
        adl.map((score) => 1 - above(score, threshold)),
        aim.specificity / 100,
      ),
    );
    if (best !== undefined && worth <= best.worth) continue;
    best = {
      threshold,
      worth,
      sensitivity: 100 * mean(falls.map((score) => (score > threshold ? 1 : 0))),
      specificity: 100 * mean(adl.map((score) => (score > threshold ? 0 : 1))),
    };
  }
  return best ?? { threshold: 0, worth: Number.NEGATIVE_INFINITY, sensitivity: 0, specificity: 100 };
}

/** In standard errors that a share has of so many recordings when it is what the aim says. */
function errorsAbove(right: readonly number[], aim: number): number {
  return right.length === 0 ? 0 : (mean(right) - aim) / Math.sqrt((aim * (1 - aim)) / right.length);
}

function above(score: number, threshold: number): number {
  return 1 / (1 + Math.exp((threshold - score) / SOFT));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
