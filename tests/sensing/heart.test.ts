import { describe, expect, it } from "@jest/globals";
import {
  CLEAR,
  FROZEN,
  INCONSISTENT,
  MOVING,
  NOT_WORN,
  SATURATED,
  STARTING,
  WEAK,
  WRONG_RATE,
} from "@songbai/sdk/sensing/doubt";
import { type Beat, heartRate } from "@songbai/sdk/sensing/heart/heart-rate";
import { spectrum } from "@songbai/sdk/sensing/heart/spectrum";
import { type Reading, UNKNOWN } from "@songbai/sdk/sensing/reading";
import { person, type TimelineEntry } from "@songbai/sim/world/person";
import { pulse } from "@songbai/sim/world/pulse";
import { sine } from "@songbai/sim/world/sine";

const FULL_SCALE = 262_143;
const SKIN = 4000;

interface Said extends Reading {
  readonly t: number;
}

// tests/learn/senses.shared.ts holds every runtime to the same words.

/** Samples of four in, everything that is said out, with the time. */
function bench(rateHz = 25) {
  const said: Said[] = [];
  const beats: (Beat & { readonly atMs: number })[] = [];
  let at = 0;
  const sense = heartRate(
    { rateHz, fullScale: FULL_SCALE, skin: SKIN },
    (reading) => said.push({ ...reading, t: at / rateHz }),
    (beat) => beats.push({ ...beat, atMs: (1000 * at) / rateHz - beat.agoMs }),
  );
  return {
    said,
    beats,
    restart: sense.restart,
    feed(samples: Int32Array, batch = 1) {
      for (let i = 0; i < samples.length; i += 4 * batch) {
        const part = samples.slice(i, i + 4 * batch);
        at += part.length / 4;
        sense.feed(part, part.length / 4);
      }
    },
    last: () => said[said.length - 1],
  };
}

interface Wearer {
  readonly seed?: number;
  readonly bpm?: number;
  readonly perfusion?: number;
  readonly seconds: number;
  readonly rateHz?: number;
  readonly does?: readonly TimelineEntry[];
}

/** Who lies down or sits down has settled. */
const SETTLED_MS = 12_000;

/** Somebody of the world who has settled: light and acceleration of the wrist, and when the heart beat. */
function worn({ seed = 1, bpm = 72, perfusion = 150, seconds, rateHz = 25, does = [{ atMs: 0, do: "sleep" }] }: Wearer) {
  const motion = person({ seed, timeline: does });
  const heart = pulse({ seed, timeline: [{ atMs: 0, bpm, perfusion }], motion });
  const count = seconds * rateHz;
  const light = new Int32Array(2 * count);
  const moved = new Int32Array(3 * count);
  const periodUs = Math.round(1_000_000 / rateHz);
  heart.fill(1000 * SETTLED_MS, periodUs, count, light);
  motion.fill(1000 * SETTLED_MS, periodUs, count, moved);
  const samples = new Int32Array(4 * count);
  for (let i = 0; i < count; i++) samples.set([light[2 * i], moved[3 * i], moved[3 * i + 1], moved[3 * i + 2]], 4 * i);
  return {
    samples,
    beatsMs: heart
      .beatsMs()
      .map((ms) => ms - SETTLED_MS)
      .filter((ms) => ms >= 0),
  };
}

/** The median rate of the eight seconds before `t`, 0.1 beats a minute. */
function trueRate(beatsMs: readonly number[], t: number): number {
  const inside = beatsMs.filter((ms) => ms >= 1000 * (t - 8) && ms < 1000 * t);
  const intervals = inside.slice(1).map((ms, i) => ms - inside[i]);
  intervals.sort((a, b) => a - b);
  return 600_000 / intervals[intervals.length >> 1];
}

/** 0..255, without order. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return (state >>> 16) & 255;
  };
}

/** A heart of `bpm` and an arm that swings, both known to the last count; `of` draws one sample. */
function drawn(seconds: number, of: (t: number) => readonly [number, number, number, number], rateHz = 25): Int32Array {
  return Int32Array.from({ length: 4 * rateHz * seconds }, (_, i) => Math.round(of((i >> 2) / rateHz)[i & 3]));
}

const beatWave = (t: number, bpm: number) => sine((t * bpm) / 60) + 0.3 * sine((t * bpm) / 30);

/** The arm of somebody on a bicycle: 57 turns a minute, and twice as often; it takes four times as much light as the heart. */
function cyclist(t: number, heartBpm: number, axes: readonly [number, number, number] = [0, 1, 2]) {
  const swing = 80 * sine((t * 57) / 60);
  const double = 40 * sine((t * 114) / 60 + 0.2);
  const moved = [swing, 0.5 * swing + double, 1000 - double];
  const light = 100_000 + 100 * beatWave(t, heartBpm) + 5 * swing + 2 * double;
  return [light, moved[axes[0]], moved[axes[1]], moved[axes[2]]] as const;
}

describe("sensing/heart at rest", () => {
  it.each([
    [25, 48],
    [25, 72],
    [25, 118],
    [20, 72],
    [33, 72],
    [50, 90],
    [64, 60],
    [100, 72],
  ])("says the rate of each eight seconds, at %d Hz and %d beats a minute", (rateHz, bpm) => {
    const { samples, beatsMs } = worn({ seconds: 40, rateHz, bpm });
    const device = bench(rateHz);
    device.feed(samples);
    const known = device.said.filter(({ t }) => t > 8);
    expect(device.said.length).toBe(20);
    expect(device.said.slice(0, 3).map(({ doubt }) => doubt)).toEqual([STARTING, STARTING, STARTING]);
    for (const { t, value, doubt, quality } of known) {
      expect(doubt).toBe(CLEAR);
      expect(quality).toBeGreaterThanOrEqual(80);
      expect(Math.abs(value - trueRate(beatsMs, t))).toBeLessThan(60);
    }
  });

  it("says each beat to some milliseconds, and when it was", () => {
    const { samples, beatsMs } = worn({ seconds: 40, rateHz: 50, perfusion: 200 });
    const device = bench(50);
    device.feed(samples);
    expect(device.beats.length).toBeGreaterThan(beatsMs.length - 5);
    const late: number[] = [];
    for (const { atMs, intervalMs } of device.beats) {
      const place = beatsMs.findLastIndex((ms) => ms < atMs);
      expect(Math.abs(intervalMs - (beatsMs[place] - beatsMs[place - 1]))).toBeLessThan(35);
      late.push(atMs - beatsMs[place]);
    }
    // A wave is steepest about half way up, some 90 ms behind its foot, in each beat.
    expect(Math.min(...late)).toBeGreaterThan(30);
    expect(Math.max(...late)).toBeLessThan(180);
    expect(Math.max(...late) - Math.min(...late)).toBeLessThan(50);
    expect(device.beats.at(-1)?.quality).toBeGreaterThanOrEqual(90);
  });

  it("does not mind which way up the light is, nor how strong it is", () => {
    const { samples } = worn({ seconds: 40 });
    const upright = samples.map((value, i) => (i % 4 === 0 ? 200_000 - value : value));
    const large = samples.map((value, i) => (i % 4 === 0 ? 2 * (value - 60_000) : value));
    const rates = [samples, upright, large].map((one) => {
      const device = bench();
      device.feed(one);
      return device.said.slice(6).map(({ value }) => value);
    });
    expect(rates[1]).toEqual(rates[0]);
    expect(rates[2]).toEqual(rates[0]);
  });

  it.each([25, 33, 50])("says the same however the samples are cut, at %d Hz", (rateHz) => {
    const does = [
      { atMs: 0, do: "sit" as const },
      { atMs: 20_000 + SETTLED_MS, do: "eat" as const },
    ];
    const { samples } = worn({ seconds: 44, rateHz, does });
    const told = [1, 2, 77].map((batch) => {
      const device = bench(rateHz);
      device.feed(samples, batch);
      expect(device.beats.length).toBeGreaterThan(15);
      return [
        device.said.map(({ value, quality, doubt }) => [value, quality, doubt]),
        device.beats.map(({ intervalMs, quality }) => [intervalMs, quality]),
      ];
    });
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
  });

  it.each([25, 50, 100])("a little movement is none, at %d Hz: along each axis", (rateHz) => {
    for (const axis of [0, 1, 2]) {
      const device = bench(rateHz);
      const swing = (t: number, own: number) => (own === axis ? 16 * sine(t) : 0);
      device.feed(
        drawn(24, (t) => [100_000 + 200 * beatWave(t, 70), swing(t, 0), swing(t, 1), 1000 + swing(t, 2)], rateHz),
        5,
      );
      expect(device.beats.length).toBeGreaterThan(20);
    }
  });

  it("has no beats of a stretch with movement in it, and none that begins there", () => {
    const { samples } = worn({ seconds: 44 });
    for (let i = 20.4 * 25; i < 21.2 * 25; i++) {
      samples[4 * i] += 400 * (i % 5);
      samples[4 * i + 1] += 300 * (i % 3);
    }
    const device = bench();
    device.feed(samples);
    const begun = device.beats.map(({ atMs, intervalMs }) => atMs - intervalMs);
    expect(device.beats.filter(({ atMs }) => atMs > 20_000 && atMs < 22_000)).toEqual([]);
    expect(begun.filter((ms) => ms > 19_800 && ms < 21_700)).toEqual([]);
    expect(begun.filter((ms) => ms > 22_000).length).toBeGreaterThan(20);
    // Eight seconds without movement, and there are beats to go by again.
    expect(device.said.filter(({ t }) => t > 30).every(({ quality }) => quality >= 95)).toBe(true);
  });

  it("hears no heart in noise", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const next = noise(seed);
      const device = bench();
      device.feed(drawn(60, () => [100_000 + next(), 0, 0, 1000]));
      expect(device.said.filter(({ value }) => value !== UNKNOWN).length).toBeLessThanOrEqual(1);
      expect(device.said.slice(5).every(({ doubt }) => [CLEAR, WEAK, INCONSISTENT].includes(doubt))).toBe(true);
    }
  });

  it("a clock that is off by two percent makes the rate wrong by two percent, and nothing else", () => {
    const right = bench();
    right.feed(drawn(40, (t) => [100_000 + 200 * beatWave(t, 70), 0, 0, 1000]));
    const off = bench();
    off.feed(drawn(40, (t) => [100_000 + 200 * beatWave(1.02 * t, 70), 0, 0, 1000]));
    expect(Math.abs(right.last().value - 700)).toBeLessThan(6);
    expect(Math.abs(off.last().value - 714)).toBeLessThan(6);
  });
});

describe("sensing/heart in movement", () => {
  it.each([70, 88, 135])("hears %d beats through an arm that takes four times as much light", (bpm) => {
    const device = bench();
    device.feed(drawn(60, (t) => cyclist(t, bpm)));
    const end = device.said.slice(15);
    expect(end.filter(({ value }) => value !== UNKNOWN).length).toBeGreaterThanOrEqual(14);
    for (const { value } of end.filter(({ value }) => value !== UNKNOWN)) expect(Math.abs(value - 10 * bpm)).toBeLessThan(40);
  });

  it("does not mind how the axes lie", () => {
    const device = bench();
    device.feed(drawn(60, (t) => cyclist(t, 88, [2, 0, 1])));
    const end = device.said.slice(15).filter(({ value }) => value !== UNKNOWN);
    expect(end.length).toBeGreaterThanOrEqual(14);
    for (const { value } of end) expect(Math.abs(value - 880)).toBeLessThan(40);
  });

  it("looks after a rate for which much stands every eight seconds, after another every four", () => {
    const changes = (of: (t: number) => readonly [number, number, number, number]) => {
      const device = bench();
      device.feed(drawn(92, of));
      const end = device.said.slice(22);
      expect(end.every(({ value }) => value !== UNKNOWN)).toBe(true);
      return end.filter(({ value, quality }, i) => i > 0 && (value !== end[i - 1].value || quality !== end[i - 1].quality))
        .length;
    };
    const next = noise(1);
    // A chirp, so that each look says something else.
    expect(changes((t) => cyclist(t, 84 + 0.03 * t))).toBeLessThanOrEqual(6);
    expect(
      changes((t) => {
        const [light, x, y, z] = cyclist(t, 84 + 0.03 * t);
        return [light + 2.5 * (next() - 127.5), x, y, z];
      }),
    ).toBeGreaterThanOrEqual(9);
  });

  it("says nothing when only the arm is in the light", () => {
    const device = bench();
    // What the arm does to the light is not in a straight line: its third multiple is in no axis.
    device.feed(
      drawn(90, (t) => {
        const [light, x, y, z] = cyclist(t, 0);
        return [light + 200 * sine((t * 171) / 60), x, y, z];
      }),
    );
    expect(device.said.every(({ value }) => value === UNKNOWN)).toBe(true);
    expect(device.last().doubt).toBe(MOVING);
  });

  it("does not take slow noise of a moving arm for a heart", () => {
    let known = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const [light, arm] = [noise(seed), noise(100 + seed)];
      let drift = 0;
      const device = bench();
      device.feed(
        drawn(80, () => {
          drift = 0.8 * drift + light() - 127.5;
          return [100_000 + drift, arm(), arm(), 1000 + arm()];
        }),
      );
      known += device.said.filter(({ value }) => value !== UNKNOWN).length;
    }
    // Of 320 readings.
    expect(known).toBeLessThan(50);
  });

  it("carries a rate from rest into a walk, and gives it up when the walk hides it", () => {
    for (let seed = 1; seed <= 4; seed++) {
      const does = [
        { atMs: 0, do: "sit" as const },
        { atMs: 30_000 + SETTLED_MS, do: "walk" as const },
      ];
      const { samples, beatsMs } = worn({ seed, seconds: 70, bpm: 84, perfusion: 60, does });
      const device = bench();
      device.feed(samples);
      const walking = device.said.filter(({ t }) => t >= 32);
      expect(walking[0].value).not.toBe(UNKNOWN);
      for (const { t, value, doubt } of walking) {
        if (value === UNKNOWN) expect([MOVING, WEAK, INCONSISTENT]).toContain(doubt);
        else expect(Math.abs(value - trueRate(beatsMs, t))).toBeLessThan(200);
      }
      // No beats: who walks has none that could be told from steps.
      expect(device.beats.every(({ atMs }) => atMs < 33_000)).toBe(true);
    }
  });
});

describe("sensing/heart/spectrum", () => {
  it("has each frequency of the light at its bin, whether the arm is known to be still or not, and less where the arm has it", () => {
    const one = spectrum();
    const head = 13;
    const nothing = new Int32Array(64);
    for (let bin = 3; bin <= 29; bin++) {
      const light = Int32Array.from(nothing, (_, i) => Math.round(1000 * sine((bin * (i - head)) / 64)));
      const [still, alike, less] = [true, false, false].map((quiet, way) => {
        const powers = new Int32Array(32);
        one.transform(light, way === 2 ? light : nothing, head, quiet);
        one.powers(1, 31, powers);
        return powers;
      });
      expect(still.indexOf(Math.max(...still))).toBe(bin);
      // A window of Hann has half the amplitude on either side, and nothing beyond.
      expect(still[bin] / still[bin - 1]).toBeGreaterThan(3.6);
      expect(still[bin] / still[bin + 1]).toBeLessThan(4.4);
      expect(Math.max(...still.filter((_, k) => Math.abs(k - bin) > 1))).toBeLessThan(still[bin] / 500);
      for (let k = 1; k <= 31; k++) expect(Math.abs(still[k] - alike[k])).toBeLessThanOrEqual(4 + still[k] / 50);
      expect(Math.abs(still[bin] / less[bin] - 4)).toBeLessThan(0.2);
    }
  });
});

describe("sensing/heart with a fault", () => {
  const { samples } = worn({ seconds: 30 });
  const light = (fault: (value: number, i: number) => number) =>
    samples.map((value, i) => (i % 4 === 0 ? fault(value, i) : value));

  it.each([
    ["a flat line", FROZEN, light(() => 100_000)],
    ["nothing at all", FROZEN, light(() => 0)],
    ["the end of the range", SATURATED, light((value, i) => (i % 24 < 12 ? FULL_SCALE : value))],
    ["no skin", NOT_WORN, light((_, i) => 3500 + (i % 28))],
    [
      "noise instead of a pulse",
      WEAK,
      light(
        (
          (next) => () =>
            100_000 + next()
        )(noise(3)),
      ),
    ],
  ])("%s: unknown within 10 s, and back within 10 s when it heals", (_, doubt, faulty) => {
    const device = bench();
    device.feed(samples);
    expect(device.last().value).not.toBe(UNKNOWN);
    device.feed(faulty);
    for (const reading of device.said.filter(({ t }) => t > 40 && t <= 60)) {
      expect([reading.value, reading.quality]).toEqual([UNKNOWN, 0]);
    }
    expect(device.last().doubt).toBe(doubt);
    device.feed(samples);
    const healed = device.said.filter(({ t }) => t > 70);
    expect(healed.length).toBe(10);
    for (const { value } of healed) expect(value).not.toBe(UNKNOWN);
  });

  it("samples that are missing: unknown for eight seconds, no beat across the hole", () => {
    const device = bench();
    device.feed(samples);
    const before = device.beats.length;
    device.restart();
    device.feed(samples);
    const after = device.said.filter(({ t }) => t > 30);
    expect(after.slice(0, 3).map(({ doubt }) => doubt)).toEqual([STARTING, STARTING, STARTING]);
    expect(after.slice(4).every(({ value }) => value !== UNKNOWN)).toBe(true);
    expect(device.beats[before].atMs - device.beats[before].intervalMs).toBeGreaterThan(30_000);
  });

  it.each([0, 19, 101])("a rate of %d Hz is refused", (rateHz) => {
    const device = bench(rateHz);
    device.feed(samples);
    expect(device.said.length).toBeGreaterThan(0);
    expect(device.said.every(({ value, doubt }) => value === UNKNOWN && doubt === WRONG_RATE)).toBe(true);
  });
});
