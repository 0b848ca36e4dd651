import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { AFTER, BEFORE, FEATURES, fallFeatures } from "./features.ts";
import { type Feed, frames } from "./frames.ts";
import { FRAMES_KEPT, LIMIT, PLACE, squareOf, ZERO } from "./history.ts";
import { squareRoot } from "./integer.ts";
import type { FallPosition } from "./position.ts";
import { isImpact } from "./trigger.ts";

/** An impact `AFTER` frames ago with what the window around it showed. The features are the same `Ints` each time. */
export type OnCandidate = (features: Ints, impactMg: number) => void;

export interface Candidates {
  readonly feed: Feed;
  /** Impacts that happened, or come, before this many more frames pass are none. */
  readonly pass: (count: number) => void;
}

/** The impacts that may be falls: what the trainer learns from and the detector scores, `AFTER` frames after each. */
export function fallCandidates(rateHz: number, position: FallPosition, onCandidate: OnCandidate): Candidates {
  const history = allocInts(FRAMES_KEPT);
  const features = allocInts(FEATURES);
  const measure = fallFeatures(history);
  const wide = position.rangeG === 8;
  const stepMg = wide ? 16 : 8;
  const trigger = idiv(position.triggerMg * position.triggerMg, stepMg * stepMg);

  let place = 0;
  // Frames above `watch` are looked at: the strong ones, or all while something is pending.
  let watch = -1;
  let deaf = BEFORE + AFTER;
  // Frames until the last strong one has its whole future in the history.
  let pending = 0;

  /** The frame at `place` is above `watch`. */
  function look(strength: number): void {
    if (strength > trigger) pending = AFTER + 1;
    if (deaf > 0) deaf--;
    if (pending > 0) {
      pending--;
      if (deaf === 0) consider(place - AFTER);
    }
    watch = deaf > 0 || pending > 0 ? -1 : trigger;
  }

  function consider(impact: number): void {
    const strength = squareOf(history[impact & PLACE]);
    if (strength > trigger && isImpact(history, impact)) {
      measure(impact, features);
      onCandidate(features, squareRoot(strength) * stepMg);
    }
  }

  const feed = frames(rateHz, (mgX, mgY, mgZ) => {
    let x = (mgX + 4) >> 3;
    let y = (mgY + 4) >> 3;
    let z = (mgZ + 4) >> 3;
    if (wide) {
      x >>= 1;
      y >>= 1;
      z >>= 1;
    }
    if (x > LIMIT) x = LIMIT;
    else if (x < -LIMIT) x = -LIMIT;
    if (y > LIMIT) y = LIMIT;
    else if (y < -LIMIT) y = -LIMIT;
    if (z > LIMIT) z = LIMIT;
    else if (z < -LIMIT) z = -LIMIT;
    history[place] = x + ZERO + (y + ZERO) * 1024 + (z + ZERO) * 1048576;
    const strength = x * x + y * y + z * z;
    if (strength > watch) look(strength);
    place = (place + 1) & PLACE;
  });

  return {
    feed,
    pass: (count) => {
      deaf = count;
      watch = -1;
    },
  };
}
