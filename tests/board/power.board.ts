/**
 * Power goes while the flash log and the counters write, on an emulated board whose flash is a file: at instructions that are chosen
 * from the times of its writes, and whenever the emulator happens to be killed. The device on the same cells must keep the promises
 * of sdk/src/store.
 */
import { afterAll, describe, expect, it } from "@jest/globals";
import { OK } from "@songbai/sdk/lang/result";
import { type Done, type Event, type PowerBench, type Powered, powerBench, powerOnEvent } from "../support/power-bench.ts";
import { type RandomSource, randomSource } from "../support/random.ts";
import { type Progress, progress } from "../support/torn.ts";

const CUTS = 80;
const KILLS = 16;
const SECTOR_BYTES = 4096;
const LOG_SECTORS = 3;
/** Head and checksum of a log entry. */
const ENTRY_OVERHEAD = 8;
/** Of `power/program.ts`. */
const [APPEND, ACKNOWLEDGE, NEXT, PUT, READ, PENDING, GET] = [1, 2, 3, 4, 5, 6, 7];
const [RESULT, OCTETS, BEGUN_ANEW] = [1, 2, 3];
const TICKING = 0;
const STORED = 5;
/** Instructions before and behind a write in which power may go as well. */
const MARGIN = 400;

interface Entry {
  readonly payload: Buffer;
  readonly urgent: boolean;
  acknowledged: boolean;
}

/** What the device has answered, and so must keep: log entries by address, counters. */
interface Promised {
  readonly entries: Map<number, Entry>;
  /** Payloads of urgent entries that were carried forward, to an address that nobody was told. */
  readonly carried: Buffer[];
  /** Sequence of the newest sector that was ever begun, as far as is known. */
  sector: number;
  ticked: number;
  stored: number;
}

interface Command {
  readonly frame: readonly number[];
  /** What its results promise. */
  readonly keeps: (promised: Promised, results: readonly number[]) => void;
}

const hear =
  (frame: readonly number[]): Event =>
  (program) =>
    program.received(Uint8Array.from(frame));

const word = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >> shift) & 255);

const resultsOf = ({ log }: Done): number[] => log.flatMap(([event, value]) => (event === RESULT ? [value] : []));

function result(device: Powered, frame: readonly number[]): number {
  return resultsOf(device.does(hear(frame)))[0] ?? Number.NaN;
}

const sectorOf = (address: number): number => Math.floor(address / SECTOR_BYTES);

function append(urgent: boolean, times: number, length: number, first: number): Command {
  return {
    frame: [APPEND, urgent ? 1 : 0, times, length, first],
    keeps(promised, addresses) {
      addresses.forEach((address, n) => {
        expect(address).toBeGreaterThan(0);
        const payload = Buffer.from(Array.from({ length }, (_, i) => (first + n + i) & 255));
        promised.entries.set(address, { payload, urgent, acknowledged: false });
        promised.sector = Math.max(promised.sector, sectorOf(address));
      });
    },
  };
}

function acknowledge(urgent: boolean): Command {
  return {
    frame: [ACKNOWLEDGE, urgent ? 1 : 0],
    keeps({ entries, carried }, [address = 0, done]) {
      if (address <= 0) return;
      expect(done).toBe(OK);
      const entry = entries.get(address);
      if (entry === undefined && urgent && carried.length > 0) return;
      expect(entry).toMatchObject({ urgent, acknowledged: false });
      if (entry !== undefined) entries.set(address, { ...entry, acknowledged: true });
    },
  };
}

function next(times: number): Command {
  return {
    frame: [NEXT, TICKING, times],
    keeps(promised, values) {
      for (const value of values) {
        expect(value).toBeGreaterThan(promised.ticked);
        promised.ticked = value;
      }
    },
  };
}

function put(value: number): Command {
  return {
    frame: [PUT, STORED, ...word(value)],
    keeps(promised, [done]) {
      expect(done).toBe(OK);
      promised.stored = value;
    },
  };
}

function anyCommand(random: RandomSource): Command {
  const kind = random.below(10);
  if (kind < 4) return append(random.below(3) === 0, 1, 20 + random.below(181), random.below(256));
  if (kind < 6) return append(random.below(3) === 0, 4, 100 + random.below(101), random.below(200));
  if (kind < 7) return acknowledge(random.below(3) === 0);
  if (kind < 9) return next(38);
  return put(random.next() & 0x7fffffff);
}

/** The payload as the device reads it, or the negative result. */
function read(device: Powered, address: number): Buffer | number {
  const done = device.does(hear([READ, 0, ...word(address)]));
  const [length = 0] = resultsOf(done);
  if (length < 0) return length;
  return Buffer.from(done.log.flatMap(([event, value]) => (event === OCTETS ? word(value) : []))).subarray(0, length);
}

/**
 * Finds each promise kept. `begun` is what the device was at when its power went: its entries may be there, whole and in their order;
 * its acknowledgement, its counters may hold.
 */
function check(device: Powered, promised: Promised, begun: Promised): void {
  let missing = false;
  const newest = Math.max(promised.sector, begun.sector);
  for (const [address, entry] of begun.entries) {
    const old = promised.entries.get(address);
    const found = read(device, address);
    if (typeof found !== "number") {
      expect(found.equals(entry.payload)).toBe(true);
      if (old === undefined) {
        expect(missing).toBe(false);
        promised.entries.set(address, entry);
        promised.sector = Math.max(promised.sector, sectorOf(address));
      }
    } else if (old === undefined) {
      missing = true;
    } else {
      // Only what was rotated out is gone: one sector is kept erased ahead of the newest.
      expect([address, sectorOf(address) <= newest + 1 - LOG_SECTORS]).toEqual([address, true]);
      promised.entries.delete(address);
      if (entry.urgent && !old.acknowledged) promised.carried.push(entry.payload);
    }
  }
  for (const urgent of [false, true]) {
    const pending = result(device, [PENDING, urgent ? 1 : 0]);
    if (urgent && pending > 0 && !begun.entries.has(pending)) {
      const copy = read(device, pending);
      expect(promised.carried.some((payload) => payload.equals(Buffer.from(copy as Buffer)))).toBe(true);
      continue;
    }
    const oldest = (of: Promised) =>
      [...promised.entries.keys()]
        .sort((a, b) => a - b)
        .find(
          (address) => promised.entries.get(address)?.urgent === urgent && of.entries.get(address)?.acknowledged !== true,
        ) ?? -6;
    expect([oldest(promised), oldest(begun)]).toContain(pending);
    const entry = promised.entries.get(oldest(promised));
    if (entry !== undefined && pending !== oldest(promised)) entry.acknowledged = true;
  }
  const ticked = result(device, [NEXT, TICKING, 1]);
  expect(ticked).toBeGreaterThan(promised.ticked);
  promised.ticked = ticked;
  const stored = result(device, [GET, STORED]);
  expect([promised.stored, begun.stored]).toContain(stored);
  promised.stored = stored;
}

/** How many entries of 200 octets to the middle of the sector, where the log erases the next one ahead; one at least. */
function untilErase({ entries }: Promised): number {
  const newest = Math.max(0, ...entries.keys());
  return Math.max(1, Math.floor((SECTOR_BYTES / 2 - (newest % SECTOR_BYTES)) / (200 + ENTRY_OVERHEAD)) - 1);
}

/** One of the writes; every other time the longest, which is an erase where there is one. */
function chosen(writes: readonly (readonly [number, number])[], random: RandomSource): readonly [number, number] {
  const longest = [...writes].sort(([a, b], [c, d]) => d - c - (b - a));
  return longest[random.below(2) * random.below(writes.length)] ?? [0, 100_000];
}

function copyOf(promised: Promised): Promised {
  const entries = new Map([...promised.entries].map(([address, entry]) => [address, { ...entry }] as const));
  return { ...promised, entries, carried: [...promised.carried] };
}

/** What would be promised, had the command ended. */
function begunBy(command: Command, promised: Promised, twin: Done): Promised {
  const begun = copyOf(promised);
  command.keeps(begun, resultsOf(twin));
  return begun;
}

describe("power goes on the emulated board", () => {
  let bench: PowerBench | undefined;
  afterAll(() => bench?.close());

  it("the flash log and the counters keep what they answered, wherever it goes", async () => {
    bench = await powerBench("tests/board/power/program.ts", "tests/board/power/link.ts");
    const random = randomSource(11);
    const promised: Promised = { entries: new Map(), carried: [], sector: 0, ticked: -1, stored: 0 };
    let begun = promised;
    const seen = { ended: 0, untouched: 0, between: 0, "in a program": 0, "in an erase": 0, killed: 0 };

    /** Where the cells stand must be a place on the way of what the device was about to do. */
    function placed(before: Buffer, twin: Done, after: Buffer): Progress {
      const place = progress(before, twin.changes, after);
      if (place === undefined) throw new Error("the cells are not on the way of what the device was about to do");
      return place;
    }

    for (let trial = 0; trial < CUTS + KILLS; trial++) {
      const device = bench.powerOn();
      const booted = device.does(powerOnEvent);
      expect(booted.log).toEqual(trial === 0 ? [[BEGUN_ANEW, 1]] : []);
      check(device, promised, begun);
      const filling = append(false, trial % 2 === 0 ? untilErase(promised) : 1, 200, random.below(256));
      filling.keeps(promised, resultsOf(device.does(hear(filling.frame))));
      const before = bench.cells();
      const command = anyCommand(random);
      let twin: Done;
      if (trial % 6 === 5) {
        twin = await device.doesUntilKilled(hear(command.frame), random.below(40) / 10);
        seen.killed++;
      } else {
        // Done to its end once, to see when it writes; then that is undone.
        const writes = device.rehearse(hear(command.frame));
        await device.off();
        bench.restore(before);
        const [from, to] = chosen(writes, random);
        const again = bench.powerOn();
        again.does(powerOnEvent);
        const cut = await again.doesUntil(
          hear(command.frame),
          Math.max(1, from - MARGIN) + random.below(to - from + 2 * MARGIN),
        );
        twin = cut.twin;
        if (cut.ended) seen.ended++;
      }
      begun = begunBy(command, promised, twin);
      const { whole, torn } = placed(before, twin, bench.cells());
      if (torn !== undefined) seen[torn.kind === "program" ? "in a program" : "in an erase"]++;
      else if (whole === 0) seen.untouched++;
      else seen.between++;
    }
    const device = bench.powerOn();
    device.does(powerOnEvent);
    check(device, promised, begun);
    await device.off();
    console.log(`${CUTS} cuts, ${KILLS} kills; torn: ${seen["in a program"]} programs, ${seen["in an erase"]} erases`, seen);
    expect(seen["in a program"]).toBeGreaterThan(CUTS / 4);
    expect(seen["in an erase"]).toBeGreaterThan(0);
  }, 300_000);
});
