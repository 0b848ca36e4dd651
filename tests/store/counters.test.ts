import { strict as assert } from "node:assert";
import { describe, expect, it } from "@jest/globals";
import type { Flash } from "@songbai/sdk/board/flash";
import { CORRUPT, FULL, OK } from "@songbai/sdk/lang/result";
import { type Counters, openCounters } from "@songbai/sdk/store/counters";
import fc from "fast-check";
import { blankImage, type Cut, norPart, PowerCut, TEARS } from "../support/nor-part.ts";

const SECTOR_BYTES = 256;
const FIRST_SECTOR = 1;
const RESERVE = 4;
const SEQUENCE = 0;
const DOWN = 4;

const newImage = (): Uint8Array => blankImage(FIRST_SECTOR + 2, SECTOR_BYTES);
const open = (image: Uint8Array, cut?: Cut): Counters =>
  openCounters(norPart(image, SECTOR_BYTES, cut), FIRST_SECTOR, RESERVE, () => OK);

/** What was handed out and stored, as the device's peers have seen it. */
interface Seen {
  /** Value handed out last. */
  sequence: number;
  /** Value stored last, and the one under way when power went. */
  down: number;
  asked: number;
}

/** Draws and stores 120 times: both sectors are used several times. Throws when power goes. */
function work(counters: Counters, seen: Seen): void {
  assert(counters.get(DOWN) === seen.down || counters.get(DOWN) === seen.asked);
  seen.down = counters.get(DOWN);
  for (let i = 0; i < 120; i++) {
    const value = counters.next(SEQUENCE);
    assert(value > seen.sequence, `${value} after ${seen.sequence}`);
    seen.sequence = value;
    if (i % 2 === 0) continue;
    seen.asked = seen.down + 1;
    assert.equal(counters.put(DOWN, seen.asked), OK);
    seen.down = seen.asked;
  }
}

function workUntil(image: Uint8Array, cut: Cut, seen: Seen): boolean {
  try {
    work(open(image, cut), seen);
    return false;
  } catch (error) {
    if (error instanceof PowerCut) return true;
    throw error;
  }
}

const unseen = (): Seen => ({ sequence: -1, down: 0, asked: 0 });

describe("store/counters", () => {
  it("counts 0, 1, 2 …, each counter for itself", () => {
    const counters = open(newImage());
    expect([0, 0, 0, 1, 1, 0].map((id) => counters.next(id))).toEqual([0, 1, 2, 0, 1, 3]);
  });

  it("goes on above after a restart, and loses at most its reserve", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { maxLength: 10 }), (draws) => {
        const image = newImage();
        let last = -1;
        for (const count of draws) {
          const counters = open(image);
          for (let i = 0; i < count; i++) {
            const value = counters.next(SEQUENCE);
            expect(value).toBeGreaterThan(last);
            expect(value).toBeLessThanOrEqual(last + (i === 0 ? RESERVE : 1));
            last = value;
          }
        }
      }),
    );
  });

  it("keeps what was stored over restarts and changes of sector", () => {
    const image = newImage();
    for (let value = 1; value < 200; value++) {
      expect(open(image).put(DOWN, value)).toBe(OK);
      expect(open(image).get(DOWN)).toBe(value);
    }
  });

  it("programs flash once per reserve", () => {
    const image = newImage();
    const part = norPart(image, SECTOR_BYTES);
    const counters = openCounters(part, FIRST_SECTOR, RESERVE, () => OK);
    const before = part.operations();
    for (let i = 0; i < 10 * RESERVE; i++) counters.next(SEQUENCE);
    expect(part.operations() - before).toBe(10);
  });

  it.each(TEARS)("never repeats a value and never loses a stored one when power goes %s any flash operation", (tear) => {
    let operation = 1;
    for (let went = true; went; operation++) {
      for (const seed of [1, 2, 3]) {
        const image = newImage();
        const seen = unseen();
        went = workUntil(image, { operation, tear, seed }, seen);
        work(open(image), seen);
      }
    }
    expect(operation).toBeGreaterThan(80);
  });

  it("never repeats a value when power goes again and again, in recovery too", () => {
    const cuts = fc.array(
      fc.record({ operation: fc.integer({ min: 1, max: 20 }), tear: fc.constantFrom(...TEARS), seed: fc.nat() }),
    );
    fc.assert(
      fc.property(cuts, (all) => {
        const image = newImage();
        const seen = unseen();
        for (const cut of all) workUntil(image, cut, seen);
        work(open(image), seen);
      }),
      { numRuns: 500 },
    );
  });

  it("tells that it is lost before it begins anew, and only then", () => {
    const image = newImage();
    const told: string[] = [];
    const start = () => {
      const cells = Buffer.from(image);
      openCounters(norPart(image, SECTOR_BYTES), FIRST_SECTOR, RESERVE, () => {
        told.push(cells.equals(image) ? "nothing had changed" : "too late");
        return OK;
      }).next(SEQUENCE);
    };
    start();
    expect(told).toEqual(["nothing had changed"]);
    for (let i = 0; i < 200; i++) start();
    expect(told).toHaveLength(1);
    // Rot in the magic of both.
    image[FIRST_SECTOR * SECTOR_BYTES] = 0;
    image[(FIRST_SECTOR + 1) * SECTOR_BYTES] = 0;
    start();
    expect(told).toEqual(["nothing had changed", "nothing had changed"]);
  });

  it("begins nothing when nobody can take the news, or flash cannot be read: it answers the code", () => {
    const image = newImage();
    const part = norPart(image, SECTOR_BYTES);
    const full = openCounters(part, FIRST_SECTOR, RESERVE, () => FULL);
    expect([full.next(SEQUENCE), full.put(DOWN, 7), full.get(DOWN)]).toEqual([FULL, FULL, 0]);
    const deaf = openCounters({ ...part, read: () => CORRUPT }, FIRST_SECTOR, RESERVE, () => OK);
    expect([deaf.next(SEQUENCE), deaf.put(DOWN, 7), deaf.get(DOWN)]).toEqual([CORRUPT, CORRUPT, 0]);
    expect(part.operations()).toBe(0);
  });

  it("goes above all that it may have given when any bit of its sectors has turned over, or when it is lost", () => {
    const image = newImage();
    const counters = open(image);
    let last = -1;
    for (let i = 0; i < 110; i++) last = counters.next(SEQUENCE);
    for (let bit = 0; bit < 2 * SECTOR_BYTES * 8; bit++) {
      const rotten = image.slice();
      rotten[FIRST_SECTOR * SECTOR_BYTES + (bit >> 3)] ^= 1 << (bit & 7);
      let lost = false;
      const { next } = openCounters(norPart(rotten, SECTOR_BYTES), FIRST_SECTOR, RESERVE, () => {
        lost = true;
        return OK;
      });
      const value = next(SEQUENCE);
      assert(lost ? value === 0 : value > last, `bit ${bit}: ${value} after ${last}`);
    }
  });

  it("never hands out a value that flash has refused to cover", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 150, maxLength: 300 }), (moods) => {
        const image = newImage();
        const seen = new Set<number>();
        let refusing = false;
        const part = norPart(image, SECTOR_BYTES);
        const moody: Flash = {
          ...part,
          program: (...words) => (refusing ? CORRUPT : part.program(...words)),
          erase: (sector) => (refusing ? CORRUPT : part.erase(sector)),
        };
        let counters = openCounters(moody, FIRST_SECTOR, 1, () => OK);
        for (const [i, mood] of moods.entries()) {
          refusing = mood;
          const value = counters.next(SEQUENCE);
          assert(value < 0 || !seen.has(value), `${value} again`);
          if (value >= 0) seen.add(value);
          if (i % 10 === 0) {
            refusing = false;
            counters = openCounters(moody, FIRST_SECTOR, 1, () => OK);
          }
        }
      }),
    );
  });
});
