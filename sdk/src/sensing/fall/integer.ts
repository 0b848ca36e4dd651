/**
 * 1024 × log2(value) for a value of 1 or more, by Mitchell's straight line between powers of two ("Computer Multiplication
 * and Division Using Binary Logarithms", 1962): never above the true value, and at most 88 below it.
 */
export function log2Q10(value: number): number {
  let octave = 0;
  let mantissa = value;
  while (mantissa >= 2048) {
    mantissa >>= 1;
    octave++;
  }
  while (mantissa < 1024) {
    mantissa <<= 1;
    octave--;
  }
  return (octave + 10) * 1024 + mantissa - 1024;
}

/** The largest integer whose square is not above `value` (0 or more), bit by bit: no division. */
export function squareRoot(value: number): number {
  let rest = value;
  let root = 0;
  let bit = 0x40000000;
  while (bit > 0) {
    if (rest >= root + bit) {
      rest -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
    bit >>= 2;
  }
  return root;
}
