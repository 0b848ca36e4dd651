import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { sayNoise } from "./noise.ts";

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

describe("the virtual controller, noise at length", () => {
  it("1,000,000 strings of octets leave it and the device as they were, and nothing in memory", () => {
    const heaps: number[] = [];
    let rounds = 0;
    const { faults, connections, level } = sayNoise(1_000_000, 2, () => {
      if (++rounds % 500 !== 0) return;
      collect();
      heaps.push(process.memoryUsage().heapUsed);
    });
    expect(faults).toEqual([]);
    expect([connections, level]).toEqual([5000, 1]);
    expect(heaps.length).toBe(10);
    expect(Math.max(...heaps) - heaps[0]).toBeLessThan(1_000_000);
  }, 600_000);
});
