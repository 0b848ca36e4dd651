import type { SensedRecording } from "../sense/sense.ts";

/** What is said of a recording; `steps` are those that were counted. */
export interface CountedWalk extends SensedRecording {
  readonly durationS: number;
  readonly steps: number;
  readonly trueSteps?: number;
  /** Each of four seconds, `t` its end: steps so far, and how many a minute; null where the device does not say. */
  readonly windows: readonly { readonly t: number; readonly steps: number; readonly cadence: number | null }[];
}

/** Nobody walked: as the README of steps-watch says it. */
const STILL_STEPS = 66;
/** True steps a minute that make a recording a walk, if one with pauses. */
const WALK_A_MINUTE = 40;

/** What a recording is, by its truth. */
export function kindOf({ trueSteps, durationS }: CountedWalk): "walk" | "still" | "mixed" | "unknown" {
  if (trueSteps === undefined) return "unknown";
  if ((60 * trueSteps) / durationS >= WALK_A_MINUTE) return "walk";
  return trueSteps <= STILL_STEPS ? "still" : "mixed";
}

/** Percent of the true steps, below 0 where some were missed. */
export function errorOf({ steps: count, trueSteps = 0 }: CountedWalk): number {
  return (100 * (count - trueSteps)) / trueSteps;
}

/** Steps an hour that nobody took. */
export function falseAnHour({ steps: count, trueSteps = 0, durationS }: CountedWalk): number {
  return (3600 * Math.max(0, count - trueSteps)) / durationS;
}
