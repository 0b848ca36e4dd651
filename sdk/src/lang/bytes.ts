import { allocBytes, type Bytes } from "./intrinsics.ts";

/** Copies `length` octets; the ranges must not overlap unless `into` lies before `from`. */
export function copyBytes(from: Bytes, fromAt: number, into: Bytes, intoAt: number, length: number): void {
  for (let i = 0; i < length; i++) into[intoAt + i] = from[fromAt + i];
}

/** Sets `length` octets to `value` (0..255). */
export function fillBytes(into: Bytes, at: number, length: number, value: number): void {
  for (let i = 0; i < length; i++) into[at + i] = value & 255;
}

/** True when both ranges hold the same octets. Takes the same time wherever they differ. */
export function sameBytes(a: Bytes, aAt: number, b: Bytes, bAt: number, length: number): boolean {
  let difference = 0;
  for (let i = 0; i < length; i++) difference |= a[aAt + i] ^ b[bAt + i];
  return difference === 0;
}

/** A copy of `bytes[from..to)`. */
export function sliceBytes(bytes: Bytes, from: number, to: number): Bytes {
  const copy = allocBytes(to - from);
  copyBytes(bytes, from, copy, 0, to - from);
  return copy;
}

/** Writes a 16-bit value, most significant octet first. */
export function putUint16(into: Bytes, at: number, value: number): void {
  into[at] = (value >> 8) & 255;
  into[at + 1] = value & 255;
}

/** Writes the 32 bits of `value`, most significant octet first. */
export function putUint32(into: Bytes, at: number, value: number): void {
  putUint16(into, at, value >> 16);
  putUint16(into, at + 2, value);
}

/** Reads 16 bits, most significant octet first: 0..65535. */
export function getUint16(from: Bytes, at: number): number {
  return (from[at] << 8) | from[at + 1];
}

/** Reads 32 bits, most significant octet first, as int32 (a value above 2^31-1 comes back negative). */
export function getUint32(from: Bytes, at: number): number {
  return (getUint16(from, at) << 16) | getUint16(from, at + 2);
}
