import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";

/** What every rate becomes, so that a window of so many frames is the same time on every part. */
export const FRAME_HZ = 25;
export const FRAME_MS = 40;

/** Mean acceleration of a frame, mg, each axis within int16. */
export type OnFrame = (x: number, y: number, z: number) => void;

/** Takes `count` samples: x, y, z, x, y, z … in mg, any int16 values. */
export type Feed = (samples: Ints, count: number) => void;

/** Keeps a sum of samples and weights from being negative: what is added is taken off behind the division. */
const OFFSET = 32768;

/**
 * 25 frames a second of `rateHz` (20..100) samples a second. A frame is the mean of the samples within 40 ms on either side, those
 * nearer in time counting more: the weights fall in a straight line, which takes what lies above 17 Hz to a fifth before it can
 * pass for something slow. At 25 Hz frames are the samples themselves.
 */
export function frames(rateHz: number, onFrame: OnFrame): Feed {
  return rateHz === FRAME_HZ ? direct(onFrame) : weighted(rateHz, onFrame);
}

function direct(onFrame: OnFrame): Feed {
  return (samples, count) => {
    const end = 3 * count;
    for (let i = 0; i < end; i += 3) onFrame(samples[i], samples[i + 1], samples[i + 2]);
  };
}

function weighted(rateHz: number, onFrame: OnFrame): Feed {
  // A frame lasts `period` parts of time, from one sample to the next are `step` of them.
  const common = commonDivisor(rateHz, FRAME_HZ);
  const period = idiv(rateHz, common);
  const step = idiv(FRAME_HZ, common);
  const now = allocInts(4); // x, y, z and weight of the frame in work
  const next = allocInts(4); // of the one behind it
  let phase = 0;

  function emit(): void {
    const weight = now[3];
    const up = OFFSET * weight + (weight >> 1);
    const x = idiv(now[0] + up, weight) - OFFSET;
    const y = idiv(now[1] + up, weight) - OFFSET;
    const z = idiv(now[2] + up, weight) - OFFSET;
    for (let i = 0; i < 4; i++) {
      now[i] = next[i];
      next[i] = 0;
    }
    onFrame(x, y, z);
  }

  return (samples, count) => {
    const end = 3 * count;
    for (let i = 0; i < end; i += 3) {
      const early = period - phase;
      now[0] += early * samples[i];
      now[1] += early * samples[i + 1];
      now[2] += early * samples[i + 2];
      now[3] += early;
      if (phase > 0) {
        next[0] += phase * samples[i];
        next[1] += phase * samples[i + 1];
        next[2] += phase * samples[i + 2];
        next[3] += phase;
      }
      phase += step;
      while (phase >= period) {
        phase -= period;
        emit();
      }
    }
  };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
