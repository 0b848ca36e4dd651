import { describe, expect, it } from "@jest/globals";
import { CLEAR, FROZEN, NOT_WORN, STARTING } from "@songbai/sdk/sensing/doubt";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { textOfWords } from "@songbai/tools/learn/words";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";
import { rested, walked } from "./gait.ts";

describe("wear on every runtime", () => {
  it("says the same", async () => {
    const lines = (samples: Int32Array) =>
      Array.from(
        { length: Math.ceil(samples.length / 300) },
        (_, i) => `s${textOfWords(samples.subarray(300 * i, 300 * i + 300))}`,
      );
    const walk = lines(walked({ cadence: 100, steps: 20, arm: 200 }));
    const still = lines(rested(60));
    const cooling = Array.from({ length: 8 }, () => ["c", ...still]).flat();
    const asked = [
      ..."llllddddddll",
      "n",
      ...walk,
      ...cooling,
      ...walk,
      "!",
      ...walk,
      ...lines(rested(12, () => [600, 0, 800])),
    ];
    const native = await answersOn("native", "tests/sensing/wear-program.ts", asked);
    expect(new Set(native.map((answer) => Number(answer.split(",")[0])))).toEqual(new Set([STARTING, CLEAR, NOT_WORN, FROZEN]));
    for (const runtime of RUNTIMES) expect(await answersOn(runtime, "tests/sensing/wear-program.ts", asked)).toEqual(native);
  });
});

describe("the program of songbai eval steps", () => {
  it("says the same on every runtime, loses samples and begins anew", async () => {
    const lines = (samples: Int32Array) =>
      Array.from({ length: Math.ceil(samples.length / 300) }, (_, i) => textOfWords(samples.subarray(300 * i, 300 * i + 300)));
    const walk = lines(walked({ cadence: 110, steps: 80, arm: 100, still: 10 }));
    const asked = ["", ...walk, "!", ...walk.slice(0, 8), "", ...walk.slice(4, 9)];
    const entry = "tools/src/learn/steps/program.ts";
    const native = await answersOn("native", entry, asked);
    const [, , ...answers] = native;
    expect(Number(native[walk.length].split(",")[0])).toBeGreaterThan(76);
    expect(native.some((answer) => answer.includes(";"))).toBe(true);
    expect(answers[walk.length - 1]).toContain(`,${UNKNOWN},${STARTING}`);
    expect(native[walk.length + 10]).toBe(`0,${UNKNOWN},${STARTING}`);
    for (const runtime of RUNTIMES) expect(await answersOn(runtime, entry, asked)).toEqual(native);
  });
});
