import { describe, expect, it } from "@jest/globals";
import { wallClock } from "@songbai/sdk/device/wall-clock";

const DAY_S = 86_400;

describe("device/wall-clock", () => {
  it.each([
    ["this year", 1_763_000_000],
    ["past 2038", 2 ** 31 + 5],
  ])("counts on from the time that it was set to, %s, while uptime wraps", (_, start) => {
    let elapsedS = 3 * DAY_S;
    const clock = wallClock({ uptimeMs: () => (elapsedS * 1000) | 0, epochSeconds: () => 0 });
    expect(clock.epochSeconds()).toBe(0);
    clock.set(start | 0);
    for (let days = 0; days < 100; days += 10) {
      expect(clock.epochSeconds() >>> 0).toBe(start + days * DAY_S);
      elapsedS += 10 * DAY_S;
    }
  });

  it("corrects a clock of the board that runs, and trusts one that begins to know the time", () => {
    let own = 1_763_000_000;
    const clock = wallClock({ uptimeMs: () => 0, epochSeconds: () => own });
    clock.set(own - 100);
    own += 50;
    expect(clock.epochSeconds()).toBe(own - 100);
    own = 0;
    clock.set(77);
    own = 1_763_000_000;
    expect(clock.epochSeconds()).toBe(own);
  });
});
