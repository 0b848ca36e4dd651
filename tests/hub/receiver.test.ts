import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { acknowledges } from "@songbai/sdk/record/acknowledgement";
import { forgeries } from "@songbai/tools/hub/forgeries";
import { recordKey } from "@songbai/tools/hub/keys";
import { MAX_SEALED, type Receiver, receiver, type Taken } from "@songbai/tools/hub/receiver";
import { StoreFault } from "@songbai/tools/hub/store/fault";
import { fileStore, memoryStore, type Store } from "@songbai/tools/hub/store/store";
import fc from "fast-check";
import { NOON, plainOf, sender } from "../support/fleet.ts";
import { withFullDisk } from "../support/full-disk.ts";
import { toHex } from "../support/hex.ts";

const wang = sender(1);
const li = sender(2);

function hubOf(store: Store = memoryStore([wang.credentials, li.credentials])) {
  const records = receiver(store);
  const [first, second] = [wang, li].map(({ credentials }) => store.device(credentials.deviceId));
  return { store, records, wang: first as NonNullable<typeof first>, li: second as NonNullable<typeof second> };
}

const fate = (taken: Taken) => ("rejected" in taken ? taken.rejected : taken.duplicate ? "duplicate" : "new");
/** Of these numbers, those that the hub says it holds. */
function said(records: Receiver, device: ReturnType<typeof hubOf>["wang"], epoch: number, about: number, numbers: number[]) {
  const octets = records.acknowledgement(device, epoch, about, 11);
  expect(octets.length).toBeLessThanOrEqual(11);
  expect(acknowledges(octets, octets.length, epoch, about)).toBe(true);
  return numbers.filter((sequence) => acknowledges(octets, octets.length, epoch, sequence));
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("hub/receiver", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  it("derives record keys as the device does: HKDF with SHA-256 or SM3, no salt, rec and the epoch", () => {
    const rootKey = Uint8Array.from({ length: 32 }, (_, i) => i);
    // From python3: hmac over hashlib's sha256 and sm3, RFC 5869 written out.
    expect(toHex(recordKey({ rootKey, suite: 1 }, 1))).toBe("d86f0cc47ef39e2237b0f969335cd91d");
    expect(toHex(recordKey({ rootKey, suite: 1 }, 0x01020304))).toBe("3088f1c2393ce05a522b8453bfff596a");
    expect(toHex(recordKey({ rootKey, suite: 2 }, 1))).toBe("82bbf977c525ae7f3f3b38f25d015c8d");
  });

  it("keeps the octets that came, what was in them, and the caller's time", () => {
    const { store, records, wang: device } = hubOf();
    records.take(device, wang.record(8), NOON + 0.75);
    records.commit();
    expect(store.records(0, 10)).toEqual([
      { arrival: 1, device: 1, epoch: 1, sequence: 8, received: NOON, plain: plainOf(8), sealed: wang.record(8) },
    ]);
  });

  it("keeps a record once, whether the window knows it, the batch or only the store", () => {
    const { store, records, wang: device } = hubOf();
    const take = (...sequences: number[]) =>
      sequences.map((sequence) => fate(records.take(device, wang.record(sequence), NOON)));
    expect(take(5000, 5000, 4000, 3900, 3900, 3977, 3976)).toEqual([
      "new",
      "duplicate",
      "new",
      "new",
      "duplicate",
      "new",
      "new",
    ]);
    records.commit();
    expect(take(3900, 3976, 3977, 5000, 3899)).toEqual(["duplicate", "duplicate", "duplicate", "duplicate", "new"]);
    records.commit();
    expect(store.records(0, 100)).toHaveLength(6);
  });

  it("follows the epoch of a device up, takes late records of seven before, and never one before the first", () => {
    const { store, records, wang: device } = hubOf(memoryStore([{ ...wang.credentials, epoch: 20 }, li.credentials]));
    const take = (epoch: number) => fate(records.take(device, wang.record(epoch, epoch), NOON));
    expect([20, 22, 21, 30].map(take)).toEqual(["new", "new", "new", "new"]);
    // 23 is the last that four bits tell from 39; of 22 they say 38, under whose key the tag fails.
    expect(take(23)).toBe("new");
    expect(take(22)).toBe("the record fails its authentication tag");
    expect(take(39)).toBe("the record fails its authentication tag");
    expect(records.epochOf(device)).toBe(30);
    records.commit();
    expect(store.device(wang.credentials.deviceId)?.epoch).toBe(30);
    const early = hubOf(memoryStore([{ ...wang.credentials, epoch: 20 }, li.credentials]));
    expect(fate(early.records.take(early.wang, wang.record(1, 19), NOON))).toMatch(/before the device's first/);
  });

  it("refuses what is no record of that device, in a sentence", () => {
    const { store, records, wang: device } = hubOf();
    const good = wang.record(300);
    const of = (sealed: Uint8Array) => fate(records.take(device, sealed, NOON));
    expect(of(li.record(300))).toBe("the record fails its authentication tag");
    expect(of(Uint8Array.of(good[0] ^ 3, ...good.slice(1)))).toMatch(/another cipher suite/);
    expect(of(new Uint8Array())).toBe("the octets are no sealed record");
    expect(of(Uint8Array.of(0x11, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3))).toBe("the octets are no sealed record");
    expect(of(new Uint8Array(MAX_SEALED + 1).fill(0x11))).toMatch(/longer than 4096/);
    expect(of(new Uint8Array(MAX_SEALED).fill(0x11))).toMatch(/fails its authentication tag/);
    const malformed = [[], [0x80], [0x82, 1], [0x9f, 1, 2, 0xff], [0xff], [0x9b, ...Array(8).fill(0xff)], [...plainOf(1), 0]];
    for (const [index, octets] of malformed.entries()) {
      expect(of(wang.record(1000 + index, 1, Uint8Array.from(octets)))).toMatch(/holds no observations/);
    }
    store.revoke(device.deviceId);
    expect(fate(records.take(store.device(device.deviceId) as typeof device, good, NOON))).toBe("the device is revoked");
    records.commit();
    expect(store.records(0, 10)).toEqual([]);
  });

  it("takes SM4-CCM from a device of suite 2, and nothing else", () => {
    const national = sender(3, 2);
    const store = memoryStore([national.credentials]);
    const device = store.device(national.credentials.deviceId) as ReturnType<typeof hubOf>["wang"];
    const records = receiver(store);
    const good = national.record(9, 2);
    const of = (sealed: Uint8Array) => fate(records.take(device, sealed, NOON));
    expect(good[0]).toBe(0x22);
    for (let bit = 0; bit < 8 * good.length; bit++) {
      const changed = good.slice();
      changed[bit >> 3] ^= 1 << (bit & 7);
      expect(["new", "duplicate"]).not.toContain(of(changed));
    }
    expect(of(sender(3).record(9, 2))).toMatch(/another cipher suite/);
    expect([of(good), of(good)]).toEqual(["new", "duplicate"]);
    records.commit();
    expect(store.records(0, 9)[0]).toMatchObject({ epoch: 2, sequence: 9, plain: plainOf(9), sealed: good });
  });

  it("tells the device what it holds: the mark, what is behind a gap, and an old record that came again", () => {
    const { records, wang: device } = hubOf();
    const take = (...sequences: number[]) => {
      for (const sequence of sequences) records.take(device, wang.record(sequence), NOON);
      records.commit();
    };
    take(0, 1, 2, 256, 257);
    expect(said(records, device, 1, 257, range(0, 300))).toEqual([0, 1, 2, 256, 257]);
    take(...range(3, 256));
    expect(said(records, device, 1, 257, range(0, 300))).toEqual(range(0, 258));
    take(9000);
    expect(said(records, device, 1, 9000, range(0, 9100))).toEqual([9000]);
    // The old one is spoken of, and with it all below.
    take(257);
    expect(said(records, device, 1, 257, range(0, 9100))).toEqual(range(0, 258));
  });

  it("answers at once a device that leaps over two milliards of numbers", () => {
    const { records, wang: device } = hubOf();
    for (const sequence of [0, 2 ** 31 - 1]) records.take(device, wang.record(sequence), NOON);
    records.commit();
    expect(said(records, device, 1, 2 ** 31 - 1, [0, 1, 2 ** 31 - 2, 2 ** 31 - 1])).toEqual([2 ** 31 - 1]);
  });

  it("finds its mark behind the window when a long gap is filled, and after a restart", () => {
    const { store, records, wang: device } = hubOf();
    const take = (sequences: number[]) => {
      for (const sequence of sequences) records.take(device, wang.record(sequence), NOON);
      records.commit();
    };
    take(range(1, 6000));
    expect(store.through(1, 1)).toBe(-1);
    take([0]);
    // A step behind the window looks at 4096 numbers; the next record takes the next step.
    take([6000]);
    take([6001]);
    records.commit();
    expect(store.through(1, 1)).toBe(6001);
    const again = receiver(store);
    expect(said(again, device, 1, 6001, [0, 3000, 6001, 6002])).toEqual([0, 3000, 6001]);
  });

  it("holds what it says, in any order, over restarts and full disks (against a model)", () => {
    const folder = mkdtempSync(join(tmpdir(), "songbai-hub-"));
    folders.push(folder);
    const step = fc.oneof(
      { weight: 12, arbitrary: fc.record({ take: fc.integer({ min: 0, max: 2600 }), epoch: fc.integer({ min: 1, max: 3 }) }) },
      { weight: 3, arbitrary: fc.constant("commit" as const) },
      { weight: 1, arbitrary: fc.constant("full disk" as const) },
      { weight: 1, arbitrary: fc.constant("restart" as const) },
    );
    let run = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
        const place = join(folder, String(run++));
        let store = fileStore(place);
        store.enrol(wang.credentials);
        let { records } = hubOf(store);
        const device = store.device(wang.credentials.deviceId) as ReturnType<typeof hubOf>["wang"];
        const held = new Set<string>();
        let batch: { epoch: number; sequence: number }[] = [];
        const settle = () => {
          for (const { epoch, sequence } of batch) held.add(`${epoch}/${sequence}`);
          for (const { epoch, sequence } of batch) {
            const numbers = range(0, 2700).filter((number) => held.has(`${epoch}/${number}`));
            for (const number of said(records, device, epoch, sequence, range(0, 2700))) expect(numbers).toContain(number);
          }
          batch = [];
        };
        try {
          for (const one of steps) {
            if (typeof one === "object") {
              const known =
                held.has(`${one.epoch}/${one.take}`) || batch.some((b) => b.epoch === one.epoch && b.sequence === one.take);
              expect(fate(records.take(device, wang.record(one.take, one.epoch), NOON))).toBe(known ? "duplicate" : "new");
              batch.push({ epoch: one.epoch, sequence: one.take });
            } else if (one === "commit") {
              records.commit();
              settle();
            } else if (one === "full disk") {
              const stores = batch.some(({ epoch, sequence }) => !held.has(`${epoch}/${sequence}`));
              let thrown = false;
              try {
                withFullDisk(100, records.commit);
              } catch (error) {
                expect(error).toBeInstanceOf(StoreFault);
                thrown = true;
                refused++;
              }
              if (stores) expect(thrown).toBe(true);
              if (thrown) batch = [];
              else settle();
            } else {
              store.close();
              batch = [];
              store = fileStore(place);
              records = receiver(store);
            }
          }
          records.commit();
          settle();
          const stored = store.records(0, 1e5).map(({ epoch, sequence }) => `${epoch}/${sequence}`);
          expect(stored.sort()).toEqual([...held].sort());
        } finally {
          store.close();
        }
      }),
      { numRuns: 25, seed: 4 },
    );
    expect(refused).toBeGreaterThan(5);
  });

  it("counts forged records, logs them once a minute and raises one alarm an hour", () => {
    const watch = forgeries();
    const logs: string[] = [];
    const alarms: number[] = [];
    // One a second for two hours, of which the log and the people who look into it hear little.
    for (let second = 0; second < 7200; second++) {
      const { log, alarm } = watch.count("7A3F", NOON + second);
      if (log !== undefined) logs.push(log);
      if (alarm !== undefined) alarms.push(second);
    }
    expect(logs).toHaveLength(120);
    expect(logs[0]).toMatch(/^1 records in the name of 7A3F fail .* \(1 since the hub began\)/);
    expect(logs[119]).toMatch(/^60 records .* \(7141 since/);
    expect(alarms).toEqual([15, 3615]);
    // Fifteen an hour are no alarm.
    for (let hour = 0; hour < 10; hour++) {
      for (let i = 0; i < 15; i++) expect(watch.count("7B00", NOON + hour * 3600 + i * 60).alarm).toBeUndefined();
    }
  });
});
