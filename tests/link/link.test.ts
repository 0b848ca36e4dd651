import { describe, expect, it } from "@jest/globals";
import type { Ints } from "@songbai/sdk/lang/intrinsics";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, MISSING, NOT_BLANK, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { lineReader, sextets } from "@songbai/sdk/link/line";
import { runOnLink } from "@songbai/sdk/link/link";
import { norFlash } from "@songbai/sdk/link/nor";
import { fromSextets, toSextets } from "@songbai/sim/runtime/linked";
import fc from "fast-check";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";
import { toHex } from "../support/hex.ts";
import { blankImage, norPart } from "../support/nor-part.ts";
import { randomSource } from "../support/random.ts";

const octets = (...values: number[]): string => toSextets(Uint8Array.from(values));
const sample = (value: number): string =>
  String.fromCharCode(...[12, 6, 0].map((shift) => 48 + (((value + 131072) >> shift) & 63)));

const SEED = 7;
const next = prng(SEED);
const RANDOM = [next(), next()];

/** 200 kHz is no bandwidth; one request at a time. */
const LISTENS_FIRST = [`l 105 ${OUT_OF_RANGE}`, "y 500000000 7 500", `l 105 ${OK}`, `l 105 ${BUSY}`, `l 105 ${BUSY}`];

/** Event lines, each with the effects that the program in `program.ts` must answer. */
const TALK: readonly [event: string, effects: readonly string[]][] = [
  [`F 0 0 ${octets(0x12, 0x34, 0x56, 0x78)}`, []],
  [`B 10 ${SEED} 1700000000 8192 4096 90`, []],
  [
    "P 20 1",
    [
      "l 100 1",
      "a 50 8 2",
      "h 400 600 20",
      "t 1 1000",
      "t 2 2000",
      "c 2",
      `p 4096 ${octets(1, 255)}`,
      `l 105 ${OK}`,
      `p 4096 ${octets(0)}`,
      `l 105 ${OK}`,
      `l 105 ${NOT_BLANK}`,
      "e 1",
      `l 105 ${OK}`,
      `l 105 ${OUT_OF_RANGE}`,
      `x 470300000 9 14 ${octets(3, 255)}`,
      `l 105 ${OK}`,
      `l 105 ${BUSY}`,
      `l 105 ${BUSY}`,
    ],
  ],
  [
    `A 30 ${[-1, 0, 1, 1000, -8000, 131071].map(sample).join("")}`,
    ["l 101 2", ...[-1, 0, 1, 1000, -8000, 131071].map((v) => `l 101 ${v}`)],
  ],
  ["D 320", ["l 103 320", "r 470300000 9 300", `l 105 ${OK}`]],
  [`R 400 ${octets(0x60, 1, 2)}`, ["l 102 3", `l 102 ${0x600002}`]],
  ["D 500", []],
  ["T 1020 1", ["l 104 1"]],
  ["T 1021 1", []],
  ["T 2020 2", []],
  ["V 3000 55", []],
  ["P 5010 0", ["l 100 0", "l 106 55", "l 107 1700000005", `l 108 ${RANDOM[0]}`, `l 109 ${0x120078}`, "z", ...LISTENS_FIRST]],
  [`A 5020 ${[1, 2, 3].map(sample).join("")}`, []],
  ["Y 5025 0", ["l 110 0", "r 500000000 7 300 500"]],
  ["Y 5026 1", []],
  ["R 5500", [`l 102 ${MISSING}`]],
  ["C 6000 -2000000000", []],
  ["P 8999 0", ["l 100 0", "l 106 55", "l 107 -1999999998", `l 108 ${RANDOM[1]}`, `l 109 ${0x120078}`, "z", ...LISTENS_FIRST]],
  ["Y 9004 1", ["l 110 1", `x 500000000 7 14 ${octets(0x12)} 500`]],
];

const GARBAGE = [
  "",
  " ",
  "?",
  "T",
  "T x",
  "T 1 99999",
  "P",
  "A",
  "A 1 ",
  "D",
  "R",
  "R 5",
  "V",
  "C",
  "Z 1 2 3",
  "Y",
  "Y 5 1",
  "A 1 000",
  "P 1 2",
  "t 1 2",
  ".",
];

describe.each(RUNTIMES)("link on %s", (runtime) => {
  it("turns events into effects, all kinds of both", async () => {
    const answers = await answersOn(
      runtime,
      "tests/link/program.ts",
      TALK.map(([event]) => event),
    );
    expect(answers.map((answer) => answer.split("\n"))).toEqual(TALK.map(([, effects]) => [...effects, "."]));
  });

  it("lives through lines that mean nothing, before and after boot", async () => {
    const [, boot] = TALK.map(([event]) => event);
    const lines = [...GARBAGE, boot, ...GARBAGE, "P 20 0"];
    const answers = await answersOn(runtime, "tests/link/program.ts", lines);
    expect(answers.every((answer) => answer === "." || answer.endsWith("\n."))).toBe(true);
    expect(answers.at(-1)).toMatch(/^l 100 0\nl 106 /);
  });

  it("says that a window closed without a frame", async () => {
    const boot = ["B 10 7 0 8192 4096 90", "P 20 1", "D 30", "R 40", "P 50 0"];
    const answers = await answersOn(runtime, "tests/link/program.ts", boot);
    expect(answers[3]).toBe(`l 102 ${MISSING}\n.`);
    expect(answers[4]).toContain("l 107 0\n");
  });
});

describe("link with a flash of the board's own", () => {
  it("takes the host's image to it, and tells of each change that it made", () => {
    const image = blankImage(2, 4096);
    const part = norPart(image, 4096);
    const receive = runOnLink(({ flash }) => {
      const octets = Uint8Array.of(0x12, 0x70);
      expect(flash.sizeBytes).toBe(8192);
      expect(flash.program(0, octets, 0, 2)).toBe(NOT_BLANK);
      expect(flash.program(1, octets, 0, 2)).toBe(OK);
      expect(flash.erase(2)).toBe(OUT_OF_RANGE);
      expect(flash.erase(1)).toBe(OK);
    });
    const first = receive(`F 0 0 ${octets(0x02)}`, part);
    expect(image[0]).toBe(0x02);
    const second = receive(`F 0 4096 ${octets(0x55)}`, part);
    expect(image[4096]).toBe(0x55);
    const boot = receive("B 0 1 0 8192 4096 90", part);
    expect([first, second, boot]).toEqual([".", ".", `p 1 ${octets(0x12, 0x70)}\ne 1\n.`]);
    expect([...image.subarray(0, 4), image[4096]]).toEqual([0x02, 0x12, 0x70, 0xff, 0xff]);
  });
});

describe("link/line", () => {
  it("carries octets of any length, in the host's sextets", () => {
    const random = randomSource(8);
    for (let length = 0; length <= 300; length++) {
      const sent = random.bytes(length);
      const text = sextets(sent, 0, length);
      expect(text).toMatch(/^[0-o]*$/);
      expect(text).toBe(toSextets(sent));
      expect(toHex(fromSextets(text))).toBe(toHex(sent));
      const reader = lineReader();
      const into = new Uint8Array(length);
      reader.begin(`R 12 ${text} 7`);
      expect(reader.int()).toBe(12);
      if (length === 0) continue;
      expect(reader.octets(into)).toBe(length);
      expect(toHex(into)).toBe(toHex(sent));
      expect(reader.int()).toBe(7);
    }
  });

  it("carries every int32 and every sample of 18 bits", () => {
    const axis = fc.integer({ min: -131072, max: 131071 });
    const triple = fc.tuple(axis, axis, axis);
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.array(triple), (ints, triples) => {
        const samples = triples.flat();
        const reader = lineReader();
        reader.begin(`A 0 ${ints.join(" ")} ${samples.map(sample).join("")}`);
        expect(reader.int()).toBe(0);
        expect(ints.map(() => reader.int())).toEqual(ints);
        const into: Ints = new Int32Array(samples.length);
        expect(reader.samples(into)).toBe(samples.length);
        expect([...(into as Int32Array)]).toEqual(samples);
      }),
    );
  });
});

describe("link/nor", () => {
  const SIZE = 4096;
  const SECTOR = 1024;
  const address = fc.integer({ min: -5, max: SIZE + 5 });
  const operation = fc.oneof(
    fc.record({ kind: fc.constant("program" as const), address, data: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({ kind: fc.constant("set" as const), address, data: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({ kind: fc.constant("erase" as const), sector: fc.integer({ min: -1, max: 4 }) }),
  );

  it("is a NOR part: it reads, programs, erases and refuses as plain octets under NOR rules do", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const image = blankImage(SIZE / SECTOR, SECTOR);
        const model = norPart(image, SECTOR);
        const nor = norFlash(SIZE, SECTOR);
        for (const step of operations) {
          if (step.kind === "erase") {
            expect(nor.erase(step.sector)).toBe(model.erase(step.sector));
            continue;
          }
          // Half of the programs only clear bits that are set, as those of a careful program do.
          const data = step.kind === "set" ? step.data.map((octet, i) => octet & (image[step.address + i] ?? 0)) : step.data;
          expect(nor.program(step.address, data, 0, data.length)).toBe(model.program(step.address, data, 0, data.length));
          const read = new Uint8Array(data.length);
          const expected = new Uint8Array(data.length);
          expect(nor.read(step.address, read, 0, read.length)).toBe(model.read(step.address, expected, 0, read.length));
          expect(toHex(read)).toBe(toHex(expected));
        }
        const whole = new Uint8Array(SIZE);
        nor.read(0, whole, 0, SIZE);
        expect(Buffer.compare(whole, image)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
