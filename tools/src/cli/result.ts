import type { Outcome } from "@songbai/sim/scenario/outcome";
import type { Scenario } from "@songbai/sim/scenario/scenario";
import type { SimulationResult } from "@songbai/sim/scenario/simulate";
import type { Published } from "../hub/platform/platform.ts";

/** The JSON object of a run. */
export type RunResult = ReturnType<typeof resultOf>;

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** The alarms of a run as its result lists them; what is not known is absent. */
export function listedAlarms(outcome: Outcome) {
  return outcome.alarms.map(({ kind, at, deliveredAt, bearer, verified, cancelled }) => ({
    kind,
    at: round(at, 3),
    ...(deliveredAt === undefined ? {} : { deliveredAt: round(deliveredAt, 3) }),
    ...(bearer === undefined ? {} : { bearer }),
    verified,
    cancelled,
  }));
}

/** The result object of FORMATS: fields that a runtime cannot know are absent. */
export function resultOf(
  device: string,
  scenario: Scenario,
  runtime: string,
  seed: number,
  result: SimulationResult,
  published: Published,
) {
  const { outcome, heap } = result;
  const memory =
    heap.peakBytes === undefined
      ? {}
      : {
          memory: {
            peakHeapBytes: heap.peakBytes,
            ...(heap.afterBootBytes === undefined ? {} : { afterBootBytes: heap.afterBootBytes }),
          },
        };
  return {
    device,
    scenario: scenario.name,
    runtime,
    seed,
    simulatedSeconds: result.simulatedSeconds,
    wallSeconds: round(result.wallSeconds, 3),
    speed: Math.round(result.simulatedSeconds / result.wallSeconds),
    digest: result.transcript.digest(),
    alarms: listedAlarms(outcome),
    falls: result.falls,
    records: outcome.records,
    air: result.air,
    mqtt: published,
    flash: result.flash,
    ...memory,
    energy: result.energy,
    violations: result.violations,
    ...(result.known.length === 0 ? {} : { known: result.known }),
    verdict: result.violations.length === 0 ? "pass" : "fail",
  };
}
