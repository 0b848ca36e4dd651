import { describe, expect, it } from "@jest/globals";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import type { OxygenCurve } from "@songbai/sdk/sensing/spo2/curve";
import { oxygen } from "@songbai/sdk/sensing/spo2/spo2";
import { stillness } from "@songbai/sdk/sensing/still";
import type { ActivityName } from "@songbai/sim/world/activities";
import { person } from "@songbai/sim/world/person";
import { type PulseEntry, pulse } from "@songbai/sim/world/pulse";

const HZ = 25;
const PEOPLE = 12;
/** The simulator's: 110 - 25 R. */
const LINE: OxygenCurve = {
  first: 360,
  step: 40,
  points: Array.from({ length: 40 }, (_, i) => 1100 - 25 * (0.36 + 0.04 * i) * 10),
};

interface Known {
  readonly seconds: number;
  /** Answer less the truth it is of, %, of each second that has an answer with a quality of 60 or more. */
  readonly errors: readonly number[];
  readonly least: number;
  readonly truthLeast: number;
}

/** What is known at the end of each second, from the twentieth on. */
function known(seed: number, timeline: readonly PulseEntry[], seconds: number, does?: ActivityName): Known {
  const body = () => person({ seed, timeline: does === undefined ? [] : [{ atMs: 0, do: does }] });
  const blood = pulse({ seed, timeline, ...(does === undefined ? {} : { motion: body() }) });
  const light = new Int32Array(2 * HZ * seconds);
  const moved = new Int32Array(3 * HZ * seconds);
  blood.fill(0, 1e6 / HZ, HZ * seconds, light);
  body().fill(0, 1e6 / HZ, HZ * seconds, moved);
  let now = { value: UNKNOWN, quality: 0 };
  let fed = 0;
  let toldAt = 0;
  const sense = oxygen({ rateHz: HZ, fullScale: 524_287, skin: 10_000, curve: LINE }, ({ value, quality }) => {
    now = { value, quality };
    toldAt = fed;
  });
  const still = stillness(HZ, sense.moved);
  const errors: number[] = [];
  let least = 100;
  for (let s = 0; s < seconds; s++) {
    // One by one: a reading comes once a second, and is as old as it is.
    for (let i = 0; i < HZ; i++) {
      fed++;
      sense.feed(light.subarray(2 * (fed - 1), 2 * fed), 1);
    }
    if (does !== undefined) still.feed(moved.subarray(3 * HZ * s, 3 * HZ * (s + 1)), HZ);
    if (s < 20 || now.value === UNKNOWN || now.quality < 60) continue;
    least = Math.min(least, now.value / 10);
    // A reading is of four seconds, their middle some 2.5 s before it.
    errors.push(now.value / 10 - blood.spo2At((1000 * toldAt) / HZ - 2500));
  }
  const truths = Array.from({ length: 4 * seconds }, (_, i) => blood.spo2At(250 * i));
  return { seconds: seconds - 20, errors, least, truthLeast: Math.min(...truths) };
}

const worst = (lives: readonly Known[]) => Math.max(...lives.flatMap(({ errors }) => errors.map(Math.abs)));
const answered = (lives: readonly Known[]) =>
  lives.reduce((sum, { errors }) => sum + errors.length, 0) / lives.reduce((sum, { seconds }) => sum + seconds, 0);
const people = (live: (seed: number) => Known) => Array.from({ length: PEOPLE }, (_, i) => live(i + 1));

// The figures of docs/senses/spo2.md.
describe("oxygen of simulated people", () => {
  it("follows each fall to 78 % and back, five in eight minutes, within 1.5 %", () => {
    const falls = Array.from({ length: 5 }, (_, i) => [
      { atMs: 30_000 + 90_000 * i, spo2: 78 },
      { atMs: 70_000 + 90_000 * i, spo2: 96 },
    ]).flat();
    const lives = people((seed) => known(seed, [{ atMs: 0, spo2: 96, perfusion: 100, bpm: 66 }, ...falls], 480));
    expect(worst(lives)).toBeLessThan(1.5);
    expect(answered(lives)).toBeGreaterThan(0.98);
    for (const { least, truthLeast } of lives) expect(Math.abs(least - truthLeast)).toBeLessThan(1);
  });

  it.each([
    [200, 1, 0.98],
    [30, 2.5, 0.95],
  ])("of a finger with a pulse of %d parts in 10,000 is within %d %%", (perfusion, within, share) => {
    const lives = people((seed) => known(seed, [{ atMs: 0, spo2: 88, perfusion }], 60));
    expect(worst(lives)).toBeLessThan(within);
    expect(answered(lives)).toBeGreaterThan(share);
  });

  it("is unknown while a hand is too cold, and back when it is warm", () => {
    for (let seed = 1; seed <= PEOPLE; seed++) {
      const cold = known(seed, [{ atMs: 0, spo2: 88, perfusion: 3 }], 40);
      expect([seed, cold.errors]).toEqual([seed, []]);
      const warmed = known(
        seed,
        [
          { atMs: 0, spo2: 88, perfusion: 150 },
          { atMs: 25_000, perfusion: 3 },
          { atMs: 45_000, perfusion: 150 },
        ],
        70,
      );
      // 5 s before, 15 s of cold, 25 s behind.
      expect(warmed.errors.length).toBeGreaterThan(20);
      expect(warmed.errors.length).toBeLessThan(40);
    }
  });

  it("with the accelerometer beside it answers those who sleep and sit, right, and nobody who eats or walks", () => {
    for (const [does, least, most] of [
      ["sleep", 0.95, 1],
      ["sit", 0.85, 1],
      ["eat", 0, 0.02],
      ["walk", 0, 0.02],
    ] as const) {
      const lives = people((seed) => known(seed, [{ atMs: 0, spo2: 97, perfusion: 200, bpm: 70 }], 120, does));
      expect([does, answered(lives)]).toEqual([does, expect.any(Number)]);
      expect(answered(lives)).toBeGreaterThanOrEqual(least);
      expect(answered(lives)).toBeLessThanOrEqual(most);
      const wrong = lives.flatMap(({ errors }) => errors.filter((error) => Math.abs(error) > 4)).length;
      expect([does, wrong]).toEqual([does, 0]);
    }
  });

  it("is seldom sure where an arm's breath takes as much light as the heart, as no beats can be counted", () => {
    for (const [does, perfusion] of [
      ["sleep", 8],
      ["sit", 30],
      ["sit", 8],
    ] as const) {
      const lives = people((seed) => known(seed, [{ atMs: 0, spo2: 97, perfusion, bpm: 70 }], 120, does));
      const wrong = lives.flatMap(({ errors }) => errors.filter((error) => Math.abs(error) > 4)).length;
      expect(wrong / (PEOPLE * 100)).toBeLessThan(0.12);
    }
  });
});
