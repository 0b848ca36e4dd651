import { describe, expect, it } from "@jest/globals";
import { CLEAR, FROZEN, INCONSISTENT, MOVING, SATURATED, STARTING, WEAK, WRONG_RATE } from "@songbai/sdk/sensing/doubt";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { beatFeatures } from "@songbai/sdk/sensing/rhythm/features";
import { carriedOn, type RhythmHint, type RhythmOptions, rhythm } from "@songbai/sdk/sensing/rhythm/rhythm";
import { fibrillation } from "@songbai/sdk/sensing/rhythm/table";
import { type PulseEntry, pulse } from "@songbai/sim/world/pulse";

interface Said extends RhythmHint {
  readonly atS: number;
}

/** What the sense says to the infrared light of a finger, `of` changes its counts; second 0 is the first sample. */
function hints(
  seconds: number,
  timeline: readonly PulseEntry[],
  of: (count: number, second: number) => number = (count) => count,
  { rateHz = 25, trueHz = 25, seed = 3, ...options }: Partial<RhythmOptions> & { trueHz?: number; seed?: number } = {},
) {
  const finger = pulse({ seed, timeline: [{ perfusion: 200, ...timeline[0] }, ...timeline.slice(1)] });
  const light = new Int32Array(2);
  const said: Said[] = [];
  let at = 0;
  const sense = rhythm({ rateHz, fullScale: 262_143, falling: true, score: fibrillation, ...options }, (hint) => {
    said.push({ ...hint, atS: at / trueHz });
  });
  const feed = (until: number) => {
    for (; at < until * trueHz; at++) {
      finger.fill((at * 1_000_000) / trueHz, 1_000_000 / trueHz, 1, light);
      sense.feed(Int32Array.of(of(light[0], at / trueHz)), 1);
    }
  };
  feed(seconds);
  return { said, sense, feed };
}

const SINUS: PulseEntry[] = [{ atMs: 0, rhythm: "sinus", bpm: 70 }];
const FIBRILLATION: PulseEntry[] = [{ atMs: 0, rhythm: "fibrillation", bpm: 105 }];

describe("sensing/rhythm", () => {
  it("says every ten seconds that a heart in step is no fibrillation, and that one out of step is like it", () => {
    const still = hints(60, SINUS).said;
    expect(still.map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(still.map(({ atS }) => Math.round(atS))).toEqual([10, 20, 30, 40, 50, 60]);
    expect(still.every(({ quality, intervalMs }) => quality >= 56 && intervalMs > 740 && intervalMs < 940)).toBe(true);
    const ill = [1, 2, 3, 4].flatMap((seed) => hints(100, FIBRILLATION, undefined, { seed }).said);
    const answered = ill.filter(({ value }) => value !== UNKNOWN);
    expect(answered.length).toBeGreaterThan(30);
    expect(answered.filter(({ value }) => value === 1).length).toBeGreaterThan(0.9 * answered.length);
  });

  it("takes an extra beat now and then for what it is", () => {
    const said = [1, 2, 3].flatMap((seed) => hints(100, [{ atMs: 0, rhythm: "ectopic", bpm: 66 }], undefined, { seed }).said);
    expect(said.filter(({ value }) => value === 1).length).toBeLessThanOrEqual(3);
    expect(said.filter(({ value }) => value === 0).length).toBeGreaterThan(20);
  });

  it("is the same at any rate from 20 to 100 Hz, and knows no other", () => {
    for (const rateHz of [20, 32, 50, 64, 100]) {
      const options = { rateHz, trueHz: rateHz };
      expect(hints(30.1, SINUS, undefined, options).said.map(({ value }) => value)).toEqual([0, 0, 0]);
      const ill = hints(60.1, FIBRILLATION, undefined, options).said;
      expect(ill.filter(({ value }) => value === 1).length).toBeGreaterThanOrEqual(4);
    }
    for (const rateHz of [19, 101]) {
      expect(hints(0.1, SINUS, undefined, { rateHz }).said[0]).toMatchObject({ value: UNKNOWN, doubt: WRONG_RATE });
    }
  });

  it("does not care how a stream is cut, nor for a clock that is 3 % off", () => {
    const finger = pulse({ seed: 5, timeline: FIBRILLATION });
    const light = new Int32Array(2 * 1000);
    finger.fill(0, 40_000, 1000, light);
    const infrared = Int32Array.from({ length: 1000 }, (_, i) => light[2 * i]);
    const runs = [1, 7, 1000].map((batch) => {
      const said: RhythmHint[] = [];
      const sense = rhythm({ rateHz: 25, fullScale: 262_143, falling: true, score: fibrillation }, (hint) =>
        said.push({ ...hint }),
      );
      for (let from = 0; from < 1000; from += batch)
        sense.feed(infrared.subarray(from, from + batch), Math.min(batch, 1000 - from));
      return said;
    });
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
    expect(hints(60, SINUS, undefined, { rateHz: 32, trueHz: 33 }).said.every(({ value }) => value === 0)).toBe(true);
  });

  it("says it does not know where the odds are even, with the odds", () => {
    const even = hints(20, SINUS, undefined, { score: () => 512 }).said;
    expect(even[0]).toMatchObject({ value: UNKNOWN, quality: 0, doubt: INCONSISTENT, score: 512, alone: 512 });
    expect(hints(10, SINUS, undefined, { score: () => 513 }).said[0]).toMatchObject({ value: 1, doubt: CLEAR });
    expect(hints(10, SINUS, undefined, { score: () => -513 }).said[0]).toMatchObject({ value: 0, doubt: CLEAR });
  });

  it("takes three fifths of what the windows before said, at most 4 to 1, and nothing from before a fault", () => {
    const scores = [1000, 2000, 4000, -8000];
    let next = 0;
    const said = hints(40, SINUS, undefined, { score: () => scores[next++] }).said;
    expect(said.map(({ score }) => score)).toEqual([1000, 2600, 5420, -6580]);
    expect(said.map(({ alone }) => alone)).toEqual(scores);
    expect([carriedOn(-5000), carriedOn(5000), carriedOn(-1000)]).toEqual([-1420, 1420, -600]);
    next = 0;
    const faulty = hints(40, SINUS, (count, second) => (second > 11 && second < 13 ? 90_000 : count), {
      score: () => scores[next++],
    });
    expect(faulty.said.map(({ score }) => score)).toEqual([1000, 0, 2000, 5200]);
  });

  it("says nothing of a window in which the pulse falls faster than it rises: a wrist that moves, a sensor that counts the other way", () => {
    const pushed = (count: number, second: number) => (second > 13.02 && second < 13.18 ? count + 2500 : count);
    expect(hints(40, SINUS, pushed).said.map(({ doubt }) => doubt)).toEqual([CLEAR, MOVING, CLEAR, CLEAR]);
    const upsideDown = [
      ...hints(40, SINUS, undefined, { falling: false }).said,
      ...hints(40, FIBRILLATION, undefined, { falling: false }).said,
    ];
    expect(upsideDown.map(({ value }) => value)).toEqual(upsideDown.map(() => UNKNOWN));
  });

  it("measures how the strength of a pulse follows the interval before it", () => {
    const following = (slopeAfter: (interval: number) => number) => {
      const at = [400];
      const slopes = [1000];
      for (const interval of [1300, 1500, 1250, 1600, 1400, 1280, 1550]) {
        at.push(at[at.length - 1] + interval);
        slopes.push(slopeAfter(interval));
      }
      const found = beatFeatures(1600);
      found.of({ at: Int32Array.from(at), slope: Int32Array.from(slopes), count: () => at.length });
      return found.features[0];
    };
    expect(following((interval) => interval)).toBeGreaterThan(1990);
    expect(following((interval) => 3000 - interval)).toBeLessThan(10);
    expect(following(() => 1000)).toBe(1000);
    // Counts of 22 bits, four of them a frame.
    expect(following((interval) => 5000 * interval)).toBeGreaterThan(1980);
  });

  for (const [name, fault, doubt] of [
    ["a flat line", () => 90_000, FROZEN],
    ["a saturated sensor", () => 262_143, SATURATED],
    ["a sensor without light", () => 0, SATURATED],
    [
      "a lead that is off: a level with the sensor's noise",
      (_: number, second: number) => 90_000 + ((second * 25 * 7) % 5),
      WEAK,
    ],
    [
      "a sensor full of noise",
      (_: number, second: number) => 90_000 + 3000 * (Math.round(second * 25) % 2) + ((second * 25 * 37) % 101),
      WEAK,
    ],
  ] as const) {
    it(`knows ${name} within ten seconds, and is back ten seconds after it heals`, () => {
      const { said } = hints(70, SINUS, (count, second) =>
        second >= 20 && second < 45 ? Math.round(fault(count, second)) : count,
      );
      const faulty = said.filter(({ atS }) => atS >= 20 && atS < 45.1);
      expect(faulty[0].atS).toBeLessThanOrEqual(30.1);
      expect(faulty.every(({ value }) => value === UNKNOWN)).toBe(true);
      expect(faulty.map((hint) => hint.doubt)).toContain(doubt);
      const healed = said.find(({ atS, value }) => atS > 45 && value !== UNKNOWN);
      expect(healed).toMatchObject({ value: 0 });
      expect(healed?.atS).toBeLessThanOrEqual(60.1);
    });
  }

  it("says nothing of a window in which there was no pulse for more than three seconds", () => {
    const gone = (count: number, second: number) =>
      second >= 3 && second < 7 ? 98_000 + Math.round((10 * second) % 9) : count;
    expect(hints(20, SINUS, gone).said.map(({ doubt }) => doubt)).toEqual([WEAK, CLEAR]);
  });

  it("believes no pulse of less than a 4096th of the light", () => {
    const faint = (count: number) => 98_000 + Math.round((count - 98_000) / 400);
    expect(hints(20, SINUS, faint).said.map(({ doubt }) => doubt)).toEqual([WEAK, WEAK]);
  });

  it("is not misled by a sensor's noise of a fiftieth of the pulse", () => {
    const noisy = (count: number, second: number) => count + (Math.round(second * 25) % 2 === 0 ? 20 : -20);
    const slow: PulseEntry[] = [{ atMs: 0, rhythm: "sinus", bpm: 48 }];
    expect(hints(40, slow, noisy, { seed: 8, score: () => -600 }).said.map(({ value }) => value)).toEqual([0, 0, 0, 0]);
  });

  it("takes the steeper of two rises within a quarter of a second for the beat, and little ones soon after for notches", () => {
    const times = [640, 940, 1640, 2200, 2640, 3640, 4640, 4900];
    const slopes = [90, 100, 100, 30, 100, 100, 100, 90];
    const two = { at: Int32Array.from(times), slope: Int32Array.from(slopes) };
    const found = beatFeatures(1600);
    expect(found.of({ ...two, count: () => 8 })).toBe(5);
    expect([0, 1, 2, 3, 4].map((i) => found.at[i])).toEqual([940, 1640, 2640, 3640, 4640]);
  });

  it("says nothing of a window in which the wearer moved, and begins a window anew after a gap", () => {
    const { said, sense, feed } = hints(15, SINUS);
    sense.moved();
    feed(25);
    expect(said[1]).toMatchObject({ value: UNKNOWN, doubt: MOVING });
    sense.gap();
    feed(34.9);
    expect(said).toHaveLength(2);
    feed(35);
    expect(said[2]).toMatchObject({ value: 0 });
    sense.restart();
    expect(said[3]).toMatchObject({ value: UNKNOWN, doubt: STARTING });
  });
});
