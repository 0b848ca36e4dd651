import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { afterNoise, sayNoise } from "./noise.ts";

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

describe("bearer/ble, noise, at length", () => {
  it("1,000,000 PDUs that were made from good ones neither crash it, nor get what needs an encrypted link, nor stay in memory", () => {
    const heaps: number[] = [];
    let rounds = 0;
    const { faults, accepted } = sayNoise(1_000_000, 7, () => {
      rounds += 1;
      if (rounds % 200 !== 0) return;
      collect();
      heaps.push(process.memoryUsage().heapUsed);
    });
    expect(faults).toEqual([]);
    expect(accepted).toBeGreaterThan(100_000);
    expect(afterNoise()[1]).toBe("13 1d460005000100");
    expect(Math.max(...heaps) - heaps[0]).toBeLessThan(500_000);
  }, 600_000);
});
