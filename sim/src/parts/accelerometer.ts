import type { Agenda } from "../clock/agenda.ts";
import type { Motion } from "../world/motion.ts";

export interface AccelerometerPart {
  start(rateHz: number, rangeG: number, watermark: number): void;
  stop(): void;
}

/**
 * A three-axis accelerometer with a FIFO, simulated: it samples the motion at its output data rate, clips each axis at full scale
 * and interrupts at the watermark. Samples are rounded to 1 mg, about the resolution of 12 bits at ±2 g and coarser than 16 bits
 * at ±16 g. When the motion has ended, nothing more comes: nothing is padded or repeated.
 */
export function accelerometer(
  agenda: Agenda,
  motion: Motion,
  onBatch: (values: Int32Array, count: number) => void,
): AccelerometerPart {
  let running = 0;
  let values = new Int32Array(0);

  return {
    start(rateHz, rangeG, watermark) {
      agenda.cancel(running);
      values = new Int32Array(3 * watermark);
      const periodUs = Math.round(1e6 / rateHz);
      const fullScale = rangeG * 1000;
      let firstUs = agenda.nowUs() + periodUs;

      function batch(): void {
        const there = motion.fill(firstUs, periodUs, watermark, values);
        if (there < watermark) return;
        for (let i = 0; i < values.length; i++) {
          const value = values[i];
          if (value > fullScale) values[i] = fullScale;
          else if (value < -fullScale) values[i] = -fullScale;
        }
        firstUs += watermark * periodUs;
        running = agenda.at(firstUs + (watermark - 1) * periodUs, batch);
        onBatch(values, watermark);
      }

      running = agenda.at(firstUs + (watermark - 1) * periodUs, batch);
    },
    stop: () => agenda.cancel(running),
  };
}
