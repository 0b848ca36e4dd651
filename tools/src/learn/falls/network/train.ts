import { allocInts } from "@songbai/sdk/lang/intrinsics";
import { below, prng } from "@songbai/sdk/lang/prng";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { Sequential } from "@tensorflow/tfjs-layers";
import type { Rows } from "../../trees/rows.ts";
import { type Architecture, framesSeen, inputsApart, sized } from "./architecture.ts";
import { INPUT_LIMIT, type IntegerNetwork, inputLevels } from "./integer-network.ts";
import { type FloatLayer, quantised } from "./quantise.ts";
import type { TensorFlow } from "./tensorflow.ts";

export interface Training {
  readonly epochs: number;
  /** Step of Adam; a sixth of it in the last third of the epochs. */
  readonly step: number;
  /** Weight of the sum of squared weights in the loss. */
  readonly decay: number;
  /** So many standard deviations from the mean an input counts; beyond, as much. */
  readonly reach: number;
  /** A row as it might also have been, drawn anew for each epoch: into `to`. Without it rows are taken as they are. */
  readonly vary?: (row: Int32Array, to: Int32Array, draw: (bound: number) => number) => void;
}

const BATCH = 64;
/** (x - offset) · 2047 stays in int32. */
const MOST_REACH = 2 ** 20 - 1;

/** A network that tells rows of label 1 from the others, trained in floats and handed over in integers. The seed decides all. */
export function trainNetwork(
  { core, layers }: TensorFlow,
  architecture: Architecture,
  rows: Rows,
  training: Training,
  seed: number,
): IntegerNetwork {
  const random = prng(seed);
  const draw = (bound: number) => below(random, bound);
  const { frames, channels } = architecture;
  const width = frames * channels;
  const input = inputOf(architecture, rows, training.reach);
  const seen = allocInts(framesSeen(architecture) * channels);
  const model = modelOf(layers, architecture, seed);
  const kernels = () => model.trainableWeights.filter((weight) => weight.shape.length > 1).map((weight) => weight.read());

  const deck = Int32Array.from({ length: rows.length }, (_, row) => row);
  const varied = new Int32Array(width);
  const fast = core.train.adam(training.step);
  const slow = core.train.adam(training.step / 6);
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    shuffle(deck, draw);
    const optimizer = epoch * 3 < training.epochs * 2 ? fast : slow;
    for (let from = 0; from < rows.length; from += BATCH) {
      const batch = deck.subarray(from, from + BATCH);
      const values = new Float32Array(batch.length * seen.length);
      batch.forEach((row, place) => {
        const own = rows.values.subarray(row * width, (row + 1) * width);
        if (training.vary === undefined) varied.set(own);
        else training.vary(own, varied, draw);
        // The levels that the integer network will see: what is trained on is what is run.
        inputLevels(input, varied, seen);
        for (let i = 0; i < seen.length; i++) values[place * seen.length + i] = (seen[i] * training.reach) / INPUT_LIMIT;
      });
      core.tidy(() => {
        const x = core.tensor(values, [batch.length, framesSeen(architecture), channels]);
        const labels = core.tensor(Float32Array.from(batch, (row) => rows.labels[row]));
        const weights = core.tensor(Float32Array.from(batch, (row) => rows.weights[row]));
        optimizer.minimize(() => {
          const logits = core.reshape(model.apply(x, { training: true }) as Tensor, [batch.length]);
          const loss = core.losses.sigmoidCrossEntropy(labels, logits, weights);
          const size = kernels().reduce<Tensor>((sum, kernel) => core.add(sum, core.sum(core.square(kernel))), core.scalar(0));
          return core.add(loss, core.mul(size, training.decay)) as Scalar;
        });
      });
    }
  }
  const floats = floatsOf(model);
  model.dispose();
  fast.dispose();
  slow.dispose();
  const originals = Array.from({ length: rows.length }, (_, row) => rows.values.subarray(row * width, (row + 1) * width));
  return quantised(architecture, input, training.reach, floats, originals);
}

/** Mean, and `deviations` standard deviations: what the levels of an input span. */
function inputOf(architecture: Architecture, rows: Rows, deviations: number): Omit<IntegerNetwork, "layers"> {
  const { frames, channels, means } = architecture;
  const apart = inputsApart(architecture);
  const sums = new Float64Array(apart);
  const squares = new Float64Array(apart);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    const values = rows.values.subarray(row * rows.features, (row + 1) * rows.features);
    for (let place = 0; place < framesSeen(architecture) * channels; place++) {
      const channel = place % channels;
      let mean = 0;
      for (let frame = 0; frame < means; frame++)
        mean += values[(place - channel) * means + frame * channels + channel] / means;
      sums[place % apart] += mean;
      squares[place % apart] += mean ** 2;
    }
    count += (framesSeen(architecture) * channels) / apart;
  }
  const offset = Int32Array.from(sums, (sum) => Math.round(sum / count));
  const reach = Int32Array.from(squares, (sum, place) => {
    const deviation = Math.sqrt(Math.max(0, sum / count - (sums[place] / count) ** 2));
    return Math.max(1, Math.min(MOST_REACH, Math.round(deviations * deviation)));
  });
  return { frames, channels, means, offset, reach };
}

/** The network in floats, as it is before training. */
export function modelOf(layers: TensorFlow["layers"], architecture: Architecture, seed: number): Sequential {
  const model = layers.sequential();
  const inputShape = [framesSeen(architecture), architecture.channels];
  model.add(layers.layers.inputLayer({ inputShape }));
  let flat = false;
  const shapes = sized(architecture);
  shapes.forEach((layer, place) => {
    const last = place === shapes.length - 1;
    const kernelInitializer = layers.initializers.glorotUniform({ seed: seed + place });
    if (layer.kind === "convolution") {
      const { channels: filters, taps: kernelSize, stride: strides } = layer;
      model.add(layers.layers.conv1d({ filters, kernelSize, strides, padding: "same", activation: "relu", kernelInitializer }));
    } else {
      if (!flat) model.add(layers.layers.flatten());
      flat = true;
      model.add(layers.layers.dense({ units: layer.units, activation: last ? "linear" : "relu", kernelInitializer }));
    }
  });
  return model;
}

/** Kernel and bias of each layer that has them, in order. */
function floatsOf(model: Sequential): FloatLayer[] {
  const arrays = model.trainableWeights.map((weight) => weight.read().dataSync() as Float32Array);
  return arrays.flatMap((kernel, at) => (at % 2 === 0 ? [{ kernel: kernel.slice(), bias: arrays[at + 1].slice() }] : []));
}

function shuffle(deck: Int32Array, draw: (bound: number) => number): void {
  for (let i = deck.length - 1; i > 0; i--) {
    const other = draw(i + 1);
    const card = deck[i];
    deck[i] = deck[other];
    deck[other] = card;
  }
}
