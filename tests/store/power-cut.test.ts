import { describe, expect, it } from "@jest/globals";
import { answersOn, type Runtime } from "../support/everywhere.ts";
import { FULL } from "../support/suite.ts";
import { add, newTried, report } from "./rig/tried.ts";

const PROGRAM = "tests/store/rig/program.ts";
/** Flash operations of the whole work. */
const OPERATIONS = 822;
const LOG = [3, 4, 5, 6, 7];
/** A sector of the log, and one or all three of those below it. */
const ROTTEN = FULL ? ["rot 0", "rot 1", "rot 2", "rot 5"] : ["rot 0", "rot 5"];
const FAULTS = [1, 2, 3, 4, 5];

const every = (step: number, rest: string): string[] =>
  Array.from({ length: Math.floor(OPERATIONS / step) }, (_, i) => `cut ${(i + 1) * step} ${rest}`);

describe("store, when power is cut", () => {
  it("does its work as long as there is power: more than three laps of the log, worn alike", async () => {
    const [whole, behind] = await answersOn("native", PROGRAM, ["whole", `cut ${OPERATIONS + 1} 1 1 1`]);
    const [, ...erases] = whole.split(" ").map(Number);
    expect(Math.min(...erases)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...erases) - Math.min(...erases)).toBeLessThanOrEqual(1);
    expect(behind).toMatch(/^end/);
  });

  it("keeps G1 to G6, every counter and every epoch, whichever flash operation it is cut in, and cut again behind it", async () => {
    const tried = newTried();
    for (const answer of await answersOn("native", PROGRAM, every(1, "8 2 40"))) add(tried, answer);
    report("native, a sample", tried);
    expect(tried.failures).toEqual([]);
    expect(tried.cuts).toBeGreaterThan(4000);
    expect(tried.again).toBeGreaterThan(500);
    expect(tried.states.size).toBeGreaterThan(700);
  });

  it.each<Runtime>(FULL ? ["lua54", "js"] : ["lua54"])("does so on %s, and finds what native finds", async (runtime) => {
    const lines = ["stale", ...every(270, "40 1 9")];
    expect(await answersOn(runtime, PROGRAM, lines)).toEqual(await answersOn("native", PROGRAM, lines));
  });

  it.each(LOG)("gets along without sector %i: no erase, no program, no read", async (sector) => {
    const answers = await answersOn(
      "native",
      PROGRAM,
      FAULTS.map((fault) => `spoilt ${sector} ${fault}`),
    );
    expect(answers).toEqual(FAULTS.map(() => "held"));
  });

  it("loses one entry at most, and no nonce, to a bit that turns over", async () => {
    const answers = await answersOn("native", PROGRAM, [...ROTTEN, "stale"]);
    expect(answers.map((answer) => answer.split(" ")[0])).toEqual([...ROTTEN.map(() => "held"), "held"]);
  });
});
