import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { AFTER, BEFORE, BEFORE_LEAST, FEATURES, fallFeatures } from "./features.ts";
import { type Feed, frames } from "./frames.ts";
import { LIMIT, newHistory, PLACE, SQUARE, SUM } from "./history.ts";
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
  const history = newHistory();
  const { xy, squareZ } = history;
  const features = allocInts(FEATURES);
  const measure = fallFeatures(history);
  const wide = position.rangeG === 8;
  const stepMg = wide ? 16 : 8;
  const trigger = idiv(position.triggerMg * position.triggerMg, 16 * stepMg * stepMg);

  let place = 0;
  let sumX = 0;
  let sumY = 0;
  let sumZ = 0;
  // Frames whose square is above `watch` are looked at: the strong ones, or all while something is pending.
  let watch = -1;
  // Frames that an impact whose future is known still lacks to its past.
  let lacking = BEFORE + AFTER + 1;
  let deaf = 0;
  // Frames until the last strong one has its whole future in the history.
  let pending = 0;

  /** The frame at `place` is above `watch`. */
  function look(square: number): void {
    if (square > trigger) pending = AFTER + 1;
    if (deaf > 0) deaf--;
    if (lacking > 0) lacking--;
    if (pending > 0) {
      pending--;
      const impact = place - AFTER;
      const due = squareZ[impact & PLACE] & SQUARE;
      const before = BEFORE - lacking;
      if (due > trigger && deaf === 0 && before >= BEFORE_LEAST && isImpact(squareZ, impact)) {
        measure(impact, before, features);
        onCandidate(features, squareRoot(due << 4) * stepMg);
      }
    }
    watch = deaf > 0 || lacking > 0 || pending > 0 ? -1 : trigger;
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
    let steps = x * x + y * y + z * z;
    if (steps > WITHIN) {
      x = limited(x);
      y = limited(y);
      z = limited(z);
      steps = x * x + y * y + z * z;
    }
    const square = steps >> 4;
    sumX = (sumX + x) & SUM;
    sumY = (sumY + y) & SUM;
    sumZ = (sumZ + z) & SUM;
    xy[place] = sumX + sumY * 32768;
    squareZ[place] = square + sumZ * 65536;
    if (square > watch) look(square);
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

/** No axis is beyond `LIMIT` while the square is not above this. */
const WITHIN = LIMIT * LIMIT;

function limited(steps: number): number {
  if (steps > LIMIT) return LIMIT;
  return steps < -LIMIT ? -LIMIT : steps;
}
