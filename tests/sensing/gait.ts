/** Somebody's wrist in milli-g, made up with steps that are known. */

export interface Gait {
  /** Steps a minute. */
  readonly cadence: number;
  readonly steps: number;
  /** Height of the jolt of a step, and of the swing of the arm once in two steps, mg. */
  readonly jolt?: number;
  readonly arm?: number;
  /** s before and after in which nobody moves. */
  readonly still?: number;
}

export const RATE = 25;

/** x, y, z … at `rateHz`; noise of a few mg without which a sensor is frozen. */
export function walked({ cadence, steps, jolt = 200, arm = 0, still = 5 }: Gait, rateHz = RATE): Int32Array {
  const walkS = (60 * steps) / cadence;
  const count = Math.round((walkS + 2 * still) * rateHz);
  const samples = new Int32Array(3 * count);
  for (let i = 0; i < count; i++) {
    const t = i / rateHz - still;
    const phase = (t * cadence) / 60;
    const moving = t >= 0 && t < walkS;
    const along = moving ? jolt * Math.sin(2 * Math.PI * phase) + arm * Math.sin(Math.PI * phase) : 0;
    samples.set(
      [Math.round((1000 + along) * 0.6) + noise(i), noise(i + 7), Math.round((1000 + along) * 0.8) + noise(i + 3)],
      3 * i,
    );
  }
  return samples;
}

/** `seconds` of a wrist that rests, or whatever `each` says of a sample. */
export function rested(
  seconds: number,
  each = (i: number): readonly number[] => [600 + noise(i), noise(i + 7), 800 + noise(i + 3)],
): Int32Array {
  return Int32Array.from({ length: RATE * seconds }, (_, i) => i).reduce(
    (samples, i) => {
      samples.set(each(i), 3 * i);
      return samples;
    },
    new Int32Array(3 * RATE * seconds),
  );
}

/** -3..3 mg, the same each time. */
export function noise(i: number): number {
  return ((i * 7919) % 7) - 3;
}

export function joined(...parts: readonly Int32Array[]): Int32Array {
  return Int32Array.from(parts.flatMap((part) => [...part]));
}
