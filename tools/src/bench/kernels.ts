/** The detector and the record path of the SDK against the same kernels without objects, in one run. */
import type { Flash } from "@songbai/sdk/board/flash";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { OK } from "@songbai/sdk/lang/result";
import { BATTERY } from "@songbai/sdk/record/codes";
import { journal, MAX_RECORD } from "@songbai/sdk/record/journal";
import { type Sealer, sealer } from "@songbai/sdk/record/seal";
import type { Sealing } from "@songbai/sdk/record/sealing";
import { fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
import { type Counters, openCounters } from "@songbai/sdk/store/counters";
import { openFlashLog } from "@songbai/sdk/store/flash-log";
import { readScenario } from "@songbai/sim/scenario/scenario";
import { person } from "@songbai/sim/world/person";
import { flatFalls } from "./flat-fall.ts";
import { flatRecord, setKey } from "./flat-record.ts";
import { type Paired, paired } from "./paired.ts";

const BATCH = 25;
const HOUR_SAMPLES = 3600 * 50;

/** One hour of the quiet day, from `fromS` on: x, y, z in mg. */
function hourOfMotion(fromS: number): Int32Array {
  const samples = new Int32Array(3 * HOUR_SAMPLES);
  person({ seed: 1, timeline: readScenario("quiet-day").timeline }).fill(fromS * 1e6, 20_000, HOUR_SAMPLES, samples);
  return samples;
}

/** Nanoseconds a sample. */
export function benchDetector(): Paired {
  const samples = hourOfMotion(9 * 3600);
  let found = 0;
  const detector = fallDetector({ rateHz: 50, position: wrist }, () => found++);
  const batches = Array.from({ length: HOUR_SAMPLES / BATCH }, (_, i) => samples.subarray(3 * BATCH * i, 3 * BATCH * (i + 1)));
  const result = paired(
    () => {
      for (const batch of batches) detector.feed(batch, BATCH);
    },
    () => {
      found -= flatFalls(samples);
    },
    HOUR_SAMPLES,
  );
  if (found !== 0) throw new Error(`the detector and its baseline disagree by ${found} falls`);
  return result;
}

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i * 7);
const SALT = Uint8Array.of(1, 2, 3, 4);
const EPOCH = 1;
const TIME = 1_772_400_000;
const RECORDS = 2000;
const SECTOR_BYTES = 4096;
const SECTORS = 64;
const RESERVE = 1_000_000;

/** NOR flash as a plain array: what both sides program into. */
function plainFlash(image: Uint8Array): Flash {
  return {
    sizeBytes: image.length,
    sectorBytes: SECTOR_BYTES,
    read(address, into, at, length) {
      for (let i = 0; i < length; i++) into[at + i] = image[address + i];
      return OK;
    },
    program(address, from, at, length) {
      for (let i = 0; i < length; i++) image[address + i] = from[at + i];
      return OK;
    },
    erase(sector) {
      image.fill(255, sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES);
      return OK;
    },
  };
}

/** A seal of one epoch. */
function sealingBy(counters: Counters, { overhead, seal }: Sealer): Sealing {
  return { next: () => counters.next(0), overhead, seal, renew: () => OK };
}

/** Nanoseconds a record: observation, CBOR, seal, checksum, flash. */
export function benchRecord(): Paired {
  const image = new Uint8Array(SECTORS * SECTOR_BYTES).fill(255);
  const flash = plainFlash(image);
  const counters = openCounters(flash, 0, RESERVE, () => OK);
  const seal = sealer(AES_CCM, aes128(KEY), SALT, EPOCH);
  const quiet = { event() {} };
  const clock = { uptimeMs: () => 0, epochSeconds: () => TIME };
  const records = journal(quiet, clock, sealingBy(counters, seal), openFlashLog(flash, 2, SECTORS - 2, 128), MAX_RECORD);

  setKey(KEY);
  const flat = new Uint8Array(SECTORS * SECTOR_BYTES).fill(255);
  const nonce = Uint8Array.of(...SALT, 0, 0, 0, EPOCH, 0, 0, 0, 0, 0);
  const aad = Uint8Array.of(0x83, 0x68, ...Buffer.from("Encrypt0"), 0x4d, 0xa2, 1, 10, 4, 0x48, ...SALT, 0, 0, 0, EPOCH, 0x40);
  let sequence = 0;
  let at = 0;
  let written = 0;

  const result = paired(
    () => {
      for (let i = 0; i < RECORDS; i++) records.write([{ code: BATTERY, values: [87] }], false);
      written += RECORDS;
    },
    () => {
      for (let i = 0; i < RECORDS; i++) {
        if (at + 64 > flat.length) at = 0;
        at = flatRecord(flat, at, 1, sequence++, TIME, 87, nonce, aad);
      }
    },
    RECORDS,
  );
  if (written === 0 || firstEntry(seal) !== flatEntry(nonce, aad)) {
    throw new Error(`the record path writes ${firstEntry(seal)}, its baseline ${flatEntry(nonce, aad)}`);
  }
  return result;
}

const SECTOR_HEADER_BYTES = 12;
const ENTRY_BYTES = 27;

/** What the SDK writes to an empty log first. */
function firstEntry(seal: Sealer): string {
  const image = new Uint8Array(5 * SECTOR_BYTES).fill(255);
  const flash = plainFlash(image);
  const log = openFlashLog(flash, 2, 3, 128);
  const clock = { uptimeMs: () => 0, epochSeconds: () => TIME };
  journal(
    { event() {} },
    clock,
    sealingBy(
      openCounters(flash, 0, RESERVE, () => OK),
      seal,
    ),
    log,
    MAX_RECORD,
  ).write([{ code: BATTERY, values: [87] }], false);
  // The log begins in its second sector.
  const at = 3 * SECTOR_BYTES + SECTOR_HEADER_BYTES;
  return Buffer.from(image.subarray(at, at + ENTRY_BYTES)).toString("hex");
}

function flatEntry(nonce: Uint8Array, aad: Uint8Array): string {
  const image = new Uint8Array(64).fill(255);
  return Buffer.from(image.subarray(0, flatRecord(image, 0, 1, 0, TIME, 87, nonce, aad))).toString("hex");
}
