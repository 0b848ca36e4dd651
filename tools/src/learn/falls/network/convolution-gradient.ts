import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Core } from "./tensorflow.ts";

/** What the kernel uses of TensorFlow.js's WASM backend. */
interface WasmBackend {
  readonly makeOutput: (shape: readonly number[], dtype: "float32") => TensorInfo;
  readonly typedArrayFromHeap: (tensor: TensorInfo) => Float32Array;
}

/** What TensorFlow.js's gradient of `conv2d` hands over (its `Conv2DBackpropFilterAttrs`). */
interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly filterShape: [number, number, number, number];
}

/**
 * The one kernel that the WASM backend of TensorFlow.js 4.22 lacks for training a convolution: the gradient by its filter,
 * dW[r, c, i, o] = sum over pictures and places of x[place · stride + (r, c), i] · dy[place, o]. Channels last, no dilation.
 */
export function addConvolutionGradient(core: Core): void {
  if (core.getKernel("Conv2DBackpropFilter", "wasm") !== undefined) return;
  core.registerKernel({
    kernelName: "Conv2DBackpropFilter",
    backendName: "wasm",
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { x, dy } = inputs as unknown as { x: TensorInfo; dy: TensorInfo };
      const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as Attributes;
      const wasm = backend as WasmBackend;
      const shape = core.backend_util.computeConv2DInfo(
        x.shape as [number, number, number, number],
        filterShape,
        strides,
        1,
        pad,
        dimRoundingMode,
      );
      const filter = wasm.makeOutput(shape.filterShape, "float32");
      // Views after the allocation: it may have moved the heap.
      const sum = wasm.typedArrayFromHeap(filter);
      const from = wasm.typedArrayFromHeap(x);
      const by = wasm.typedArrayFromHeap(dy);
      const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape;
      const { filterHeight, filterWidth, strideHeight, strideWidth } = shape;
      sum.fill(0);
      for (let picture = 0; picture < batchSize; picture++) {
        for (let row = 0; row < outHeight; row++) {
          for (let column = 0; column < outWidth; column++) {
            const out = ((picture * outHeight + row) * outWidth + column) * outChannels;
            for (let r = 0; r < filterHeight; r++) {
              const y = row * strideHeight - shape.padInfo.top + r;
              if (y < 0 || y >= inHeight) continue;
              for (let c = 0; c < filterWidth; c++) {
                const z = column * strideWidth - shape.padInfo.left + c;
                if (z < 0 || z >= inWidth) continue;
                const place = ((picture * inHeight + y) * inWidth + z) * inChannels;
                let to = (r * filterWidth + c) * inChannels * outChannels;
                for (let i = 0; i < inChannels; i++) {
                  const value = from[place + i];
                  for (let o = 0; o < outChannels; o++) sum[to++] += value * by[out + o];
                }
              }
            }
          }
        }
      }
      return filter;
    },
  });
}
