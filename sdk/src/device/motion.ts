/** The accelerometer of the manifest, shared by all senses that want its samples. */
import type { Accelerometer, AccelerometerSettings } from "../board/accelerometer.ts";
import { allocInts, type Ints } from "../lang/intrinsics.ts";
import { MISSING, OK, type Result } from "../lang/result.ts";

/** `samples` holds x, y, z of `count` samples, mg. */
export type SampleListener = (samples: Ints, count: number) => void;

export interface Motion {
  /** Hz; 0 without an accelerometer. */
  readonly rateHz: number;
  /** Adds a listener; the first one starts the part. */
  readonly onSamples: (listener: SampleListener) => Result;
}

export function motion(accelerometer: Accelerometer | undefined, settings: AccelerometerSettings | undefined): Motion {
  if (accelerometer === undefined || settings === undefined) return { rateHz: 0, onSamples: () => MISSING };
  const samples = allocInts(3 * settings.watermark);
  const listeners: SampleListener[] = [];

  function deliver(count: number): void {
    for (const listener of listeners) listener(samples, count);
  }

  return {
    rateHz: settings.rateHz,
    onSamples: (listener) => {
      listeners.push(listener);
      return listeners.length === 1 ? accelerometer.start(settings, samples, deliver) : OK;
    },
  };
}
