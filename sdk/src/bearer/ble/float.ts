/**
 * Decimal numbers of medical devices (IEEE 11073-20601 annex F): mantissa and power of ten, SFLOAT in 12 and 4 bits, FLOAT in 24 and 8.
 * They are made of integers: a value and the power of ten that it is scaled by, so 36.4 is 364 and -1.
 */
import { idiv } from "../../lang/intrinsics.ts";

// Values that are none, for both.
/** Not a number: it could not be measured. */
export const NOT_A_NUMBER: number = -0x7fffffff;
/** Not at this resolution. */
export const NOT_AT_RESOLUTION: number = -0x7ffffffe;
export const MINUS_INFINITY: number = -0x7ffffffd;
export const PLUS_INFINITY: number = 0x7fffffff;
/** For future use, as a peer may send. */
export const RESERVED: number = -0x7ffffffc;

/** Mantissas of the specials: the five around the sign. Numbers stay clear of them. */
const SHORT_SIGN = 0x800;
const SHORT_MASK = 0xfff;
const SHORT_MOST = 2045;
const SHORT_LEAST_POWER = -8;
const SHORT_MOST_POWER = 7;
const LONG_SIGN = 0x800000;
const LONG_MASK = 0xffffff;
const LONG_MOST = 8388605;
const LONG_LEAST_POWER = -128;
const LONG_MOST_POWER = 127;

const NUMBER = 99;

/** What a special has above the sign's bit. */
function special(value: number): number {
  if (value === NOT_A_NUMBER) return -1;
  if (value === NOT_AT_RESOLUTION) return 0;
  if (value === PLUS_INFINITY) return -2;
  if (value === MINUS_INFINITY) return 2;
  return value === RESERVED ? 1 : NUMBER;
}

function isBeyond(mantissa: number, most: number): boolean {
  return mantissa > most || mantissa < -most;
}

/**
 * The bits of `value` x 10^`power`: rounded to the nearest, half away from zero, where the mantissa is too short, infinite where the power is
 * too small to hold it. `power`: -128..127.
 */
function encode(value: number, power: number, isShort: boolean): number {
  const sign = isShort ? SHORT_SIGN : LONG_SIGN;
  const most = isShort ? SHORT_MOST : LONG_MOST;
  const least = isShort ? SHORT_LEAST_POWER : LONG_LEAST_POWER;
  const highest = isShort ? SHORT_MOST_POWER : LONG_MOST_POWER;
  let mantissa = value;
  let exponent = power;
  let digit = 0;
  const kind = special(value);
  if (kind === NUMBER) {
    while (isBeyond(mantissa, most) || exponent < least) {
      digit = mantissa % 10;
      mantissa = idiv(mantissa, 10);
      exponent += 1;
      // Rounded, the longest would be one too long.
      if (digit >= 5 && mantissa === most) mantissa += 1;
      else if (digit <= -5 && mantissa === -most) mantissa -= 1;
    }
    if (digit >= 5) mantissa += 1;
    else if (digit <= -5) mantissa -= 1;
    while (exponent > highest && mantissa !== 0 && !isBeyond(10 * mantissa, most)) {
      mantissa *= 10;
      exponent -= 1;
    }
    if (mantissa === 0) exponent = 0;
    else if (exponent > highest) {
      mantissa = mantissa > 0 ? sign - 2 : sign + 2;
      exponent = 0;
    }
  } else {
    mantissa = sign + kind;
    exponent = 0;
  }
  return isShort ? (mantissa & SHORT_MASK) | ((exponent & 15) << 12) : (mantissa & LONG_MASK) | ((exponent & 255) << 24);
}

/** 16 bits. */
export function sfloat(value: number, power: number): number {
  return encode(value, power, true);
}

/** 32 bits. */
export function float(value: number, power: number): number {
  return encode(value, power, false);
}
