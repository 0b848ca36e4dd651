import { describe, expect, it } from "@jest/globals";
import { person } from "@songbai/sim/world/person";
import { type PulseEntry, pulse } from "@songbai/sim/world/pulse";

const HZ = 50;
const PERIOD_US = 1_000_000 / HZ;

function seen(seed: number, seconds: number, entry: Omit<PulseEntry, "atMs"> | PulseEntry[], more = {}) {
  const timeline = Array.isArray(entry) ? entry : [{ atMs: 0, ...entry }];
  const made = pulse({ seed, timeline, ...more });
  const samples = new Int32Array(2 * HZ * seconds);
  made.fill(0, PERIOD_US, HZ * seconds, samples);
  const channel = (which: number) => Float64Array.from({ length: HZ * seconds }, (_, i) => samples[2 * i + which]);
  const beats = made.beatsMs();
  const intervals = beats.slice(1).map((ms, i) => ms - beats[i]);
  return { made, samples, infrared: channel(0), red: channel(1), beats, intervals };
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function spread(values: ArrayLike<number>): number {
  const middle = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - middle) ** 2)));
}

/** Strength of the light's swing at `hz`. */
function strengthAt(values: Float64Array, hz: number): number {
  const middle = mean(values);
  let re = 0;
  let im = 0;
  for (let i = 0; i < values.length; i++) {
    re += (values[i] - middle) * Math.cos((2 * Math.PI * hz * i) / HZ);
    im += (values[i] - middle) * Math.sin((2 * Math.PI * hz * i) / HZ);
  }
  return Math.hypot(re, im) / values.length;
}

describe("world/pulse", () => {
  it("is the same for the same seed, however it is cut, and another for another", () => {
    const one = seen(1, 20, { bpm: 80 });
    const made = pulse({ seed: 1, timeline: [{ atMs: 0, bpm: 80 }] });
    const cut = new Int32Array(one.samples.length);
    for (let at = 0; at < HZ * 20; at += 125) {
      const batch = new Int32Array(250);
      made.fill(at * PERIOD_US, PERIOD_US, 125, batch);
      cut.set(batch, 2 * at);
    }
    expect(cut).toEqual(one.samples);
    expect(seen(2, 20, { bpm: 80 }).samples).not.toEqual(one.samples);
  });

  it.each([45, 70, 110, 160])("beats %d times a minute, and the light swings as often", (bpm) => {
    for (let seed = 1; seed <= 2; seed++) {
      const { intervals, infrared } = seen(seed, 40, { bpm, perfusion: 200 });
      const rate = 60_000 / mean(intervals);
      expect(Math.abs(rate - bpm)).toBeLessThan(0.08 * bpm);
      // The strongest rate near: beats are not quite even, so not to a hair.
      const rates = Array.from({ length: 41 }, (_, i) => (bpm / 60) * (0.6 + i * 0.02));
      const strongest = rates.reduce((best, hz) => (strengthAt(infrared, hz) > strengthAt(infrared, best) ? hz : best));
      expect(Math.abs(strongest * 60 - rate)).toBeLessThan(0.08 * bpm);
    }
  });

  it("takes some 20 s to a new rate and a new saturation", () => {
    const { beats, made } = seen(1, 120, [
      { atMs: 0, bpm: 60, spo2: 98 },
      { atMs: 60_000, bpm: 120, spo2: 80 },
    ]);
    const within = (from: number, to: number) => beats.filter((ms) => ms >= from && ms < to).length;
    expect(within(40_000, 60_000)).toBeGreaterThanOrEqual(18);
    expect(within(40_000, 60_000)).toBeLessThanOrEqual(22);
    expect(within(100_000, 120_000)).toBeGreaterThanOrEqual(37);
    expect([made.spo2At(59_000), made.spo2At(119_000)].map(Math.round)).toEqual([98, 80]);
    expect(made.spo2At(67_000)).toBeGreaterThan(82);
    expect(made.spo2At(67_000)).toBeLessThan(95);
  });

  it.each([
    ["sinus", 8, 90],
    ["fibrillation", 90, 260],
    ["ectopic", 60, 340],
  ] as const)("has %s rhythm: successive intervals differ by %d to %d ms (RMSSD)", (rhythm, least, most) => {
    for (let seed = 1; seed <= 5; seed++) {
      const { intervals } = seen(seed, 120, { bpm: 75, rhythm });
      const rmssd = Math.sqrt(mean(intervals.slice(1).map((ms, i) => (ms - intervals[i]) ** 2)));
      expect(rmssd).toBeGreaterThan(least);
      expect(rmssd).toBeLessThan(most);
      expect(Math.min(...intervals)).toBeGreaterThan(300);
    }
  });

  it("makes up for an early beat, and fibrillation for nothing", () => {
    const correlation = (rhythm: "fibrillation" | "ectopic") => {
      const { intervals } = seen(3, 300, { bpm: 70, rhythm });
      const [middle, deviation] = [mean(intervals), spread(intervals)];
      return mean(intervals.slice(1).map((ms, i) => (ms - middle) * (intervals[i] - middle))) / deviation ** 2;
    };
    expect(correlation("ectopic")).toBeLessThan(-0.3);
    expect(Math.abs(correlation("fibrillation"))).toBeLessThan(0.12);
  });

  it.each([99, 90, 80, 70])("has the ratio of ratios of %d %% in its red and infrared", (spo2) => {
    const { infrared, red, intervals } = seen(1, 60, { bpm: 72, spo2, perfusion: 200 });
    const hz = 1000 / mean(intervals);
    const ratio = strengthAt(red, hz) / mean(red) / (strengthAt(infrared, hz) / mean(infrared));
    expect(Math.abs(110 - 25 * ratio - spo2)).toBeLessThan(0.7);
  });

  it("swings by its perfusion", () => {
    const swing = (perfusion: number) => spread(seen(1, 30, { bpm: 70, perfusion }).infrared) / 100_000;
    expect(swing(200) / swing(50)).toBeGreaterThan(3.5);
    expect(swing(200)).toBeGreaterThan(0.003);
    expect(swing(200)).toBeLessThan(0.02);
  });

  it("is shaken by who moves", () => {
    const moved = (what: "sit" | "walk") =>
      spread(
        seen(1, 30, { bpm: 70, perfusion: 30 }, { motion: person({ seed: 1, timeline: [{ atMs: 0, do: what }] }) }).infrared,
      );
    expect(moved("walk")).toBeGreaterThan(5 * moved("sit"));
  });

  it("sees no pulse where there is no skin", () => {
    const { infrared, red } = seen(1, 10, { worn: false });
    expect(mean(infrared)).toBeLessThan(2000);
    expect(spread(infrared)).toBeLessThan(20);
    expect(mean(red)).toBeLessThan(2000);
  });
});
