import { describe, expect, it } from "@jest/globals";
import { answersOn } from "../support/everywhere.ts";
import { FULL } from "../support/suite.ts";
import { detectorLines } from "./fall-everywhere.ts";

describe("the fall detector everywhere", () => {
  it("decides and measures the same on doubles as natively, of any samples at any rate", async () => {
    const lines = detectorLines(FULL ? 100 : 2);
    const native = await answersOn("native", "tests/sensing/fall-program.ts", lines);
    expect(native.filter((answer) => answer.startsWith("fall ")).length).toBeGreaterThan(lines.length / 4);
    expect(await answersOn("lua51", "tests/sensing/fall-program.ts", lines)).toEqual(native);
  });
});
