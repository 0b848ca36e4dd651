import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { StoreFault } from "@songbai/tools/hub/store/fault";
import { fileStore, memoryStore, type Store } from "@songbai/tools/hub/store/store";
import { demoCredentials } from "@songbai/tools/provision/demo";
import sqlite from "node-sqlite3-wasm";
import { songbai } from "../support/command.ts";
import { withFullDisk } from "../support/full-disk.ts";

const credentials = demoCredentials(1, "bracelet");
const HEARD = { timeS: 1_772_400_000, dataRate: 3, rssiDbm: -101.5, snrDb: 4.25, gateways: 2 };
const STATUS = { battery: 200, marginDb: -7 };

function row(sequence: number, device = 1, epoch = 1) {
  return {
    device,
    epoch,
    sequence,
    received: 1000 + sequence,
    plain: Uint8Array.of(1, sequence & 255),
    sealed: Uint8Array.of(2),
  };
}

const sequencesOf = (store: Store) => store.records(0, 1e6).map(({ sequence }) => sequence);

describe("hub/store", () => {
  let folder: string;
  const opened: Store[] = [];
  const open = () => {
    const store = fileStore(folder);
    opened.push(store);
    return store;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "songbai-hub-"));
  });
  afterEach(() => {
    for (const store of opened.splice(0)) {
      try {
        store.close();
      } catch {}
    }
    rmSync(folder, { recursive: true, force: true });
  });
  const close = (store: Store) => {
    opened.splice(opened.indexOf(store), 1);
    store.close();
  };

  it("keeps devices, records and marks from one hub to the next", () => {
    const first = open();
    const device = first.enrol({ ...credentials, certificate: Uint8Array.of(9, 9) });
    for (const sequence of [0, 1, 2, 70]) first.add(row(sequence, device.number));
    first.keepThrough(device.number, 1, 2);
    first.keepEpoch(device.number, 4);
    const [session] = first.sessionsOf(device.number);
    first.keepSession(session, { ...session, frameUp: 17, frameDown: 5, txPower: 2, nbTrans: 3, heard: HEARD, status: STATUS });
    first.commit();
    close(first);
    const second = open();
    expect(second.device(credentials.deviceId)).toEqual({
      ...device,
      epoch: 4,
      certificate: Uint8Array.of(9, 9),
    });
    expect(second.deviceOf(device.number)?.deviceId).toEqual(credentials.deviceId);
    const { deviceAddress, networkKey, applicationKey } = credentials;
    const given = { number: 1, device: 1, proved: true, deviceAddress, networkKey, applicationKey, rx2Rate: 0 };
    const moved = { frameUp: 17, frameDown: 5, txPower: 2, nbTrans: 3, heard: HEARD, status: STATUS };
    expect(second.sessionsAt(deviceAddress)).toEqual([{ ...given, ...moved }]);
    expect(second.sessionsAt(deviceAddress + 1)).toEqual([]);
    expect(second.records(0, 10)[3]).toEqual({ ...row(70), arrival: 4 });
    expect(second.latest(device.number, 1)).toEqual([70, 2, 1, 0]);
    expect(second.through(device.number, 1)).toBe(2);
    expect(second.through(device.number, 2)).toBe(-1);
    expect([second.holds(1, 1, 70), second.holds(1, 2, 70), second.holds(1, 1, 3)]).toEqual([true, false, false]);
  });

  it("keeps a record once by device, epoch and sequence, in one batch or in two", () => {
    const store = memoryStore([credentials, demoCredentials(2, "bracelet")]);
    for (const one of [row(5), row(5), row(5, 1, 2), row(5, 2)]) store.add(one);
    store.commit();
    store.add(row(5));
    store.add(row(6));
    store.commit();
    expect(store.records(0, 10).map(({ device, epoch, sequence }) => `${device}/${epoch}/${sequence}`)).toEqual([
      "1/1/5",
      "1/2/5",
      "2/1/5",
      "1/1/6",
    ]);
  });

  it("stores nothing before commit, and batches of any size", () => {
    const store = open();
    store.enrol(credentials);
    let next = 0;
    for (const size of [1, 31, 32, 33, 64, 100]) {
      for (let i = 0; i < size; i++) store.add(row(next + i));
      expect(sequencesOf(store)).toHaveLength(next);
      store.commit();
      next += size;
      expect(sequencesOf(store)).toEqual(Array.from({ length: next }, (_, i) => i));
    }
    expect(store.runEnd(1, 1, -1, 1000)).toBe(next - 1);
    expect(store.runEnd(1, 1, -1, 10)).toBe(9);
    expect(store.runEnd(1, 1, next + 5, 10)).toBe(next + 5);
  });

  it("enrols anew: session keys begin frame counters again, a root key needs a higher epoch, an epoch never falls", () => {
    const store = memoryStore([credentials]);
    const { deviceId } = credentials;
    store.keepEpoch(1, 5);
    const frames = () => store.sessionsOf(1).map(({ frameUp, frameDown }) => [frameUp, frameDown]);
    const [session] = store.sessionsOf(1);
    store.keepSession(session, { ...session, frameUp: 9, frameDown: 9 });
    store.commit();
    expect(store.enrol(credentials)).toMatchObject({ number: 1, epoch: 5, firstEpoch: 1 });
    expect(frames()).toEqual([[9, 9]]);
    const rejoined = demoCredentials(1, "bracelet", 6);
    expect(store.enrol(rejoined)).toMatchObject({ number: 1, epoch: 6, firstEpoch: 1 });
    expect(frames()).toEqual([[-1, 0]]);
    store.enrol({ ...rejoined, deviceAddress: 77 });
    expect(store.sessionsOf(1).map(({ deviceAddress }) => deviceAddress)).toEqual([77]);
    const rekeyed = { ...credentials, rootKey: new Uint8Array(32) };
    expect(() => store.enrol({ ...rekeyed, epoch: 6 })).toThrow(/needs an epoch above 6/);
    expect(store.enrol({ ...rekeyed, epoch: 7 })).toMatchObject({ number: 1, epoch: 7, firstEpoch: 7 });
    store.revoke(deviceId);
    expect(store.device(deviceId)?.state).toBe("revoked");
  });

  describe("of a device that joins", () => {
    const key = (octet: number) => new Uint8Array(16).fill(octet);
    const joinOf = (nonce: number) => ({
      device: 1,
      deviceAddress: 7,
      networkKey: key(nonce),
      applicationKey: key(nonce + 100),
      rx2Rate: 1,
      devNonce: nonce,
      joinNonce: nonce - 1,
      joined: 1000 + nonce,
    });
    const keysOf = (store: Store) => store.sessionsOf(1).map(({ networkKey, proved }) => [networkKey[0], proved]);

    it("keeps its session until a frame has proved the new one, and of joins the last", () => {
      const store = open();
      store.enrol(credentials);
      const [given] = store.sessionsOf(1);
      store.join(joinOf(1));
      store.join(joinOf(2));
      close(store);
      const again = open();
      expect(again.device(credentials.deviceId)).toMatchObject({ devNonce: 2, joinNonce: 1 });
      expect(keysOf(again)).toEqual([
        [given.networkKey[0], true],
        [2, false],
      ]);
      expect(again.sessionsAt(7)).toMatchObject([{ joined: 1002, rx2Rate: 1, frameUp: -1, frameDown: 0, nbTrans: 1 }]);
      const [, joined] = again.sessionsOf(1);
      again.prove(joined);
      again.keepSession(joined, { ...joined, frameUp: 0 });
      expect(keysOf(again)).toHaveLength(2);
      again.commit();
      expect(keysOf(again)).toEqual([[2, true]]);
      expect(again.sessionsOf(1)[0].frameUp).toBe(0);
      // Enrolled again with what it has, it does not go back to the session that it was given once.
      again.enrol(credentials);
      expect(keysOf(again)).toEqual([[2, true]]);
      expect(again.device(credentials.deviceId)).toMatchObject({ devNonce: 2, joinNonce: 1 });
      again.join(joinOf(3));
      again.enrol({ ...credentials, appKey: key(9) });
      expect(keysOf(again)).toEqual([]);
      expect(again.device(credentials.deviceId)).toMatchObject({ devNonce: -1, joinNonce: -1 });
    });

    it("stores a join whole or not at all when the disk is full", () => {
      const store = open();
      store.enrol(credentials);
      let failed = 0;
      for (let nonce = 1; nonce < 30; nonce++) {
        const before = [store.device(credentials.deviceId)?.devNonce, ...keysOf(store)];
        try {
          withFullDisk((nonce - 1) * 1500, () => store.join(joinOf(nonce)));
          expect(store.device(credentials.deviceId)?.devNonce).toBe(nonce);
          expect(keysOf(store)[1]).toEqual([nonce, false]);
        } catch (error) {
          failed++;
          expect(error).toBeInstanceOf(StoreFault);
          expect([store.device(credentials.deviceId)?.devNonce, ...keysOf(store)]).toEqual(before);
        }
      }
      expect(failed).toBeGreaterThan(1);
      expect(failed).toBeLessThan(25);
    });
  });

  it("keeps what waits to be sent down, in order, until it is dropped or expires", () => {
    const store = open();
    store.enrol(credentials);
    store.enrol(demoCredentials(2, "bracelet"));
    const put = (device: number, octet: number, expiresS: number) =>
      store.queue(device, { port: 20, payload: Uint8Array.of(octet), expiresS });
    put(1, 1, 200);
    put(1, 2, 150);
    put(2, 3, 200);
    put(1, 4, 200);
    close(store);
    const again = open();
    const waiting = (nowS: number, device = 1) => again.queued(device, nowS).map(({ payload }) => payload[0]);
    expect(waiting(149)).toEqual([1, 2, 4]);
    expect(waiting(150)).toEqual([1, 4]);
    expect(waiting(200)).toEqual([]);
    expect(waiting(100, 2)).toEqual([3]);
    again.dropQueued(again.queued(1, 100)[0]);
    expect(waiting(100)).toEqual([2, 4]);
    again.commit();
    close(again);
    const last = open();
    expect(last.queued(1, 100).map(({ number, port }) => [number, port])).toEqual([
      [2, 20],
      [4, 20],
    ]);
    last.queue(1, { port: 20, payload: Uint8Array.of(5), expiresS: 300 });
    expect(last.expired(149)).toEqual([]);
    const gone = last.expired(200);
    expect(gone.map(({ number, device }) => [number, device])).toEqual([
      [2, 1],
      [3, 2],
      [4, 1],
    ]);
    for (const one of gone) last.dropQueued(one);
    expect(last.expired(200)).toEqual([]);
    last.commit();
    expect(last.expired(299)).toEqual([]);
    last.queue(1, { port: 20, payload: Uint8Array.of(6), expiresS: 250 });
    expect(last.expired(299).map(({ number }) => number)).toEqual([6]);
    expect(last.expired(300).map(({ number }) => number)).toEqual([5, 6]);
    close(last);
    const db = new sqlite.Database(join(folder, "hub.db"));
    db.exec("PRAGMA locking_mode = EXCLUSIVE");
    // What has expired does not stay.
    expect(db.all("SELECT number FROM downlink ORDER BY number").map(({ number }) => number)).toEqual([5, 6]);
    db.close();
  });

  it("belongs to one hub at a time, and is taken over from one that was killed", () => {
    const store = open();
    expect(() => fileStore(folder)).toThrow(`Another hub (process ${process.pid}) uses the data folder ${folder}`);
    store.enrol(credentials);
    close(store);
    expect(existsSync(join(folder, "hub.lock"))).toBe(false);
    // A process that is gone, and one whose number another process has by now.
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    for (const holder of [`${pid} 12345`, `${process.ppid} 1`, ""]) {
      writeFileSync(join(folder, "hub.lock"), holder);
      const next = open();
      expect(next.devices()).toHaveLength(1);
      close(next);
    }
  });

  it("can be read by its owner only", () => {
    open();
    expect(statSync(join(folder, "hub.db")).mode & 0o077).toBe(0);
  });

  it.each([
    ["a text", () => Buffer.from("these are not the records you look for"), /is no hub's store/],
    ["an empty file", () => Buffer.alloc(0), /is no hub's store/],
    [
      "noise behind SQLite's magic",
      () => Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(9000, 7)]),
      /cannot open/,
    ],
    ["another program's database", () => databaseWith("CREATE TABLE t (a)"), /is a database, but not a hub's/],
    ["a later hub's", () => databaseWith("PRAGMA application_id = 0x53426169; PRAGMA user_version = 9"), /is of version 9/],
  ])("says in a sentence that %s is not its file, and leaves it alone", async (_, make, sentence) => {
    const bytes = make();
    writeFileSync(join(folder, "hub.db"), bytes);
    expect(() => fileStore(folder)).toThrow(StoreFault);
    const { status, stdout, stderr } = await songbai("hub", "devices", "--data", folder, "--json");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(readFileSync(join(folder, "hub.db")).equals(bytes)).toBe(true);
    expect(existsSync(join(folder, "hub.lock"))).toBe(false);
  });

  function databaseWith(sql: string): Buffer {
    const file = join(folder, "other.db");
    const db = new sqlite.Database(file);
    db.exec(`${sql}; CREATE TABLE made (a)`);
    db.close();
    return readFileSync(file);
  }

  it("says in a sentence that a database is damaged within", () => {
    const store = open();
    store.enrol(credentials);
    for (let sequence = 0; sequence < 5000; sequence++) store.add(row(sequence));
    store.commit();
    close(store);
    const file = join(folder, "hub.db");
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 3 * 4096);
    writeFileSync(file, bytes);
    const act = () => {
      const damaged = open();
      damaged.device(credentials.deviceId);
      damaged.records(0, 10_000);
    };
    expect(act).toThrow(/^The hub.* cannot (be read|open its store)/);
  });

  it("stores all of a batch or nothing when the disk is full, says so, and goes on when there is room again", () => {
    const store = open();
    store.enrol(credentials);
    store.add(row(0));
    store.commit();
    let failed = 0;
    for (let room = 0; room < 120_000; room += 5000) {
      const before = sequencesOf(store).length;
      for (let i = 0; i < 200; i++) store.add(row(before + i));
      const [session] = store.sessionsOf(1);
      store.keepSession(session, { ...session, frameUp: before, frameDown: before });
      try {
        withFullDisk(room, store.commit);
      } catch (error) {
        failed++;
        expect(error).toBeInstanceOf(StoreFault);
        expect((error as Error).message).toMatch(/acknowledges nothing; is the disk full\?$/);
        expect(sequencesOf(store)).toHaveLength(before);
        continue;
      }
      expect(sequencesOf(store)).toHaveLength(before + 200);
    }
    expect(failed).toBeGreaterThan(3);
    expect(failed).toBeLessThan(40);
    const stored = sequencesOf(store);
    expect(stored).toEqual(stored.map((_, index) => index));
    close(store);
    expect(sequencesOf(open())).toEqual(stored);
  });

  it("cannot be made on a full disk: a sentence, and no half of a store", () => {
    for (const room of [0, 3, 100, 5000, 20_000]) {
      expect(() => withFullDisk(room, () => fileStore(folder))).toThrow(StoreFault);
      expect(existsSync(join(folder, "hub.db"))).toBe(false);
    }
    expect(open().devices()).toEqual([]);
  });
});
