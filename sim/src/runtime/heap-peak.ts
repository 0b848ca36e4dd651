/** The largest of sparse samples: taking one costs a garbage collection, a call of `receive` should not. */
export interface HeapPeak {
  /** To be called after each event; samples after events 1, 2, 4 … 1024 and every 1024th. */
  afterCall(): void;
  bytes(): number;
}

/** Begins with a sample at once, of the program just loaded. */
export function heapPeak(heapBytes: () => number): HeapPeak {
  let peak = heapBytes();
  let calls = 0;
  return {
    afterCall() {
      calls++;
      const isPowerOfTwo = (calls & (calls - 1)) === 0;
      if (calls % 1024 === 0 || (calls < 1024 && isPowerOfTwo)) peak = Math.max(peak, heapBytes());
    },
    bytes: () => peak,
  };
}
