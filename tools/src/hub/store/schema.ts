/** The tables of the hub's store. */

/** "SBai" in SQLite's header: whose file this is. */
export const APPLICATION_ID = 0x53426169;
/** Version of the tables, in SQLite's header. */
export const SCHEMA_VERSION = 1;

/**
 * `device.epoch`: the highest that a record has proved. `frame_up`: the last LoRaWAN frame counter, -1 for none; `frame_down`: the next.
 * `run.through`: all records of the device and epoch up to this sequence number are here.
 * `record`: kept once by (device, epoch, sequence). `plain`: the observations as the device wrote them, a CBOR sequence; `sealed`: as they
 * came. `received`: seconds since 1970. `arrival` counts all records in the order they were kept; what is above `sent.arrival` still has
 * to be published.
 */
export const SCHEMA = `
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
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;
