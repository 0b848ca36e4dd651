import { describe, expect, it } from "@jest/globals";
import { sayNoise } from "./noise.ts";

describe("the virtual controller, noise", () => {
  it("10,000 strings of octets that were made from good ones leave it and the device as they were", () => {
    const { faults, packets, connections, level } = sayNoise(10_000, 1);
    expect(faults).toEqual([]);
    expect(packets).toBeGreaterThan(1000);
    expect(connections).toBe(50);
    // Nobody has paired: the link was never encrypted.
    expect(level).toBe(1);
  });
});
