import { describe, expect, it } from "@jest/globals";
import { agenda } from "@songbai/sim/clock/agenda";
import { accelerometer } from "@songbai/sim/parts/accelerometer";
import type { Motion } from "@songbai/sim/world/motion";

/** x counts the samples by their time at 50 Hz, y and z are far beyond any range; ends after `samples`. */
function ramp(samples: number): Motion {
  return {
    fill(startUs, periodUs, count, into) {
      const first = startUs / periodUs - 1;
      const there = Math.max(0, Math.min(count, samples - first));
      for (let i = 0; i < there; i++) into.set([first + i, 30_000, -30_000], 3 * i);
      return there;
    },
  };
}

function batches(samples: number, rangeG: number, seconds: number): { atMs: number; values: number[] }[] {
  const time = agenda();
  const heard: { atMs: number; values: number[] }[] = [];
  const part = accelerometer(time, ramp(samples), (values) => heard.push({ atMs: time.nowUs() / 1000, values: [...values] }));
  part.start(50, rangeG, 25);
  while (time.step(seconds * 1e6)) {
    // Until nothing is due.
  }
  return heard;
}

describe("parts/accelerometer", () => {
  it("interrupts at each watermark, the last sample just taken, none twice and none left out", () => {
    const heard = batches(1000, 8, 2);
    expect(heard.map(({ atMs }) => atMs)).toEqual([500, 1000, 1500, 2000]);
    const numbers = heard.flatMap(({ values }) => values.filter((_, i) => i % 3 === 0));
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it.each([2, 4, 8, 16])("reads full scale for what is stronger than ±%i g", (rangeG) => {
    const [{ values }] = batches(1000, rangeG, 1);
    expect(values.slice(0, 3)).toEqual([0, 1000 * rangeG, -1000 * rangeG]);
  });

  it("falls silent when the motion has ended: a batch that is not full never comes", () => {
    expect(batches(60, 8, 10)).toHaveLength(2);
  });
});
