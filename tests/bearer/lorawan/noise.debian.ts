import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { hearNoise } from "./noise.ts";

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

describe("bearer/lorawan/mac, noise at length", () => {
  it("1,000,000 frames that were made from good ones: no crash, none accepted, no growth of memory", () => {
    const heaps: number[] = [];
    for (let round = 0; round < 20; round++) {
      hearNoise(25_000);
      collect();
      heaps.push(process.memoryUsage().heapUsed);
    }
    // Five rounds each, half a million frames apart: what others leave in the same process comes and goes.
    const mean = (from: number) => heaps.slice(from, from + 5).reduce((sum, heap) => sum + heap, 0) / 5;
    expect(mean(15) - mean(5)).toBeLessThan(1e6);
  }, 600_000);
});
