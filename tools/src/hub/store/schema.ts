/** The tables of the hub's store. */

/** "SBai" in SQLite's header: whose file this is. */
export const APPLICATION_ID = 0x53426169;
/** Version of the tables, in SQLite's header. */
export const SCHEMA_VERSION = 2;

/** `device.epoch`: the highest that a record has proved. `address` and the two keys beside it: the LoRaWAN session that it was given, if any. */
const device = (name: string) => `
CREATE TABLE ${name} (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 8),
  suite INTEGER NOT NULL,
  salt BLOB NOT NULL CHECK (length(salt) = 4),
  root_key BLOB NOT NULL CHECK (length(root_key) = 32),
  certificate BLOB,
  state TEXT NOT NULL CHECK (state IN ('enrolled', 'revoked')),
  first_epoch INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  address INTEGER,
  network_key BLOB CHECK (length(network_key) = 16),
  application_key BLOB CHECK (length(application_key) = 16),
  app_key BLOB CHECK (length(app_key) = 16),
  join_eui BLOB CHECK (length(join_eui) = 8),
  continuous INTEGER NOT NULL CHECK (continuous IN (0, 1)),
  dev_nonce INTEGER NOT NULL,
  join_nonce INTEGER NOT NULL
);`;

/**
 * `session`: the LoRaWAN session of a device, and beside it the one that it joined for last, until a frame has `proved` that it has it.
 * `joined`: when, seconds since 1970; NULL: it was given. `frame_up`: the last frame counter, -1 for none; `frame_down`: the next.
 * `heard` and what follows: the last frame, and what the device said of itself.
 *
 * `downlink`: what waits to be sent down, in order, until `expires`. `down_number`: above every number that something was sealed under for
 * the device.
 */
const LORAWAN = `
CREATE TABLE session (
  number INTEGER PRIMARY KEY,
  device INTEGER NOT NULL REFERENCES device,
  proved INTEGER NOT NULL CHECK (proved IN (0, 1)),
  joined INTEGER,
  address INTEGER NOT NULL,
  network_key BLOB NOT NULL CHECK (length(network_key) = 16),
  application_key BLOB NOT NULL CHECK (length(application_key) = 16),
  rx2_rate INTEGER NOT NULL,
  frame_up INTEGER NOT NULL,
  frame_down INTEGER NOT NULL,
  tx_power INTEGER NOT NULL,
  nb_trans INTEGER NOT NULL,
  heard INTEGER,
  data_rate INTEGER,
  rssi REAL,
  snr REAL,
  gateways INTEGER,
  battery INTEGER,
  margin INTEGER,
  UNIQUE (device, proved)
);
CREATE INDEX session_address ON session (address);
CREATE TABLE downlink (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  device INTEGER NOT NULL REFERENCES device,
  port INTEGER NOT NULL,
  payload BLOB NOT NULL,
  expires INTEGER NOT NULL
);
CREATE INDEX downlink_device ON downlink (device, number);
CREATE TABLE down_number (device INTEGER PRIMARY KEY REFERENCES device, next INTEGER NOT NULL);
`;

/**
 * `run.through`: all records of the device and epoch up to this sequence number are here.
 * `record`: kept once by (device, epoch, sequence). `plain`: the observations as the device wrote them, a CBOR sequence; `sealed`: as they
 * came. `received`: seconds since 1970. `arrival` counts all records in the order they were kept; what is above `sent.arrival` still has
 * to be published.
 */
const RECORDS = `
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
`;

const NAMED = `
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;

export const SCHEMA = `${device("device")} ${LORAWAN} ${RECORDS} ${NAMED}`;

/** What leads from each earlier version to this one, in one transaction. */
export const MIGRATIONS: Readonly<Record<number, string>> = {
  // Devices had the one session that they were given, with its counters. SQLite adds no column without NOT NULL to one that has it,
  // so the table is made anew (https://www.sqlite.org/lang_altertable.html, section 7).
  1: `${LORAWAN}
INSERT INTO session (device, proved, address, network_key, application_key, rx2_rate, frame_up, frame_down, tx_power, nb_trans)
  SELECT number, 1, address, network_key, application_key, 0, frame_up, frame_down, 0, 1 FROM device ORDER BY number;
${device("device_2")}
INSERT INTO device_2 SELECT number, id, suite, salt, root_key, certificate, state, first_epoch, epoch,
  address, network_key, application_key, NULL, NULL, 0, -1, -1 FROM device;
DROP TABLE device;
ALTER TABLE device_2 RENAME TO device;
PRAGMA user_version = ${SCHEMA_VERSION};`,
};
