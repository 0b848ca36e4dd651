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
  if (rateHz === FRAME_HZ) return direct(onFrame);
  return rateHz === 2 * FRAME_HZ ? halved(onFrame) : weighted(rateHz, onFrame);
}

function direct(onFrame: OnFrame): Feed {
  return (samples, count) => {
    const end = 3 * count;
    for (let i = 0; i < end; i += 3) onFrame(samples[i], samples[i + 1], samples[i + 2]);
  };
}

/** What `weighted` does, for the rate that most devices have: a sample between two frames belongs half to each. */
function halved(onFrame: OnFrame): Feed {
  // The sample before the frame in work and, when `own` is true, twice the frame's own.
  let x = 0;
  let y = 0;
  let z = 0;
  let own = false;

  function between(samples: Ints, i: number): void {
    const nextX = samples[i];
    const nextY = samples[i + 1];
    const nextZ = samples[i + 2];
    onFrame((x + nextX + 2) >> 2, (y + nextY + 2) >> 2, (z + nextZ + 2) >> 2);
    x = nextX;
    y = nextY;
    z = nextZ;
    own = false;
  }

  return (samples, count) => {
    const end = 3 * count;
    const first = own && count > 0 ? 1 : 0;
    if (first === 1) between(samples, 0);
    let lastX = x;
    let lastY = y;
    let lastZ = z;
    for (let i = 3 * first; i < end - 3; i += 6) {
      const nextX = samples[i + 3];
      const nextY = samples[i + 4];
      const nextZ = samples[i + 5];
      onFrame(
        (lastX + 2 * samples[i] + nextX + 2) >> 2,
        (lastY + 2 * samples[i + 1] + nextY + 2) >> 2,
        (lastZ + 2 * samples[i + 2] + nextZ + 2) >> 2,
      );
      lastX = nextX;
      lastY = nextY;
      lastZ = nextZ;
    }
    x = lastX;
    y = lastY;
    z = lastZ;
    // One sample more than pairs: a frame's own.
    if (((count - first) & 1) !== 0) {
      x += 2 * samples[end - 3];
      y += 2 * samples[end - 2];
      z += 2 * samples[end - 1];
      own = true;
    }
  };
}

/** Any rate. The sums live in local variables while a batch lasts, which a Lua reaches sooner than those of the closure. */
function weighted(rateHz: number, onFrame: OnFrame): Feed {
  // A frame lasts `period` parts of time, from one sample to the next are `step` of them.
  const common = commonDivisor(rateHz, FRAME_HZ);
  const period = idiv(rateHz, common);
  const step = idiv(FRAME_HZ, common);
  // Weighted sums and the weight of the frame in work, and of the one behind it.
  const sums = allocInts(8);
  let phase = 0;

  return (samples, count) => {
    const end = 3 * count;
    let late = phase;
    let x = sums[0];
    let y = sums[1];
    let z = sums[2];
    let weight = sums[3];
    let nextX = sums[4];
    let nextY = sums[5];
    let nextZ = sums[6];
    let nextWeight = sums[7];
    for (let i = 0; i < end; i += 3) {
      const sampleX = samples[i];
      const sampleY = samples[i + 1];
      const sampleZ = samples[i + 2];
      const early = period - late;
      x += early * sampleX;
      y += early * sampleY;
      z += early * sampleZ;
      weight += early;
      nextX += late * sampleX;
      nextY += late * sampleY;
      nextZ += late * sampleZ;
      nextWeight += late;
      late += step;
      while (late >= period) {
        late -= period;
        const up = OFFSET * weight + (weight >> 1);
        onFrame(idiv(x + up, weight) - OFFSET, idiv(y + up, weight) - OFFSET, idiv(z + up, weight) - OFFSET);
        x = nextX;
        y = nextY;
        z = nextZ;
        weight = nextWeight;
        nextX = 0;
        nextY = 0;
        nextZ = 0;
        nextWeight = 0;
      }
    }
    phase = late;
    sums[0] = x;
    sums[1] = y;
    sums[2] = z;
    sums[3] = weight;
    sums[4] = nextX;
    sums[5] = nextY;
    sums[6] = nextZ;
    sums[7] = nextWeight;
  };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
