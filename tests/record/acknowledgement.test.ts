import { describe, expect, it } from "@jest/globals";
import { acknowledges, MAX_ACKNOWLEDGEMENT, putAcknowledgement } from "@songbai/sdk/record/acknowledgement";
import fc from "fast-check";
import { toHex } from "../support/hex.ts";

/** The acknowledgement of a hub that holds these numbers. */
function written(held: ReadonlySet<number>, epoch = 1, from = Math.max(...held), room = MAX_ACKNOWLEDGEMENT): Uint8Array {
  let floor = 0;
  while (held.has(floor)) floor += 1;
  const into = new Uint8Array(room);
  return into.slice(
    0,
    putAcknowledgement(into, room, epoch, floor, 0, from, (sequence) => held.has(sequence)),
  );
}

const says = (octets: Uint8Array, sequence: number, epoch = 1) => acknowledges(octets, octets.length, epoch, sequence);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("record/acknowledgement", () => {
  it("says in four octets that all up to a number is held", () => {
    const octets = written(new Set(range(0, 1000)));
    expect(toHex(octets)).toBe("11e70700");
    expect([0, 500, 999, 1000].map((sequence) => says(octets, sequence))).toEqual([true, true, true, false]);
  });

  it("tells gaps from what is held, down to 0", () => {
    const octets = written(new Set([...range(0, 10), 12, ...range(64, 70)]), 0x2f);
    expect(toHex(octets)).toBe("f145063301" + "02" + "00");
    const held = range(0, 80).filter((sequence) => says(octets, sequence, 0x2f));
    expect(held).toEqual([...range(0, 10), 12, ...range(64, 70)]);
  });

  it("speaks of one epoch only, as far as four bits tell it", () => {
    const octets = written(new Set([0]), 3);
    expect(range(0, 16).filter((epoch) => says(octets, 0, epoch))).toEqual([3]);
  });

  it("never says more than the hub holds, in any room, and always holds the number that it begins at", () => {
    const held = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1 });
    fc.assert(
      fc.property(held, fc.integer({ min: 7, max: 40 }), fc.nat(), (numbers, room, pick) => {
        const from = numbers[pick % numbers.length];
        const octets = written(new Set(numbers), 1, from, room);
        expect(octets.length).toBeLessThanOrEqual(room);
        expect(says(octets, from)).toBe(true);
        for (const sequence of range(0, 450)) if (says(octets, sequence)) expect(numbers).toContain(sequence);
      }),
    );
  });

  it("says all that the hub holds where there is room", () => {
    const runs = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(runs, fc.boolean(), (counts, holds) => {
        const held = new Set<number>();
        let at = 0;
        for (const [i, count] of counts.entries()) {
          if ((i % 2 === 0) === holds) for (const sequence of range(at, at + count)) held.add(sequence);
          at += count;
        }
        if (held.size === 0) return;
        const octets = written(held, 1, Math.max(...held), 20);
        for (const sequence of range(0, at + 10)) expect(says(octets, sequence)).toBe(held.has(sequence));
      }),
    );
  });

  it("says nothing between its bottom and what is held below, and does not look there", () => {
    for (const held of [range(900, 1000), range(990, 1000)]) {
      const into = new Uint8Array(MAX_ACKNOWLEDGEMENT);
      const asked: number[] = [];
      const length = putAcknowledgement(into, into.length, 1, 10, 950, 999, (sequence) => {
        asked.push(sequence);
        return held.includes(sequence);
      });
      expect(Math.min(...asked)).toBe(950);
      const said = range(0, 1100).filter((sequence) => acknowledges(into, length, 1, sequence));
      expect(said).toEqual(held.filter((sequence) => sequence >= 950));
    }
  });

  it("fits the worst downlink with a mark of 2^31 - 1, and tells two gaps there at a device's usual numbers", () => {
    const into = new Uint8Array(MAX_ACKNOWLEDGEMENT);
    const highest = 2 ** 31 - 1;
    const gap = (sequence: number) => sequence !== highest - 3;
    const length = putAcknowledgement(into, into.length, 1, highest - 1000, 0, highest, gap);
    expect(length).toBeLessThanOrEqual(MAX_ACKNOWLEDGEMENT);
    const holds = (back: number) => acknowledges(into, length, 1, highest - back);
    expect([0, 2, 3, 4, 5000].map(holds)).toEqual([true, true, false, true, true]);

    const held = new Set(range(0, 100_000).filter((sequence) => sequence % 50_000 > 60));
    const short = written(new Set([...held, ...range(0, 61)]), 1);
    for (const sequence of [0, 60, 61, 49_999, 50_061, 99_999]) expect(says(short, sequence)).toBe(true);
    for (const sequence of range(50_000, 50_061)) expect(says(short, sequence)).toBe(false);
  });

  it("takes any octets, cut short or changed, for what they say or for nothing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.nat(), (octets, sequence) => {
        expect(typeof says(octets, sequence, octets[0] === undefined ? 0 : octets[0] >> 4)).toBe("boolean");
      }),
      { numRuns: 3000 },
    );
    const octets = written(new Set([...range(0, 10), ...range(64, 70)]));
    for (let length = 0; length < octets.length; length++) {
      for (const sequence of range(10, 64)) expect(says(octets.slice(0, length), sequence)).toBe(false);
    }
  });
});
