import { below, type Prng } from "@songbai/sdk/lang/prng";

/** A direction or an acceleration, mg. */
export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export function scaled(a: Vector, factor: number): Vector {
  return { x: a.x * factor, y: a.y * factor, z: a.z * factor };
}

export function plus(a: Vector, b: Vector): Vector {
  return { x: a.x + b.x, y: a.y + b.y, z: a.z + b.z };
}

export function dot(a: Vector, b: Vector): number {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

/** The vector of this direction and `length`. IEEE 754 rounds a square root correctly, so every machine gives the same. */
export function ofLength(a: Vector, length: number): Vector {
  return scaled(a, length / (Math.sqrt(dot(a, a)) || 1));
}

/** A uniform value from `low` to below `high`, in 1/65536 of the range. */
export function between(random: Prng, low: number, high: number): number {
  return low + ((high - low) * below(random, 65536)) / 65536;
}

/** A direction near `a`: each component off by up to `spreadMg`. */
export function near(random: Prng, a: Vector, spreadMg: number): Vector {
  const off = () => between(random, -spreadMg, spreadMg);
  return ofLength({ x: a.x + off(), y: a.y + off(), z: a.z + off() }, 1000);
}
