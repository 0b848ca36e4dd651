/** A whole day on the emulated board: in a file of its own, so that the other tests go on beside it. */
import { expect, it } from "@jest/globals";
import { runScenario } from "../support/simulation.ts";

it("a quiet day of 24 hours has the digest of native on the emulated board", async () => {
  const native = await runScenario("quiet-day", { seed: 3 });
  const run = await runScenario("quiet-day", { seed: 3, runtime: "board:reference-m4-streams" });
  expect(run.transcript.digest()).toBe(native.transcript.digest());
  expect(run.violations).toEqual([]);
}, 900_000);
