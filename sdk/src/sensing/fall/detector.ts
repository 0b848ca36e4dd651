import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { AFTER_MS, BEFORE_MS, fallEvidence } from "./evidence.ts";
import { squareRoot } from "./integer.ts";

/** Magnitude above which a frame may be an impact, mg: no fall of WEDA-FALL stays below, quiet sitting and sleep do. */
const TRIGGER_MG = 1800;
/** A stronger frame this soon after a candidate is the same event, and its real impact. */
const SAME_EVENT_MS = 1000;
/** After an alarm nothing counts for so long: getting up, helpers and bounces belong to the same fall. */
const REFRACTORY_MS = 8000;
/** Beyond what parts measure (±16 g); keeps three squares inside int32. */
const CLIP_MG = 16384;
/** Percent for logits 0, 0.5, 1 … 4.5 and more. */
const CONFIDENCE = [50, 62, 73, 82, 88, 92, 95, 97, 98, 99];

export interface FallOptions {
  /** Sampling rate, 20..100 Hz. */
  readonly rateHz: number;
  readonly position: "wrist";
}

/** A detected fall. The detector reuses one object: copy what is to be kept. */
export interface Fall {
  /** Magnitude of the strongest frame of the impact, mg: a mean over about 40 ms, so somewhat below the sharpest sample. */
  impactMg: number;
  /** Percent, 50..99: share of true falls among the development recordings with such evidence. */
  confidence: number;
  /** Time from the impact to the sample that decided, ms; below 3000. */
  agoMs: number;
}

export interface FallDetector {
  /**
   * Takes the next `count` samples: x, y, z, x, y, z … in mg, any int16 values. Calls `onFall` at most once a fall, during
   * this call. Where a stream is cut into batches changes nothing.
   */
  readonly feed: (samples: Ints, count: number) => void;
}

/**
 * Impact and what follows, from a wrist accelerometer. Samples are averaged to frames of 28..55 ms, so that every rate looks
 * alike; a frame above the trigger becomes a candidate, a stronger one within a second replaces it, and 2.2 s after the
 * impact the window around it is weighed (`evidence.ts`). Between candidates a sample costs three additions.
 */
export function fallDetector(options: FallOptions, onFall: (fall: Fall) => void): FallDetector {
  const perFrame = options.rateHz < 36 ? 1 : options.rateHz < 72 ? 2 : 4;
  const frameUs = idiv(1000000 * perFrame, options.rateHz);
  const framesIn = (ms: number) => idiv(ms * 1000 + (frameUs >> 1), frameUs);
  const before = framesIn(BEFORE_MS) + 1;
  const after = framesIn(AFTER_MS);
  const sameEvent = framesIn(SAME_EVENT_MS);
  const refractory = framesIn(REFRACTORY_MS);
  // A candidate found late, when an earlier one has just been weighed, still has its whole past in the rings.
  const size = before + after + 2;
  const xs = allocInts(size);
  const ys = allocInts(size);
  const zs = allocInts(size);
  const evidence = fallEvidence({ x: xs, y: ys, z: zs, size, frameUs });
  const fall: Fall = { impactMg: 0, confidence: 0, agoMs: idiv(after * frameUs, 1000) };

  const idle = TRIGGER_MG * TRIGGER_MG;
  let sumX = 0;
  let sumY = 0;
  let sumZ = 0;
  let missing = perFrame;
  let at = 0;
  // Frames whose squared magnitude is above `watch` are looked at: the strong ones, or all while something is pending.
  let watch = -1;
  let deaf = before;
  let candidate = 0; // squared magnitude of the impact in question, 0 for none
  let age = 0; // frames since that impact

  function consider(square: number): void {
    if (candidate > 0) age++;
    if (candidate === 0 ? square > idle : square > candidate && age <= sameEvent) {
      candidate = square;
      age = 0;
    }
  }

  function decide(last: number): void {
    const impactAt = last - after;
    const logit = evidence(impactAt < 0 ? impactAt + size : impactAt);
    if (logit > 0) {
      fall.impactMg = squareRoot(candidate);
      fall.confidence = CONFIDENCE[logit < 4608 ? logit >> 9 : 9];
      candidate = 0;
      deaf = refractory;
      onFall(fall);
    } else {
      candidate = 0;
      reconsider(last);
    }
  }

  /** Candidates that came while the one just dropped was pending, from the first that is not the same event. */
  function reconsider(last: number): void {
    for (let ago = after - sameEvent - 1; ago >= 0; ago--) {
      const i = last - ago < 0 ? last - ago + size : last - ago;
      consider(xs[i] * xs[i] + ys[i] * ys[i] + zs[i] * zs[i]);
    }
  }

  /** The frame `last` is above `watch`. */
  function look(last: number, square: number): void {
    if (deaf > 0) {
      deaf--;
    } else {
      consider(square);
      if (candidate > 0 && age === after) decide(last);
    }
    watch = deaf > 0 || candidate > 0 ? -1 : idle;
  }

  return {
    feed: (samples, count) => {
      let x = sumX;
      let y = sumY;
      let z = sumZ;
      let left = missing;
      let write = at;
      let above = watch;
      const end = 3 * count;
      for (let i = 0; i < end; i += 3) {
        x += samples[i];
        y += samples[i + 1];
        z += samples[i + 2];
        left--;
        if (left === 0) {
          if (perFrame === 2) {
            x >>= 1;
            y >>= 1;
            z >>= 1;
          } else if (perFrame === 4) {
            x >>= 2;
            y >>= 2;
            z >>= 2;
          }
          if (x > CLIP_MG) x = CLIP_MG;
          else if (x < -CLIP_MG) x = -CLIP_MG;
          if (y > CLIP_MG) y = CLIP_MG;
          else if (y < -CLIP_MG) y = -CLIP_MG;
          if (z > CLIP_MG) z = CLIP_MG;
          else if (z < -CLIP_MG) z = -CLIP_MG;
          xs[write] = x;
          ys[write] = y;
          zs[write] = z;
          const square = x * x + y * y + z * z;
          if (square > above) {
            look(write, square);
            above = watch;
          }
          write += 1;
          if (write === size) write = 0;
          x = 0;
          y = 0;
          z = 0;
          left = perFrame;
        }
      }
      sumX = x;
      sumY = y;
      sumZ = z;
      missing = left;
      at = write;
      watch = above;
    },
  };
}
