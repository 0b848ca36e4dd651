/**
 * The few operations that every target has but spells differently.
 *
 * This is the one file of the SDK outside portable TypeScript: what stands here is the JavaScript spelling. The compiler
 * (`tools/src/compile`) never emits this file for Lua: it replaces each call by the target's own form.
 */

/** Octets, 0-based: a `Uint8Array` in JavaScript, a table in Lua. Values must be 0..255: mask with `& 255` before storing. */
export interface Bytes {
  readonly length: number;
  [index: number]: number;
}

/** 32-bit signed integers, 0-based: an `Int32Array` in JavaScript, a table in Lua. */
export interface Ints {
  readonly length: number;
  [index: number]: number;
}

/** New octets, all zero. */
export function allocBytes(length: number): Bytes {
  return new Uint8Array(length);
}

/** New 32-bit integers, all zero. */
export function allocInts(length: number): Ints {
  return new Int32Array(length);
}

/** The low 32 bits of the product, as int32. */
export function imul(a: number, b: number): number {
  return Math.imul(a, b);
}

/** Quotient truncated towards zero. `b` must not be 0; -2^31 / -1 is outside int32. */
export function idiv(a: number, b: number): number {
  return (a / b) | 0;
}

/** Number of characters. Texts on a device are ASCII. */
export function textLength(text: string): number {
  return text.length;
}

/** Character code at `index`, which must be inside the text. */
export function charCode(text: string, index: number): number {
  return text.charCodeAt(index);
}

/** The characters from `from` (inclusive) to `to` (exclusive). */
export function textSlice(text: string, from: number, to: number): string {
  return text.slice(from, to);
}

/** The ASCII text whose character codes stand in `codes[from..to)`. */
export function textOf(codes: Bytes, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += String.fromCharCode(codes[i]);
  return text;
}

/** An integer in decimal. */
export function decimal(value: number): string {
  return `${value | 0}`;
}

/**
 * Reads `count` values, a multiple of three, of three characters each from `at` on: 18 bits, six a character from code 48 on, less
 * 2^17. The words of accelerometer batches on the board link; an operation of its own, as it is what a sample costs most.
 */
export function readSamples(text: string, at: number, into: Ints, count: number): void {
  for (let i = 0, from = at; i < count; i++, from += 3) {
    const high = text.charCodeAt(from) - 48;
    const middle = text.charCodeAt(from + 1) - 48;
    into[i] = high * 4096 + middle * 64 + text.charCodeAt(from + 2) - 48 - 131072;
  }
}
