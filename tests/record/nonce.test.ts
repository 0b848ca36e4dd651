import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { Board } from "@songbai/sdk/board/board";
import { compile } from "@songbai/tools/compile/compile";
import { FULL } from "../support/suite.ts";
import { live, type Watched } from "./nonce/lives.ts";

type Program = (board: Board) => void;

/** A device as the native compiler writes it, with lines of the SDK changed. Each must be there once. */
async function deviceWith(file: string, edits: readonly (readonly [string, string])[] = []): Promise<Program> {
  let { code } = compile({ entryFile: resolve("tests/record/nonce", file), target: "native" });
  for (const [right, wrong] of edits) {
    expect([right, code.split(right).length - 1]).toEqual([right, 1]);
    code = code.replace(right, () => wrong);
  }
  return ((await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { program: Program }).program;
}

/** Sums of `devices` devices, or those until a nonce came again. */
function watch(program: Program, suite: number, devices: number): Watched {
  let sum: Watched = { records: 0, frames: 0, cuts: 0, losses: 0, keys: 0, repeated: undefined };
  for (let seed = 1; seed <= devices && sum.repeated === undefined; seed++) {
    const one = live(program, suite, seed);
    sum = {
      records: sum.records + one.records,
      frames: sum.frames + one.frames,
      cuts: sum.cuts + one.cuts,
      losses: sum.losses + one.losses,
      keys: sum.keys + one.keys,
      repeated: one.repeated,
    };
  }
  return sum;
}

describe("a nonce", () => {
  it("is never used twice, whatever power, clock and flash do", async () => {
    const seen = watch(await deviceWith("device.ts"), 1, FULL ? 150 : 75);
    expect(seen.repeated).toBeUndefined();
    expect(seen.records).toBeGreaterThan(2500);
    expect(seen.frames).toBeGreaterThan(250);
    expect(seen.cuts).toBeGreaterThan(250);
    expect(seen.losses).toBeGreaterThan(225);
    expect(seen.keys).toBeGreaterThan(250);
  });

  it("is never used twice under suite 2", async () => {
    const seen = watch(await deviceWith("device-sm4.ts"), 2, 50);
    expect(seen.repeated).toBeUndefined();
    expect(seen.records).toBeGreaterThan(1500);
  });

  it.each([
    ["no number is reserved ahead", [["put(id, value + reserve)", "put(id, value)"]]],
    ["a torn reservation counts for nothing", [["stored[id] += reserve", "stored[id] += 0"]]],
    ["lost counters begin no epoch", [["epochs.begun() ? epochs.advance() : OK", "OK"]]],
    [
      "lost counters begin at 0 before their epoch is on flash",
      [
        ["const told = onLost();\n    if (told !== OK) return told;", ""],
        ["return erased === OK ? rotate() : erased;", "if (erased === OK) rotate();\n    return onLost();"],
      ],
    ],
    [
      "an epoch is used and not written",
      [
        [
          "flash.program(at + used * SLOT_BYTES, slot, 0, SLOT_BYTES);\n    const written = epochAt(used);",
          "const written = epoch;",
        ],
      ],
    ],
    [
      "a LoRaWAN session that is gone on with counts from 0 again",
      [["channel = network >> 24;", "channel = network >> 24;\n    counters.put(FIRST_UP, counters.get(COUNTER_UP));"]],
    ],
  ] as const)("comes again when %s, and that is seen", async (_, edits) => {
    const { repeated } = watch(await deviceWith("device.ts", edits), 1, 500);
    expect(repeated).toMatch(/^(record|frame) /);
  });
});
