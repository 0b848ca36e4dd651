import { describe, expect, it } from "@jest/globals";
import { attack } from "../support/attack.ts";

const MB = (octets: number) => `${(octets / 1e6).toFixed(1)} MB`;

describe("hub under a long attack", () => {
  it("lets none of 1,000,000 mutated records in, and its memory stays flat", () => {
    const { tried, kinds, accepted, stored, genuine, heap, rss } = attack(1_000_000, 2);
    process.stdout.write(
      `${tried} mutated records, ${accepted.length} accepted: ${Object.entries(kinds)
        .map(([kind, count]) => `${kind} ${count}`)
        .join(", ")}\nheap ${MB(heap[0])} after a tenth, ${MB(heap[1])} at the end; resident ${MB(rss[0])}, ${MB(rss[1])}\n`,
    );
    expect(accepted).toEqual([]);
    expect(tried).toBe(1_000_000);
    expect(stored).toBe(genuine);
    expect(heap[1] - heap[0]).toBeLessThan(4e6);
  }, 600_000);
});
