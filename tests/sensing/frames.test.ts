import { describe, expect, it } from "@jest/globals";
import { FRAME_HZ, FRAME_MS, frames } from "@songbai/sdk/sensing/fall/frames";
import fc from "fast-check";

const RATES = [20, 21, 24, 25, 26, 40, 50, 52, 75, 99, 100];

function framed(rateHz: number, samples: Int32Array, batches: readonly number[] = [samples.length / 3]): number[][] {
  const out: number[][] = [];
  const feed = frames(rateHz, (batch, count) => {
    for (let i = 0; i < 3 * count; i += 3) out.push([batch[i], batch[i + 1], batch[i + 2]]);
  });
  let fed = 0;
  for (let turn = 0; 3 * fed < samples.length; turn++) {
    const count = Math.min(batches[turn % batches.length], samples.length / 3 - fed);
    feed(samples.slice(3 * fed, 3 * (fed + count)), count);
    fed += count;
  }
  return out;
}

/** Ten seconds of a sine of 1 g on all axes, one of them turned over. */
function sine(hz: number, rateHz: number): Int32Array {
  const samples = new Int32Array(3 * 10 * rateHz);
  for (let i = 0; i < 10 * rateHz; i++) {
    const mg = Math.round(1000 * Math.sin((2 * Math.PI * hz * i) / rateHz + 0.3));
    samples.set([mg, -mg, mg], 3 * i);
  }
  return samples;
}

/** Root mean square of the x of the frames but for the first second, in relation to that of the sine. */
const gain = (hz: number, rateHz: number): number => {
  const out = framed(rateHz, sine(hz, rateHz)).slice(FRAME_HZ);
  return Math.sqrt((2 * out.reduce((sum, [x]) => sum + x * x, 0)) / out.length) / 1000;
};

describe("sensing/fall/frames", () => {
  it.each(RATES)("makes 25 frames a second of %i Hz, of a steady signal the signal itself", (rateHz) => {
    const samples = new Int32Array(3 * 4 * rateHz).map((_, i) => [-32768, 32767, 977][i % 3]);
    const out = framed(rateHz, samples);
    expect(Math.abs(out.length - 4 * FRAME_HZ)).toBeLessThanOrEqual(1);
    expect([...new Set(out.slice(2).map(String))]).toEqual(["-32768,32767,977"]);
  });

  it("is the samples themselves at 25 Hz", () => {
    const samples = sine(3, 25);
    expect(framed(25, samples).flat()).toEqual([...samples]);
  });

  it("are rounded at 50 Hz, the first one with nothing before it as well", () => {
    const samples = new Int32Array(3 * 8).fill(1);
    expect(framed(50, samples)).toEqual(Array.from({ length: 4 }, () => [1, 1, 1]));
  });

  it.each(RATES)("places a slow ramp in time at %i Hz", (rateHz) => {
    // 1 mg a millisecond: frame k lies at 40 k ms.
    const samples = new Int32Array(3 * 5 * rateHz).map((_, i) => Math.round((1000 * Math.floor(i / 3)) / rateHz));
    const late = framed(rateHz, samples).map(([x], k) => Math.abs(x - k * FRAME_MS));
    expect(Math.max(...late.slice(2))).toBeLessThanOrEqual(rateHz < 25 ? 10 : 2);
  });

  it.each([40, 50, 52, 75, 99, 100])(
    "keeps the movements of people and takes off what would pass for them at %i Hz",
    (rateHz) => {
      expect(gain(2, rateHz)).toBeGreaterThan(0.95);
      expect(gain(5, rateHz)).toBeGreaterThan(0.8);
      for (const hz of [19, 22, 25].filter((hz) => 2 * hz < rateHz)) expect([hz, gain(hz, rateHz) < 0.23]).toEqual([hz, true]);
    },
  );

  it.each(RATES)("does not care where a stream of %i Hz is cut", (rateHz) => {
    const samples = sine(1.7, rateHz).subarray(0, 3 * 2 * rateHz);
    const whole = framed(rateHz, samples);
    expect(framed(rateHz, samples, [1, 0])).toEqual(whole);
    const sizes = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        sizes.filter((batch) => batch.some((size) => size > 0)),
        (batches) => {
          expect(framed(rateHz, samples, batches)).toEqual(whole);
        },
      ),
      { numRuns: 5, seed: 1 },
    );
  });
});
