import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import sqlite from "node-sqlite3-wasm";
import { killAgainAndAgain } from "../support/kill.ts";

describe("a hub that is killed", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "songbai-hub-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("loses nothing that it acknowledged and doubles nothing, three times in the middle of its batches", async () => {
    const { faults, killedBusy, acknowledged, stored, resent, duplicates } = await killAgainAndAgain(join(folder, "a"), 3, 1);
    expect(faults).toEqual([]);
    expect(killedBusy).toBe(3);
    expect(resent).toBeGreaterThan(30);
    expect(duplicates).toBeGreaterThan(30);
    expect(stored).toBe(acknowledged);
  }, 120_000);

  /** A process that is killed in the middle of a change to all rows; answers the sum of what is then there. */
  function halfDone(mode: string): number {
    const file = join(folder, `${mode}.db`);
    const library = createRequire(import.meta.url).resolve("node-sqlite3-wasm");
    const { signal } = spawnSync(process.execPath, [
      "-e",
      `const db = new (require(${JSON.stringify(library)}).Database)(${JSON.stringify(file)});
       db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = ${mode}; CREATE TABLE t (n, filler)");
       db.exec("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000) INSERT INTO t SELECT 0, hex(zeroblob(1000)) FROM c");
       db.exec("PRAGMA cache_size = 10; BEGIN; UPDATE t SET n = 1");
       process.kill(process.pid, "SIGKILL");`,
    ]);
    expect(signal).toBe("SIGKILL");
    rmSync(`${file}.lock`, { recursive: true });
    const db = new sqlite.Database(file);
    db.exec("PRAGMA locking_mode = EXCLUSIVE");
    const sum = Number(db.get("SELECT sum(n) AS n FROM t")?.n);
    db.close();
    return sum;
  }

  it("has a write-ahead log, as the library's rollback journal leaves half a transaction behind", () => {
    expect(halfDone("wal")).toBe(0);
    expect(halfDone("delete")).toBeGreaterThan(0);
  });
});
