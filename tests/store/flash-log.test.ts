import { strict as assert } from "node:assert";
import { describe, expect, it } from "@jest/globals";
import type { Flash } from "@songbai/sdk/board/flash";
import { CORRUPT, FULL, MISSING, OK } from "@songbai/sdk/lang/result";
import { type FlashLog, openFlashLog } from "@songbai/sdk/store/flash-log";
import fc from "fast-check";
import { blankImage, type Cut, norPart, PowerCut, TEARS } from "../support/nor-part.ts";
import { randomSource } from "../support/random.ts";

const SECTOR_BYTES = 256;
const FIRST_SECTOR = 1;
const SECTORS = 5;
const MAX_PAYLOAD = 40;
const HEADER_BYTES = 12;
const ENTRY_OVERHEAD = 8;
/** Octets that are never rotated out, though a cut has closed a sector early: three sectors, full but for a longest entry. */
const KEPT_BYTES = (SECTORS - 2) * (SECTOR_BYTES - HEADER_BYTES - ENTRY_OVERHEAD - MAX_PAYLOAD);

/** One entry as the test remembers it. */
interface Entry {
  readonly payload: string;
  readonly urgent: boolean;
  /** `undefined` until `append` has answered. */
  address?: number;
  /** `asked`: power went before `acknowledge` answered. */
  acknowledged?: "asked" | "done";
}

const newImage = (): Uint8Array => blankImage(FIRST_SECTOR + SECTORS, SECTOR_BYTES);

function open(image: Uint8Array, cut?: Cut): FlashLog {
  return openFlashLog(norPart(image, SECTOR_BYTES, cut), FIRST_SECTOR, SECTORS, MAX_PAYLOAD);
}

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
  const entry = entries.find((candidate) => candidate.address === address);
  if (entry !== undefined) entry.acknowledged = "asked";
  assert.equal(log.acknowledge(address), OK);
  if (entry !== undefined) entry.acknowledged = "done";
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

/** 60 entries, a third of them acknowledged: the log comes round about twice. */
function work(log: FlashLog, entries: Entry[]): void {
  const random = randomSource(9);
  for (let step = entries.length; entries.length < 60; step++) {
    const length = 6 + ((step * 7) % (MAX_PAYLOAD - 5));
    append(log, entries, `${entries.length}:`.padEnd(length, "x"), step % 5 === 0);
    if (step % 3 === 0) acknowledge(log, entries, random.below(3) === 0);
  }
}

/** Does the work until power goes; answers whether it went. */
function workUntil(image: Uint8Array, cut: Cut, entries: Entry[]): boolean {
  try {
    work(open(image, cut), entries);
    return false;
  } catch (error) {
    if (error instanceof PowerCut) return true;
    throw error;
  }
}

/** All promises, on what stands in the image. Node's `assert`, as this runs some ten thousand times. */
function check(image: Uint8Array, entries: readonly Entry[], keptBytes = KEPT_BYTES): void {
  const before = Buffer.from(image);
  const log = open(image);
  const lists = [false, true].map((urgent) => ({ urgent, found: pendingOn(image, urgent) }));
  const found = new Set(lists.flatMap((list) => list.found));
  const byPayload = new Map(entries.map((entry, index) => [entry.payload, { ...entry, index }]));

  for (const list of lists) {
    let last = -1;
    for (const payload of list.found) {
      const entry = byPayload.get(payload);
      assert(entry !== undefined, `read what was never appended: ${payload}`);
      assert.notEqual(entry.acknowledged, "done", `came back after it was acknowledged: ${payload}`);
      // The torn acknowledgement of an ordinary entry may have moved it to the urgent ones.
      if (entry.acknowledged === "asked") continue;
      assert.equal(entry.urgent, list.urgent);
      assert(entry.index > last, `out of order: ${payload}`);
      last = entry.index;
    }
  }
  // What is missing is older than all that is left, and only what had to make room.
  const due = entries.filter(({ address, acknowledged }) => address !== undefined && acknowledged === undefined);
  const missing = due.filter(({ payload }) => !found.has(payload));
  assert.deepEqual(due.slice(0, missing.length), missing);
  let kept = 0;
  for (const entry of entries.toReversed()) {
    kept += entry.payload.length + ENTRY_OVERHEAD;
    assert(kept > keptBytes || !missing.includes(entry), `lost without need: ${entry.payload}`);
  }
  // An address reads as its own entry, or as none.
  for (const entry of entries) {
    if (entry.address === undefined) continue;
    const text = read(log, entry.address);
    assert(text === entry.payload || (text === undefined && !found.has(entry.payload)), `misread: ${entry.payload}`);
  }
  assert(before.equals(image), "looking has changed the flash");
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
    work(open(image), []);
    const part = norPart(image, SECTOR_BYTES);
    openFlashLog(part, FIRST_SECTOR, SECTORS, MAX_PAYLOAD);
    expect(part.operations()).toBe(0);
  });

  it("counts what was rotated out before it was acknowledged: nothing is lost in silence", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: MAX_PAYLOAD }), fc.boolean(), fc.nat({ max: 3 })), { maxLength: 200 }),
        (steps) => {
          const image = newImage();
          const log = open(image);
          const entries: Entry[] = [];
          for (const [length, urgent, acknowledgements] of steps) {
            append(log, entries, "x".repeat(length), urgent);
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
    const sector = FIRST_SECTOR * SECTOR_BYTES;
    early.set(late.subarray(sector, sector + HEADER_BYTES), sector);
    expect(pendingOn(early, false)).toEqual([]);
    expect(pendingOn(late, false)).toHaveLength(entries.length - log.dropped());
  });

  it("goes on in another sector when a torn write has left its first cells blank", () => {
    const image = newImage();
    append(open(image), [], "before", false);
    image[FIRST_SECTOR * SECTOR_BYTES + HEADER_BYTES + ENTRY_OVERHEAD + "before".length + 20] = 0;
    const log = open(image);
    for (const payload of ["after", "and on"]) append(log, [], payload, false);
    expect(pendingOn(image, false)).toEqual(["before", "after", "and on"]);
  });

  it.each(TEARS)("keeps its promises when power goes %s any flash operation, then finishes the work", (tear) => {
    const seeds = tear === "before" || tear === "after" ? [1] : [1, 2];
    let operation = 1;
    for (let went = true; went; operation++) {
      for (const seed of seeds) {
        const image = newImage();
        const entries: Entry[] = [];
        went = workUntil(image, { operation, tear, seed }, entries);
        check(image, entries);
        work(open(image), entries);
        check(image, entries);
      }
    }
    expect(operation).toBeGreaterThan(80);
  });

  it("keeps its promises when power goes again and again", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ operation: fc.integer({ min: 1, max: 25 }), tear: fc.constantFrom(...TEARS), seed: fc.nat() }), {
          maxLength: 8,
        }),
        (cuts) => {
          const image = newImage();
          const entries: Entry[] = [];
          for (const cut of cuts) workUntil(image, cut, entries);
          check(image, entries, 0);
          work(open(image), entries);
          check(image, entries, 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
