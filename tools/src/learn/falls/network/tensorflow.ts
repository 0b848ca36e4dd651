import { createRequire } from "node:module";
import { dirname } from "node:path";
import { addConvolutionGradient } from "./convolution-gradient.ts";

export type Core = typeof import("@tensorflow/tfjs-core");
export type Layers = typeof import("@tensorflow/tfjs-layers");

/** TensorFlow.js, ready to train. */
export interface TensorFlow {
  readonly core: Core;
  readonly layers: Layers;
  /** `native`: libtensorflow by way of @tensorflow/tfjs-node; `wasm`: WebAssembly, one thread. Their floats differ in the last bits. */
  readonly engine: "native" | "wasm";
}

/** TensorFlow.js is not installed: an optional peer, because only who trains networks needs its 100 MB. */
export class NoTensorFlow extends Error {
  constructor() {
    super(
      "TensorFlow.js is not installed, and networks cannot be trained without it: npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-wasm (all 4.22.0)",
    );
  }
}

// Names in variables: neither package has to be there when this file is compiled or loaded.
const NATIVE: string = "@tensorflow/tfjs-node";
const WASM = "@tensorflow/tfjs-backend-wasm";

/** TensorFlow.js with the user's native engine when `@tensorflow/tfjs-node` is installed and works, else with WebAssembly. */
export async function loadTensorFlow(): Promise<TensorFlow> {
  let core: Core;
  let layers: Layers;
  try {
    core = await import("@tensorflow/tfjs-core");
    layers = await import("@tensorflow/tfjs-layers"); // registers the gradients too
  } catch {
    throw new NoTensorFlow();
  }
  if (await hasNative(core)) return { core, layers, engine: "native" };
  await startWasm(core);
  return { core, layers, engine: "wasm" };
}

async function hasNative(core: Core): Promise<boolean> {
  try {
    await import(NATIVE); // without its download of libtensorflow it is installed and throws here
    return await core.setBackend("tensorflow");
  } catch {
    return false;
  }
}

async function startWasm(core: Core): Promise<void> {
  let folder: string;
  let wasm: typeof import("@tensorflow/tfjs-backend-wasm");
  try {
    folder = dirname(createRequire(import.meta.url).resolve(WASM));
    wasm = await import("@tensorflow/tfjs-backend-wasm");
  } catch {
    throw new NoTensorFlow();
  }
  wasm.setWasmPaths(`${folder}/`);
  wasm.setThreadsCount(1); // sums in one order: the same seed gives the same network
  await core.setBackend("wasm");
  addConvolutionGradient(core);
}
