// The hard cases of falling and of not falling, several people each: no package of Debian's, but time.
import { describe, expect, it } from "@jest/globals";
import { runScenario } from "../support/simulation.ts";

const SEEDS = [1, 2, 3, 4];
const HARD = [
  "applause",
  "bus-ride",
  "drop-into-chair",
  "hit-table",
  "jump",
  "stumble",
  "chair-fall-forward",
  "chair-fall-backward",
  "chair-fall-sideways",
  "past-the-chair",
  "up-again",
  "bracelet-thrown",
  "bracelet-dropped",
];

describe("the hard cases", () => {
  it.each(HARD)("%s", async (name) => {
    for (const seed of SEEDS) {
      const run = await runScenario(name, { seed });
      expect([seed, run.violations]).toEqual([seed, []]);
      expect(run.falls).toMatchObject({ felt: run.falls.falls, falseAlarms: [] });
    }
  });
});
