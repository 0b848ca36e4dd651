import { describe, expect, it } from "@jest/globals";
import { runScenario } from "../../support/simulation.ts";

describe("a walk without the phone", () => {
  it("keeps what is recorded while the phone is away, and hands each record over once", async () => {
    for (const seed of [1, 2, 3]) {
      const run = await runScenario("walk-without-phone", { seed });
      expect(run.violations).toEqual([]);
      expect(run.outcome.records).toMatchObject({ journalled: 10, delivered: 10, lost: 0, rejected: 0 });
      expect(run.outcome.alarms).toMatchObject([{ kind: "sos", bearer: "ble", verified: true }]);
    }
  });
});
