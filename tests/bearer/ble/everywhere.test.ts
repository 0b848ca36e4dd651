import { describe, expect, it } from "@jest/globals";
import { answersOn, RUNTIMES } from "../../support/everywhere.ts";
import { receive } from "./program.ts";
import { SHORT_TALK } from "./talk.ts";

describe("bearer/ble, everywhere", () => {
  const expected = SHORT_TALK.map(receive);

  it("speaks of all services in what it says", () => {
    const all = expected.join(" ");
    for (const said of ["1b2000164b1003", "1d2f00", "1d380016", "1b410003", "1d460006000101", "1b1a0000", "down:", "done:0:0"])
      expect(all).toContain(said);
    expect(expected.filter((line) => line === "")).not.toHaveLength(expected.length);
  });

  it.each(RUNTIMES)(
    "%s: octet for octet the same",
    async (runtime) => {
      expect(await answersOn(runtime, "tests/bearer/ble/program.ts", SHORT_TALK)).toEqual(expected);
    },
    60_000,
  );
});
