/** What became of the falls of a timeline, and of moments that were none. */
import { called, isFall } from "../world/activities.ts";
import type { TimelineEntry } from "../world/person.ts";
import type { AlarmOutcome } from "./outcome.ts";

/** Fall alarms during one kind of activity that is no fall. */
export interface FalseAlarms {
  readonly during: string;
  readonly alarms: number;
  /** How many times the timeline has that activity. */
  readonly of: number;
}

export interface FallBook {
  /** Falls in the timeline. */
  readonly falls: number;
  /** Of them, those that the device felt. */
  readonly felt: number;
  readonly falseAlarms: readonly FalseAlarms[];
}

/** A detector decides at least so long after the impact: what began later is not the cause. */
const DECISION_MS = 2000;

/** Books the alarms of a run. What a recording holds is not known: its book is empty. */
export function fallBook(timeline: readonly TimelineEntry[], alarms: readonly Pick<AlarmOutcome, "kind" | "at">[]): FallBook {
  const felt = new Set<TimelineEntry>();
  const falsely = new Map<TimelineEntry["do"], number>();
  for (const { kind, at } of alarms) {
    const cause = kind === "fall" ? timeline.findLast(({ atMs }) => atMs <= at * 1000 - DECISION_MS) : undefined;
    if (cause === undefined) continue;
    if (isFall(cause.do) && !felt.has(cause)) felt.add(cause);
    else falsely.set(cause.do, (falsely.get(cause.do) ?? 0) + 1);
  }
  const times = (what: TimelineEntry["do"]) => timeline.filter((entry) => entry.do === what).length;
  return {
    falls: timeline.filter((entry) => isFall(entry.do)).length,
    felt: felt.size,
    falseAlarms: [...falsely].map(([during, alarms]) => ({ during: called(during), alarms, of: times(during) })),
  };
}
