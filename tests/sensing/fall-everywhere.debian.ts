import { describe, expect, it } from "@jest/globals";
import { answersOn, answersOnDebian, DEBIAN_LUAS, RUNTIMES } from "../support/everywhere.ts";
import { detectorLines } from "./fall-everywhere.ts";

describe("the fall detector everywhere", () => {
  const lines = detectorLines(60);

  it.each(RUNTIMES)("decides and measures the same on %s", async (runtime) => {
    const native = await answersOn("native", "tests/sensing/fall-program.ts", lines);
    expect(await answersOn(runtime, "tests/sensing/fall-program.ts", lines)).toEqual(native);
  });

  it.each(DEBIAN_LUAS)("decides and measures the same on Debian's %s", async (lua) => {
    const native = await answersOn("native", "tests/sensing/fall-program.ts", lines);
    expect(answersOnDebian(lua, "tests/sensing/fall-program.ts", lines)).toEqual(native);
  });
});
