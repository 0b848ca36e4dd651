import { describe, expect, it } from "@jest/globals";
import { answersOn, answersOnDebian, DEBIAN_LUAS } from "../support/everywhere.ts";
import { add, newTried, report } from "./rig/tried.ts";

const PROGRAM = "tests/store/rig/program.ts";
const OPERATIONS = 822;

const every = (step: number, rest: string): string[] =>
  Array.from({ length: Math.floor(OPERATIONS / step) }, (_, i) => `cut ${(i + 1) * step} ${rest}`);

describe("store, when power is cut, at length", () => {
  it("keeps its promises, torn at every octet of every operation, every fifth cut again in every operation that follows", async () => {
    const tried = newTried();
    for (const answer of await answersOn("native", PROGRAM, every(1, "1 6 5"))) add(tried, answer);
    report("native", tried);
    expect(tried.failures).toEqual([]);
    expect(tried.operations).toBe(OPERATIONS);
    expect(tried.states.size).toBeGreaterThan(900);
  }, 600_000);

  it.each(DEBIAN_LUAS)(
    "keeps them on %s, and finds what native finds",
    async (lua) => {
      const tried = newTried();
      const lines = every(20, "13 2 4");
      const answers = answersOnDebian(lua, PROGRAM, lines);
      for (const answer of answers) add(tried, answer);
      report(lua, tried);
      expect(tried.failures).toEqual([]);
      expect(answers).toEqual(await answersOn("native", PROGRAM, lines));
    },
    600_000,
  );
});
