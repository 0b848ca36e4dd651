import { allocInts, type Ints, idiv } from "@songbai/sdk/lang/intrinsics";

/** Input values are integers of 12 bits, -2047..2047, so that an impact and a tremor both fit; after max(0, ·) hidden ones are 0..255. */
export const INPUT_LIMIT = 2047;
export const HIDDEN_LIMIT = 255;

/** `sum` × multiplier / 2^shift, in int32 throughout: `sum >> before` has at most 16 bits, `multiplier` at most 15. */
export interface Scale {
  readonly before: number;
  readonly multiplier: number;
  readonly shift: number;
}

export interface IntegerLayer {
  readonly framesIn: number;
  readonly channelsIn: number;
  readonly framesOut: number;
  readonly channelsOut: number;
  /** Frames that one output sees (all for a dense layer), how far the next lies, and zeros before the first. */
  readonly taps: number;
  readonly stride: number;
  readonly padding: number;
  /** -127..127, output by output: tap, channel in. */
  readonly weights: Int8Array;
  readonly biases: Int32Array;
  readonly scale: Scale;
}

/** A network in integers: what it answers is the same on every machine. */
export interface IntegerNetwork {
  readonly frames: number;
  readonly channels: number;
  /** The input is means of so many frames, truncated towards zero. */
  readonly means: number;
  /** By place, or by channel: a mean less its offset, of at most ±reach, becomes -2047..2047. */
  readonly offset: Int32Array;
  readonly reach: Int32Array;
  /** The last one has one output: the logit of a fall in 1/1024. */
  readonly layers: readonly IntegerLayer[];
}

/** An input value as the first layer sees it: -2047..2047, rounded towards zero. */
export function inputLevel(value: number, offset: number, reach: number): number {
  const away = value - offset;
  if (away >= reach) return INPUT_LIMIT;
  if (away <= -reach) return -INPUT_LIMIT;
  return idiv(away * INPUT_LIMIT, reach);
}

/** What the last layer says to a vector of frames × channels integers; the same `Ints` each time. */
export function integerAnswers(network: IntegerNetwork): (vector: Ints) => Ints {
  const { layers } = network;
  const input = allocInts(layers[0].framesIn * layers[0].channelsIn);
  const values = layers.map((layer) => allocInts(layer.framesOut * layer.channelsOut));
  const last = layers.length - 1;
  return (vector) => {
    inputLevels(network, vector, input);
    layers.forEach((layer, place) => {
      convolve(layer, place === 0 ? input : values[place - 1], values[place], place < last);
    });
    return values[last];
  };
}

/** Means over time, each taken to -2047..2047. */
export function inputLevels({ channels, means, offset, reach }: Omit<IntegerNetwork, "layers">, vector: Ints, to: Ints): void {
  for (let place = 0; place < to.length; place++) {
    const channel = place % channels;
    const from = (place - channel) * means + channel;
    let sum = 0;
    for (let frame = 0; frame < means; frame++) sum += vector[from + frame * channels];
    const own = place % offset.length;
    to[place] = inputLevel(idiv(sum, means), offset[own], reach[own]);
  }
}

/** A convolution; a dense layer is one with a single place that sees all. */
function convolve(layer: IntegerLayer, from: Ints, to: Ints, hidden: boolean): void {
  const { channelsIn, channelsOut, taps, weights, biases, scale } = layer;
  for (let frame = 0; frame < layer.framesOut; frame++) {
    const first = frame * layer.stride - layer.padding;
    for (let out = 0; out < channelsOut; out++) {
      let sum = biases[out];
      for (let tap = 0; tap < taps; tap++) {
        const seen = first + tap;
        if (seen < 0 || seen >= layer.framesIn) continue;
        const weight = (out * taps + tap) * channelsIn;
        for (let channel = 0; channel < channelsIn; channel++)
          sum += weights[weight + channel] * from[seen * channelsIn + channel];
      }
      const level = ((sum >> scale.before) * scale.multiplier) >> scale.shift;
      to[frame * channelsOut + out] = !hidden ? level : level < 0 ? 0 : level > HIDDEN_LIMIT ? HIDDEN_LIMIT : level;
    }
  }
}
