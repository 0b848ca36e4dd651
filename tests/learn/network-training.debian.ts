// Training takes seconds: not in the suite that has to end in three minutes.
import { beforeAll, describe, expect, it } from "@jest/globals";
import { below, prng } from "@songbai/sdk/lang/prng";
import type { Fold } from "@songbai/tools/learn/falls/cross-validate";
import type { Architecture } from "@songbai/tools/learn/falls/network/architecture";
import { networkTrials } from "@songbai/tools/learn/falls/network/fall-networks";
import { integerAnswers } from "@songbai/tools/learn/falls/network/integer-network";
import { loadTensorFlow, type TensorFlow } from "@songbai/tools/learn/falls/network/tensorflow";
import { type Training, trainNetwork } from "@songbai/tools/learn/falls/network/train";
import { score } from "@songbai/tools/learn/falls/score";
import { simulatedRecordings, WEDA_PLAYS } from "@songbai/tools/learn/falls/simulated";
import { taskOf, validate } from "@songbai/tools/learn/falls/train";
import type { Rows } from "@songbai/tools/learn/trees/rows";

let tensorFlow: TensorFlow;
beforeAll(async () => {
  tensorFlow = await loadTensorFlow();
});

const FRAMES = 17;

/** Rows of two channels: a bump somewhere in the first channel is label 1, one in the second label 0. */
function bumps(count: number, seed: number): Rows {
  const random = prng(seed);
  const values = new Int32Array(count * FRAMES * 2);
  const labels = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const own = values.subarray(row * FRAMES * 2, (row + 1) * FRAMES * 2);
    for (let i = 0; i < own.length; i++) own[i] = 500 + below(random, 400);
    labels[row] = row % 2;
    const at = 2 * below(random, FRAMES - 3) + 1 - labels[row];
    for (let i = 0; i < 3; i++) own[at + 2 * i] += 600;
  }
  return { length: count, features: FRAMES * 2, values, labels, weights: new Float64Array(count).fill(1) };
}

function right(rows: Rows, answers: ReturnType<typeof integerAnswers>): number {
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    const said = answers(rows.values.subarray(row * rows.features, (row + 1) * rows.features))[0] > 0 ? 1 : 0;
    if (said === rows.labels[row]) count++;
  }
  return count;
}

const TRAINING: Training = { epochs: 15, step: 0.01, decay: 1e-4, reach: 4 };
const CONVOLUTION: Architecture = {
  frames: FRAMES,
  channels: 2,
  means: 1,
  layers: [
    { kind: "convolution", taps: 3, stride: 2, channels: 4 },
    { kind: "dense", units: 6 },
  ],
};
const DENSE: Architecture = { frames: 1, channels: FRAMES * 2, means: 1, layers: [{ kind: "dense", units: 8 }] };

describe("training", () => {
  it("finds bumps with a convolution, and in integers says it of rows that it has not seen", () => {
    const network = trainNetwork(tensorFlow, CONVOLUTION, bumps(384, 5), TRAINING, 1);
    expect(right(bumps(200, 6), integerAnswers(network))).toBeGreaterThan(190);
  });

  it("finds bumps with a dense layer", () => {
    const network = trainNetwork(tensorFlow, DENSE, bumps(768, 5), { ...TRAINING, epochs: 30 }, 1);
    expect(right(bumps(200, 6), integerAnswers(network))).toBeGreaterThan(180);
  });

  it("gives the same network by the same seed, and another by another", () => {
    const rows = bumps(128, 5);
    const [one, again, other] = [1, 1, 2].map((seed) =>
      trainNetwork(tensorFlow, CONVOLUTION, rows, { ...TRAINING, epochs: 2 }, seed),
    );
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it("weighs rows: what weighs nothing teaches nothing", () => {
    const rows = bumps(384, 5);
    const lies = { ...rows, labels: rows.labels.map((label, row) => (row % 4 < 2 ? label : 1 - label)) };
    const truths = { ...lies, weights: rows.weights.map((_, row) => (row % 4 < 2 ? 1 : 0)) };
    const network = trainNetwork(tensorFlow, CONVOLUTION, truths, { ...TRAINING, epochs: 25 }, 1);
    expect(right(bumps(200, 6), integerAnswers(network))).toBeGreaterThan(180);
  });

  it("varies rows anew in each epoch, from a row that stays as it is", () => {
    const rows = bumps(64, 5);
    const before = rows.values.slice();
    const drawn = new Set<number>();
    const vary: Training["vary"] = (row, to, draw) => {
      const add = draw(65536);
      drawn.add(add);
      for (let i = 0; i < row.length; i++) to[i] = row[i] + (add & 7);
    };
    trainNetwork(tensorFlow, CONVOLUTION, rows, { ...TRAINING, epochs: 3, vary }, 1);
    expect(drawn.size).toBeGreaterThan(180);
    expect(rows.values).toEqual(before);
  });
});

describe("networks beside the trees", () => {
  const recordings = simulatedRecordings({ plays: WEDA_PLAYS, people: 4, seed: 1, rangeG: 4 });
  const trials = networkTrials(recordings, taskOf(recordings, "wrist", 1, 2), "wrist");

  it.each(trials)(
    "tell falls of strangers from what is none by $sees",
    async ({ sees, task, configurations }) => {
      const folds = new Map<string, Fold>();
      const validated = await validate(task, {
        configurations: configurations.slice(0, 1).map((one) => ({ ...one, epochs: 12 })),
        threads: 0,
        folds: 2,
        kept: { get: (name) => folds.get(name), put: (name, fold) => folds.set(name, fold) },
        onFold: () => {},
      });
      expect(validated.everybody.chosen).toContain(`network on ${sees}`);
      const { sensitivity, specificity } = score(validated.judged);
      expect(sensitivity.percent + specificity.percent).toBeGreaterThan(180);
    },
    300_000,
  );
});
