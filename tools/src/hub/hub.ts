/**
 * The hub, the far end of the street: a frame from the gateway -> integrity code -> sealed record -> replay window -> published, and
 * an acknowledgement down. A record is acknowledged only once the hub holds it.
 */
import { cn470 } from "@songbai/sdk/bearer/lorawan/cn470";
import { RECORD_PORT } from "@songbai/sdk/bearer/lorawan/lorawan";
import { OBSERVATIONS } from "@songbai/sdk/record/observations";
import type { NetworkServer, OpenedObservation, OpenedRecord, UplinkOutcome } from "@songbai/sim/air/gateway";
import type { Reception } from "@songbai/sim/air/lora-air";
import { type Credentials, printedId } from "../provision/demo.ts";
import { network } from "./network.ts";
import { records } from "./records.ts";

/** Where opened observations go: topic and payload. */
export type Publish = (topic: string, payload: object, sequence: number) => void;

export interface HubCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

export interface Hub extends NetworkServer {
  readonly counts: () => HubCounts;
}

/** RX1 opens one second after the uplink. */
const RX1_DELAY_MS = 1000;

export function hub(credentials: Credentials, subBand: number, publish: Publish): Hub {
  const net = network(credentials);
  const store = records(credentials);
  const region = cn470(subBand);
  const device = printedId(credentials.deviceId);
  let accepted = 0;
  let duplicates = 0;
  let rejected = 0;

  function refuse(why: string): UplinkOutcome {
    rejected++;
    return { rejected: why };
  }

  /** The downlink of RX1: the channel that belongs to the uplink's, at the same rate. */
  function acknowledge(reception: Reception): UplinkOutcome["downlink"] {
    const channel = Array.from({ length: region.uplinkChannels }, (_, index) => index).find(
      (index) => region.uplinkHz(index) === reception.channel.frequencyHz,
    );
    if (channel === undefined) return undefined;
    const { spreadingFactor } = reception.channel;
    return {
      frame: net.acknowledgement(),
      delayMs: RX1_DELAY_MS,
      channel: { frequencyHz: region.rx1Hz(channel), spreadingFactor },
    };
  }

  function announce(record: OpenedRecord): void {
    for (const observation of record.observations) {
      publish(`songbai/v1/${device}/${observation.kind}`, message(device, record.sequence, observation), record.sequence);
    }
  }

  return {
    uplink(reception) {
      const uplink = net.open(reception.frame);
      if ("rejected" in uplink) return refuse(uplink.rejected);
      if (uplink.port !== RECORD_PORT) return refuse(`nothing is expected on port ${uplink.port}`);
      const record = store.open(uplink.payload);
      if ("rejected" in record) return refuse(record.rejected);
      if (record.duplicate) duplicates++;
      else {
        accepted++;
        announce(record);
      }
      const downlink = uplink.confirmed ? acknowledge(reception) : undefined;
      return downlink === undefined ? { record } : { record, downlink };
    },
    counts: () => ({ accepted, duplicates, rejected }),
  };
}

/** The JSON payload of an observation, with the units of the table. */
function message(device: string, sequence: number, observation: OpenedObservation): object {
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
