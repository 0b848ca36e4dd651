// Portable TypeScript, run on every runtime by the tests beside it.
import { crc32c } from "@songbai/sdk/codec/crc32c";
import { putUint16, putUint32 } from "@songbai/sdk/lang/bytes";
import { allocBytes, allocInts, type Bytes, type Ints } from "@songbai/sdk/lang/intrinsics";
import { MISSING, OK, type Result } from "@songbai/sdk/lang/result";
import { type Counters, openCounters } from "@songbai/sdk/store/counters";
import { type Epochs, openEpochs } from "@songbai/sdk/store/epochs";
import { type FlashLog, openFlashLog } from "@songbai/sdk/store/flash-log";
import { type Part, part } from "./part.ts";

/** The ledger in the second half of sector 0, counters in 1 and 2, the log behind. */
export const SECTOR_BYTES = 512;
export const LEDGER_AT = 256;
export const COUNTER_SECTOR = 1;
export const LOG_SECTOR = 3;
export const LOG_SECTORS = 5;
export const SECTORS = LOG_SECTOR + LOG_SECTORS;
export const HEADER_BYTES = 12;
export const OVERHEAD_BYTES = 8;
export const MAX_PAYLOAD = 40;
const FIRST_EPOCH = 1;
const RESERVE = 4;
const SEQUENCE = 0;
const STORED = 5;
const MAX_STEPS = 400;
/** Urgent entries wait for most of a lap and a half, so that some are carried forward, then are acknowledged. */
const WAIT_STEPS = 90;
const ROUND_STEPS = 120;

/** Of an entry: nothing yet, `append` under way, answered; `acknowledge` under way, answered. */
const ASKED = 1;
const APPENDED = 2;
const GOING = 3;
const GONE = 4;

export const newPart = (): Part => part(SECTORS, SECTOR_BYTES, LOG_SECTOR);

export function isUrgent(id: number): boolean {
  return id % 10 === 3;
}

export function lengthOf(id: number): number {
  return isUrgent(id) ? 20 : 6 + ((id * 7) % (MAX_PAYLOAD - 5));
}

/** What looks like the head of an entry of 30 octets: such a payload misleads whoever looks for heads. */
const DECOY = [0, 30, 225, 255];

/** The payload of an entry: its number, then what follows from it. Answers its length. */
export function payloadOf(id: number, into: Bytes): number {
  const length = lengthOf(id);
  putUint16(into, 0, id);
  for (let i = 2; i < length; i++) into[i] = (id % 5 === 1 ? DECOY[i & 3] : id * 31 + i * 17) & 255;
  return length;
}

export interface Work {
  readonly part: Part;
  /** The first promise that was broken, or "". */
  readonly failure: () => string;
  readonly steps: () => number;
  /** Opens all three, as a start does. */
  readonly boot: () => void;
  /** Goes on to that step, or until power goes. */
  readonly goTo: (step: number) => void;
  /** Compares what flash holds with what was answered; answers a checksum of all that can be seen. */
  readonly check: () => number;
  /** Power has gone once more. */
  readonly cut: () => void;
  /** So many sectors of the log are of no use. With one, urgent entries are still carried past it; with two they may be lost. */
  readonly without: (sectors: number) => void;
  /** The value stored may be any. */
  readonly forget: () => void;
  readonly become: (other: Work) => void;
  readonly status: Ints;
  readonly addresses: Ints;
  readonly numbers: Ints;
}

// Places in `numbers`.
const STEP = 0;
const EPOCH = 1;
const DRAWN = 2;
const KEPT_VALUE = 3;
const ASKED_VALUE = 4;
const HIGHEST = 5;
const CUTS = 6;
const ENTRIES = 7;
const SPOILT = 8;
const RETURNED = 9;
const NUMBERS = 10;
/** But for one that was cut short just before its end: it may be read at one look and not at the next. */
const UNREAD = "a pending entry cannot be read";
/** Instead of a stored value: any will do. */
const UNKNOWN = -1;

/** A device's dealings with its store, and what it may rely on ever after. */
export function work(): Work {
  const flash = newPart();
  /** Where the flash is looked through: acknowledging there changes nothing here. */
  const mirror = newPart();
  const status = allocInts(MAX_STEPS);
  const addresses = allocInts(MAX_STEPS);
  const numbers = allocInts(NUMBERS);
  const found = allocInts(MAX_STEPS);
  const payload = allocBytes(MAX_PAYLOAD);
  const expected = allocBytes(MAX_PAYLOAD);
  const word = allocBytes(4);
  let failure = "";
  let epochs: Epochs;
  let counters: Counters;
  let log: FlashLog;
  numbers[EPOCH] = FIRST_EPOCH;
  numbers[DRAWN] = -1;

  function expect(holds: boolean, sentence: string): void {
    if (!holds && failure === "") failure = sentence;
  }

  function boot(): void {
    epochs = openEpochs(flash, LEDGER_AT, SECTOR_BYTES, FIRST_EPOCH);
    counters = openCounters(flash, COUNTER_SECTOR, RESERVE, epochs.advance);
    const readBefore = flash.octetsRead();
    const before = flash.operations();
    log = openFlashLog(flash, LOG_SECTOR, LOG_SECTORS, MAX_PAYLOAD);
    expect(flash.operations() === before, "opening the log changes the flash");
    // Headers, a sector or two, and for what was torn each octet of it by a piece of 64 and an entry's head.
    const most = LOG_SECTORS * HEADER_BYTES + 4 * SECTOR_BYTES + numbers[CUTS] * (MAX_PAYLOAD + OVERHEAD_BYTES) * 72;
    expect(flash.octetsRead() - readBefore <= most, "opening the log reads too much");
    if (flash.dead()) return;
    expect(epochs.current() >= numbers[EPOCH], "the epoch went back");
    const value = counters.get(STORED);
    const kept = value === numbers[KEPT_VALUE] || value === numbers[ASKED_VALUE];
    expect(kept || numbers[KEPT_VALUE] === UNKNOWN, "a stored value is lost");
    numbers[KEPT_VALUE] = value;
    numbers[ASKED_VALUE] = value;
  }

  function draw(): void {
    const sequence = counters.next(SEQUENCE);
    if (flash.dead()) return;
    const epoch = epochs.current();
    expect(sequence >= 0, "no sequence number");
    expect(epoch > numbers[EPOCH] || (epoch === numbers[EPOCH] && sequence > numbers[DRAWN]), "a nonce is used twice");
    numbers[EPOCH] = epoch;
    numbers[DRAWN] = sequence;
  }

  function append(): void {
    const id = numbers[ENTRIES];
    numbers[ENTRIES] = id + 1;
    status[id] = ASKED;
    const address = log.append(payload, payloadOf(id, payload), isUrgent(id));
    if (flash.dead()) return;
    expect(address > numbers[HIGHEST], "an address is used twice");
    numbers[HIGHEST] = address;
    addresses[id] = address;
    status[id] = APPENDED;
  }

  /** An entry that reads only now and then may be gone again. */
  function isTaken(result: Result): boolean {
    return result === OK || (result === MISSING && numbers[CUTS] > 0);
  }

  function acknowledge(urgent: boolean): void {
    const address = log.pending(urgent);
    if (address < 0) return;
    const length = log.read(address, payload);
    if (length < 0) {
      expect(numbers[CUTS] > 0, UNREAD);
      return;
    }
    const id = payload[0] * 256 + payload[1];
    if (status[id] === GONE) numbers[RETURNED] += 1;
    status[id] = GOING;
    const result = log.acknowledge(address);
    if (flash.dead()) return;
    expect(isTaken(result), "an acknowledgement is refused");
    if (result === OK) status[id] = GONE;
  }

  function put(): void {
    numbers[ASKED_VALUE] = numbers[KEPT_VALUE] + 3;
    const result = counters.put(STORED, numbers[ASKED_VALUE]);
    if (flash.dead()) return;
    expect(result === OK, "a value is refused");
    numbers[KEPT_VALUE] = numbers[ASKED_VALUE];
  }

  /** Rot in both headers of the counters. */
  function loseCounters(): void {
    for (let i = 0; i < 2; i++) flash.image[(COUNTER_SECTOR + i) * SECTOR_BYTES + 5] = 0x55;
    // What they stored is gone, and known to be.
    numbers[KEPT_VALUE] = 0;
    numbers[ASKED_VALUE] = 0;
    boot();
  }

  function goTo(step: number): void {
    while (numbers[STEP] < step && !flash.dead()) {
      const now = numbers[STEP];
      numbers[STEP] = now + 1;
      draw();
      if (!flash.dead()) append();
      if (!flash.dead() && now % 3 === 0) acknowledge(false);
      if (!flash.dead() && now % ROUND_STEPS >= WAIT_STEPS) acknowledge(true);
      if (!flash.dead() && now % 2 === 1) put();
      if (!flash.dead() && now % 16 === 3) log.prepare();
      if (!flash.dead() && now % 50 === 49) epochs.advance();
      if (!flash.dead() && now % 23 === 22) boot();
      if (!flash.dead() && now % 90 === 80) loseCounters();
    }
  }

  let seen = 0;

  function note(value: number): void {
    putUint32(word, 0, value);
    seen = crc32c(seen, word, 0, 4);
  }

  /** Everything pending of that urgency, oldest first. */
  function lookThrough(store: FlashLog, urgent: boolean): void {
    let last = -1;
    for (let i = 0; i < MAX_STEPS; i++) {
      const address = store.pending(urgent);
      if (address < 0) return;
      const length = store.read(address, payload);
      expect(length > 0 || numbers[CUTS] > 0, UNREAD);
      const taken = store.acknowledge(address);
      expect(isTaken(taken), "an acknowledgement is refused");
      if (length > 0 && taken === OK) {
        const id = payload[0] * 256 + payload[1];
        if (id >= numbers[ENTRIES] || payloadOf(id, expected) !== length) {
          expect(false, "something is read that was never appended");
          return;
        }
        for (let j = 0; j < length; j++) expect(payload[j] === expected[j], "an entry is misread");
        expect(isUrgent(id) === urgent, "an entry has changed its urgency");
        expect(urgent || id > last, "entries are out of order");
        last = id;
        found[id] += 1;
        note(address);
      }
    }
    expect(false, "there is no end to what is pending");
  }

  function check(): number {
    mirror.become(flash);
    mirror.revive(0);
    const store = openFlashLog(mirror, LOG_SECTOR, LOG_SECTORS, MAX_PAYLOAD);
    for (let id = 0; id < MAX_STEPS; id++) found[id] = 0;
    seen = 0;
    note(epochs.current());
    note(counters.get(SEQUENCE));
    note(counters.get(STORED));
    lookThrough(store, true);
    lookThrough(store, false);
    // A cut in the middle of carrying leaves an urgent entry there twice: once for each cut.
    let twice = numbers[RETURNED];
    for (let id = 0; id < numbers[ENTRIES]; id++) {
      const right = status[id] === GONE ? 0 : 1;
      if (found[id] > right) twice += found[id] - right;
      expect(found[id] <= right || isUrgent(id), "an entry comes back, or is there twice");
    }
    expect(twice <= numbers[CUTS], "entries are there too often");
    // Full sectors of which a cut, what is carried and a longest entry that did not fit take their share.
    let room =
      (LOG_SECTORS - 2 - numbers[SPOILT]) * (SECTOR_BYTES - HEADER_BYTES - (SECTOR_BYTES >> 2) - MAX_PAYLOAD - OVERHEAD_BYTES);
    room -= 2 * numbers[CUTS] * (MAX_PAYLOAD + OVERHEAD_BYTES);
    for (let id = numbers[ENTRIES] - 1; id >= 0; id--) {
      room -= lengthOf(id) + OVERHEAD_BYTES;
      const due = status[id] === APPENDED && (room >= 0 || (isUrgent(id) && numbers[SPOILT] < 2));
      if (due && found[id] === 0) {
        expect(false, isUrgent(id) ? "an urgent entry is lost" : "an entry is lost");
      }
    }
    let least = flash.erases[LOG_SECTOR];
    let most = least;
    for (let sector = LOG_SECTOR; sector < SECTORS; sector++) {
      if (flash.erases[sector] < least) least = flash.erases[sector];
      if (flash.erases[sector] > most) most = flash.erases[sector];
    }
    expect(numbers[SPOILT] > 0 || most - least <= 1 + numbers[CUTS], "sectors wear unevenly");
    expect(flash.broken() === "", flash.broken());
    return seen;
  }

  boot();
  return {
    part: flash,
    failure: () => failure,
    steps: () => numbers[STEP],
    boot,
    goTo,
    check,
    cut: () => {
      numbers[CUTS] += 1;
    },
    forget: () => {
      numbers[KEPT_VALUE] = UNKNOWN;
    },
    without: (sectors) => {
      numbers[SPOILT] = sectors;
    },
    become: (other) => {
      flash.become(other.part);
      for (let i = 0; i < MAX_STEPS; i++) {
        status[i] = other.status[i];
        addresses[i] = other.addresses[i];
      }
      for (let i = 0; i < NUMBERS; i++) numbers[i] = other.numbers[i];
      failure = other.failure();
    },
    status,
    addresses,
    numbers,
  };
}
