/** Opens sealed records and keeps each of them once. */
import { aes128 } from "@songbai/sdk/crypto/aes";
import { readObservation, type TimedObservation } from "@songbai/sdk/record/observation";
import { observationOf } from "@songbai/sdk/record/observations";
import { sealer, sequenceOf } from "@songbai/sdk/record/seal";
import { DUPLICATE, FRESH, receiveWindow } from "@songbai/sdk/record/window";
import type { OpenedObservation, OpenedRecord } from "@songbai/sim/air/gateway";
import type { Credentials } from "../provision/demo.ts";

export interface Records {
  /** Opens a record, or says in a sentence why not. */
  open(record: Uint8Array): OpenedRecord | { readonly rejected: string };
}

export function records(credentials: Credentials): Records {
  const seal = sealer(aes128(credentials.recordKey), credentials.salt, credentials.epoch);
  const window = receiveWindow();
  /** The store's unique key: what is older than the window is looked up here. */
  const stored = new Set<number>();

  return {
    open(record) {
      const plain = new Uint8Array(record.length);
      const length = seal.open(record, record.length, plain);
      if (length < 0) return { rejected: "the record fails its authentication tag" };
      const sequence = sequenceOf(record, record.length);
      const found: TimedObservation[] = [];
      for (let at = 0; at < length; ) {
        at = readObservation(plain, at, length, found);
        if (at < 0) return { rejected: `record ${sequence} holds no observations that this hub knows` };
      }
      const judged = window.judge(sequence);
      const duplicate = judged === DUPLICATE || (judged !== FRESH && stored.has(sequence));
      if (!duplicate) {
        window.accept(sequence);
        stored.add(sequence);
      }
      return { sequence, duplicate, observations: found.map(named) };
    },
  };
}

/** An observation with the names and units of the table. One of an unknown code keeps its numbers. */
function named({ code, time, values }: TimedObservation): OpenedObservation {
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
