import type { AccelerometerSettings } from "@songbai/sdk/board/accelerometer";
import { putReading } from "./mpu6050.ts";

/** The FIFO that an MPU-6050 behind Firmata has not: gathers readings, and hands them on at the watermark. */
export interface Fifo {
  /** Takes the octets of a reading; `false` when they are none. One reading is one sample: the board keeps the rate. */
  put(octets: readonly number[]): boolean;
}

export function fifo(
  { rangeG, watermark }: Omit<AccelerometerSettings, "rateHz">,
  axes: readonly number[],
  onBatch: (values: Int32Array, count: number) => void,
): Fifo {
  const values = new Int32Array(3 * watermark);
  let count = 0;
  return {
    put(octets) {
      if (!putReading(octets, rangeG, axes, values, 3 * count)) return false;
      if (++count === watermark) {
        count = 0;
        onBatch(values, watermark);
      }
      return true;
    },
  };
}
