/**
 * 10·log10 of a positive ratio, by additions, multiplications and divisions only: `Math.log10` may differ in its last bit from one
 * engine to another, and a frame at the edge of hearing must be heard on all machines or on none.
 */
export function decibel(ratio: number): number {
  let mantissa = ratio;
  let exponent = 0;
  while (mantissa >= Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  // ln m = 2·artanh z, z = (m - 1)/(m + 1), |z| < 0.172: ten odd terms are exact to double precision.
  const z = (mantissa - 1) / (mantissa + 1);
  let power = z;
  let sum = 0;
  for (let k = 1; k < 20; k += 2) {
    sum += power / k;
    power *= z * z;
  }
  return (10 * (2 * sum + exponent * Math.LN2)) / Math.LN10;
}
