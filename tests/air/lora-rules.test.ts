import { describe, expect, it } from "@jest/globals";
import { loraRules } from "@songbai/sim/air/lora-rules";

const at = (mhz: number, bandwidthKhz?: number) => ({
  frequencyHz: mhz * 1e6,
  spreadingFactor: 9,
  ...(bandwidthKhz === undefined ? {} : { bandwidthKhz }),
});

describe("the law of a band", () => {
  it("CN470: a second a frame", () => {
    const { check } = loraRules();
    expect(check(at(486.3), 0, 1_000_000)).toBeUndefined();
    expect(check(at(486.3), 0, 1_000_001)).toBe("a frame of 1000 ms on 486.3 MHz; MIIT notice 52/2019 allows 1000 ms");
    expect(check(at(470.3), 0, 2_000_000)).toBeDefined();
    expect(check(at(433.1), 0, 2_000_000)).toBeUndefined();
  });

  it("EU868: one part in a hundred, a thousand or ten of each hour, by sub-band", () => {
    const { check } = loraRules();
    const SECOND = 1e6;
    for (let i = 0; i < 36; i++) expect(check(at(868.1), i * 10 * SECOND, SECOND)).toBeUndefined();
    expect(check(at(868.5), 400 * SECOND, SECOND)).toBe("37.0 s in an hour around 868.5 MHz; ERC 70-03 allows 36 s");
    // Another sub-band has an account of its own.
    expect(check(at(867.1), 400 * SECOND, SECOND)).toBeUndefined();
    expect(check(at(869.525), 400 * SECOND, 300 * SECOND)).toBeUndefined();
    expect(check(at(869.525), 800 * SECOND, 61 * SECOND)).toBeDefined();
    expect(check(at(868.8), 400 * SECOND, 3.7 * SECOND)).toBeDefined();
    // After an hour the first frames do not count any more.
    expect(check(at(868.1), 3600 * SECOND, SECOND)).toBeDefined();
    expect(check(at(868.1), 3630 * SECOND, SECOND)).toBeUndefined();
  });

  it("US915: 400 ms a narrow frame, wide ones as they like", () => {
    const { check } = loraRules();
    expect(check(at(903.9), 0, 400_000)).toBeUndefined();
    expect(check(at(903.9, 125), 0, 400_001)).toBe("a frame of 400 ms on 903.9 MHz; 47 CFR 15.247 allows 400 ms");
    expect(check(at(904.6, 500), 0, 900_000)).toBeUndefined();
  });
});
