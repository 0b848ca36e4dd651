/** What the tests of gait share: a sensor fed batch by batch, and soles of the world. */
import { footSteps } from "@songbai/sdk/sensing/gait/foot";
import { insoleSteps } from "@songbai/sdk/sensing/gait/insole";
import type { OnStep, Step } from "@songbai/sdk/sensing/gait/step";
import type { GaitOptions, Walking } from "@songbai/sim/world/gait";

export const EIGHT = { sideMm: [-50, -70, -30, -70, -30, -70, -30, -50], forwardMm: [-80, -40, -40, 0, 0, 40, 40, 80] };
export const FOUR = { sideMm: [-50, -70, -30, -50], forwardMm: [-80, 40, 40, 80] };
/** The sensor of the world lies on the instep. */
export const FOOT = { pitchAxis: 1, pitchSign: 1, rangeG: 16, rangeDps: 2000 };

export interface Told extends Step {
  readonly strikeMs: number;
}

interface Sensor {
  readonly feed: (samples: Int32Array, count: number) => void;
  readonly missed: (count: number) => void;
  readonly doubt: () => number;
}

/** A sensor fed batch by batch, with what it told and when it doubted. */
export function bench(width: number, rateHz: number, make: (onStep: OnStep) => Sensor) {
  const steps: Told[] = [];
  let fed = 0;
  const sensor = make((step) => steps.push({ ...step, strikeMs: ((fed - 1) * 1000) / rateHz - step.agoMs }));
  return {
    steps,
    sensor,
    /** The doubt behind each batch. */
    feed(samples: Int32Array, batch = 20): number[] {
      const doubts: number[] = [];
      for (let at = 0; at < samples.length; at += batch * width) {
        const part = samples.subarray(at, at + batch * width);
        fed += part.length / width;
        sensor.feed(part, part.length / width);
        doubts.push(sensor.doubt());
      }
      return doubts;
    },
    lose(count: number) {
      fed += count;
      sensor.missed(count);
    },
  };
}

export const foot = (rateHz = 100) => bench(6, rateHz, (onStep) => footSteps({ rateHz, ...FOOT }, onStep));
export const sole = (plan = EIGHT, rateHz = 100) =>
  bench(plan.sideMm.length, rateHz, (onStep) => insoleSteps({ rateHz, ...plan, rangeN: 1000 }, onStep));

export const WALK: GaitOptions = { seed: 1, untilMs: 30_000 };
export const LASTS = 32_000;

/** Strikes of the first foot that were told, and how far they are off, ms. */
export function against({ treads }: Walking, steps: readonly Told[]): { found: number; wrong: number; errors: number[] } {
  const errors = treads[0].flatMap(({ strikeMs }) => {
    const near = steps.map((step) => step.strikeMs - strikeMs).sort((a, b) => Math.abs(a) - Math.abs(b))[0];
    return near !== undefined && Math.abs(near) < 100 ? [near] : [];
  });
  return { found: errors.length / treads[0].length, wrong: steps.length - errors.length, errors };
}

export function repeated(values: readonly number[], count: number): Int32Array {
  return Int32Array.from({ length: values.length * count }, (_, i) => values[i % values.length]);
}

/** What a sensor says whose batches of 20 come as the clock of the device says, `perBatch` ms each. */
export function clocked(
  signal: Int32Array,
  width: number,
  make: (onStep: OnStep) => Sensor & { readonly clock: (ms: number) => void },
) {
  let steps = 0;
  const sensor = make(() => {
    steps += 1;
  });
  let ms = 0;
  /** Ten seconds by the samples: how many steps were told, and what is doubted at their end. */
  return (perBatch: number) => {
    const before = steps;
    for (let at = 0; at < 1000; at += 20) {
      ms += perBatch;
      sensor.feed(signal.subarray(width * (at + 400), width * (at + 420)), 20);
      sensor.clock(ms);
    }
    return { steps: steps - before, doubt: sensor.doubt() };
  };
}
