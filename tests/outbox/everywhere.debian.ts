import { describe, expect, it } from "@jest/globals";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";

const PROGRAM = "tests/outbox/program.ts";
const LINES = ["1 10 20", "3 30 20"];

describe.each(RUNTIMES)("outbox on %s", (runtime) => {
  it("sends the same records over the same bearers at the same times, and delivers all of them", async () => {
    const answers = await answersOn(runtime, PROGRAM, LINES);
    expect(answers).toEqual(await answersOn("native", PROGRAM, LINES));
    for (const answer of answers) expect(answer).toMatch(/^-?\d+ \d+ 20$/);
    expect(new Set(answers).size).toBe(LINES.length);
  });
});
