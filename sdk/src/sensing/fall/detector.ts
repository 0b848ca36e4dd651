import { idiv } from "../../lang/intrinsics.ts";
import { CLEAR, WRONG_RATE } from "../doubt.ts";
import { fallCandidates } from "./candidates.ts";
import { AFTER } from "./features.ts";
import { type Feed, FRAME_HZ, FRAME_MS } from "./frames.ts";
import type { FallPosition } from "./position.ts";
import { fallReason } from "./reason.ts";

/** After an alarm nothing counts for so many frames: getting up, helpers and bounces belong to the same fall. */
export const REFRACTORY = 8 * FRAME_HZ;

export interface FallOptions {
  /** Sampling rate, 20..100 Hz. */
  readonly rateHz: number;
  /** Where the device is worn: `wrist` of sensing/fall/wrist. */
  readonly position: FallPosition;
}

/** A detected fall. The detector reuses one object: copy what is to be kept. */
export interface Fall {
  /** Magnitude of the strongest frame of the impact, mg: a mean over about 40 ms, so somewhat below the sharpest sample. */
  impactMg: number;
  /** Percent, 1..99: share of falls among impacts with such evidence, in recordings of people held out: see `FallPosition`. */
  confidence: number;
  /** Time from the impact to the sample that decided, ms; below 3000. */
  agoMs: number;
  /** What is plain to see of it, bits of sensing/fall/reason; `REASONS` of sensing/fall/texts says them. */
  reason: number;
}

export interface FallDetector {
  /**
   * Takes the next `count` samples: x, y, z, x, y, z … in mg, any int16 values. Calls `onFall` at most once a fall, during
   * this call. Where a stream is cut into batches changes nothing.
   */
  readonly feed: Feed;
  /** Samples were lost: what comes next is another signal. */
  readonly restart: () => void;
  /** Whether the signal of the last five seconds can be judged: `CLEAR` or another code of sensing/doubt. Costs as much as ten samples. */
  readonly doubt: () => number;
}

/** Told of a strong impact that cannot be judged, by a code of sensing/doubt. */
export type OnDoubt = (doubt: number) => void;

/**
 * Falls from an accelerometer: samples become frames of 40 ms (`frames`), a strong frame is an impact (`trigger`), and when its
 * future is known what happened around it is measured (`features`) and scored by what the position on the body has learnt. What
 * no worn sensor would say is no fall, whatever its score: `onDoubt` hears of it.
 */
export function fallDetector(options: FallOptions, onFall: (fall: Fall) => void, onDoubt?: OnDoubt): FallDetector {
  const rateHz = options.rateHz;
  if (rateHz < 20 || rateHz > 100) return { feed: () => {}, restart: () => {}, doubt: () => WRONG_RATE };
  const fall: Fall = { impactMg: 0, confidence: 0, agoMs: AFTER * FRAME_MS, reason: 0 };
  const score = options.position.score;
  const confidence = options.position.confidence;
  const candidates = fallCandidates(rateHz, options.position, (features, impactMg, doubt) => {
    const logit = doubt === CLEAR ? score(features) : 0;
    if (logit > 0) {
      fall.impactMg = impactMg;
      fall.confidence = confidence[logit < 4608 ? idiv(logit, 512) : 9];
      fall.reason = fallReason(features, impactMg);
      candidates.pass(REFRACTORY);
      onFall(fall);
    } else if (doubt !== CLEAR && onDoubt !== undefined) {
      onDoubt(doubt);
    }
  });
  return { feed: candidates.feed, restart: candidates.restart, doubt: candidates.doubt };
}
