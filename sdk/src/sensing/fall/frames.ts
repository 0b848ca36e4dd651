import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";

/** What every rate becomes, so that a window of so many frames is the same time on every part. */
export const FRAME_HZ = 25;
export const FRAME_MS = 40;

/** Takes `count` samples, or frames: x, y, z, x, y, z … in mg, any int16 values. */
export type Feed = (samples: Ints, count: number) => void;

/** Frames that a batch of samples has made are passed on at most so many at a time. */
const BATCH = 7;

/** Keeps a sum of samples and weights from being negative: what is added is taken off behind the division. */
const OFFSET = 32768;

/**
 * 25 frames a second of `rateHz` (20..100) samples a second. A frame is the mean of the samples within 40 ms on either side, those
 * nearer in time counting more: the weights fall in a straight line, which takes what lies above 17 Hz to a fifth before it can
 * pass for something slow. At 25 Hz frames are the samples themselves.
 */
export function frames(rateHz: number, onFrames: Feed): Feed {
  if (rateHz === FRAME_HZ) return onFrames;
  return rateHz === 2 * FRAME_HZ ? halved(onFrames) : weighted(rateHz, onFrames);
}

/** What `weighted` does, for the rate that most devices have: a sample between two frames belongs half to each. */
function halved(onFrames: Feed): Feed {
  const batch = allocInts(3 * BATCH);
  // The sample before the frame in work, twice the frame's own when `own` is 1, and 2 to round by.
  let x = 2;
  let y = 2;
  let z = 2;
  let own = 0;

  return (samples, count) => {
    if (count === 0) return;
    const end = 3 * count;
    const first = 3 * own;
    let at = first;
    let sumX = x;
    let sumY = y;
    let sumZ = z;
    if (first > 0) {
      batch[0] = (sumX + samples[0]) >> 2;
      batch[1] = (sumY + samples[1]) >> 2;
      batch[2] = (sumZ + samples[2]) >> 2;
      sumX = samples[0] + 2;
      sumY = samples[1] + 2;
      sumZ = samples[2] + 2;
    }
    for (let i = first; i < end - 3; i += 6) {
      const nextX = samples[i + 3];
      const nextY = samples[i + 4];
      const nextZ = samples[i + 5];
      sumX += 2 * samples[i] + nextX;
      sumY += 2 * samples[i + 1] + nextY;
      sumZ += 2 * samples[i + 2] + nextZ;
      batch[at] = sumX >> 2;
      batch[at + 1] = sumY >> 2;
      batch[at + 2] = sumZ >> 2;
      sumX = nextX + 2;
      sumY = nextY + 2;
      sumZ = nextZ + 2;
      at += 3;
      if (at === 3 * BATCH) {
        onFrames(batch, BATCH);
        at = 0;
      }
    }
    own = (count + own) & 1;
    // One sample more than pairs: a frame's own.
    if (own === 1) {
      sumX += 2 * samples[end - 3];
      sumY += 2 * samples[end - 2];
      sumZ += 2 * samples[end - 1];
    }
    x = sumX;
    y = sumY;
    z = sumZ;
    if (at > 0) onFrames(batch, idiv(at, 3));
  };
}

/** Any rate. The sums live in local variables while a batch lasts, which a Lua reaches sooner than those of the closure. */
function weighted(rateHz: number, onFrames: Feed): Feed {
  // A frame lasts `period` parts of time, from one sample to the next are `step` of them.
  const common = commonDivisor(rateHz, FRAME_HZ);
  const period = idiv(rateHz, common);
  const step = idiv(FRAME_HZ, common);
  const batch = allocInts(3 * BATCH);
  // Weighted sums and the weight of the frame in work, and of the one behind it.
  const sums = allocInts(8);
  let phase = 0;

  return (samples, count) => {
    const end = 3 * count;
    let at = 0;
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
        batch[at] = idiv(x + up, weight) - OFFSET;
        batch[at + 1] = idiv(y + up, weight) - OFFSET;
        batch[at + 2] = idiv(z + up, weight) - OFFSET;
        x = nextX;
        y = nextY;
        z = nextZ;
        weight = nextWeight;
        nextX = 0;
        nextY = 0;
        nextZ = 0;
        nextWeight = 0;
        at += 3;
        if (at === 3 * BATCH) {
          onFrames(batch, BATCH);
          at = 0;
        }
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
    if (at > 0) onFrames(batch, idiv(at, 3));
  };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
