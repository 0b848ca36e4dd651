import { describe, expect, it } from "@jest/globals";
import { fallCandidates } from "@songbai/sdk/sensing/fall/candidates";
import { AFTER, ALONG_AXES, BEFORE_LEAST, FEATURE_NAMES, FEATURES } from "@songbai/sdk/sensing/fall/features";
import { person } from "@songbai/sim/world/person";

/** Frames of 40 ms from the impact, both ends included. */
const SEGMENTS: Record<string, readonly [number, number]> = {
  b2: [-50, -26],
  b1: [-25, -13],
  b0: [-12, -4],
  impact: [-3, 3],
  a0: [4, 12],
  a1: [13, 25],
  a2: [26, 38],
  a3: [39, 54],
};

interface Found {
  readonly at: number;
  readonly impactMg: number;
  readonly features: readonly number[];
}

function candidates(samples: Int32Array, triggerMg = 2000, rangeG: 4 | 8 = 4): Found[] {
  const found: Found[] = [];
  let at = 0;
  const { feed } = fallCandidates(25, { rangeG, triggerMg }, (features, impactMg) => {
    found.push({ at: at - AFTER, impactMg, features: [...(features as Int32Array)] });
  });
  for (; 3 * at < samples.length; at++) feed(samples.subarray(3 * at, 3 * at + 3), 1);
  return found;
}

/** The same by definition, in fractions and in mg: what the names say. */
function byName(samples: Int32Array, impact: number): Map<string, number> {
  const held = (mg: number) => Math.max(-4000, Math.min(4000, mg));
  const at = (i: number) => [0, 1, 2].map((axis) => held(samples[3 * (impact + i) + axis]));
  const first = -Math.min(50, impact - 1);
  const square = (i: number) => at(i).reduce((sum, mg) => sum + mg * mg, 0) / 1024;
  const over = (name: string) => {
    const [from, to] = SEGMENTS[name];
    return Array.from({ length: to - Math.max(from, first) + 1 }, (_, i) => Math.max(from, first) + i);
  };
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const vector = (name: string) => [0, 1, 2].map((axis) => mean(over(name).map((i) => at(i)[axis])));
  const change = (name: string) => mean(over(name).map((i) => Math.abs(square(i) - square(i - 1))));
  const most = (...names: string[]) => Math.max(...names.flatMap((name) => over(name).map(square)));
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const relative = (...names: string[]) => names.reduce((sum, name) => sum + (256 * change(name)) / change("impact"), 0);
  const ofPeak = (...names: string[]) => (1024 * most(...names)) / square(0);
  const features = new Map<string, number>([
    ["peak", square(0) / 16],
    ["impact along z", Math.abs(at(0)[2]) / 8],
    ["change at impact", change("impact") / 16],
    ["change a0", change("a0") / 16],
    ["change a3", change("a3")],
    ["relative change before", relative("b2", "b1")],
    ["relative change after", relative("a1", "a2", "a3")],
    ["least a1", Math.min(...over("a1").map(square))],
    ["most a2 a3", most("a2", "a3") / 16],
    ["relative most before", ofPeak("b2", "b1", "b0")],
  ]);
  for (const name of ["b2", "b1", "b0", "a2", "a3"]) features.set(`relative change ${name}`, relative(name));
  for (const name of ["b2", "b1", "a2", "a3"]) features.set(`relative most ${name}`, ofPeak(name));
  for (const name of FEATURE_NAMES) {
    const [kind, ...of] = name.split(" ");
    if (kind === "cosine") {
      const [a, b] = of.map(vector);
      const along = dot(a, b);
      features.set(name, 1024 + (1024 * along * Math.abs(along)) / (dot(a, a) * dot(b, b)));
    } else if (kind === "distance") {
      const [a, b] = of.map(vector);
      const apart = a.map((mg, i) => mg - b[i]);
      features.set(name, dot(apart, apart) / 4096);
    } else if (kind === "along") {
      features.set(name, Math.abs(vector(of[1])[0]));
    }
  }
  return features;
}

function felt(seed: number, fallMs = 5000): Int32Array {
  const samples = new Int32Array(3 * 250);
  const how = (["forwards", "backwards", "sideways"] as const)[seed % 3];
  person({
    seed,
    timeline: [
      { atMs: 0, do: "walk" },
      { atMs: fallMs, do: "fall", how },
    ],
  }).fill(0, 40_000, 250, samples);
  return samples;
}

describe("sensing/fall/features", () => {
  it("are what their names say, to the steps in which frames are kept", () => {
    expect(FEATURE_NAMES.length).toBe(FEATURES);
    const off: string[] = [];
    let seen = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const samples = felt(seed, seed % 2 === 0 ? 5000 : 1000);
      for (const { at, features } of candidates(samples)) {
        const expected = byName(samples, at);
        seen++;
        features.forEach((value, i) => {
          const name = FEATURE_NAMES[i];
          const right = expected.get(name) as number;
          // Means of few and quiet frames feel the step of 8 mg most; angles of short means, too.
          const slack = name.startsWith("cosine") ? 60 : 12 + 0.04 * Math.abs(right);
          if (Math.abs(value - right) > slack) off.push(`seed ${seed} at ${at}: ${name} ${value}, not ${right.toFixed(0)}`);
        });
      }
    }
    expect(off).toEqual([]);
    expect(seen).toBeGreaterThanOrEqual(30);
  });

  it("are the same on the other wrist, and with the bracelet put on the other way round", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const samples = felt(seed);
      const turned = samples.map((mg, i) => (i % 3 === 2 ? mg : -mg));
      const mirrored = samples.map((mg, i) => (i % 3 === 0 ? -mg : mg));
      const [here] = candidates(samples);
      for (const there of [candidates(turned)[0], candidates(mirrored)[0]]) {
        expect(there.at).toBe(here.at);
        const apart = there.features.map((value, i) => Math.abs(value - here.features[i]) - 12 - 0.03 * here.features[i]);
        expect(Math.max(...apart)).toBeLessThan(20);
      }
    }
  });

  it("are exactly the same whichever axis is which, but for those along an axis", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const samples = felt(seed);
      const [here] = candidates(samples);
      for (const by of [1, 2]) {
        const [there] = candidates(samples.map((_, i) => samples[i - (i % 3) + ((i + by) % 3)]));
        const turned = there.features.map((value, i) => (ALONG_AXES.includes(i) ? here.features[i] : value));
        expect([there.at, turned]).toEqual([here.at, here.features]);
      }
    }
  });

  it("are the same of twice the acceleration on a part of twice the range", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const samples = felt(seed).map((mg) => 8 * Math.round(mg / 8));
      const twice = candidates(
        samples.map((mg) => 2 * mg),
        4000,
        8,
      );
      expect(twice).toEqual(candidates(samples).map((found) => ({ ...found, impactMg: 2 * found.impactMg })));
      expect(twice.length).toBeGreaterThan(0);
    }
  });

  it("are sizes where they are along an axis, whichever way it points", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const samples = felt(seed);
      const [here] = candidates(samples);
      const [there] = candidates(samples.map((mg) => -mg));
      expect(there.at).toBe(here.at);
      for (const place of ALONG_AXES) expect(Math.abs(there.features[place] - here.features[place])).toBeLessThanOrEqual(8);
    }
  });

  it("are of the strongest frame within a second, of equal ones of the first", () => {
    const samples = new Int32Array(3 * 250);
    for (let i = 0; i < 250; i++) samples.set([0, 0, 1000], 3 * i);
    const strike = (at: number, mg: number) => samples.set([0, 0, mg], 3 * at);
    strike(80, 2500);
    strike(105, 3000); // exactly a second later: the same event
    strike(131, 2600); // a frame more: another one
    strike(140, 2600);
    strike(170, 1900);
    expect(candidates(samples).map(({ at, impactMg }) => [at, Math.round(impactMg / 100)])).toEqual([
      [105, 30],
      [131, 26],
    ]);
    expect(candidates(samples, 1800).map(({ at }) => at)).toEqual([105, 131, 170]);
    // 300 steps, and squares that differ by less than 16 steps²; a trigger is what is to be passed.
    strike(105, 2400);
    samples.set([8, 0, 2400], 3 * 110);
    for (const at of [80, 131, 140, 170]) strike(at, 1000);
    expect(candidates(samples, 2399).map(({ at }) => at)).toEqual([105]);
    expect(candidates(samples, 2400)).toEqual([]);
  });

  it("limit an axis to the range, also where only two of them together reach the trigger", () => {
    const struck = (...mg: readonly number[]) => {
      const samples = new Int32Array(3 * 250);
      for (let i = 0; i < 250; i++) samples.set([0, 0, 1000], 3 * i);
      samples.set(mg, 3 * 100);
      return candidates(samples, 4500).map(({ at, impactMg }) => [at, Math.round(impactMg / 100)]);
    };
    expect(struck(5000, 0, 0)).toEqual([]);
    expect(struck(5000, 0, -32768)).toEqual([[100, 57]]);
    expect(struck(3900, 3900, 0)).toEqual([[100, 55]]);
  });

  it("need 1.2 s before an impact and 2.2 s behind it", () => {
    const at = (frame: number) => {
      const samples = new Int32Array(3 * 120);
      for (let i = 0; i < 120; i++) samples.set([0, 0, 1000 + (i % 3) * 20], 3 * i);
      samples.set([0, 0, 3000], 3 * frame);
      return candidates(samples).length;
    };
    expect([at(BEFORE_LEAST - 1), at(BEFORE_LEAST), at(119 - AFTER), at(120 - AFTER)]).toEqual([0, 1, 1, 0]);
  });
});
