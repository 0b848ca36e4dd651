import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { CORRUPT, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { BATTERY, FALL, JOURNAL_FAILED, JOURNALLED } from "@songbai/sdk/record/codes";
import { journal, MAX_RECORD } from "@songbai/sdk/record/journal";
import { putObservation, readObservation, type TimedObservation } from "@songbai/sdk/record/observation";
import { OBSERVATIONS, observationOf } from "@songbai/sdk/record/observations";
import { opener, sealer } from "@songbai/sdk/record/seal";
import type { Sealing } from "@songbai/sdk/record/sealing";
import { DUPLICATE, FRESH, OLDER, receiveWindow } from "@songbai/sdk/record/window";
import { type Counters, openCounters } from "@songbai/sdk/store/counters";
import { openFlashLog } from "@songbai/sdk/store/flash-log";
import fc from "fast-check";
import { fakeLog } from "../support/fake-board.ts";
import { blankImage, norPart } from "../support/nor-part.ts";

const KEY = createHash("sha256").update("record key").digest().subarray(0, 16);
const SALT = Uint8Array.of(0xca, 0xfe, 0x00, 0x07);
const EPOCH = 0x12345;
const seals = sealer(AES_CCM, aes128(KEY), SALT, EPOCH);
const opens = opener(AES_CCM, aes128(KEY), SALT, EPOCH);

function open(record: Uint8Array): Uint8Array {
  const into = new Uint8Array(record.length);
  return into.slice(0, opens.open(record, record.length, into));
}

describe("record/window", () => {
  it("judges as the set of all that has come, for the last 1024 numbers", () => {
    const jumps = fc.array(fc.oneof(fc.integer({ min: -1100, max: 40 }), fc.integer({ min: -20, max: 1200 })), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(jumps, (all) => {
        const window = receiveWindow();
        const come = new Set<number>();
        let highest = -1;
        for (const jump of all) {
          const at = Math.max(0, highest + jump);
          const expected = at <= highest - 1024 ? OLDER : come.has(at) ? DUPLICATE : FRESH;
          expect(window.judge(at)).toBe(expected);
          window.accept(at);
          come.add(at);
          highest = Math.max(highest, at);
        }
      }),
    );
  });

  it("has its edge at 1023 and 1024 below the highest", () => {
    const window = receiveWindow();
    window.accept(2000);
    expect([2001, 2000, 1999, 977, 976].map(window.judge)).toEqual([FRESH, DUPLICATE, FRESH, FRESH, OLDER]);
  });

  it("does not change by judging", () => {
    const window = receiveWindow();
    expect([window.judge(5), window.judge(5)]).toEqual([FRESH, FRESH]);
  });
});

describe("record/observations", () => {
  it("has one definition a code, each of one octet, each name once", () => {
    const codes = OBSERVATIONS.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code >= 0 && code <= 23).toBe(true);
    expect(new Set(OBSERVATIONS.map(({ name }) => name)).size).toBe(codes.length);
    for (const code of codes) expect(observationOf(code)?.code).toBe(code);
    expect(observationOf(24)).toBeUndefined();
  });

  it.each(OBSERVATIONS.map((definition) => [definition.name, definition] as const))("says all of %s", (_, definition) => {
    expect(definition.zh).toMatch(/^\p{Script=Han}+$/u);
    expect(["alarm", "observation", "status"]).toContain(definition.kind);
    expect(definition.urgent).toBe(definition.kind === "alarm");
    expect(definition.requirement).toMatch(definition.kind === "alarm" ? /^\d\.\d+-R\d+$/ : /^(\d\.\d+-R\d+)?$/);
    for (const value of definition.values) {
      expect(value.name).toMatch(/^[a-z]+$/);
      expect(value.unit).toMatch(/^[\x21-\x7e]+$/);
      expect(value.scale).toBeGreaterThanOrEqual(1);
    }
  });
});

describe("record/observation", () => {
  const observations = fc.record({
    code: fc.nat({ max: 23 }),
    time: fc.integer(),
    values: fc.array(fc.integer(), { maxLength: 6 }),
  });

  it("reads what it wrote, one behind the other", () => {
    fc.assert(
      fc.property(fc.array(observations, { maxLength: 5 }), (all) => {
        const octets = new Uint8Array(300);
        const end = all.reduce((at, observation) => putObservation(octets, at, observation, observation.time), 0);
        const found: TimedObservation[] = [];
        let at = 0;
        while (at < end) at = readObservation(octets, at, end, found);
        expect(at).toBe(end);
        expect(found).toEqual(all);
      }),
    );
  });

  it.each([
    ["nothing", ""],
    ["no array", "01"],
    ["an array without a time", "8101"],
    ["an indefinite array", "9f0100ff"],
    ["a negative code", "822000"],
    ["a time that is a text", "820161"],
    ["a text among its values", "83010061"],
    ["a value beyond int32", "8301001affffffff"],
    ["more values than octets", "9818010000"],
    ["a count of 2^32 - 1", "9affffffff0100"],
  ])("refuses %s", (_, hex) => {
    const octets = Buffer.from(hex, "hex");
    const found: TimedObservation[] = [];
    expect(readObservation(octets, 0, octets.length, found)).toBe(CORRUPT);
    expect(found).toEqual([]);
  });

  it("answers any octets with a position or a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (octets) => {
        const next = readObservation(octets, 0, octets.length, []);
        expect(next === CORRUPT || (next > 0 && next <= octets.length)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});

/** Seals of one epoch. */
const sealingBy = (counters: Counters): Sealing => ({ ...seals, next: () => counters.next(0), renew: () => OK });

/** An empty log. */
const empty = () => openFlashLog(norPart(blankImage(4, 1024), 1024), 0, 4, MAX_RECORD);

describe("record/journal", () => {
  const part = norPart(blankImage(6, 1024), 1024);
  const store = openFlashLog(part, 2, 4, MAX_RECORD);
  const log = fakeLog();
  const clock = { uptimeMs: () => 0, epochSeconds: () => 1_700_000_000 };
  const records = journal(log, clock, sealingBy(openCounters(part, 0, 8, () => OK)), store, MAX_RECORD);

  it("seals observations under the next sequence number, keeps them on flash and notes it", () => {
    const observations = [0, 1, 2].map((level) => ({ code: BATTERY, values: [level] }));
    expect(records.write(observations, false)).toBe(0);
    expect(records.write(observations, true)).toBe(1);
    const record = new Uint8Array(MAX_RECORD);
    const length = store.read(store.pending(false), record);
    const plain = open(record.slice(0, length));
    const found: TimedObservation[] = [];
    for (let at = 0; at < plain.length; ) at = readObservation(plain, at, plain.length, found);
    expect(found).toEqual(observations.map((observation) => ({ ...observation, time: 1_700_000_000 })));
    expect(store.read(store.pending(true), record)).toBe(length);
    expect(log.events).toEqual([
      [JOURNALLED, 0],
      [JOURNALLED, 1],
    ]);
  });

  it("puts what does not fit one record into more of them, each as long as a bearer carries", () => {
    const small = 23;
    const narrow = journal(
      log,
      clock,
      sealingBy(openCounters(norPart(blankImage(2, 1024), 1024), 0, 8, () => OK)),
      empty(),
      small,
    );
    expect(narrow.write(new Array(5).fill({ code: BATTERY, values: [50] }), false)).toBe(4);
    expect(narrow.write([{ code: FALL, values: [160, 100] }], true)).toBe(5);
  });

  it("refuses an observation that fits no record, and goes on with the next one", () => {
    const values = new Array(20).fill(-(2 ** 31));
    expect(records.write([{ code: BATTERY, values }], false)).toBe(OUT_OF_RANGE);
    expect(log.events.at(-1)).toEqual([JOURNAL_FAILED, OUT_OF_RANGE]);
    expect(records.write([{ code: BATTERY, values: [50] }], false)).toBeGreaterThan(1);
  });

  it("never makes a record longer than it was told, for any observations", () => {
    const numbers = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 4 });
    const observations = fc.array(fc.record({ code: fc.integer({ min: 0, max: 23 }), values: numbers }), { maxLength: 12 });
    fc.assert(
      fc.property(observations, fc.integer({ min: 45, max: MAX_RECORD }), (list, longest) => {
        const kept = empty();
        const writer = journal(
          log,
          clock,
          sealingBy(openCounters(norPart(blankImage(2, 1024), 1024), 0, 8, () => OK)),
          kept,
          longest,
        );
        expect(writer.write(list, false) >= 0).toBe(list.length > 0);
        const found: TimedObservation[] = [];
        const record = new Uint8Array(MAX_RECORD);
        for (let at = kept.pending(false); at > 0; at = kept.pending(false)) {
          const length = kept.read(at, record);
          expect(length).toBeLessThanOrEqual(longest);
          const plain = open(record.slice(0, length));
          for (let i = 0; i < plain.length; ) i = readObservation(plain, i, plain.length, found);
          kept.acknowledge(at);
        }
        expect(found.map(({ code, values }) => ({ code, values }))).toEqual(list);
      }),
      { numRuns: 200 },
    );
  });
});
