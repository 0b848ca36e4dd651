/**
 * The hub on one core: records of many devices opened, stored in SQLite on disk and acknowledged, in batches of one transaction. Against
 * opening alone, and against opening and appending lines of JSON to a file, which knows no duplicates; all three in turn.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAX_ACKNOWLEDGEMENT } from "@songbai/sdk/record/acknowledgement";
import { BATTERY, STATUS } from "@songbai/sdk/record/codes";
import { putObservation } from "@songbai/sdk/record/observation";
import { recordSealer } from "../hub/keys.ts";
import { named, readObservations } from "../hub/opened.ts";
import { receiver } from "../hub/receiver.ts";
import type { EnrolledDevice } from "../hub/store/device.ts";
import { fileStore } from "../hub/store/store.ts";
import { demoCredentials } from "../provision/demo.ts";

const DEVICES = 500;
const BATCH = 500;
const NOON = 1_772_400_000;

/** Records a second: of one core's time, and of the clock on the wall, which waits for the disk as well. */
export interface Rate {
  readonly ofCore: number;
  readonly ofWall: number;
}

export interface HubFigures {
  readonly stored: Rate;
  readonly opened: Rate;
  readonly json: Rate;
  /** Resident memory, MB, when a tenth was done and at the end. */
  readonly residentMb: readonly [number, number];
}

/** Each device of the fleet says what a bracelet says every ten minutes: battery and status. */
export function benchHub(records: number): HubFigures {
  const folder = mkdtempSync(join(tmpdir(), "songbai-bench-"));
  const store = fileStore(join(folder, "data"));
  const lines = openSync(join(folder, "lines.jsonl"), "w");
  try {
    const fleet = Array.from({ length: DEVICES }, (_, i) => {
      const device: EnrolledDevice = store.enrol(demoCredentials(i, "bracelet"));
      return { device, sealer: recordSealer(device, 1) };
    });
    const hub = receiver(store);
    const plain = new Uint8Array(256);
    const sealed = new Uint8Array(256);
    const spent = { stored: { core: 0, wall: 0 }, opened: { core: 0, wall: 0 }, json: { core: 0, wall: 0 } };
    const resident: number[] = [];

    function timed(name: keyof typeof spent, act: () => void): void {
      const began = performance.now();
      const before = process.cpuUsage();
      act();
      const { user, system } = process.cpuUsage(before);
      spent[name].core += (user + system) / 1e6;
      spent[name].wall += (performance.now() - began) / 1e3;
    }

    for (let done = 0; done < records; done += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, i) => {
        const one = fleet[(done + i) % DEVICES];
        const sequence = Math.floor((done + i) / DEVICES);
        let length = putObservation(plain, 0, { code: BATTERY, values: [sequence % 101] }, NOON + sequence);
        length = putObservation(plain, length, { code: STATUS, values: [sequence, 0] }, NOON + sequence);
        return { ...one, record: sealed.slice(0, one.sealer.seal(sequence, plain, length, sealed)) };
      });
      timed("opened", () => {
        for (const { sealer, record } of batch) readObservations(plain, sealer.open(record, record.length, plain));
      });
      timed("json", () => {
        const text = batch.map(({ device, sealer, record }) => {
          const observations = (readObservations(plain, sealer.open(record, record.length, plain)) ?? []).map(named);
          return `${JSON.stringify({ device: device.number, received: NOON, observations, sealed: Buffer.from(record).toString("hex") })}\n`;
        });
        writeSync(lines, text.join(""));
        fsyncSync(lines);
      });
      timed("stored", () => {
        const taken = batch.map(({ device, record }) => hub.take(device, record, NOON));
        hub.commit();
        for (const [i, one] of taken.entries()) {
          if ("rejected" in one || one.duplicate) throw new Error("the hub refused a genuine record");
          hub.acknowledgement(batch[i].device, one.epoch, one.sequence, MAX_ACKNOWLEDGEMENT);
        }
      });
      if (done === Math.floor(records / 10 / BATCH) * BATCH) resident.push(process.memoryUsage().rss / 1e6);
    }
    resident.push(process.memoryUsage().rss / 1e6);
    const rate = ({ core, wall }: { core: number; wall: number }): Rate => ({ ofCore: records / core, ofWall: records / wall });
    return {
      stored: rate(spent.stored),
      opened: rate(spent.opened),
      json: rate(spent.json),
      residentMb: [resident[0], resident[1]],
    };
  } finally {
    closeSync(lines);
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
