import { describe, expect, it } from "@jest/globals";
import { runScenario } from "../support/simulation.ts";
import { FULL } from "../support/suite.ts";
import { expectSameEverywhere } from "./same.ts";

describe("one program, every runtime", () => {
  const few = [["sos", 3] as const];
  it.each(FULL ? [...few, ["fall-at-home", 1] as const, ["false-alarm-cancelled", 4] as const] : few)(
    "%s with seed %i gives the same transcript, octet for octet",
    expectSameEverywhere,
  );

  it("the digest depends on the seed", async () => {
    const digests = await Promise.all([1, 2, 3].map(async (seed) => (await runScenario("sos", { seed })).transcript.digest()));
    expect(new Set(digests).size).toBe(3);
  });

  it("a run that looks on gives the same digest as one that does not", async () => {
    const alone = await runScenario("sos");
    let seen = 0;
    const watched = await runScenario("sos", { watch: { samples: () => seen++, log: () => seen++, uplink: () => seen++ } });
    expect(seen).toBeGreaterThan(100);
    expect(watched.transcript.digest()).toBe(alone.transcript.digest());
  });
});
