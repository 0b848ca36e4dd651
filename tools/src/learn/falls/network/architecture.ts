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
  /** The input: frames × channels integers, frame by frame. A vector of features is one frame. */
  readonly frames: number;
  readonly channels: number;
  /** The first layer sees means of so many frames; what is left over at the end is dropped. */
  readonly means: number;
  readonly layers: readonly (Convolution | Dense)[];
}

/** A layer with the sizes of what goes in and out. */
export type Sized<Layer> = Layer & {
  readonly framesIn: number;
  readonly channelsIn: number;
  readonly framesOut: number;
  readonly channelsOut: number;
};

/** Frames that the first layer sees. */
export function framesSeen({ frames, means }: Architecture): number {
  return Math.floor(frames / means);
}

/** The layers with their sizes, the last unit among them. */
export function sized(architecture: Architecture): Sized<Convolution | Dense>[] {
  let framesIn = framesSeen(architecture);
  let channelsIn = architecture.channels;
  return [...architecture.layers, { kind: "dense", units: 1 } as const].map((layer) => {
    const convolution = layer.kind === "convolution";
    const framesOut = convolution ? Math.ceil(framesIn / layer.stride) : 1;
    const channelsOut = convolution ? layer.channels : layer.units;
    const whole = { ...layer, framesIn, channelsIn, framesOut, channelsOut };
    framesIn = framesOut;
    channelsIn = channelsOut;
    return whole;
  });
}

/** A dense first layer has offset and reach of its own for every input; a convolution, which looks at all frames alike, by channel. */
export function inputsApart(architecture: Architecture): number {
  const { channels, layers } = architecture;
  return layers[0]?.kind === "convolution" ? channels : framesSeen(architecture) * channels;
}

/** Zeros before the first frame that make a `same` convolution, as TensorFlow has it. */
export function paddingBefore(layer: Sized<Convolution>): number {
  return Math.max(0, (layer.framesOut - 1) * layer.stride + layer.taps - layer.framesIn) >> 1;
}

function weightsOf(layer: Sized<Convolution | Dense>): number {
  return (layer.kind === "convolution" ? layer.taps : layer.framesIn) * layer.channelsIn * layer.channelsOut;
}

/** Multiplications for one answer: what a device pays for. */
export function multiplications(architecture: Architecture): number {
  return sized(architecture).reduce((sum, layer) => sum + layer.framesOut * weightsOf(layer), 0);
}

/** Octets of the tables: one a weight, four a bias, eight an input's offset and reach. */
export function tableOctets(architecture: Architecture): number {
  const inputs = 8 * inputsApart(architecture);
  return sized(architecture).reduce((sum, layer) => sum + weightsOf(layer) + 4 * layer.channelsOut, inputs);
}
