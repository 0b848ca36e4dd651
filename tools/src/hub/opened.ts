/** What is in an opened record, with the names and units of the observation table. */
import { readObservation, type TimedObservation } from "@songbai/sdk/record/observation";
import { OBSERVATIONS, observationOf } from "@songbai/sdk/record/observations";
import type { OpenedObservation } from "@songbai/sim/air/gateway";

/** The observations of a CBOR sequence; `undefined` when it holds anything else, or nothing. */
export function readObservations(plain: Uint8Array, length: number): TimedObservation[] | undefined {
  const found: TimedObservation[] = [];
  for (let at = 0; at < length; ) {
    at = readObservation(plain, at, length, found);
    if (at < 0) return undefined;
  }
  return found.length === 0 ? undefined : found;
}

/** An observation with the names and units of the table. One of an unknown code keeps its numbers. */
export function named({ code, time, values }: TimedObservation): OpenedObservation {
  const definition = observationOf(code);
  const entries = values.map((value, index): [string, number] => {
    const meaning = definition?.values[index];
    return meaning === undefined ? [`value${index}`, value] : [meaning.name, value / meaning.scale];
  });
  return {
    name: definition?.name ?? `code-${code}`,
    kind: definition?.kind ?? "observation",
    time: time >>> 0,
    values: Object.fromEntries(entries),
  };
}

/** The JSON payload of an observation. */
export function message(device: string, sequence: number, observation: OpenedObservation): object {
  const definition = OBSERVATIONS.find((one) => one.name === observation.name);
  const unit = (name: string) => definition?.values.find((value) => value.name === name)?.unit;
  return {
    device,
    sequence,
    time: observation.time === 0 ? null : new Date(observation.time * 1000).toISOString(),
    name: observation.name,
    ...(definition === undefined ? {} : { zh: definition.zh }),
    values: Object.fromEntries(
      Object.entries(observation.values).map(([name, value]) => [name, { value, unit: unit(name) ?? "1" }]),
    ),
  };
}
