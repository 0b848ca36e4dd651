/** LoRaWAN sessions in the store: one that a device has, and the one that it joined for last. */
import type { Database, JSValue } from "node-sqlite3-wasm";
import type { SessionState, StoredSession } from "./device.ts";

export interface Sessions {
  /** Sessions at a LoRaWAN address, of any devices. */
  readonly sessionsAt: (address: number) => StoredSession[];
  readonly sessionsOf: (device: number) => StoredSession[];
  /** What has moved of a session; written by the next `commit`. */
  readonly keepSession: (session: StoredSession, state: SessionState) => void;
  /** A frame has come under it: from the next `commit` on it is the only one of its device. */
  readonly prove: (session: StoredSession) => void;
}

/** A session as it begins. */
export type NewSession = Pick<
  StoredSession,
  "device" | "joined" | "deviceAddress" | "networkKey" | "applicationKey" | "rx2Rate" | "proved"
>;

export interface SessionTable extends Sessions {
  /** Within a transaction. */
  readonly begin: (session: NewSession) => void;
  readonly endAll: (device: number) => void;
  readonly endJoined: (device: number) => void;
  readonly write: () => void;
  /** Whether there is something to write. */
  readonly isDirty: () => boolean;
  readonly forget: () => void;
  readonly finalize: () => void;
}

const orNull = (value: number | undefined): JSValue => value ?? null;

function sessionOf(row: object): StoredSession {
  const { joined, heard, battery, margin, ...rest } = row as Record<string, never>;
  return {
    number: rest.number,
    device: rest.device,
    proved: Boolean(rest.proved),
    ...(joined === null ? {} : { joined }),
    deviceAddress: rest.address,
    networkKey: rest.network_key,
    applicationKey: rest.application_key,
    rx2Rate: rest.rx2_rate,
    frameUp: rest.frame_up,
    frameDown: rest.frame_down,
    txPower: rest.tx_power,
    nbTrans: rest.nb_trans,
    ...(heard === null
      ? {}
      : { heard: { timeS: heard, dataRate: rest.data_rate, rssiDbm: rest.rssi, snrDb: rest.snr, gateways: rest.gateways } }),
    ...(battery === null ? {} : { status: { battery, marginDb: margin } }),
  };
}

const MOVING = "frame_up, frame_down, tx_power, nb_trans, heard, data_rate, rssi, snr, gateways, battery, margin".split(", ");

const movingOf = ({ frameUp, frameDown, txPower, nbTrans, heard, status }: SessionState): JSValue[] => [
  frameUp,
  frameDown,
  txPower,
  nbTrans,
  heard === undefined ? null : Math.floor(heard.timeS),
  orNull(heard?.dataRate),
  orNull(heard?.rssiDbm),
  orNull(heard?.snrDb),
  orNull(heard?.gateways),
  orNull(status?.battery),
  orNull(status?.marginDb),
];

export function sessionTable(db: Database): SessionTable {
  const statements = {
    byAddress: db.prepare("SELECT * FROM session WHERE address = ? ORDER BY number"),
    byDevice: db.prepare("SELECT * FROM session WHERE device = ? ORDER BY number"),
    keep: db.prepare(`UPDATE session SET ${MOVING.map((name) => `${name} = ?`)} WHERE number = ?`),
    begin: db.prepare(
      `INSERT INTO session (device, proved, joined, address, network_key, application_key, rx2_rate, ${MOVING})
       VALUES (?, ?, ?, ?, ?, ?, ?, ${MOVING.map(() => "?")})`,
    ),
    endAll: db.prepare("DELETE FROM session WHERE device = ?"),
    endJoined: db.prepare("DELETE FROM session WHERE device = ? AND joined IS NOT NULL"),
    endOne: db.prepare("DELETE FROM session WHERE device = ? AND proved = ?"),
    endOthers: db.prepare("DELETE FROM session WHERE device = ? AND number <> ?"),
    prove: db.prepare("UPDATE session SET proved = 1 WHERE number = ?"),
  };
  const moved = new Map<number, SessionState>();
  const proved = new Map<number, number>();

  return {
    sessionsAt: (address) => statements.byAddress.all([address]).map(sessionOf),
    sessionsOf: (device) => statements.byDevice.all([device]).map(sessionOf),
    keepSession: ({ number }, state) => moved.set(number, state),
    prove: ({ number, device }) => proved.set(number, device),
    begin(session) {
      const { device, joined, deviceAddress, networkKey, applicationKey, rx2Rate } = session;
      const isProved = session.proved ? 1 : 0;
      statements.endOne.run([device, isProved]);
      const fresh = movingOf({ frameUp: -1, frameDown: 0, txPower: 0, nbTrans: 1 });
      const fixed = [device, isProved, orNull(joined), deviceAddress, networkKey, applicationKey, rx2Rate];
      statements.begin.run([...fixed, ...fresh]);
    },
    endAll: (device) => void statements.endAll.run([device]),
    endJoined: (device) => void statements.endJoined.run([device]),
    write() {
      for (const [number, device] of proved) {
        statements.endOthers.run([device, number]);
        statements.prove.run([number]);
      }
      for (const [number, state] of moved) statements.keep.run([...movingOf(state), number]);
    },
    isDirty: () => moved.size + proved.size > 0,
    forget() {
      moved.clear();
      proved.clear();
    },
    finalize() {
      for (const statement of Object.values(statements)) statement.finalize();
    },
  };
}
