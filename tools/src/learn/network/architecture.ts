/** Means of `frames` neighbours in time, channel by channel. What is left over at the end is dropped. */
export interface Pool {
  readonly kind: "pool";
  readonly frames: number;
}

/** A convolution along time over `taps` frames, zero-padded to ceil(frames / stride), then max(0, ·). */
export interface Convolution {
  readonly kind: "convolution";
  readonly taps: number;
  readonly stride: number;
  readonly channels: number;
}

/** Every unit sees all of the layer before, then max(0, ·). */
export interface Dense {
  readonly kind: "dense";
  readonly units: number;
}

/** A small network: layers from the input on; one last unit without max(0, ·), the logit of a fall, follows by itself. */
export interface Architecture {
  readonly name: string;
  /** The input: frames × channels integers, frame by frame. A vector of features is one frame. */
  readonly frames: number;
  readonly channels: number;
  readonly layers: readonly (Pool | Convolution | Dense)[];
}

/** A layer with the sizes of what goes in and out. */
export type Sized<Layer> = Layer & {
  readonly framesIn: number;
  readonly channelsIn: number;
  readonly framesOut: number;
  readonly channelsOut: number;
};

/** The layers with their sizes, the last unit among them. */
export function sized(architecture: Architecture): Sized<Pool | Convolution | Dense>[] {
  let framesIn = architecture.frames;
  let channelsIn = architecture.channels;
  return [...architecture.layers, { kind: "dense", units: 1 } as const].map((layer) => {
    const framesOut =
      layer.kind === "pool"
        ? Math.floor(framesIn / layer.frames)
        : layer.kind === "convolution"
          ? Math.ceil(framesIn / layer.stride)
          : 1;
    const channelsOut = layer.kind === "pool" ? channelsIn : layer.kind === "convolution" ? layer.channels : layer.units;
    const whole = { ...layer, framesIn, channelsIn, framesOut, channelsOut };
    framesIn = framesOut;
    channelsIn = channelsOut;
    return whole;
  });
}

/** Zeros before the first frame that make a `same` convolution, as TensorFlow has it. */
export function paddingBefore(layer: Sized<Convolution>): number {
  return Math.max(0, (layer.framesOut - 1) * layer.stride + layer.taps - layer.framesIn) >> 1;
}

/** Multiplications for one answer: what a device pays for. */
export function multiplications(architecture: Architecture): number {
  return sized(architecture).reduce(
    (sum, layer) =>
      sum +
      (layer.kind === "convolution"
        ? layer.framesOut * layer.taps * layer.channelsIn * layer.channels
        : layer.kind === "dense"
          ? layer.framesIn * layer.channelsIn * layer.units
          : 0),
    0,
  );
}

/** Octets of the tables when a weight is one octet and a bias four. */
export function tableOctets(architecture: Architecture): number {
  return sized(architecture).reduce(
    (sum, layer) =>
      sum +
      (layer.kind === "convolution"
        ? layer.taps * layer.channelsIn * layer.channels + 4 * layer.channels
        : layer.kind === "dense"
          ? layer.framesIn * layer.channelsIn * layer.units + 4 * layer.units
          : 0),
    architecture.channels * 8,
  );
}
