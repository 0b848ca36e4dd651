import { describe, expect, it } from "@jest/globals";
import { decibel, ratioOf } from "@songbai/sim/air/decibel";
import { links, type Station } from "@songbai/sim/air/lora-link";
import { stream } from "@songbai/sim/clock/seed";

const at = (name: string, eastM: number, northM = 0, wallsDb = 0): Station => ({ name, place: { eastM, northM }, wallsDb });
const clear = links(1, { shadowingDb: 0, riceK: undefined });
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

describe("path loss", () => {
  it("is that of Petäjäjärvi et al. less 5.3 dB, with walls, both ways, and ends at a metre", () => {
    expect(clear.lossDb(at("a", 0), at("b", 1000))).toBeCloseTo(123.65, 9);
    expect(clear.lossDb(at("a", 0), at("b", 3000, 4000))).toBeCloseTo(123.65 + 23.2 * Math.log10(5), 9);
    expect(clear.lossDb(at("a", 0, 0, 12), at("b", 1000, 0, 3))).toBeCloseTo(123.65 + 15, 9);
    expect(clear.lossDb(at("b", 1000, 0, 3), at("a", 0, 0, 12))).toBeCloseTo(123.65 + 15, 9);
    expect(clear.lossDb(at("a", 0), at("b", 0))).toBeCloseTo(123.65 - 3 * 23.2, 9);
  });
});

describe("shadowing", () => {
  const shadowed = (seed: number) => links(seed, { shadowingDb: 7.8, riceK: undefined });

  it("is one value for a link, the same both ways, for the same seed, and whatever other links there are", () => {
    const [a, b, c] = [at("a", 0), at("b", 1000), at("c", 500)];
    const first = shadowed(1);
    const value = first.lossDb(a, b);
    expect(first.lossDb(b, a)).toBe(value);
    expect(first.lossDb(a, b)).toBe(value);
    const second = shadowed(1);
    second.lossDb(a, c);
    expect(second.lossDb(b, a)).toBe(value);
    expect(shadowed(2).lossDb(a, b)).not.toBe(value);
  });

  it("has the deviation that it is told, around the law", () => {
    const from = at("from", 0);
    const losses = Array.from({ length: 3000 }, (_, index) => shadowed(1).lossDb(from, at(`to ${index}`, 1000)));
    expect(Math.abs(mean(losses) - 123.65)).toBeLessThan(0.5);
    expect(Math.abs(deviation(losses) - 7.8)).toBeLessThan(0.4);
  });
});

describe("fading", () => {
  const COUNT = 10_000;
  const gains = (riceK: number | undefined) => {
    const { fadingDb } = links(1, { shadowingDb: 0, riceK });
    // As the air draws them: a stream for each frame.
    return Array.from({ length: COUNT }, (_, number) => fadingDb(stream(1, `air/device/${number}/gateway 1`)));
  };
  const share = (values: readonly number[], belowDb: number) =>
    values.filter((value) => value < belowDb).length / values.length;

  it("is not there where nobody asked for it", () => {
    expect(gains(undefined).every((gain) => gain === 0)).toBe(true);
  });

  it("without a steady path is Rayleigh's: mean 1, and below x with a probability of 1 - exp(-x)", () => {
    const values = gains(0);
    expect(Math.abs(mean(values.map(ratioOf)) - 1)).toBeLessThan(0.03);
    for (const db of [-20, -10, -5, 0, 3, 6]) {
      expect(Math.abs(share(values, db) - (1 - Math.exp(-(10 ** (db / 10)))))).toBeLessThan(0.01);
    }
  });

  it("with a steady path 9 dB above is Rice's: mean 1, variance (1 + 2K)/(1 + K)^2, and few deep fades", () => {
    const K = ratioOf(9);
    const values = gains(K);
    const powers = values.map(ratioOf);
    expect(Math.abs(mean(powers) - 1)).toBeLessThan(0.02);
    expect(Math.abs(deviation(powers) - Math.sqrt(1 + 2 * K) / (1 + K))).toBeLessThan(0.01);
    expect(share(values, -10)).toBeLessThan(0.005);
    expect(Math.max(...values)).toBeLessThan(decibel(4.5));
  });
});
