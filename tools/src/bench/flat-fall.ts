/**
 * The fall detector's kernel without objects: one function, one state array, no closures that keep state. The baseline that the
 * detector of `sdk/sensing/fall` is measured against; it must find the same falls.
 */
import { AFTER_MS, BEFORE_MS, fallEvidence } from "@songbai/sdk/sensing/fall/evidence";

const TRIGGER_MG = 1800;
const SAME_EVENT_MS = 1000;
const REFRACTORY_MS = 8000;
const CLIP_MG = 16384;

/** Falls among `samples` (x, y, z in mg, 50 Hz). */
export function flatFalls(samples: Int32Array): number {
  const frameUs = 40_000;
  const framesIn = (ms: number) => Math.trunc((ms * 1000 + (frameUs >> 1)) / frameUs);
  const before = framesIn(BEFORE_MS) + 1;
  const after = framesIn(AFTER_MS);
  const sameEvent = framesIn(SAME_EVENT_MS);
  const size = before + after + 2;
  const xs = new Int32Array(size);
  const ys = new Int32Array(size);
  const zs = new Int32Array(size);
  const evidence = fallEvidence({ x: xs, y: ys, z: zs, size, frameUs });
  const idle = TRIGGER_MG * TRIGGER_MG;
  let falls = 0;
  let write = 0;
  let deaf = before;
  let candidate = 0;
  let age = 0;
  for (let i = 0; i + 5 < samples.length; i += 6) {
    let x = (samples[i] + samples[i + 3]) >> 1;
    let y = (samples[i + 1] + samples[i + 4]) >> 1;
    let z = (samples[i + 2] + samples[i + 5]) >> 1;
    if (x > CLIP_MG) x = CLIP_MG;
    else if (x < -CLIP_MG) x = -CLIP_MG;
    if (y > CLIP_MG) y = CLIP_MG;
    else if (y < -CLIP_MG) y = -CLIP_MG;
    if (z > CLIP_MG) z = CLIP_MG;
    else if (z < -CLIP_MG) z = -CLIP_MG;
    xs[write] = x;
    ys[write] = y;
    zs[write] = z;
    const last = write;
    write = write + 1 === size ? 0 : write + 1;
    if (deaf > 0) {
      deaf--;
      continue;
    }
    const square = x * x + y * y + z * z;
    if (candidate === 0 && square <= idle) continue;
    if (candidate > 0) age++;
    if (candidate === 0 || (square > candidate && age <= sameEvent)) {
      candidate = square;
      age = 0;
    }
    if (age !== after) continue;
    const impactAt = last - after;
    candidate = 0;
    if (evidence(impactAt < 0 ? impactAt + size : impactAt) > 0) {
      falls++;
      deaf = REFRACTORY_MS / 40;
      continue;
    }
    for (let ago = after - sameEvent - 1; ago >= 0; ago--) {
      const at = last - ago < 0 ? last - ago + size : last - ago;
      const again = xs[at] * xs[at] + ys[at] * ys[at] + zs[at] * zs[at];
      if (candidate > 0) age++;
      if (candidate === 0 ? again > idle : again > candidate && age <= sameEvent) {
        candidate = again;
        age = 0;
      }
    }
  }
  return falls;
}
