import { describe, expect, it } from "@jest/globals";
import { gatewayNoise } from "../../support/gateway-noise.ts";
import { FULL } from "../../support/suite.ts";

const DATAGRAMS = FULL ? 20_000 : 6_000;

describe(`${DATAGRAMS} datagrams that someone has changed`, () => {
  it("bring in no record, no join and no downlink, move nothing in the store, and memory stays flat", () => {
    const { hub, gateways, orders, refused, unmoved, growth } = gatewayNoise(DATAGRAMS, 5);
    expect([hub.accepted, hub.duplicates, orders, unmoved]).toEqual([2, 0, 3, true]);
    expect(growth).toBeLessThan(3e6);
    // The changes go deep enough to be judged in every room on the way.
    expect(gateways.malformed).toBeGreaterThan(DATAGRAMS / 4);
    for (const why of [
      "the join request fails its integrity code (MIC)",
      "the join request's DevNonce N was used before",
      "the join request comes from a device that is not enrolled",
      "the frame fails its integrity code (MIC)",
      "the frame comes from a device address that is not enrolled",
      "the frame is no LoRaWAN data uplink",
      "the frame is no join request",
      "frame N was seen before",
    ]) {
      expect([why, refused.get(why)]).toEqual([why, expect.any(Number)]);
    }
  });
});
