/** The largest integer whose square is not above `value` (0 or more), bit by bit: no division. */
export function squareRoot(value: number): number {
  let rest = value;
  let root = 0;
  let bit = 0x40000000;
  while (bit > rest) bit >>= 2;
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
