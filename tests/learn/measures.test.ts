import { describe, expect, it } from "@jest/globals";
import { type Measured, measure } from "@songbai/tools/learn/falls/body/measures";
import type { FallRecording } from "@songbai/tools/learn/falls/recordings/recording";

/** Eight seconds at 25 Hz; the blow is sample 100. */
const COUNT = 200;
const AT = 100;

function recording(felt: (sample: number) => readonly [number, number, number], more: Partial<FallRecording> = {}) {
  const samples = new Int16Array(3 * COUNT);
  for (let i = 0; i < COUNT; i++) samples.set(felt(i), 3 * i);
  const runs = [{ from: 0, to: COUNT }];
  return { id: "", subject: "", activity: "", fall: true, elder: false, firstS: 0, durationS: 8, samples, runs, ...more };
}

/** Upright, then on the side; one blow, weightless for the samples given before it. */
function fallen(light: readonly number[] = []) {
  return recording((i) => {
    if (i === AT) return [1200, -1600, 1500];
    if (light.includes(AT - i)) return [0, 300, 400];
    return i < AT ? [0, 0, 1000] : [0, 1000, 0];
  });
}

const measured = (one: FallRecording) => measure(one) as Measured;

describe("learn/body/measures", () => {
  it("peak is the magnitude of all three axes, lightest and light are those of the second before", () => {
    expect(measured(fallen())[0]).toBeCloseTo(2500, 9);
    expect(measured(fallen()).slice(1, 3)).toEqual([1000, 0]);
    expect(measured(fallen([1, 2, 25])).slice(1, 3)).toEqual([500, 120]);
    expect(measured(fallen([26])).slice(1, 3)).toEqual([1000, 0]);
    const edge = (mg: number) =>
      measured(recording((i) => (i === AT ? [0, 0, 2500] : i === AT - 3 ? [0, 0, mg] : [0, 0, 1000])));
    expect([edge(699)[2], edge(700)[2]]).toEqual([40, 0]);
  });

  it("turn is between the directions before and after, by the seconds that it names", () => {
    expect(measured(fallen())[3]).toBeCloseTo(90, 6);
    // What is before 1.5 s, between 0.5 s before and 1 s after, and after 2 s does not count.
    const outside = recording((i) => {
      if (i === AT) return [0, 0, 3000];
      const away = i - AT;
      if (away >= -38 && away < -13) return [0, 0, 1000];
      return away >= 25 && away < 50 ? [0, 500, 500] : [1000, 0, 0];
    });
    expect(measured(outside)[3]).toBeCloseTo(45, 1);
    expect(measured(recording((i) => (i === AT ? [0, 0, 3000] : [0, 0, i < AT ? 1000 : -1000])))[3]).toBeCloseTo(180, 6);
    expect(measured(recording((i) => (i === AT ? [0, 0, 3000] : [0, 0, i < AT ? 1000 : 0])))[3]).toBe(90);
  });

  it("stir and effort are the movement about the mean, after and before", () => {
    const trembling = (from: number, to: number) =>
      recording((i) =>
        i === AT ? [0, 0, 3000] : i - AT >= from && i - AT < to ? [i % 2 === 0 ? 30 : -30, 40, 1000] : [0, 40, 1000],
      );
    const [, , , , stir, effort] = measured(trembling(25, 63));
    expect([stir, effort].map(Math.round)).toEqual([30, 0]);
    expect(measured(trembling(-38, -13)).slice(4, 6).map(Math.round)).toEqual([0, 30]);
    expect(measured(trembling(-13, 25)).slice(4, 6)).toEqual([0, 0]);
    expect(measured(trembling(63, 100))[4]).toBe(0);
    expect(measured(trembling(-100, -38))[5]).toBe(0);
  });

  it("shaking is the change from sample to sample around the blow", () => {
    // Two changes of 2000 mg among the 26 from half a second before to half a second after.
    const blow = recording((i) => [0, 0, i === AT ? 3000 : 1000]);
    expect(measured(blow)[6]).toBeCloseTo(Math.sqrt((2 * 2000 ** 2) / 26), 0);
    const far = (away: number) => recording((i) => [0, i === AT + away ? 500 : 0, i === AT ? 3000 : 1000]);
    expect(measured(far(20))[6]).toBe(measured(blow)[6]);
    expect(measured(far(-20))[6]).toBe(measured(blow)[6]);
    expect(measured(far(8))[6]).toBeGreaterThan(measured(blow)[6]);
  });

  it("looks for the blow where the fall is labelled, else wherever there is room", () => {
    const blows = (label: Partial<FallRecording>, ...at: number[]) =>
      recording((i) => [0, 0, at.includes(i) ? 2000 + 10 * i : 1000], label);
    expect(measured(blows({}, 38, 100))[0]).toBe(3000);
    expect(measured(blows({}, 20, 38, 150))[0]).toBe(2380);
    // Stamps begin at 10 s: the label is from sample 50 to sample 75, and 15 more for the time to the floor.
    const label = { firstS: 10, startS: 12, endS: 13 };
    expect(measured(blows(label, 49, 60, 90))[0]).toBe(2600);
    expect(measured(blows(label, 49, 89, 100))[0]).toBe(2890);
    expect(measure(blows({ ...label, startS: 17, endS: 18 }, 100))).toBeUndefined();
    expect(measure(blows({ unknown: "frozen" }, 100))).toBeUndefined();
    expect(measure({ ...blows({}, 60), samples: new Int16Array(300) })).toBeUndefined();
  });
});
