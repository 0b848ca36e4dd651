// The longer runs of same-everywhere.test.ts: they need no package of Debian's, but time.
import { describe, it } from "@jest/globals";
import { expectSameEverywhere } from "./same.ts";

describe("one program, every runtime, at length", () => {
  it.each([
    ["fall-at-home", 2],
    ["bad-air", 1],
    ["bad-air", 2],
    ["walk-without-phone", 1],
  ])("%s with seed %i gives the same transcript, octet for octet", expectSameEverywhere, 120_000);
});
