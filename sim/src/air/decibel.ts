/**
 * Powers on the air are decibels. Both ways by additions, multiplications and divisions only: `Math.log10` and `Math.pow` may differ in
 * their last bit from one engine to another, and a frame at the edge of hearing must be heard on all machines or on none.
 */

/** 10·log10 of a positive ratio. */
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

/** The ratio of so many decibels, 10^(dB/10). */
export function ratioOf(db: number): number {
  const exponent = Math.round((db * Math.LN10) / (10 * Math.LN2));
  // e^x, |x| <= 0.35: fifteen terms are exact to double precision.
  const x = (db * Math.LN10) / 10 - exponent * Math.LN2;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 16; k++) {
    term *= x / k;
    sum += term;
  }
  return sum * 2 ** exponent;
}

/** Natural logarithm of a positive number. */
export const naturalLog = (value: number) => (decibel(value) * Math.LN10) / 10;
