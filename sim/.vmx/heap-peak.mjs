function heapPeak(heapBytes) {
  let peak = heapBytes();
  let calls = 0;
  return {
    afterCall() {
      calls++;
      const isPowerOfTwo = (calls & calls - 1) === 0;
      if (calls % 1024 === 0 || calls < 1024 && isPowerOfTwo) peak = Math.max(peak, heapBytes());
    },
    bytes: () => peak
  };
}
export {
  heapPeak
};
