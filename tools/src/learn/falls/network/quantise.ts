import type { Ints } from "@songbai/sdk/lang/intrinsics";
import { type Architecture, paddingBefore, sized } from "./architecture.ts";
import {
  HIDDEN_LIMIT,
  INPUT_LIMIT,
  type IntegerLayer,
  type IntegerNetwork,
  integerAnswers,
  type Scale,
} from "./integer-network.ts";

const WEIGHT_LIMIT = 127;
const LOGIT_UNIT = 1024;

/** Weights as TensorFlow keeps them: a convolution's [tap, in, out], a dense layer's [in, out]. */
export interface FloatLayer {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

const UNSCALED: Scale = { before: 0, multiplier: 1, shift: 0 };

/**
 * A trained network in integers: weights as -127..127 of the largest in their layer, hidden values as 0..255 of the largest that
 * `rows` bring about; `reals` is the real that the highest input level stands for. Layer after layer, so that each is fitted to what the integer layers before it really say.
 */
export function quantised(
  architecture: Architecture,
  input: Omit<IntegerNetwork, "layers">,
  reals: number,
  floats: readonly FloatLayer[],
  rows: readonly Ints[],
): IntegerNetwork {
  const layers: IntegerLayer[] = [];
  const network: IntegerNetwork = { ...input, layers };
  let unit = reals / INPUT_LIMIT; // what one level of the layer's input stands for
  let limit = INPUT_LIMIT;
  const shapes = sized(architecture);
  shapes.forEach((shape, place) => {
    const { framesIn, channelsIn, framesOut, channelsOut } = shape;
    const sizes = { framesIn, channelsIn, framesOut, channelsOut };
    const { kernel, bias } = floats[place];
    const along =
      shape.kind === "convolution"
        ? { taps: shape.taps, stride: shape.stride, padding: paddingBefore(shape) }
        : { taps: framesIn, stride: framesIn, padding: 0 };
    const weightUnit = kernel.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-6) / WEIGHT_LIMIT;
    const weights = outputByOutput(kernel, channelsOut).map((weight) => Math.round(weight / weightUnit));
    const biases = Int32Array.from(bias, (value) => Math.round(value / (weightUnit * unit)));
    const raw: IntegerLayer = {
      ...sizes,
      ...along,
      weights: Int8Array.from(weights),
      biases,
      scale: UNSCALED,
    };
    const bound = worstSum(raw, limit);
    if (place === shapes.length - 1) {
      layers.push({ ...raw, scale: scaleOf(weightUnit * unit * LOGIT_UNIT, bound) });
    } else {
      const largest = largestSum({ ...network, layers: [...layers, raw] }, rows);
      layers.push({ ...raw, scale: scaleOf(HIDDEN_LIMIT / largest, bound) });
      unit *= (weightUnit * largest) / HIDDEN_LIMIT;
      limit = HIDDEN_LIMIT;
    }
  });
  return network;
}

/** [tap, in, out] as [out, tap, in]. */
function outputByOutput(kernel: Float32Array, outputs: number): Float32Array {
  const each = kernel.length / outputs;
  return kernel.map((_, at) => kernel[(at % each) * outputs + Math.floor(at / each)]);
}

/** No input can bring a larger sum about, either way. */
function worstSum(layer: IntegerLayer, limit: number): number {
  const each = layer.weights.length / layer.channelsOut;
  let worst = 1;
  layer.biases.forEach((bias, out) => {
    const own = layer.weights.subarray(out * each, (out + 1) * each).reduce((sum, weight) => sum + Math.abs(weight), 0);
    worst = Math.max(worst, Math.abs(bias) + own * limit);
  });
  return worst;
}

function largestSum(network: IntegerNetwork, rows: readonly Ints[]): number {
  const answers = integerAnswers(network);
  let largest = 1;
  for (const row of rows) {
    const sums = answers(row);
    for (let at = 0; at < sums.length; at++) largest = Math.max(largest, sums[at]);
  }
  return largest;
}

/** The integers nearest to a factor, for sums within ±bound. */
export function scaleOf(factor: number, bound: number): Scale {
  let before = 0;
  while (bound / 2 ** before >= 65536) before++;
  let shift = 0;
  while (shift < 31 && factor * 2 ** (before + shift + 1) < 32767) shift++;
  return { before, multiplier: Math.min(32767, Math.round(factor * 2 ** (before + shift))), shift };
}
