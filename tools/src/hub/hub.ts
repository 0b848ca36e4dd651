/**
 * The hub, the far end of the street: a frame from the gateway -> integrity code -> sealed record -> replay window -> stored -> published,
 * and an acknowledgement down. Nothing is acknowledged or published before it is stored.
 */
import { RECORD_PORT } from "@songbai/sdk/bearer/lorawan/lorawan";
import { MAX_ACKNOWLEDGEMENT } from "@songbai/sdk/record/acknowledgement";
import type { NetworkServer, OpenedRecord, UplinkOutcome } from "@songbai/sim/air/gateway";
import type { Reception } from "@songbai/sim/air/lora-air";
import type { RecordOutcome, RecordServer } from "@songbai/sim/air/record-server";
import { printedId } from "../provision/demo.ts";
import { forgeries } from "./forgeries.ts";
import { addressOf, type Network, network } from "./lorawan/network.ts";
import { RX1_DELAY_MS, windowsFor } from "./lorawan/windows.ts";
import { message, named, readObservations } from "./opened.ts";
import { receiver, type Taken } from "./receiver.ts";
import type { EnrolledDevice } from "./store/device.ts";
import { memoryStore, type Store } from "./store/store.ts";

/** Where opened observations go: topic and payload. */
export type Publish = (topic: string, payload: object, sequence: number) => void;

export interface HubCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

export interface Hub extends NetworkServer, RecordServer {
  /** Takes many frames and stores what is in them in one transaction. Throws `StoreFault`: then all of them may come again. */
  readonly uplinks: (receptions: readonly Reception[], timeS: number) => UplinkOutcome[];
  readonly counts: () => HubCounts;
  /** Publishes what an earlier hub stored and was not sure to have published; answers how many records that were. */
  readonly resume: () => number;
  /** All that was published has arrived: it is not published again. Throws `StoreFault`. */
  readonly settled: () => void;
}

export interface HubOptions {
  readonly store: Store;
  readonly subBand: number;
  readonly publish: Publish;
  /** A line of the log. */
  readonly log?: (sentence: string) => void;
}

/** Records that are read at a time to publish them again. */
const PAGE = 500;

/** A hub in memory, of one device. */
export function demoHub(device: Parameters<Store["enrol"]>[0], subBand: number, publish: Publish): Hub {
  return hub({ store: memoryStore([device]), subBand, publish });
}

/** A record that was opened. */
type Kept = Exclude<Taken, { rejected: string }>;

/** What is left to do for a frame once the store has its record. */
interface Judged {
  readonly reception: Reception;
  readonly rejected?: string;
  readonly network?: Network;
  readonly taken?: Kept;
  readonly counter?: number;
}

export function hub({ store, subBand, publish, log = () => {} }: HubOptions): Hub {
  const records = receiver(store);
  const failures = forgeries();
  /** By LoRaWAN address. */
  const networks = new Map<number, Network[]>();
  let revision = store.revision();
  let accepted = 0;
  let duplicates = 0;
  let rejected = 0;

  function networksAt(address: number): Network[] {
    if (revision !== store.revision()) networks.clear();
    revision = store.revision();
    const known = networks.get(address);
    if (known !== undefined) return known;
    const found = store.devicesAt(address).map(network);
    // An address that nobody has is not remembered: there are four billion of them.
    if (found.length > 0) networks.set(address, found);
    return found;
  }

  function refuse(reception: Reception, why: string): Judged {
    rejected++;
    return { reception, rejected: why };
  }

  function forged(device: EnrolledDevice, timeS: number): void {
    const name = printedId(device.deviceId);
    const { log: line, alarm } = failures.count(name, timeS);
    if (line !== undefined) log(line);
    if (alarm === undefined) return;
    publish(
      `songbai/v1/${name}/status`,
      { device: name, name: "forged-records", values: { count: { value: alarm, unit: "1" } } },
      -1,
    );
  }

  /** Judges a sealed record, and counts and reports it if it is none. */
  function take(device: EnrolledDevice, sealed: Uint8Array, timeS: number): Taken {
    const taken = records.take(device, sealed, timeS);
    if ("rejected" in taken) {
      rejected++;
      if (taken.forged) forged(device, timeS);
    }
    return taken;
  }

  /** Counts a record that is stored, and publishes it if it is new. */
  function keep(device: EnrolledDevice, { sequence, duplicate, observations }: Kept): OpenedRecord {
    const record = { sequence, duplicate, observations: observations.map(named) };
    if (duplicate) duplicates++;
    else {
      accepted++;
      announce(printedId(device.deviceId), record);
    }
    return record;
  }

  function judge(reception: Reception, timeS: number): Judged {
    const address = addressOf(reception.frame);
    const candidates = address === undefined ? [] : networksAt(address);
    if (address !== undefined && candidates.length === 0) {
      return refuse(reception, "the frame comes from a device address that is not enrolled");
    }
    let why = "the frame is no LoRaWAN data uplink";
    for (const candidate of candidates) {
      const uplink = candidate.open(reception.frame);
      if ("rejected" in uplink) {
        why = uplink.rejected;
        continue;
      }
      const { device } = candidate;
      const counter = uplink.confirmed ? { counter: candidate.takeCounter() } : {};
      store.keepFrames(device.number, ...candidate.counters());
      if (uplink.port !== RECORD_PORT) return refuse(reception, `nothing is expected on port ${uplink.port}`);
      const taken = take(device, uplink.payload, timeS);
      return "rejected" in taken
        ? { reception, rejected: taken.rejected }
        : { reception, network: candidate, taken, ...counter };
    }
    return refuse(reception, why);
  }

  function acknowledge({ reception, network: net, taken, counter }: Judged): UplinkOutcome["downlink"] {
    if (net === undefined || taken === undefined || counter === undefined) return undefined;
    const octets = records.acknowledgement(net.device, taken.epoch, taken.sequence, MAX_ACKNOWLEDGEMENT);
    const frame = net.acknowledgement(counter, octets);
    const [first, otherwise] = windowsFor(subBand, frame.length, reception.channel, RX1_DELAY_MS);
    if (first === undefined) return undefined;
    return { frame, ...first, ...(otherwise === undefined ? {} : { otherwise }) };
  }

  function announce(device: string, record: Omit<OpenedRecord, "duplicate">): void {
    for (const observation of record.observations) {
      publish(`songbai/v1/${device}/${observation.kind}`, message(device, record.sequence, observation), record.sequence);
    }
  }

  function outcomeOf(judged: Judged): UplinkOutcome {
    const { taken, network: net } = judged;
    if (taken === undefined || net === undefined) return { rejected: judged.rejected as string };
    const record = keep(net.device, taken);
    const downlink = acknowledge(judged);
    return downlink === undefined ? { record } : { record, downlink };
  }

  function uplinks(receptions: readonly Reception[], timeS: number): UplinkOutcome[] {
    const judged = receptions.map((reception) => judge(reception, timeS));
    try {
      records.commit();
    } catch (error) {
      // Frame counters moved that the store has not: they are read again.
      networks.clear();
      throw error;
    }
    return judged.map(outcomeOf);
  }

  function record(deviceId: Uint8Array, sealed: Uint8Array, timeS: number): RecordOutcome {
    const device = store.device(deviceId);
    if (device === undefined) {
      rejected++;
      return { rejected: "the record comes from a device that is not enrolled" };
    }
    const taken = take(device, sealed, timeS);
    records.commit();
    if ("rejected" in taken) return { rejected: taken.rejected };
    const { epoch, sequence } = taken;
    return { record: keep(device, taken), answer: records.acknowledgement(device, epoch, sequence, MAX_ACKNOWLEDGEMENT) };
  }

  return {
    uplinks,
    record,
    uplink: (reception, timeS) => uplinks([reception], timeS)[0],
    counts: () => ({ accepted, duplicates, rejected }),
    resume() {
      const names = new Map(store.devices().map(({ number, deviceId }) => [number, printedId(deviceId)]));
      let published = 0;
      for (let after = store.sent(); ; ) {
        const page = store.records(after, PAGE);
        for (const { device, sequence, plain } of page) {
          const observations = (readObservations(plain, plain.length) ?? []).map(named);
          announce(names.get(device) as string, { sequence, observations });
        }
        published += page.length;
        if (page.length < PAGE) return published;
        after = page[page.length - 1].arrival;
      }
    },
    settled() {
      store.markSent(store.lastArrival());
      records.commit();
    },
  };
}
