import { describe, expect, it } from "@jest/globals";
import { gatewayNoise } from "../../support/gateway-noise.ts";

describe("1,000,000 datagrams that someone has changed", () => {
  it("bring in no record, no join and no downlink, move nothing in the store, and memory stays flat", () => {
    const { hub, gateways, orders, unmoved, growth } = gatewayNoise(1_000_000, 11);
    expect([hub.accepted, hub.duplicates, orders, unmoved]).toEqual([2, 0, 3, true]);
    expect(growth).toBeLessThan(3e6);
    expect(gateways.datagrams).toBeGreaterThan(1_000_000);
  }, 600_000);
});
