import { strict as assert } from "node:assert";
import { describe, expect, it } from "@jest/globals";
import type { Flash } from "@songbai/sdk/board/flash";
import { crc32c } from "@songbai/sdk/codec/crc32c";
import { CORRUPT, FULL, MISSING, OK } from "@songbai/sdk/lang/result";
import { openCounters } from "@songbai/sdk/store/counters";
import { type FlashLog, openFlashLog } from "@songbai/sdk/store/flash-log";
import fc from "fast-check";
import { blankImage, norPart } from "../support/nor-part.ts";

const SECTOR_BYTES = 256;
const FIRST_SECTOR = 1;
const SECTORS = 5;
const MAX_PAYLOAD = 40;
const HEADER_BYTES = 12;
const ENTRY_OVERHEAD = 8;
/** Of the first entry: the first sequence, 1, stands in the second sector. */
const FIRST_AT = (FIRST_SECTOR + 1) * SECTOR_BYTES + HEADER_BYTES;

/** One entry as the test remembers it. */
interface Entry {
  readonly payload: string;
  readonly urgent: boolean;
  /** `undefined` until `append` has answered. */
  address?: number;
  acknowledged?: boolean;
}

const newImage = (): Uint8Array => blankImage(FIRST_SECTOR + SECTORS, SECTOR_BYTES);

const open = (image: Uint8Array): FlashLog => openFlashLog(norPart(image, SECTOR_BYTES), FIRST_SECTOR, SECTORS, MAX_PAYLOAD);

function read(log: FlashLog, address: number): string | undefined {
  const into = new Uint8Array(MAX_PAYLOAD);
  const length = log.read(address, into);
  return length < 0 ? undefined : Buffer.from(into.subarray(0, length)).toString("latin1");
}

function append(log: FlashLog, entries: Entry[], payload: string, urgent: boolean): void {
  const entry: Entry = { payload, urgent };
  entries.push(entry);
  const address = log.append(Buffer.from(payload, "latin1"), payload.length, urgent);
  assert(address > 0);
  entry.address = address;
}

function acknowledge(log: FlashLog, entries: Entry[], urgent: boolean): void {
  const address = log.pending(urgent);
  if (address < 0) return;
  // By what it holds: one that was carried forward has another address.
  const payload = read(log, address);
  const entry = entries.find((candidate) => candidate.payload === payload);
  assert.equal(log.acknowledge(address), OK);
  if (entry !== undefined) entry.acknowledged = true;
}

/** What is pending on a copy of the flash, oldest first. */
function pendingOn(image: Uint8Array, urgent: boolean): string[] {
  const log = open(image.slice());
  const payloads: string[] = [];
  for (let at = log.pending(urgent); at > 0; at = log.pending(urgent)) {
    payloads.push(read(log, at) ?? "unreadable");
    assert.equal(log.acknowledge(at), OK);
  }
  return payloads;
}

describe("store/flash-log", () => {
  it("reads what was appended, and keeps ordinary and urgent entries apart, oldest first", () => {
    const image = newImage();
    const entries: Entry[] = [];
    const log = open(image);
    for (const [payload, urgent] of [
      ["a", false],
      ["help", true],
      ["", false],
      ["help again", true],
    ] as const) {
      append(log, entries, payload, urgent);
    }
    expect(entries.map(({ address }) => read(log, address!))).toEqual(["a", "help", "", "help again"]);
    expect(pendingOn(image, false)).toEqual(["a", ""]);
    expect(pendingOn(image, true)).toEqual(["help", "help again"]);
  });

  it("has nothing pending when it is new, and when all is acknowledged", () => {
    const image = newImage();
    const log = open(image);
    expect([log.pending(false), log.pending(true)]).toEqual([MISSING, MISSING]);
    append(log, [], "once", false);
    acknowledge(log, [], false);
    expect([log.pending(false), log.pending(true)]).toEqual([MISSING, MISSING]);
    append(log, [], "later", false);
    expect(pendingOn(image, false)).toEqual(["later"]);
  });

  it("finds what came after everything was acknowledged, for many laps", () => {
    const log = open(newImage());
    for (let i = 0; i < 200; i++) {
      const entries: Entry[] = [];
      append(log, entries, `entry ${i}`, i % 2 === 0);
      expect(log.pending(i % 2 === 0)).toBe(entries[0].address);
      acknowledge(log, entries, i % 2 === 0);
    }
    expect(log.dropped()).toBe(0);
  });

  it("keeps an acknowledgement over a restart", () => {
    const image = newImage();
    const log = open(image);
    for (const payload of ["a", "b", "c"]) append(log, [], payload, false);
    acknowledge(log, [], false);
    expect(pendingOn(image, false)).toEqual(["b", "c"]);
  });

  it("refuses a payload that is too long", () => {
    expect(open(newImage()).append(new Uint8Array(MAX_PAYLOAD + 1), MAX_PAYLOAD + 1, false)).toBe(FULL);
  });

  it("keeps what it answers for when flash refuses an operation now and then", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 }), { maxLength: 80 }), (moods) => {
        const image = newImage();
        const part = norPart(image, SECTOR_BYTES);
        let refusing = false;
        const program: Flash["program"] = (...words) => (refusing ? CORRUPT : part.program(...words));
        const log = openFlashLog({ ...part, program }, FIRST_SECTOR, SECTORS, MAX_PAYLOAD);
        const appended = moods.filter((mood, i) => {
          refusing = mood === 0;
          return log.append(Buffer.from(`${i}`.padEnd(30)), 30, false) > 0;
        });
        expect(pendingOn(image, false).length + log.dropped()).toBe(appended.length);
      }),
    );
  });

  it("writes nothing when it opens", () => {
    const image = newImage();
    const log = open(image);
    for (let i = 0; i < 60; i++) append(log, [], `entry ${i}`, false);
    const part = norPart(image, SECTOR_BYTES);
    openFlashLog(part, FIRST_SECTOR, SECTORS, MAX_PAYLOAD);
    expect(part.operations()).toBe(0);
  });

  it("counts what was rotated out before it was acknowledged: nothing is lost in silence", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 4, max: MAX_PAYLOAD }), fc.boolean(), fc.nat({ max: 3 })), { maxLength: 200 }),
        (steps) => {
          const image = newImage();
          const log = open(image);
          const entries: Entry[] = [];
          for (const [length, urgent, acknowledgements] of steps) {
            append(log, entries, `${entries.length}:`.padEnd(length, "x"), urgent);
            if (acknowledgements === 0) acknowledge(log, entries, urgent);
          }
          const due = entries.filter(({ acknowledged }) => acknowledged === undefined).length;
          expect(pendingOn(image, false).length + pendingOn(image, true).length + log.dropped()).toBe(due);
        },
      ),
    );
  });

  it("never takes an acknowledgement that comes late for that of the entry that stands there now", () => {
    const image = newImage();
    const log = open(image);
    const entries: Entry[] = [];
    append(log, entries, "long on its way", false);
    const first = entries[0].address!;
    const cells = (): number => image.reduce((sum, octet) => sum + octet, 0);
    while (log.dropped() < 1) append(log, entries, "y".repeat(30), false);
    for (let i = 0; i < 60; i++) {
      const before = cells();
      expect(log.acknowledge(first)).toBe(MISSING);
      expect(cells()).toBe(before);
      append(log, entries, "z".repeat(20 + (i % 7)), false);
    }
  });

  it("never takes what an earlier lap left in a sector for new", () => {
    const early = newImage();
    append(open(early), [], "of the first lap", false);
    const late = newImage();
    const log = open(late);
    const entries: Entry[] = [];
    for (const laps = SECTORS * SECTOR_BYTES; log.dropped() < 1 && entries.length < laps; )
      append(log, entries, "later", false);
    // The part has lied about its erase: the header is the new lap's, the entry the old one's.
    const sector = FIRST_AT - HEADER_BYTES;
    early.set(late.subarray(sector, sector + HEADER_BYTES), sector);
    expect(pendingOn(early, false)).toEqual([]);
    expect(pendingOn(late, false)).toHaveLength(entries.length - log.dropped());
  });

  it("goes on behind a torn write that has left its first cells blank", () => {
    const image = newImage();
    append(open(image), [], "before", false);
    image[FIRST_AT + ENTRY_OVERHEAD + "before".length + 20] = 0;
    const log = open(image);
    for (const payload of ["after", "and on"]) append(log, [], payload, false);
    expect(pendingOn(image, false)).toEqual(["before", "after", "and on"]);
  });

  it("waits for no erase when it was prepared, and prepares by itself behind an entry", () => {
    for (const idle of [true, false]) {
      const image = newImage();
      const part = norPart(image, SECTOR_BYTES);
      const done: string[] = [];
      const log = openFlashLog(
        {
          ...part,
          program: (address, from, at, length) => {
            if (length > HEADER_BYTES) done.push("entry");
            return part.program(address, from, at, length);
          },
          erase: (sector) => {
            done.push("erase");
            return part.erase(sector);
          },
        },
        FIRST_SECTOR,
        SECTORS,
        MAX_PAYLOAD,
      );
      expect(log.prepare()).toBe(OK);
      for (let i = 0; i < 100; i++) {
        done.length = 0;
        append(log, [], "y".repeat(30), false);
        expect(done[0]).toBe("entry");
        if (!idle) continue;
        expect(done).toEqual(["entry"]);
        expect(log.prepare()).toBe(OK);
      }
    }
  });

  it("carries urgent entries forward until they are acknowledged, behind the others", () => {
    const image = newImage();
    const log = open(image);
    append(log, [], "help", true);
    for (let i = 0; i < 300; i++) append(log, [], `ordinary ${i}`, false);
    append(log, [], "help again", true);
    const address = log.pending(true);
    expect(pendingOn(image, true).sort()).toEqual(["help", "help again"]);
    const lap = log.dropped();
    for (let i = 0; i < 2; i++) expect(log.acknowledge(log.pending(true))).toBe(OK);
    expect(log.pending(true)).toBe(MISSING);
    expect(read(log, address)).toBeDefined();
    // All that was dropped is ordinary.
    expect(pendingOn(image, false)).toHaveLength(300 - lap);
  });

  it("carries the newest that fit a quarter of a sector, and counts the others as dropped", () => {
    const image = newImage();
    const log = open(image);
    const quarter = Math.floor(SECTOR_BYTES / 4 / (ENTRY_OVERHEAD + 8));
    for (let i = 0; i < 300; i++) append(log, [], `help ${i}`.padEnd(8), true);
    const kept = pendingOn(image, true).map((payload) => Number(payload.slice(5)));
    expect(kept.length + log.dropped()).toBe(300);
    expect(kept.length).toBeGreaterThanOrEqual((SECTORS - 2) * quarter);
    // The newest are there whole.
    const newest = new Set(kept);
    for (let i = 300 - (SECTORS - 2) * quarter; i < 300; i++) expect(newest).toContain(i);
    expect(newest.size).toBe(kept.length);
  });

  it("begins its addresses again at 2 GiB, and finds everything as before", () => {
    const image = newImage();
    const size = SECTOR_BYTES;
    const span = Math.floor(Math.floor(0x7fffffff / size) / SECTORS) * SECTORS;
    // As if the log had come round so often: a header with a sequence just below, in the place of that sequence.
    const sequence = span - 2;
    const header = Buffer.alloc(HEADER_BYTES);
    header.write("SBL2", 0, "latin1");
    header.writeInt32BE(sequence, 4);
    header.writeInt32BE(crc32c(0, header, 0, 8), 8);
    image.set(header, (FIRST_SECTOR + (sequence % SECTORS)) * size);
    const log = open(image);
    const entries: Entry[] = [];
    for (let i = 0; i < 25; i++) append(log, entries, `entry ${i}`.padEnd(30), false);
    const addresses = entries.map(({ address }) => address!);
    expect(addresses[0]).toBeGreaterThan(addresses.at(-1)!);
    expect(addresses.map((address) => read(log, address))).toEqual(entries.map(({ payload }) => payload));
    expect(pendingOn(image, false)).toEqual(entries.map(({ payload }) => payload));
  });

  it("programs at most 1.15 octets for one of a record of 64, acknowledgement and counter with it", () => {
    const sectorBytes = 4096;
    let programmed = 0;
    const part = norPart(blankImage(18, sectorBytes), sectorBytes);
    const flash: Flash = {
      ...part,
      program: (address, from, at, length) => {
        programmed += length;
        return part.program(address, from, at, length);
      },
    };
    const counters = openCounters(flash, 0, 64, () => OK);
    const log = openFlashLog(flash, 2, 16, 64);
    const records = 10_000;
    for (let i = 0; i < records; i++) {
      assert(counters.next(0) === i);
      assert.equal(log.acknowledge(log.append(new Uint8Array(64), 64, false)), OK);
    }
    expect(programmed / (64 * records)).toBeLessThanOrEqual(1.15);
  });

  it.each(["read", "program", "erase"] as const)(
    "answers a code and goes no further when flash refuses every %s",
    (operation) => {
      const part = norPart(newImage(), SECTOR_BYTES);
      const log = openFlashLog({ ...part, [operation]: () => CORRUPT }, FIRST_SECTOR, SECTORS, MAX_PAYLOAD);
      expect(log.append(new Uint8Array(4), 4, true)).toBeLessThan(0);
      expect([log.pending(true), log.pending(false), log.acknowledge(300), log.read(300, new Uint8Array(4))]).toEqual(
        Array(4).fill(MISSING),
      );
      expect(log.prepare()).toBeLessThan(0);
    },
  );

  it("leaves alone what cannot be read today: tomorrow it is there again", () => {
    const image = newImage();
    const log = open(image);
    for (let i = 0; i < 12; i++) append(log, [], `entry ${i}`.padEnd(30), false);
    const before = pendingOn(image, false);
    const part = norPart(image, SECTOR_BYTES);
    const blind: Flash = {
      ...part,
      read: (address, into, at, length) =>
        Math.floor(address / SECTOR_BYTES) === FIRST_SECTOR + 1 ? CORRUPT : part.read(address, into, at, length),
    };
    const today = openFlashLog(blind, FIRST_SECTOR, SECTORS, MAX_PAYLOAD);
    append(today, [], "today".padEnd(30), false);
    expect(pendingOn(image, false)).toEqual([...before, "today".padEnd(30)]);
  });

  it("does not send for ever what it cannot mark as acknowledged", () => {
    const part = norPart(newImage(), SECTOR_BYTES);
    const program: Flash["program"] = (address, from, at, length) =>
      length === 1 ? CORRUPT : part.program(address, from, at, length);
    const log = openFlashLog({ ...part, program }, FIRST_SECTOR, SECTORS, MAX_PAYLOAD);
    append(log, [], "one", false);
    append(log, [], "two", false);
    expect(log.acknowledge(log.pending(false))).toBe(CORRUPT);
    expect(read(log, log.pending(false))).toBe("two");
    expect(log.acknowledge(log.pending(false))).toBe(CORRUPT);
    expect(log.pending(false)).toBe(MISSING);
  });

  it("knows the ordinary entry that was appended last, until it is acknowledged or rotated out", () => {
    const image = newImage();
    const log = open(image);
    expect(log.newest()).toBe(MISSING);
    append(log, [], "one", false);
    append(log, [], "two", false);
    append(log, [], "urgent", true);
    expect(read(log, log.newest())).toBe("two");
    expect(log.acknowledge(log.newest())).toBe(OK);
    expect(log.newest()).toBe(MISSING);
    append(log, [], "three", false);
    expect(read(log, log.newest())).toBe("three");
    expect(open(image).newest()).toBe(MISSING);
    for (let i = 0; i < 60; i++) {
      append(log, [], `urgent ${i}`.padEnd(30), true);
      log.acknowledge(log.pending(true));
    }
    expect(log.newest()).toBe(MISSING);
  });
});
