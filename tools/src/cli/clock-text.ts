import type { Scenario } from "@songbai/sim/scenario/scenario";

const ZONE_S = 8 * 3600;

const DAY_MS = 86_400_000;

/** The time of the day in the scenario, such as 08:12:31; in one of several days, day 3 08:12:31. */
export function clockOf(scenario: Scenario, timeMs: number): string {
  const startMs = (scenario.startEpochS + ZONE_S) * 1000;
  const nowMs = startMs + timeMs;
  const clock = new Date(nowMs).toISOString().slice(11, 19);
  if (scenario.durationMs <= DAY_MS) return clock;
  return `day ${Math.floor(nowMs / DAY_MS) - Math.floor(startMs / DAY_MS) + 1} ${clock}`;
}
