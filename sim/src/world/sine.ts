const TWO_PI = 6.283185307179586;

/**
 * Sine of an angle in turns (1 is a full circle), to 1e-9. Built from + - * alone, which IEEE 754 defines to the last bit:
 * `Math.sin` may differ between engines, and a transcript must not.
 */
export function sine(turns: number): number {
  const turn = turns - Math.floor(turns);
  // Folded to the quarter around zero: sin(a) = sin(half turn - a).
  const quarter = turn < 0.25 ? turn : turn < 0.75 ? 0.5 - turn : turn - 1;
  const a = quarter * TWO_PI;
  const b = a * a;
  // The Taylor series up to a^15 by Horner's rule; the coefficients are the quotients of neighbouring terms.
  return (
    a * (1 - (b / 6) * (1 - (b / 20) * (1 - (b / 42) * (1 - (b / 72) * (1 - (b / 110) * (1 - (b / 156) * (1 - b / 210)))))))
  );
}

/** Cosine of an angle in turns. */
export function cosine(turns: number): number {
  return sine(turns + 0.25);
}
