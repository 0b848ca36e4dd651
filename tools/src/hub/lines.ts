/** Sealed records as lines of JSON: the hub's door for gateways of any bearer. */
import { MAX_ACKNOWLEDGEMENT } from "@songbai/sdk/record/acknowledgement";
import { deviceIdOf, printedId } from "../provision/demo.ts";
import { down } from "./down.ts";
import { forgeries } from "./forgeries.ts";
import { type Receiver, receiver, type Taken } from "./receiver.ts";
import type { EnrolledDevice } from "./store/device.ts";
import type { Store } from "./store/store.ts";

/** What a line says: device id, seconds since 1970 when it was heard, the sealed octets in hexadecimal. */
interface Line {
  readonly device: string;
  readonly received: number;
  readonly record: string;
}

export type Answer =
  | {
      readonly device: string;
      readonly epoch: number;
      readonly sequence: number;
      readonly duplicate: boolean;
      /** For the device, in hexadecimal: what the hub holds, sealed under its command key, as whoever carries it proves nothing. */
      readonly acknowledgement: string;
    }
  | { readonly device?: string; readonly rejected: string };

function lineOf(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Partial<Line> | null;
    if (typeof line?.device !== "string" || typeof line.record !== "string") return undefined;
    if (typeof line.received !== "number" || !(line.received >= 0) || line.received > Number.MAX_SAFE_INTEGER) return undefined;
    return /^([0-9a-f]{2})+$/i.test(line.record) ? (line as Line) : undefined;
  } catch {
    return undefined;
  }
}

/** Takes lines, stores what is in them in one transaction, and answers them in their order. Empty lines have no answer. */
export function receiveLines(store: Store, log: (sentence: string) => void): (lines: readonly string[]) => Answer[] {
  const records: Receiver = receiver(store);
  const downwards = down(store);
  const failures = forgeries();
  const devices = new Map<string, EnrolledDevice>(store.devices().map((device) => [printedId(device.deviceId), device]));

  function answer(text: string): () => Answer {
    const line = lineOf(text);
    if (line === undefined) {
      const rejected = 'the line is not {"device": id, "received": seconds, "record": hexadecimal}';
      return () => ({ rejected });
    }
    const id = deviceIdOf(line.device);
    const name = id === undefined ? line.device : printedId(id);
    const device = devices.get(name);
    if (device === undefined) return () => ({ device: line.device, rejected: "the device is not enrolled" });
    const taken: Taken = records.take(device, new Uint8Array(Buffer.from(line.record, "hex")), line.received);
    if ("rejected" in taken) {
      const sentence = taken.forged ? failures.count(name, line.received).log : undefined;
      if (sentence !== undefined) log(sentence);
      return () => ({ device: name, rejected: taken.rejected });
    }
    const { epoch, sequence, duplicate } = taken;
    return () => {
      const held = records.acknowledgement(device, epoch, sequence, MAX_ACKNOWLEDGEMENT);
      const { frame } = downwards.seal(device, records.epochOf(device), held);
      return { device: name, epoch, sequence, duplicate, acknowledgement: Buffer.from(frame).toString("hex") };
    };
  }

  return (lines) => {
    const answers = lines.filter((text) => text.trim() !== "").map(answer);
    records.commit();
    return answers.map((say) => say());
  };
}
