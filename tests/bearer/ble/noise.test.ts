import { describe, expect, it } from "@jest/globals";
import { afterNoise, sayNoise } from "./noise.ts";

describe("bearer/ble, noise", () => {
  it("20,000 PDUs that were made from good ones neither crash it nor get what needs an encrypted link", () => {
    const { faults, accepted } = sayNoise(20_000, 20261122);
    expect(faults).toEqual([]);
    expect(accepted).toBeGreaterThan(2_000);
    expect(afterNoise()).toEqual([
      `0b${Buffer.from("Songbai watch").toString("hex")}`,
      "13 1d460005000100",
      "0be9070b16101e05060000",
    ]);
  });
});
