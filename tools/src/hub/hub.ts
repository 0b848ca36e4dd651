/**
 * The hub, the far end of the street: a frame from the gateway -> integrity code -> sealed record -> replay window -> stored -> published,
 * and an acknowledgement down. Nothing is acknowledged or published before it is stored.
 */
import { MAX_PAYLOAD_BYTES, RECORD_PORT } from "@songbai/sdk/bearer/lorawan/frame";
import { MAX_ACKNOWLEDGEMENT } from "@songbai/sdk/record/acknowledgement";
import type { NetworkServer, OpenedRecord, UplinkOutcome } from "@songbai/sim/air/gateway";
import type { RecordOutcome, RecordServer } from "@songbai/sim/air/record-server";
import { printedId } from "../provision/demo.ts";
import { COMMAND_PORT, LONGEST_ID, readCommand } from "./command.ts";
import { down } from "./down.ts";
import { errands } from "./errands.ts";
import { forgeries } from "./forgeries.ts";
import { type DeviceFrame, type Heard, type Judged, lorawanServer, type Push } from "./lorawan/server.ts";
import { message, named, readObservations } from "./opened.ts";
import { receiver, type Taken } from "./receiver.ts";
import type { EnrolledDevice, QueuedDownlink } from "./store/device.ts";
import { memoryStore, type Store } from "./store/store.ts";

/** Where opened observations go: topic and payload. */
export type Publish = (topic: string, payload: object, sequence: number) => void;

export interface HubCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

export interface Hub extends NetworkServer, RecordServer {
  /** Takes a frame. `timeS`: seconds since 1970 at its end. Throws `StoreFault`: then it may come again. */
  readonly uplink: (heard: Heard, timeS: number) => UplinkOutcome;
  /** Takes many frames and stores what is in them in one transaction. Throws `StoreFault`: then all of them may come again. */
  readonly uplinks: (heard: readonly Heard[], timeS: number) => UplinkOutcome[];
  /**
   * Stores octets for a device, which go down on that port (1..223) with one of its next frames that has room for them, confirmed and
   * again until they have arrived, or until `expiryS`. False for a device that is not enrolled. Throws `StoreFault`, and `RangeError`
   * for what no frame carries.
   */
  readonly queue: (deviceId: Uint8Array, port: number, payload: Uint8Array, expiryS: number) => boolean;
  /** What is due now for devices that listen all the time (class C). Throws `StoreFault`. */
  readonly due: (timeS: number) => Push[];
  /** What waits for a device, for another bearer to carry; a command again until the device answers it. Throws `StoreFault`. */
  readonly takeDownlink: (deviceId: Uint8Array, nowS: number) => QueuedDownlink | undefined;
  /** Tells the platform of commands that have expired unanswered. To be called now and then. Throws `StoreFault`. */
  readonly expire: (nowS: number) => void;
  /**
   * Takes a command for a device, as JSON (`command.ts`), at `nowS`: it goes down with whatever bearer the device is heard on next, and the
   * platform is told its number, by which the device will answer, or why not, and if it expires unanswered. Throws `StoreFault`.
   */
  readonly command: (deviceId: Uint8Array, json: unknown, nowS: number) => Commanded;
  readonly counts: () => HubCounts;
  /** Publishes what an earlier hub stored and was not sure to have published; answers how many records that were. */
  readonly resume: () => number;
  /** All that was published has arrived: it is not published again. Throws `StoreFault`. */
  readonly settled: () => void;
}

export type Commanded = { readonly number: number } | { readonly rejected: string };

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
type Settled = (() => UplinkOutcome) | { readonly rejected: string };

/** LoRaWAN's ports for applications end there. */
const MOST_PORT = 223;
const NOTHING = new Uint8Array(0);
/** The platform's own word for a command that is refused, where it can be told back. */
function wordOf(json: unknown): { id?: string } {
  const { id } = (json ?? {}) as { id?: unknown };
  return typeof id === "string" && id.length <= LONGEST_ID ? { id } : {};
}

const SET_TIME_NOW = { command: "set-time" };
const outcomeOf = (downlink: UplinkOutcome["downlink"]): UplinkOutcome => (downlink === undefined ? {} : { downlink });

export function hub({ store, subBand, publish, log = () => {} }: HubOptions): Hub {
  const records = receiver(store);
  const failures = forgeries();
  const downwards = down(store);
  const lorawan = lorawanServer({ store, subBand, commit: records.commit, log });
  const waiting = errands(store, (number, command) => {
    const name = printedId((store.deviceOf(number) as EnrolledDevice).deviceId);
    tell(name, "command-expired", { number: command });
    log(`Command ${command} for ${name} has expired unanswered.`);
  });
  let accepted = 0;
  let duplicates = 0;
  let rejected = 0;

  function refuse(why: string): Settled {
    rejected++;
    return { rejected: why };
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
    } else waiting.heard(device, taken.observations, timeS);
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

  function settle(frame: DeviceFrame, timeS: number): Settled {
    const { device, port, payload, answer } = frame;
    // A frame of MAC commands, or an empty one.
    if (port <= 0) return () => outcomeOf(answer(() => NOTHING));
    if (port !== RECORD_PORT) return refuse(`nothing is expected on port ${port}`);
    const taken = take(device, payload, timeS);
    if ("rejected" in taken) return { rejected: taken.rejected };
    const { epoch, sequence } = taken;
    const say = (room: number) => records.acknowledgement(device, epoch, sequence, Math.min(room, MAX_ACKNOWLEDGEMENT));
    return () => ({ record: keep(device, taken), ...outcomeOf(answer(say)) });
  }

  function judge(heard: Heard, timeS: number): Settled {
    const judged: Judged = lorawan.take(heard, timeS);
    if ("rejected" in judged) return refuse(judged.rejected);
    if ("accept" in judged) return () => outcomeOf(judged.accept);
    return settle(judged, timeS);
  }

  function announce(device: string, record: Omit<OpenedRecord, "duplicate">): void {
    for (const observation of record.observations) {
      publish(`songbai/v1/${device}/${observation.kind}`, message(device, record.sequence, observation), record.sequence);
    }
  }

  function uplinks(heard: readonly Heard[], timeS: number): UplinkOutcome[] {
    let settled: Settled[];
    try {
      settled = heard.map((one) => judge(one, timeS));
      records.commit();
    } catch (error) {
      // Frame counters moved that the store has not: they are read again.
      lorawan.forget();
      throw error;
    }
    return settled.map((one) => (typeof one === "function" ? one() : one));
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
    const kept = keep(device, taken);
    // A device that does not know the time is told it.
    const isTimeless = taken.observations.some(({ time }) => time === 0);
    if (isTimeless && store.queued(device.number, timeS).length === 0) command(deviceId, SET_TIME_NOW, timeS);
    const held = records.acknowledgement(device, epoch, sequence, MAX_ACKNOWLEDGEMENT);
    return { record: kept, answer: downwards.seal(device, records.epochOf(device), held).frame };
  }

  function tell(device: string, name: string, rest: object): void {
    publish(`songbai/v1/${device}/status`, { device, name, ...rest }, -1);
  }

  function command(deviceId: Uint8Array, json: unknown, nowS: number): Commanded {
    const device = store.device(deviceId);
    const name = printedId(deviceId);
    if (device === undefined) return { rejected: `the device ${name} is not enrolled` };
    const read = device.state === "revoked" ? { fault: "the device is revoked" } : readCommand(json, nowS);
    if ("fault" in read) {
      tell(name, "command-refused", { reason: read.fault, ...wordOf(json) });
      return { rejected: read.fault };
    }
    const { plain, expiresS, id } = read;
    const { number, frame } = downwards.seal(device, records.epochOf(device), plain);
    store.queue(device.number, { port: COMMAND_PORT, payload: frame, expiresS });
    const expires = new Date(expiresS * 1000).toISOString();
    tell(name, "command-queued", { command: read.name, number, expires, ...(id === undefined ? {} : { id }) });
    return { number };
  }

  function expire(nowS: number): void {
    waiting.expire(nowS);
    records.commit();
  }

  function takeDownlink(deviceId: Uint8Array, nowS: number): QueuedDownlink | undefined {
    const device = store.device(deviceId);
    const next = device && waiting.next(device, records.epochOf(device), nowS);
    expire(nowS);
    return next;
  }

  return {
    uplinks,
    record,
    uplink: (heard, timeS) => uplinks([heard], timeS)[0],
    queue(deviceId, port, payload, expiresS) {
      if (port < 1 || port > MOST_PORT || payload.length > MAX_PAYLOAD_BYTES) {
        throw new RangeError(`no downlink has ${payload.length} octets on port ${port}`);
      }
      const device = store.device(deviceId);
      if (device !== undefined) store.queue(device.number, { port, payload, expiresS });
      return device !== undefined;
    },
    command,
    due: lorawan.due,
    takeDownlink,
    expire,
    waiting: (deviceId, timeS) => takeDownlink(deviceId, timeS)?.payload,
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
