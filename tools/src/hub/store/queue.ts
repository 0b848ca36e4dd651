/** What waits in the store to be sent down to devices. */
import type { Database } from "node-sqlite3-wasm";
import type { QueuedDownlink } from "./device.ts";

export interface Queue {
  /** What waits for a device and has not expired, in order. */
  readonly queued: (device: number, nowS: number) => QueuedDownlink[];
  /** It has arrived, or is given up: gone with the next `commit`. */
  readonly dropQueued: (downlink: QueuedDownlink) => void;
}

export interface QueueTable extends Queue {
  /** Within a transaction; forgets what has expired by `nowS`. Answers its number. */
  readonly put: (device: number, downlink: Omit<QueuedDownlink, "number">, nowS: number) => number;
  readonly write: () => void;
  readonly isDirty: () => boolean;
  readonly forget: () => void;
  readonly finalize: () => void;
}

export function queueTable(db: Database): QueueTable {
  const statements = {
    put: db.prepare("INSERT INTO downlink (device, port, payload, expires) VALUES (?, ?, ?, ?)"),
    expire: db.prepare("DELETE FROM downlink WHERE device = ? AND expires <= ?"),
    of: db.prepare(
      "SELECT number, port, payload, expires AS expiresS FROM downlink WHERE device = ? AND expires > ? ORDER BY number",
    ),
    drop: db.prepare("DELETE FROM downlink WHERE number = ?"),
  };
  const dropped = new Set<number>();
  return {
    queued: (device, nowS) =>
      (statements.of.all([device, nowS]) as unknown as QueuedDownlink[]).filter(({ number }) => !dropped.has(number)),
    dropQueued: ({ number }) => dropped.add(number),
    put(device, { port, payload, expiresS }, nowS) {
      statements.expire.run([device, nowS]);
      return Number(statements.put.run([device, port, payload, expiresS]).lastInsertRowid);
    },
    write() {
      for (const number of dropped) statements.drop.run([number]);
    },
    isDirty: () => dropped.size > 0,
    forget: () => dropped.clear(),
    finalize() {
      for (const statement of Object.values(statements)) statement.finalize();
    },
  };
}
