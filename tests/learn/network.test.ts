import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Ints } from "@songbai/sdk/lang/intrinsics";
import { below, prng } from "@songbai/sdk/lang/prng";
import { type Architecture, multiplications, sized, tableOctets } from "@songbai/tools/learn/falls/network/architecture";
import { inputLevel, integerAnswers } from "@songbai/tools/learn/falls/network/integer-network";
import { type FloatLayer, quantised, scaleOf } from "@songbai/tools/learn/falls/network/quantise";
import { loadTensorFlow, type TensorFlow } from "@songbai/tools/learn/falls/network/tensorflow";
import { modelOf } from "@songbai/tools/learn/falls/network/train";
import { varyWindow, WINDOW_CHANNELS, WINDOW_FRAMES, windowed } from "@songbai/tools/learn/falls/network/window";
import type { Rank, Tensor } from "@tensorflow/tfjs-core";

let tensorFlow: TensorFlow;
beforeAll(async () => {
  tensorFlow = await loadTensorFlow();
});

describe("the gradient of a convolution by its filter", () => {
  it.each([
    { size: [5, 4], taps: [3, 2], strides: [1, 1] as [number, number], pad: "valid" as const },
    { size: [5, 4], taps: [2, 3], strides: [2, 1] as [number, number], pad: "same" as const },
    { size: [1, 9], taps: [1, 5], strides: [1, 2] as [number, number], pad: "same" as const },
  ])("is what finite differences give: $size, $taps, $strides, $pad", ({ size, taps, strides, pad }) => {
    const { core } = tensorFlow;
    core.tidy(() => {
      const x = core.randomUniform<Rank.R4>([2, size[0], size[1], 2], -1, 1, "float32", 1);
      const filter = core.randomUniform<Rank.R4>([taps[0], taps[1], 2, 2], -1, 1, "float32", 2);
      const by = core.randomUniform(core.conv2d(x, filter, strides, pad).shape, -1, 1, "float32", 3);
      const loss = (weights: typeof filter) => core.sum(core.mul(core.conv2d(x, weights, strides, pad), by));
      const gradient = core
        .grad((weights) => loss(weights as typeof filter))(filter)
        .dataSync();
      const around = (at: number, step: number) => {
        const moved = Float32Array.from(filter.dataSync());
        moved[at] += step;
        return loss(core.tensor4d(moved, filter.shape)).dataSync()[0];
      };
      // The loss is linear in the filter: differences have no curvature, and a large step is as good as a small one.
      for (let at = 0; at < filter.size; at++) expect(gradient[at]).toBeCloseTo(around(at, 0.5) - around(at, -0.5), 3);
    });
  });
});

const TALL: Architecture = {
  frames: 19,
  channels: 3,
  means: 2,
  layers: [
    { kind: "convolution", taps: 5, stride: 2, channels: 4 },
    { kind: "convolution", taps: 3, stride: 1, channels: 6 },
    { kind: "dense", units: 5 },
  ],
};

describe("a network in integers", () => {
  it("is counted by hand", () => {
    // 9 frames after the pool, 5 and 5 after the convolutions.
    expect(sized(TALL).map(({ framesOut, channelsOut }) => [framesOut, channelsOut])).toEqual([
      [5, 4],
      [5, 6],
      [1, 5],
      [1, 1],
    ]);
    expect(multiplications(TALL)).toBe(5 * 5 * 3 * 4 + 5 * 3 * 4 * 6 + 30 * 5 + 5);
    expect(tableOctets(TALL)).toBe(3 * 8 + (60 + 16) + (72 + 24) + (150 + 20) + (5 + 4));
  });

  it("says what TensorFlow says, but for the rounding", () => {
    const { core, layers } = tensorFlow;
    const model = modelOf(layers, TALL, 4);
    const arrays = model.trainableWeights.map((weight) => weight.read().dataSync() as Float32Array);
    for (const biases of [1, 3, 5, 7]) arrays[biases].set(arrays[biases].map((_, i) => (i % 3) / 10 - 0.1));
    model.setWeights(model.getWeights().map((weight, at) => core.tensor(arrays[at], weight.shape)));
    const floats: FloatLayer[] = [0, 2, 4, 6].map((at) => ({ kernel: arrays[at], bias: arrays[at + 1] }));
    const random = prng(3);
    const rows: Ints[] = Array.from({ length: 60 }, () => Int32Array.from({ length: 57 }, () => below(random, 2001) - 900));
    const input = { ...TALL, offset: Int32Array.of(100, 90, 110), reach: Int32Array.of(1000, 800, 1200) };
    const answers = integerAnswers(quantised(TALL, input, 4, floats, rows));
    const reals = rows.flatMap((row) =>
      Array.from({ length: 27 }, (_, at) => {
        const [frame, channel] = [Math.floor(at / 3), at % 3];
        const mean = (row[6 * frame + channel] + row[6 * frame + 3 + channel]) / 2;
        return Math.max(-1, Math.min(1, (mean - input.offset[channel]) / input.reach[channel])) * 4;
      }),
    );
    const said = (model.predict(core.tensor(reals, [60, 9, 3])) as Tensor).dataSync();
    const spread = Math.max(...said) - Math.min(...said);
    const away = rows.map((row, at) => Math.abs(answers(row)[0] / 1024 - said[at]));
    expect(Math.max(...away)).toBeLessThan(spread * 0.03);
  });

  it("keeps every product inside int32", () => {
    for (const factor of [3e-7, 0.0004, 0.02, 0.7, 1, 3.7]) {
      for (const bound of [1, 900, 65535, 65536, 23_000_000]) {
        const { before, multiplier, shift } = scaleOf(factor, bound);
        expect((bound >> before) * multiplier).toBeLessThan(2 ** 31);
        expect(shift).toBeLessThan(32);
        const whole = ((bound >> before) * multiplier) / 2 ** shift;
        // Half a percent, and what the bits shifted off in front are worth.
        expect(Math.abs(whole - bound * factor)).toBeLessThanOrEqual(bound * factor * 0.005 + factor * 2 ** before);
      }
    }
  });

  it("takes inputs beyond its reach for the end of it", () => {
    expect([-1e6, -1500, -900, -899, 100, 599, 1100, 2e9].map((x) => inputLevel(x, 100, 1000))).toEqual([
      -2047, -2047, -2047, -2044, 0, 1021, 2047, 2047,
    ]);
  });
});

describe("the window around an impact", () => {
  const part = { rangeG: 4, stepMg: 2, watermark: 5 };
  /** 200 samples: x twice their number, y nothing, z 1 g; one of 6 g along y at 120. */
  const samples = Int16Array.from({ length: 600 }, (_, at) => (at % 3 === 0 ? (2 * at) / 3 : at % 3 === 1 ? 0 : 1000));
  samples[361] = 6000;
  const recording = {
    id: "F01/U01_R01",
    subject: "U01",
    activity: "F01",
    fall: true,
    elder: false,
    firstS: 3,
    durationS: 8,
    samples,
    runs: [
      { from: 0, to: 20 },
      { from: 100, to: 200 },
    ],
  };
  const candidate = {
    recording: 0,
    impactS: 3 + 120 / 25,
    decidedS: 10,
    impactMg: 4000,
    features: new Int32Array(2),
    teaching: "fall" as const,
    otherwise: [new Int32Array(2)],
  };
  const [{ features: window, ...rest }] = windowed([recording], part, [candidate]);
  const frameAt = (frame: number) => [...window.subarray(frame * WINDOW_CHANNELS, (frame + 1) * WINDOW_CHANNELS)];

  it("is what the part felt, with magnitude and change, and keeps to its side of a hole", () => {
    const { features: _, otherwise: __, ...others } = candidate;
    expect(rest).toEqual(others);
    expect(window.length).toBe(WINDOW_FRAMES * WINDOW_CHANNELS);
    // The impact is held to full scale: sqrt(240² + 4000² + 1000²) less 1000.
    expect(frameAt(37)).toEqual([240, 4000, 1000, 3130, 4002]);
    expect(frameAt(38)).toEqual([242, 0, 1000, 29, 4002]);
    expect(frameAt(39)).toEqual([244, 0, 1000, 29, 2]);
    expect(frameAt(0).slice(0, 3)).toEqual([200, 0, 1000]);
    expect(frameAt(WINDOW_FRAMES - 1).slice(0, 3)).toEqual([348, 0, 1000]);
  });

  it("varies a little, on either wrist, within full scale", () => {
    const random = prng(7);
    const vary = varyWindow({ mirrored: true, fullMg: 4000 });
    const before = window.slice();
    const to = new Int32Array(window.length);
    // A window that looks along x all the time.
    const along = window.map((_, at) => (at % WINDOW_CHANNELS === 0 ? 3900 : 0));
    let mirrored = 0;
    let most = 0;
    for (let i = 0; i < 100; i++) {
      vary(along, to, (bound) => below(random, bound));
      const x = to[40 * WINDOW_CHANNELS];
      expect(Math.abs(x)).toBeGreaterThan(2900);
      most = Math.max(most, Math.abs(x));
      if (x < 0) mirrored++;
    }
    expect(most).toBe(4000);
    expect(mirrored).toBeGreaterThan(30);
    expect(mirrored).toBeLessThan(70);
    vary(window, to, (bound) => below(random, bound));
    expect(to).not.toEqual(before);
    expect(window).toEqual(before);
  });
});
