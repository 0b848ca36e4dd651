/**
 * The hub's store: a registry of devices, and the opened records of each, kept once by (device, epoch, sequence).
 *
 * What is to be written is gathered and written by `commit`, all of it in one transaction. What `commit` has taken is there after a kill or a
 * power cut at any later moment; when it throws, nothing of the batch is.
 */
import type { JSValue } from "node-sqlite3-wasm";
import { fileDatabase, memoryDatabase, type OpenDatabase } from "./database.ts";
import type { EnrolledDevice, Enrolment, QueuedDownlink, StoredRecord } from "./device.ts";
import { StoreFault } from "./fault.ts";
import { type Queue, queueTable } from "./queue.ts";
import { type NewSession, type Sessions, sessionTable } from "./sessions.ts";

/** Sequence numbers that the receive window looks back on. */
export const WINDOW = 1024;
/** A given session has the region's own RX2: CN470 after RP001. */
const GIVEN_RX2_RATE = 0;
/** Rows of one INSERT: a statement has a price of its own. */
const ROWS = 32;

export interface ArrivedRecord extends StoredRecord {
  /** Counts all records in the order they were kept. */
  readonly arrival: number;
}

/** What a device joined with and what it got. */
export interface StoredJoin extends Omit<NewSession, "proved" | "joined"> {
  readonly devNonce: number;
  readonly joinNonce: number;
  /** Seconds since 1970. */
  readonly joined: number;
}

export interface Store extends Sessions, Queue {
  /** Where it is, for sentences. */
  readonly place: string;
  /**
   * Enrols a device, or enrols it anew: with a new root key and a higher epoch, with another AppKey, under which its nonces begin
   * again, or with another given session, which ends those that it has. What was stored of it stays. Throws `StoreFault`.
   */
  readonly enrol: (enrolment: Enrolment) => EnrolledDevice;
  /** Moves whenever a device is enrolled or revoked: what was read of devices before may be out of date. */
  readonly revision: () => number;
  /** From now on nothing of that device is accepted. */
  readonly revoke: (deviceId: Uint8Array) => void;
  readonly device: (deviceId: Uint8Array) => EnrolledDevice | undefined;
  readonly deviceOf: (number: number) => EnrolledDevice | undefined;
  readonly devices: () => EnrolledDevice[];
  readonly countOf: (device: number) => number;
  /** The highest sequence numbers of a device and epoch, a window of them at most, in falling order. */
  readonly latest: (device: number, epoch: number) => number[];
  readonly holds: (device: number, epoch: number, sequence: number) => boolean;
  /** All records up to this sequence number are here; -1: none is. */
  readonly through: (device: number, epoch: number) => number;
  /** The end of the unbroken run of stored sequence numbers that begins after `from`; looks at `most` of them. */
  readonly runEnd: (device: number, epoch: number, from: number, most: number) => number;
  /** Records above an arrival number, of one device or of all, in the order they were kept. */
  readonly records: (after: number, limit: number, device?: number) => ArrivedRecord[];
  /** The arrival number of the record that was kept last, 0 for none. */
  readonly lastArrival: () => number;
  /** The arrival number up to which records are published, and how to move it (with the next `commit`). */
  readonly sent: () => number;
  readonly markSent: (arrival: number) => void;
  readonly add: (record: StoredRecord) => void;
  /** The highest epoch that a record of the device has proved. */
  readonly keepEpoch: (device: number, epoch: number) => void;
  readonly keepThrough: (device: number, epoch: number, through: number) => void;
  /** Stores at once what a device joined for, beside the session that it has: its nonces do not come again. Throws `StoreFault`. */
  readonly join: (join: StoredJoin) => void;
  /** Stores at once what is to be sent down to a device; answers its number. Throws `StoreFault`. */
  readonly queue: (device: number, downlink: Omit<QueuedDownlink, "number">) => number;
  /** Stores at once that so many numbers of what is sealed for the device are used; answers the first, 1 or above. Throws `StoreFault`. */
  readonly reserveDown: (device: number, count: number) => number;
  /** Writes what was gathered. Throws `StoreFault`: then nothing of it is stored, and it is forgotten. */
  readonly commit: () => void;
  readonly close: () => void;
}

/** A store in memory, of these devices. */
export function memoryStore(enrolments: readonly Enrolment[] = []): Store {
  const store = storeIn(memoryDatabase());
  for (const enrolment of enrolments) store.enrol(enrolment);
  return store;
}

/** The store of a data folder, which is made when there is none. Throws `StoreFault`. */
export function fileStore(folder: string): Store {
  const database = fileDatabase(folder);
  try {
    return storeIn(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

const insertOf = (rows: number) =>
  `INSERT OR IGNORE INTO record (device, epoch, sequence, received, plain, sealed) VALUES ${Array(rows).fill("(?,?,?,?,?,?)").join(",")}`;

function storeIn({ db, place, close }: OpenDatabase): Store {
  /** Errors of SQLite as sentences. */
  function guarded<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof StoreFault) throw error;
      throw new StoreFault(
        `The hub's store ${place} cannot be read (${(error as Error).message}); is the file damaged, or the disk?`,
      );
    }
  }

  const statements = guarded(() => ({
    insertOne: db.prepare(insertOf(1)),
    insertMany: db.prepare(insertOf(ROWS)),
    keepEpoch: db.prepare("UPDATE device SET epoch = ? WHERE number = ?"),
    keepThrough: db.prepare("INSERT OR REPLACE INTO run VALUES (?, ?, ?)"),
    through: db.prepare("SELECT through FROM run WHERE device = ? AND epoch = ?"),
    holds: db.prepare("SELECT 1 FROM record WHERE device = ? AND epoch = ? AND sequence = ?"),
    latest: db.prepare("SELECT sequence FROM record WHERE device = ? AND epoch = ? ORDER BY sequence DESC LIMIT ?"),
    after: db.prepare("SELECT sequence FROM record WHERE device = ? AND epoch = ? AND sequence > ? ORDER BY sequence LIMIT ?"),
    byId: db.prepare("SELECT * FROM device WHERE id = ?"),
    byNumber: db.prepare("SELECT * FROM device WHERE number = ?"),
    keepNonces: db.prepare("UPDATE device SET dev_nonce = ?, join_nonce = ? WHERE number = ?"),
    downNumber: db.prepare("SELECT next FROM down_number WHERE device = ?"),
    keepDownNumber: db.prepare("INSERT OR REPLACE INTO down_number VALUES (?, ?)"),
    sent: db.prepare("SELECT arrival FROM sent"),
    markSent: db.prepare("UPDATE sent SET arrival = ?"),
  }));

  const [sessions, downlinks] = guarded(() => [sessionTable(db), queueTable(db)] as const);

  let added: StoredRecord[] = [];
  const epochs = new Map<number, number>();
  const runs = new Map<string, readonly [number, number, number]>();
  let sentNow = -1;
  let revision = 0;

  // A statement that is read to its end holds no lock on the log, as one would that was asked for its first row only.
  const holds = (number: number, epoch: number, sequence: number) => statements.holds.all([number, epoch, sequence]).length > 0;

  const present = (columns: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null));

  const deviceOf = (row: object): EnrolledDevice => {
    const columns = row as Record<string, never>;
    return {
      number: columns.number,
      deviceId: columns.id,
      suite: columns.suite,
      salt: columns.salt,
      rootKey: columns.root_key,
      state: columns.state,
      firstEpoch: columns.first_epoch,
      epoch: columns.epoch,
      devNonce: columns.dev_nonce,
      joinNonce: columns.join_nonce,
      ...present({
        certificate: columns.certificate,
        appKey: columns.app_key,
        joinEui: columns.join_eui,
        deviceAddress: columns.address,
        networkKey: columns.network_key,
        applicationKey: columns.application_key,
      }),
      ...(columns.continuous === 1 ? { continuous: true } : {}),
    };
  };

  function device(deviceId: Uint8Array): EnrolledDevice | undefined {
    const [row] = guarded(() => statements.byId.all([deviceId]));
    return row === undefined ? undefined : deviceOf(row);
  }

  function enrol(enrolment: Enrolment): EnrolledDevice {
    const { deviceId, deviceAddress, suite, salt, rootKey, networkKey, applicationKey, epoch, appKey, joinEui, continuous } =
      enrolment;
    const known = device(deviceId);
    const isSame = (one: Uint8Array | undefined, other: Uint8Array | undefined) =>
      one === other || (one !== undefined && other !== undefined && Buffer.compare(one, other) === 0);
    const sameRoot = known !== undefined && isSame(known.rootKey, rootKey);
    const sameAppKey = known !== undefined && isSame(known.appKey, appKey);
    const sameSession = known !== undefined && known.deviceAddress === deviceAddress && isSame(known.networkKey, networkKey);
    if (known !== undefined && !sameRoot && epoch <= known.epoch) {
      throw new StoreFault(
        `A device that gets a new root key needs an epoch above ${known.epoch}, which its records have reached.`,
      );
    }
    const columns: Record<string, JSValue> = {
      id: deviceId,
      suite,
      salt,
      root_key: rootKey,
      certificate: enrolment.certificate ?? null,
      state: "enrolled",
      first_epoch: sameRoot ? known.firstEpoch : epoch,
      // Under the root key that it has, a device's epoch only increases.
      epoch: sameRoot ? Math.max(known.epoch, epoch) : epoch,
      address: deviceAddress ?? null,
      network_key: networkKey ?? null,
      application_key: applicationKey ?? null,
      app_key: appKey ?? null,
      join_eui: joinEui ?? null,
      continuous: continuous === true ? 1 : 0,
      dev_nonce: sameAppKey ? known.devNonce : -1,
      join_nonce: sameAppKey ? known.joinNonce : -1,
    };
    const names = Object.keys(columns);
    const moved = names.filter((name) => name !== "id").map((name) => `${name} = excluded.${name}`);
    write(() => {
      db.run(
        `INSERT INTO device (${names}) VALUES (${names.map(() => "?")}) ON CONFLICT (id) DO UPDATE SET ${moved}`,
        Object.values(columns),
      );
      const { number } = device(deviceId) as EnrolledDevice;
      if (!sameAppKey) sessions.endJoined(number);
      if (sameSession) return;
      sessions.endAll(number);
      if (deviceAddress !== undefined && networkKey !== undefined && applicationKey !== undefined)
        sessions.begin({ device: number, proved: true, deviceAddress, networkKey, applicationKey, rx2Rate: GIVEN_RX2_RATE });
    });
    revision++;
    return device(deviceId) as EnrolledDevice;
  }

  function write(act: () => void): void {
    try {
      db.exec("BEGIN");
      act();
      db.exec("COMMIT");
    } catch (error) {
      try {
        if (db.inTransaction) db.exec("ROLLBACK");
      } catch {
        // SQLite has rolled back by itself.
      }
      throw new StoreFault(
        `The hub cannot write to its store ${place} (${(error as Error).message}), so it acknowledges nothing; is the disk full?`,
      );
    }
  }

  function forget(): void {
    added = [];
    epochs.clear();
    runs.clear();
    sentNow = -1;
    sessions.forget();
    downlinks.forget();
  }

  const valuesOf = ({ device, epoch, sequence, received, plain, sealed }: StoredRecord): JSValue[] => [
    device,
    epoch,
    sequence,
    received,
    plain,
    sealed,
  ];

  function commit(): void {
    const tables = [sessions, downlinks].filter((table) => table.isDirty());
    if (added.length + epochs.size + runs.size + tables.length === 0 && sentNow < 0) return;
    try {
      write(() => {
        let at = 0;
        for (; at + ROWS <= added.length; at += ROWS) statements.insertMany.run(added.slice(at, at + ROWS).flatMap(valuesOf));
        for (; at < added.length; at++) statements.insertOne.run(valuesOf(added[at]));
        for (const [number, epoch] of epochs) statements.keepEpoch.run([epoch, number]);
        for (const run of runs.values()) statements.keepThrough.run([...run]);
        if (sentNow >= 0) statements.markSent.run([sentNow]);
        for (const table of tables) table.write();
      });
    } finally {
      forget();
    }
  }

  return {
    place,
    enrol,
    revision: () => revision,
    revoke(deviceId) {
      write(() => db.run("UPDATE device SET state = 'revoked' WHERE id = ?", [deviceId]));
      revision++;
    },
    device,
    deviceOf: (number) => guarded(() => statements.byNumber.all([number]).map(deviceOf)[0]),
    sessionsAt: (address) => guarded(() => sessions.sessionsAt(address)),
    sessionsOf: (number) => guarded(() => sessions.sessionsOf(number)),
    keepSession: sessions.keepSession,
    prove: sessions.prove,
    queued: (number, nowS) => guarded(() => downlinks.queued(number, nowS)),
    expired: (nowS) => guarded(() => downlinks.expired(nowS)),
    dropQueued: downlinks.dropQueued,
    join({ devNonce, joinNonce, ...session }) {
      write(() => {
        statements.keepNonces.run([devNonce, joinNonce, session.device]);
        sessions.begin({ ...session, proved: false });
      });
    },
    queue(number, downlink) {
      let queued = 0;
      write(() => {
        queued = downlinks.put(number, downlink);
      });
      return queued;
    },
    reserveDown(number, count) {
      const first = guarded(() => Number(statements.downNumber.all([number])[0]?.next ?? 1));
      write(() => statements.keepDownNumber.run([number, first + count]));
      return first;
    },
    devices: () => guarded(() => db.all("SELECT * FROM device ORDER BY id").map(deviceOf)),
    countOf: (number) => guarded(() => Number(db.get("SELECT count(*) AS n FROM record WHERE device = ?", [number])?.n)),
    latest: (number, epoch) => guarded(() => statements.latest.all([number, epoch, WINDOW]).map((row) => Number(row.sequence))),
    holds: (number, epoch, sequence) => guarded(() => holds(number, epoch, sequence)),
    through: (number, epoch) => guarded(() => Number(statements.through.all([number, epoch])[0]?.through ?? -1)),
    runEnd(number, epoch, from, most) {
      if (!guarded(() => holds(number, epoch, from + 1))) return from;
      let end = from;
      for (const { sequence } of guarded(() => statements.after.all([number, epoch, from, most]))) {
        if (Number(sequence) !== end + 1) break;
        end++;
      }
      return end;
    },
    records(after, limit, number) {
      const where = number === undefined ? "" : "AND device = ?";
      const values = number === undefined ? [after, limit] : [after, number, limit];
      return guarded(
        () =>
          db.all(
            `SELECT * FROM record WHERE arrival > ? ${where} ORDER BY arrival LIMIT ?`,
            values,
          ) as unknown as ArrivedRecord[],
      );
    },
    lastArrival: () => guarded(() => Number(db.get("SELECT max(arrival) AS last FROM record")?.last ?? 0)),
    sent: () => guarded(() => Number(statements.sent.all()[0]?.arrival)),
    markSent: (arrival) => {
      sentNow = arrival;
    },
    add: (record) => added.push(record),
    keepEpoch: (number, epoch) => epochs.set(number, epoch),
    keepThrough: (number, epoch, through) => runs.set(`${number}/${epoch}`, [number, epoch, through]),
    commit,
    close() {
      for (const statement of Object.values(statements)) statement.finalize();
      sessions.finalize();
      downlinks.finalize();
      close();
    },
  };
}
