import { describe, expect, it } from "@jest/globals";
import { RUNTIMES, runScenario } from "../support/simulation.ts";

describe("out of coverage, over MQTT", () => {
  it("the alarm comes when the cell does, each record once, with the same digest on every runtime", async () => {
    const digests = new Set<string>();
    for (const runtime of RUNTIMES) {
      const { outcome, violations, transcript } = await runScenario("out-of-coverage", { runtime });
      expect(violations).toEqual([]);
      expect(outcome.alarms).toMatchObject([{ kind: "fall", bearer: "cellular", verified: true, cancelled: false }]);
      const [{ deliveredAt = 0 }] = outcome.alarms;
      // Coverage comes back at 2640 s; registration, handshake and one record take seconds.
      expect(deliveredAt).toBeGreaterThan(2640);
      expect(deliveredAt).toBeLessThan(2650);
      expect(outcome.records).toMatchObject({ lost: 0, rejected: 0, duplicates: 0 });
      digests.add(transcript.digest());
    }
    expect(digests.size).toBe(1);
  }, 200_000);
});
