import { describe, expect, it } from "@jest/globals";
import { attack } from "../support/attack.ts";
import { FULL } from "../support/suite.ts";

const RECORDS = FULL ? 20_000 : 6_000;

describe("hub under attack", () => {
  it(`lets none of ${RECORDS} mutated records in, and its memory stays flat`, () => {
    const { tried, kinds, accepted, stored, genuine, heap } = attack(RECORDS, 1);
    expect(accepted).toEqual([]);
    expect(tried).toBe(RECORDS);
    expect(Object.keys(kinds)).toHaveLength(13);
    for (const count of Object.values(kinds)) expect(count).toBeGreaterThan(200);
    expect(stored).toBe(genuine);
    expect(heap[1] - heap[0]).toBeLessThan(4e6);
  }, 120_000);
});
