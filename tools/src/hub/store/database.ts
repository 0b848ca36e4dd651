/**
 * The SQLite file of the hub (npm node-sqlite3-wasm).
 *
 * Write-ahead log, exclusive locking, a sync at each commit: what was committed is there after a kill or a power cut at any moment. The
 * rollback journal must not be used with this build: it believes its own lock directory to be somebody else's, never rolls a journal
 * back after a kill, and leaves half a transaction (tests/hub/kill.test.ts shows it). For the same reason a new file is made under another name and
 * renamed when it is whole.
 */
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import sqlite, { type Database } from "node-sqlite3-wasm";
import { StoreFault } from "./fault.ts";
import { lockFolder } from "./lock.ts";
import { APPLICATION_ID, MIGRATIONS, SCHEMA, SCHEMA_VERSION } from "./schema.ts";

export interface OpenDatabase {
  readonly db: Database;
  /** Where it is, for sentences. */
  readonly place: string;
  readonly close: () => void;
}

const MAGIC = "SQLite format 3\0";
/** Before anything is read: the library has no shared memory for a log that is not exclusive. */
const EXCLUSIVE = "PRAGMA locking_mode = EXCLUSIVE";
/** 8 MB of cache, whatever the size of the file. */
const PRAGMAS = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -8192;
`;

/** A database of its own that ends with the process. */
export function memoryDatabase(): OpenDatabase {
  const db = new sqlite.Database();
  db.exec(SCHEMA);
  return { db, place: "memory", close: () => db.close() };
}

/** The directory that the library locks with; ours is `hub.lock`, so one found here is of a process that was killed. */
function unlock(file: string): void {
  try {
    rmdirSync(`${file}.lock`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function create(file: string): void {
  const draft = `${file}.new`;
  for (const rest of [draft, `${draft}-journal`, `${draft}-wal`]) rmSync(rest, { force: true });
  unlock(draft);
  const db = new sqlite.Database(draft);
  try {
    db.exec(EXCLUSIVE);
    db.exec(PRAGMAS);
    db.exec(`BEGIN; ${SCHEMA} COMMIT;`);
  } finally {
    db.close();
  }
  renameSync(draft, file);
}

/** The first octets of a file, as many as the magic has. */
function beginning(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(MAGIC.length);
    return bytes.toString("latin1", 0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}

const read = (db: Database, name: string) => Number(Object.values(db.get(`PRAGMA ${name}`) ?? {})[0]);

/** Throws unless the file is a hub's store of this version or of one that this version follows. */
function check(db: Database, file: string): void {
  if (read(db, "application_id") !== APPLICATION_ID) {
    throw new StoreFault(`${file} is a database, but not a hub's; name another folder with --data.`);
  }
  const version = read(db, "user_version");
  if (version !== SCHEMA_VERSION && MIGRATIONS[version] === undefined) {
    throw new StoreFault(
      `${file} is of version ${version}, and this hub reads version ${SCHEMA_VERSION}; use the songbai that wrote it.`,
    );
  }
}

/** Brings the store of an earlier version to this one, whole or not at all. */
function migrate(db: Database): void {
  for (let version = read(db, "user_version"); version < SCHEMA_VERSION; version++) {
    // A table that is made anew is gone for a moment, and others refer to it; within a transaction this cannot be said.
    db.exec(`PRAGMA foreign_keys = OFF; BEGIN; ${MIGRATIONS[version]} COMMIT; PRAGMA foreign_keys = ON;`);
  }
}

/** Opens the store of a data folder; makes both when there is none. Throws `StoreFault`. */
export function fileDatabase(folder: string): OpenDatabase {
  const file = join(folder, "hub.db");
  let release: (() => void) | undefined;
  let db: Database | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    release = lockFolder(folder);
    if (!existsSync(file)) create(file);
    else if (beginning(file) !== MAGIC) {
      throw new StoreFault(`${file} is no hub's store; name another folder with --data, or move the file away.`);
    }
    unlock(file);
    db = new sqlite.Database(file, { fileMustExist: true });
    db.exec(EXCLUSIVE);
    check(db, file);
    db.exec(PRAGMAS);
    migrate(db);
  } catch (error) {
    if (db?.isOpen === true) db.close();
    release?.();
    if (error instanceof StoreFault) throw error;
    throw new StoreFault(`The hub cannot open its store ${file} (${(error as Error).message}).`);
  }
  const open = db;
  return {
    db: open,
    place: file,
    close() {
      open.close();
      release();
    },
  };
}
