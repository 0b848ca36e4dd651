/**
 * The hub's store: a registry of devices, and the opened records of each, kept once by (device, epoch, sequence).
 *
 * What is to be written is gathered and written by `commit`, all of it in one transaction. What `commit` has taken is there after a kill or a
 * power cut at any later moment; when it throws, nothing of the batch is.
 */
import type { JSValue } from "node-sqlite3-wasm";
import { fileDatabase, memoryDatabase, type OpenDatabase } from "./database.ts";
import type { EnrolledDevice, Enrolment, StoredRecord } from "./device.ts";
import { StoreFault } from "./fault.ts";

/** Sequence numbers that the receive window looks back on. */
export const WINDOW = 1024;
/** Rows of one INSERT: a statement has a price of its own. */
const ROWS = 32;

export interface ArrivedRecord extends StoredRecord {
  /** Counts all records in the order they were kept. */
  readonly arrival: number;
}

export interface Store {
  /** Where it is, for sentences. */
  readonly place: string;
  /**
   * Enrols a device, or enrols it anew: with a new root key and a higher epoch, or with new session keys, under which frame counters
   * begin again. What was stored of it stays. Throws `StoreFault`.
   */
  readonly enrol: (enrolment: Enrolment) => EnrolledDevice;
  /** Moves whenever a device is enrolled or revoked: what was read of devices before may be out of date. */
  readonly revision: () => number;
  /** From now on nothing of that device is accepted. */
  readonly revoke: (deviceId: Uint8Array) => void;
  readonly device: (deviceId: Uint8Array) => EnrolledDevice | undefined;
  /** Devices at a LoRaWAN address: it need not be one. */
  readonly devicesAt: (address: number) => EnrolledDevice[];
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
  /** The device's last LoRaWAN frame counter up and its next one down. */
  readonly keepFrames: (device: number, up: number, down: number) => void;
  readonly keepThrough: (device: number, epoch: number, through: number) => void;
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
    keepFrames: db.prepare("UPDATE device SET frame_up = ?, frame_down = ? WHERE number = ?"),
    keepThrough: db.prepare("INSERT OR REPLACE INTO run VALUES (?, ?, ?)"),
    through: db.prepare("SELECT through FROM run WHERE device = ? AND epoch = ?"),
    holds: db.prepare("SELECT 1 FROM record WHERE device = ? AND epoch = ? AND sequence = ?"),
    latest: db.prepare("SELECT sequence FROM record WHERE device = ? AND epoch = ? ORDER BY sequence DESC LIMIT ?"),
    after: db.prepare("SELECT sequence FROM record WHERE device = ? AND epoch = ? AND sequence > ? ORDER BY sequence LIMIT ?"),
    byId: db.prepare("SELECT * FROM device WHERE id = ?"),
    byAddress: db.prepare("SELECT * FROM device WHERE address = ? ORDER BY number"),
    sent: db.prepare("SELECT arrival FROM sent"),
    markSent: db.prepare("UPDATE sent SET arrival = ?"),
  }));

  let added: StoredRecord[] = [];
  const epochs = new Map<number, number>();
  const frames = new Map<number, readonly [number, number]>();
  const runs = new Map<string, readonly [number, number, number]>();
  let sentNow = -1;
  let revision = 0;

  // A statement that is read to its end holds no lock on the log, as one would that was asked for its first row only.
  const holds = (number: number, epoch: number, sequence: number) => statements.holds.all([number, epoch, sequence]).length > 0;

  const deviceOf = (row: object): EnrolledDevice => {
    const { certificate, ...rest } = row as Record<string, never>;
    return {
      number: rest.number,
      deviceId: rest.id,
      deviceAddress: rest.address,
      suite: rest.suite,
      salt: rest.salt,
      rootKey: rest.root_key,
      networkKey: rest.network_key,
      applicationKey: rest.application_key,
      ...(certificate === null ? {} : { certificate }),
      state: rest.state,
      firstEpoch: rest.first_epoch,
      epoch: rest.epoch,
      frameUp: rest.frame_up,
      frameDown: rest.frame_down,
    };
  };

  function device(deviceId: Uint8Array): EnrolledDevice | undefined {
    const [row] = guarded(() => statements.byId.all([deviceId]));
    return row === undefined ? undefined : deviceOf(row);
  }

  function enrol(enrolment: Enrolment): EnrolledDevice {
    const { deviceId, deviceAddress, suite, salt, rootKey, networkKey, applicationKey, epoch } = enrolment;
    const known = device(deviceId);
    const sameRoot = known !== undefined && Buffer.compare(known.rootKey, rootKey) === 0;
    const sameSession = known !== undefined && Buffer.compare(known.networkKey, networkKey) === 0;
    if (known !== undefined && !sameRoot && epoch <= known.epoch) {
      throw new StoreFault(
        `A device that gets a new root key needs an epoch above ${known.epoch}, which its records have reached.`,
      );
    }
    const columns: Record<string, JSValue> = {
      id: deviceId,
      address: deviceAddress,
      suite,
      salt,
      root_key: rootKey,
      network_key: networkKey,
      application_key: applicationKey,
      certificate: enrolment.certificate ?? null,
      state: "enrolled",
      first_epoch: sameRoot ? known.firstEpoch : epoch,
      // Under the root key that it has, a device's epoch only increases.
      epoch: sameRoot ? Math.max(known.epoch, epoch) : epoch,
      frame_up: sameSession ? known.frameUp : -1,
      frame_down: sameSession ? known.frameDown : 0,
    };
    const names = Object.keys(columns);
    const moved = names.filter((name) => name !== "id").map((name) => `${name} = excluded.${name}`);
    write(() =>
      db.run(
        `INSERT INTO device (${names}) VALUES (${names.map(() => "?")}) ON CONFLICT (id) DO UPDATE SET ${moved}`,
        Object.values(columns),
      ),
    );
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
    frames.clear();
    runs.clear();
    sentNow = -1;
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
    if (added.length + epochs.size + frames.size + runs.size === 0 && sentNow < 0) return;
    try {
      write(() => {
        let at = 0;
        for (; at + ROWS <= added.length; at += ROWS) statements.insertMany.run(added.slice(at, at + ROWS).flatMap(valuesOf));
        for (; at < added.length; at++) statements.insertOne.run(valuesOf(added[at]));
        for (const [number, epoch] of epochs) statements.keepEpoch.run([epoch, number]);
        for (const [number, [up, down]] of frames) statements.keepFrames.run([up, down, number]);
        for (const run of runs.values()) statements.keepThrough.run([...run]);
        if (sentNow >= 0) statements.markSent.run([sentNow]);
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
    devicesAt: (address) => guarded(() => statements.byAddress.all([address]).map(deviceOf)),
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
    keepFrames: (number, up, down) => frames.set(number, [up, down]),
    keepThrough: (number, epoch, through) => runs.set(`${number}/${epoch}`, [number, epoch, through]),
    commit,
    close() {
      for (const statement of Object.values(statements)) statement.finalize();
      close();
    },
  };
}
