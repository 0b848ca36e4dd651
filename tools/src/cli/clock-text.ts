import type { Scenario } from "@songbai/sim/scenario/scenario";

const ZONE_S = 8 * 3600;

/** The time of the day in the scenario, such as 08:12:31. */
export function clockOf(scenario: Scenario, timeMs: number): string {
  return new Date((scenario.startEpochS + ZONE_S) * 1000 + timeMs).toISOString().slice(11, 19);
}
