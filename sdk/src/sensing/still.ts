/**
 * Whether somebody keeps still enough for light on the skin: what moves shifts the sensor, takes red and infrared alike and looks like a
 * pulse of 85 % oxygen. Breath and a resting arm stay below the line, a hand that eats does not.
 */
import type { Ints } from "../lang/intrinsics.ts";

export interface Stillness {
  /** `count` samples of the accelerometer: x, y, z in mg. */
  readonly feed: (samples: Ints, count: number) => void;
  /** Samples are missing: a new second begins. */
  readonly restart: () => void;
}

/** An axis goes through more than this in a second: that is movement, mg. */
const MOST_MG = 40;

/** Calls `onMoved` once in each second of `rateHz` samples in which somebody moves, as soon as it is so: to be handed on to `moved`. */
export function stillness(rateHz: number, onMoved: () => void): Stillness {
  let left = 0;
  let told = false;
  let lowX = 0;
  let highX = 0;
  let lowY = 0;
  let highY = 0;
  let lowZ = 0;
  let highZ = 0;

  function begin(x: number, y: number, z: number): void {
    left = rateHz;
    told = false;
    lowX = x;
    highX = x;
    lowY = y;
    highY = y;
    lowZ = z;
    highZ = z;
  }

  return {
    feed: (samples, count) => {
      for (let i = 0; i < 3 * count; i += 3) {
        const x = samples[i];
        const y = samples[i + 1];
        const z = samples[i + 2];
        if (left === 0) begin(x, y, z);
        left--;
        if (x < lowX) lowX = x;
        else if (x > highX) highX = x;
        if (y < lowY) lowY = y;
        else if (y > highY) highY = y;
        if (z < lowZ) lowZ = z;
        else if (z > highZ) highZ = z;
        if (told) continue;
        told = highX - lowX > MOST_MG || highY - lowY > MOST_MG || highZ - lowZ > MOST_MG;
        if (told) onMoved();
      }
    },
    restart: () => {
      left = 0;
    },
  };
}
