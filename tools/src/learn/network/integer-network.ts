import { allocInts, type Ints, idiv } from "@songbai/sdk/lang/intrinsics";

/** Input and hidden values are integers of 8 bits: the input -127..127, after max(0, ·) 0..255. */
export const INPUT_LIMIT = 127;
export const HIDDEN_LIMIT = 255;

/** `sum` × multiplier / 2^shift, in int32 throughout: `sum >> before` has at most 16 bits, `multiplier` at most 15. */
export interface Scale {
  readonly before: number;
  readonly multiplier: number;
  readonly shift: number;
}

export interface IntegerLayer {
  readonly kind: "pool" | "convolution" | "dense";
  readonly framesIn: number;
  readonly channelsIn: number;
  readonly framesOut: number;
  readonly channelsOut: number;
  /** Frames that one output sees (all for a dense layer), how far the next lies, and zeros before the first. */
  readonly taps: number;
  readonly stride: number;
  readonly padding: number;
  /** -127..127, output by output: tap, channel in. Empty in a pool. */
  readonly weights: Int8Array;
  readonly biases: Int32Array;
  readonly scale: Scale;
}

/** A network in integers: what it answers is the same on every machine. */
export interface IntegerNetwork {
  /** By channel: a value is (x - offset) of at most ±reach, as -127..127. */
  readonly offset: Int32Array;
  readonly reach: Int32Array;
  /** The last one has one output: the logit of a fall in 1/1024. */
  readonly layers: readonly IntegerLayer[];
}

/** An input value as the first layer sees it: -127..127, rounded towards zero. */
export function inputLevel(value: number, offset: number, reach: number): number {
  const away = value - offset;
  if (away >= reach) return INPUT_LIMIT;
  if (away <= -reach) return -INPUT_LIMIT;
  return idiv(away * INPUT_LIMIT, reach);
}

/** What the last layer says to a vector of frames × channels integers; the same `Ints` each time. */
export function integerAnswers({ offset, reach, layers }: IntegerNetwork): (vector: Ints) => Ints {
  const channels = offset.length;
  const input = allocInts(layers[0].framesIn * channels);
  const values = layers.map((layer) => allocInts(layer.framesOut * layer.channelsOut));
  const last = layers.length - 1;
  return (vector) => {
    for (let at = 0; at < input.length; at++) input[at] = inputLevel(vector[at], offset[at % channels], reach[at % channels]);
    layers.forEach((layer, place) => {
      const from = place === 0 ? input : values[place - 1];
      if (layer.kind === "pool") pool(layer, from, values[place]);
      else convolve(layer, from, values[place], place < last);
    });
    return values[last];
  };
}

function pool(layer: IntegerLayer, from: Ints, to: Ints): void {
  for (let frame = 0; frame < layer.framesOut; frame++) {
    for (let channel = 0; channel < layer.channelsOut; channel++) {
      let sum = 0;
      for (let tap = 0; tap < layer.taps; tap++) sum += from[(frame * layer.taps + tap) * layer.channelsIn + channel];
      to[frame * layer.channelsOut + channel] = idiv(sum, layer.taps);
    }
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
