/** Networks among what can be trained: the same rows, folds and log as for trees. */
import type { Model, Trainer } from "../trainer.ts";
import type { Architecture } from "./architecture.ts";
import { type IntegerNetwork, integerAnswers } from "./integer-network.ts";
import { loadTensorFlow, type TensorFlow } from "./tensorflow.ts";
import { type Training, trainNetwork } from "./train.ts";
import { type Variation, varyWindow, WINDOW_CHANNELS, WINDOW_FRAMES } from "./window.ts";

export interface NetworkConfiguration extends Omit<Training, "vary"> {
  readonly kind: "network";
  /** `features`: the SDK's own, a dense network; `window`: the signal itself, in means of four frames or by convolutions. */
  readonly sees: "features" | "window";
  readonly shape: "dense" | "means" | "convolutions";
  /** Hidden units, or channels of the first convolution. */
  readonly width: number;
  readonly variation: Variation;
}

export interface NetworkModel extends Model {
  readonly network: IntegerNetwork;
}

let engine: Promise<TensorFlow> | undefined;

export function networkTrainer(configuration: NetworkConfiguration): Trainer<NetworkModel> {
  const { sees, shape, width, variation, epochs, step, decay, reach } = configuration;
  return {
    name: `network on ${sees}, ${shape} ${width}, epochs ${epochs}, step ${step}, decay ${decay}, reach ${reach}`,
    train: async (rows, seed) => {
      engine ??= loadTensorFlow();
      const architecture = architectureOf(configuration, rows.features);
      const training = { epochs, step, decay, reach, ...(sees === "window" ? { vary: varyWindow(variation) } : {}) };
      const network = trainNetwork(await engine, architecture, rows, training, seed);
      const answers = integerAnswers(network);
      return { network, score: (features) => answers(features)[0] };
    },
  };
}

/** The network of a configuration, by the length of its rows. */
export function architectureOf({ sees, shape, width }: NetworkConfiguration, features: number): Architecture {
  const input = sees === "window" ? { frames: WINDOW_FRAMES, channels: WINDOW_CHANNELS } : { frames: 1, channels: features };
  const hidden = { kind: "dense", units: width } as const;
  if (shape === "dense") return { ...input, means: 1, layers: [hidden] };
  if (shape === "means") return { ...input, means: 4, layers: [hidden] };
  const convolution = (channels: number) => ({ kind: "convolution", taps: 5, stride: 2, channels }) as const;
  return { ...input, means: 2, layers: [convolution(width), convolution(2 * width), { kind: "dense", units: 16 }] };
}
