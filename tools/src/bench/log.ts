/** The flash log and the counters: what a record costs in flash and in time, and how long a full log takes to open. */
import type { Flash } from "@songbai/sdk/board/flash";
import { crc32c } from "@songbai/sdk/codec/crc32c";
import { OK } from "@songbai/sdk/lang/result";
import { openCounters } from "@songbai/sdk/store/counters";
import { openFlashLog } from "@songbai/sdk/store/flash-log";
import { type Paired, paired } from "./paired.ts";

const SECTOR_BYTES = 4096;
const RECORD_BYTES = 64;
const COUNTER_SECTORS = 2;
/** 4 MB. */
const LOG_SECTORS = 1024;
const RESERVE = 64;
const RECORDS = 5000;
const HEADER_BYTES = 12;

export interface LogFigures {
  /** Program operations and erases of a record: appended, acknowledged, with its share of counters and sector headers. */
  readonly operations: number;
  readonly erases: number;
  /** Octets programmed for one of a sealed record. */
  readonly programmed: number;
  /** Nanoseconds a record; baseline: its copy and checksum in a plain array. */
  readonly append: Paired;
  /** Nanoseconds of opening a full log and finding the oldest pending record; baseline: copying that flash once. */
  readonly open: Paired;
}

interface Counted extends Flash {
  readonly counts: { programs: number; programmed: number; erases: number };
}

function countedFlash(sectors: number): Counted {
  const image = new Uint8Array(sectors * SECTOR_BYTES).fill(255);
  const counts = { programs: 0, programmed: 0, erases: 0 };
  return {
    sizeBytes: image.length,
    sectorBytes: SECTOR_BYTES,
    counts,
    read(address, into, at, length) {
      for (let i = 0; i < length; i++) into[at + i] = image[address + i];
      return OK;
    },
    program(address, from, at, length) {
      for (let i = 0; i < length; i++) image[address + i] &= from[at + i];
      counts.programs += 1;
      counts.programmed += length;
      return OK;
    },
    erase(sector) {
      image.fill(255, sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES);
      counts.erases += 1;
      return OK;
    },
  };
}

export function benchLog(): LogFigures {
  const flash = countedFlash(COUNTER_SECTORS + LOG_SECTORS);
  const counters = openCounters(flash, 0, RESERVE, () => OK);
  const log = openFlashLog(flash, COUNTER_SECTORS, LOG_SECTORS, RECORD_BYTES);
  const record = Uint8Array.from({ length: RECORD_BYTES }, (_, i) => i * 7);
  const plain = new Uint8Array(LOG_SECTORS * SECTOR_BYTES);
  let records = 0;
  let at = 0;
  let sum = 0;

  const append = paired(
    () => {
      for (let i = 0; i < RECORDS; i++) {
        counters.next(0);
        if (log.acknowledge(log.append(record, RECORD_BYTES, false)) !== OK) throw new Error("the log lost a record");
      }
      records += RECORDS;
    },
    () => {
      for (let i = 0; i < RECORDS; i++) {
        sum ^= crc32c(0, record, 0, RECORD_BYTES);
        plain.set(record, at);
        at = at + 2 * RECORD_BYTES > plain.length ? 0 : at + RECORD_BYTES;
      }
    },
    RECORDS,
  );
  const { programs, programmed, erases } = flash.counts;

  // Full of records that nobody has: all are looked at, none is passed over by its mark.
  const entries = Math.floor((SECTOR_BYTES - HEADER_BYTES) / (RECORD_BYTES + 8)) * LOG_SECTORS;
  for (let i = 0; i < entries; i++) if (log.append(record, RECORD_BYTES, false) < 0) throw new Error("the log is no use");
  const into = new Uint8Array(SECTOR_BYTES);
  const open = paired(
    () => {
      const found = openFlashLog(flash, COUNTER_SECTORS, LOG_SECTORS, RECORD_BYTES);
      // All heads are read for the first, as there is no urgent record.
      if (found.pending(true) > 0 || found.pending(false) < 0) throw new Error("the log holds what nobody appended");
    },
    () => {
      for (let sector = 0; sector < LOG_SECTORS; sector++) {
        flash.read((COUNTER_SECTORS + sector) * SECTOR_BYTES, into, 0, SECTOR_BYTES);
        sum ^= into[0];
      }
    },
    1,
  );
  if (sum === 0x5eed) throw new Error("this only keeps the sums alive");
  return {
    operations: programs / records,
    erases: erases / records,
    programmed: programmed / (records * RECORD_BYTES),
    append,
    open,
  };
}
