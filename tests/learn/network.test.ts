import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Ints } from "@songbai/sdk/lang/intrinsics";
import { below, prng } from "@songbai/sdk/lang/prng";
import { type Architecture, multiplications, sized, tableOctets } from "@songbai/tools/learn/network/architecture";
import { inputLevel, integerAnswers } from "@songbai/tools/learn/network/integer-network";
import { type FloatLayer, quantised, scaleOf } from "@songbai/tools/learn/network/quantise";
import { loadTensorFlow, type TensorFlow } from "@songbai/tools/learn/network/tensorflow";
import { modelOf } from "@songbai/tools/learn/network/train";
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
  name: "tall",
  frames: 19,
  channels: 3,
  layers: [
    { kind: "pool", frames: 2 },
    { kind: "convolution", taps: 5, stride: 2, channels: 4 },
    { kind: "convolution", taps: 3, stride: 1, channels: 6 },
    { kind: "dense", units: 5 },
  ],
};

describe("a network in integers", () => {
  it("is counted by hand", () => {
    // 9 frames after the pool, 5 and 5 after the convolutions.
    expect(sized(TALL).map(({ framesOut, channelsOut }) => [framesOut, channelsOut])).toEqual([
      [9, 3],
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
    const input = { offset: Int32Array.of(100, 90, 110), reach: Int32Array.of(1000, 800, 1200) };
    const answers = integerAnswers(quantised(TALL, input, floats, rows));
    const reals = rows.flatMap((row) =>
      Array.from(row, (x, at) => (inputLevel(x, input.offset[at % 3], input.reach[at % 3]) * 4) / 127),
    );
    const said = (model.predict(core.tensor(reals, [60, 19, 3])) as Tensor).dataSync();
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
    expect([-1e6, -900, -899, 100, 599, 1100, 2e9].map((x) => inputLevel(x, 100, 1000))).toEqual([
      -127, -127, -126, 0, 63, 127, 127,
    ]);
  });
});
