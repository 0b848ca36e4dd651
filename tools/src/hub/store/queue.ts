/** What waits in the store to be sent down to devices. */
import type { Database } from "node-sqlite3-wasm";
import type { QueuedDownlink } from "./device.ts";

export interface Queue {
  /** What waits for a device and has not expired, in order. */
  readonly queued: (device: number, nowS: number) => QueuedDownlink[];
  /** What has expired of all devices and is still there, in order. */
  readonly expired: (nowS: number) => (QueuedDownlink & { readonly device: number })[];
  /** It has arrived, or is given up: gone with the next `commit`. */
  readonly dropQueued: (downlink: QueuedDownlink) => void;
}

export interface QueueTable extends Queue {
  /** Within a transaction. Answers its number. */
  readonly put: (device: number, downlink: Omit<QueuedDownlink, "number">) => number;
  readonly write: () => void;
  readonly isDirty: () => boolean;
  readonly forget: () => void;
  readonly finalize: () => void;
}

export function queueTable(db: Database): QueueTable {
  const statements = {
    put: db.prepare("INSERT INTO downlink (device, port, payload, expires) VALUES (?, ?, ?, ?)"),
    expired: db.prepare(
      "SELECT number, device, port, payload, expires AS expiresS FROM downlink WHERE expires <= ? ORDER BY number",
    ),
    soonest: db.prepare("SELECT min(expires) AS soonest FROM downlink"),
    of: db.prepare(
      "SELECT number, port, payload, expires AS expiresS FROM downlink WHERE device = ? AND expires > ? ORDER BY number",
    ),
    drop: db.prepare("DELETE FROM downlink WHERE number = ?"),
  };
  const dropped = new Set<number>();
  /** Nothing expires before; so that asking costs nothing while nothing does. */
  let soonestS = 0;
  return {
    queued: (device, nowS) =>
      (statements.of.all([device, nowS]) as unknown as QueuedDownlink[]).filter(({ number }) => !dropped.has(number)),
    expired(nowS) {
      if (nowS < soonestS) return [];
      const rows = statements.expired.all([nowS]) as unknown as ReturnType<Queue["expired"]>;
      const gone = rows.filter(({ number }) => !dropped.has(number));
      if (rows.length === 0) soonestS = Number(statements.soonest.all([])[0]?.soonest ?? Number.MAX_SAFE_INTEGER);
      return gone;
    },
    dropQueued: ({ number }) => dropped.add(number),
    put(device, { port, payload, expiresS }) {
      soonestS = Math.min(soonestS, expiresS);
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
