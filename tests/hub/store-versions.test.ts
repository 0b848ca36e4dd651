import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { StoreFault } from "@songbai/tools/hub/store/fault";
import { fileStore } from "@songbai/tools/hub/store/store";
import { demoCredentials } from "@songbai/tools/provision/demo";
import sqlite from "node-sqlite3-wasm";
import { withFullDisk } from "../support/full-disk.ts";

/** As the hub of version 1 made its tables. */
const VERSION_1 = `
CREATE TABLE device (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 8),
  address INTEGER NOT NULL,
  suite INTEGER NOT NULL,
  salt BLOB NOT NULL CHECK (length(salt) = 4),
  root_key BLOB NOT NULL CHECK (length(root_key) = 32),
  network_key BLOB NOT NULL CHECK (length(network_key) = 16),
  application_key BLOB NOT NULL CHECK (length(application_key) = 16),
  certificate BLOB,
  state TEXT NOT NULL CHECK (state IN ('enrolled', 'revoked')),
  first_epoch INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  frame_up INTEGER NOT NULL,
  frame_down INTEGER NOT NULL
);
CREATE INDEX device_address ON device (address);
CREATE TABLE run (
  device INTEGER NOT NULL REFERENCES device,
  epoch INTEGER NOT NULL,
  through INTEGER NOT NULL,
  PRIMARY KEY (device, epoch)
) WITHOUT ROWID;
CREATE TABLE record (
  arrival INTEGER PRIMARY KEY,
  device INTEGER NOT NULL REFERENCES device,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  received INTEGER NOT NULL,
  plain BLOB NOT NULL,
  sealed BLOB NOT NULL,
  UNIQUE (device, epoch, sequence)
);
CREATE TABLE sent (arrival INTEGER NOT NULL);
INSERT INTO sent VALUES (0);
PRAGMA application_id = 0x53426169;
PRAGMA user_version = 1;
`;
const DEVICES = [1, 2, 3].map((seed) => demoCredentials(seed, "bracelet"));

describe("a store of an earlier version", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "songbai-hub-"));
    file = join(folder, "hub.db");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function within<T>(path: string, act: (db: InstanceType<typeof sqlite.Database>) => T): T {
    const db = new sqlite.Database(path);
    try {
      db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL");
      return act(db);
    } finally {
      db.close();
    }
  }

  function makeVersion1(): void {
    within(file, (db) => {
      db.exec(VERSION_1);
      DEVICES.forEach((one, i) => {
        const { deviceId, deviceAddress, suite, salt, rootKey, networkKey, applicationKey, epoch } = one;
        const certificate = i === 0 ? Uint8Array.of(9, 9) : null;
        const state = i === 2 ? "revoked" : "enrolled";
        const keys = [salt, rootKey, networkKey, applicationKey];
        const row = [i + 5, deviceId, deviceAddress, suite, ...keys, certificate, state, epoch, epoch + i, 70_000 + i, 40 + i];
        db.run(`INSERT INTO device VALUES (${row.map(() => "?")})`, row);
        db.run("INSERT INTO record VALUES (?, ?, 1, ?, 1000, ?, ?)", [i + 1, i + 5, i, Uint8Array.of(1), Uint8Array.of(2)]);
        db.run("INSERT INTO run VALUES (?, 1, ?)", [i + 5, i]);
      });
      db.exec("UPDATE sent SET arrival = 2");
    });
  }

  function expectAll(): void {
    const store = fileStore(folder);
    DEVICES.forEach((one, i) => {
      const { deviceId, suite, salt, rootKey, deviceAddress, networkKey, applicationKey, epoch } = one;
      expect(store.device(deviceId)).toEqual({
        number: i + 5,
        deviceId,
        suite,
        salt,
        rootKey,
        deviceAddress,
        networkKey,
        applicationKey,
        state: i === 2 ? "revoked" : "enrolled",
        firstEpoch: epoch,
        epoch: epoch + i,
        devNonce: -1,
        joinNonce: -1,
        ...(i === 0 ? { certificate: Uint8Array.of(9, 9) } : {}),
      });
      expect(store.sessionsAt(deviceAddress)).toEqual([
        {
          number: i + 1,
          device: i + 5,
          proved: true,
          deviceAddress,
          networkKey,
          applicationKey,
          rx2Rate: 0,
          frameUp: 70_000 + i,
          frameDown: 40 + i,
          txPower: 0,
          nbTrans: 1,
        },
      ]);
      expect(store.through(i + 5, 1)).toBe(i);
      expect(store.holds(i + 5, 1, i)).toBe(true);
    });
    expect(store.records(0, 10)).toHaveLength(3);
    expect(store.sent()).toBe(2);
    store.close();
  }

  it("is brought to this one, with all that was in it", () => {
    makeVersion1();
    expectAll();
    expectAll();
  });

  it("keeps its session and its counters when it is enrolled again by a hub that knows what devices join with", () => {
    makeVersion1();
    const store = fileStore(folder);
    const [{ deviceId, appKey, deviceAddress }] = DEVICES;
    store.enrol(DEVICES[0]);
    expect(store.device(deviceId)?.appKey).toEqual(appKey);
    expect(store.sessionsAt(deviceAddress)[0].frameUp).toBe(70_000);
    store.close();
  });

  it("has then the same tables as a new one", () => {
    const tables = (path: string) =>
      within(path, (db) => {
        const names = db.all("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name");
        return names.map(({ name }) => [name, db.all(`PRAGMA table_info(${name})`), db.all(`PRAGMA index_info(${name})`)]);
      });
    makeVersion1();
    fileStore(folder).close();
    const other = join(folder, "other");
    fileStore(other).close();
    expect(tables(file)).toEqual(tables(join(other, "hub.db")));
  });

  it("stays what it was when the disk is full, and comes along once there is room", () => {
    makeVersion1();
    let failed = 0;
    for (let room = 0; room < 40_000; room += 3000) {
      try {
        withFullDisk(room, () => fileStore(folder)).close();
        break;
      } catch (error) {
        failed++;
        expect(error).toBeInstanceOf(StoreFault);
        expect(within(file, (db) => db.get("PRAGMA user_version")?.user_version)).toBe(1);
      }
    }
    expect(failed).toBeGreaterThan(2);
    expectAll();
  });
});
