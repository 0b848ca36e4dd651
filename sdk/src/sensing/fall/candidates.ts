import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, NO_GRAVITY, SATURATED, STARTING } from "../doubt.ts";
import { squareRoot } from "../integer.ts";
import { AFTER, BEFORE, BEFORE_LEAST, FEATURES, fallFeatures } from "./features.ts";
import { type Feed, frames } from "./frames.ts";
import { FRAMES_KEPT, LIMIT, newHistory, PLACE, SQUARE } from "./history.ts";
import type { FallTrigger } from "./position.ts";
import { isImpact } from "./trigger.ts";

/**
 * An impact `AFTER` frames ago with what the window around it showed; `doubt` of sensing/doubt says whether it can be judged. The
 * features are the same `Ints` each time.
 */
export type OnCandidate = (features: Ints, impactMg: number, doubt: number) => void;

export interface Candidates {
  readonly feed: Feed;
  /** Impacts that happened, or come, before this many more frames pass are none. */
  readonly pass: (count: number) => void;
  /** Samples were lost: what came before them counts no more. */
  readonly restart: () => void;
  /** What speaks against the last five seconds of the signal, a code of sensing/doubt. */
  readonly doubt: () => number;
}

/** Frames of the same values, to the last mg, after which a sensor is frozen while something else says that it moves. */
const FROZEN_FRAMES = 38;

/** The impacts that may be falls: what the trainer learns from and the detector scores, `AFTER` frames after each. */
export function fallCandidates(rateHz: number, position: FallTrigger, onCandidate: OnCandidate): Candidates {
  const history = newHistory();
  const { xy, squareZ } = history;
  const features = allocInts(FEATURES);
  const wide = position.rangeG === 8;
  const stepMg = wide ? 16 : 8;
  const oneG = wide ? 244 : 976;
  const measure = fallFeatures(history, oneG);
  const trigger = 16 * idiv(position.triggerMg * position.triggerMg, 16 * stepMg * stepMg);
  // No axis of a weaker frame is beyond the range.
  const strong = trigger < LIMIT * LIMIT ? trigger : LIMIT * LIMIT;

  let place = 0;
  // Frames whose square is above `watch` are looked at: the strong ones, or all while something is pending.
  let watch = -1;
  // Frames that an impact whose future is known still lacks to its past.
  let lacking = BEFORE + AFTER + 1;
  let deaf = 0;
  // Frames until the last strong one has its whole future in the history.
  let pending = 0;
  // The values of the last frame looked at, in one number, and for how many frames they have been the same.
  let values = 0;
  let same = 0;

  /** The frame for `place` is above `watch`; `now` are its values in one number. */
  function look(x: number, y: number, z: number, now: number): void {
    const square = x * x + y * y + z * z;
    xy[place] = x + y * 32768;
    squareZ[place] = square + z * 1048576;
    same = now === values ? same + 1 : 0;
    values = now;
    if (square > trigger) pending = AFTER + 1;
    if (deaf > 0) deaf--;
    if (lacking > 0) lacking--;
    if (pending > 0) {
      pending--;
      const impact = place - AFTER;
      const due = squareZ[impact & PLACE] & SQUARE;
      const before = BEFORE - lacking;
      if (due > trigger && deaf === 0 && before >= BEFORE_LEAST && isImpact(squareZ, impact)) {
        const doubt = measure(impact, before, features);
        onCandidate(features, squareRoot(due) * stepMg, same >= FROZEN_FRAMES ? FROZEN : doubt);
      }
    }
    watch = deaf > 0 || lacking > 0 || pending > 0 ? -1 : strong;
  }

  // What each frame touches lives in local variables while a batch lasts, which a Lua reaches sooner than those of the closure.
  const feed = frames(rateHz, (batch, count) => {
    const end = 3 * count;
    let at = place;
    let above = watch;
    const halve = wide;
    for (let i = 0; i < end; i += 3) {
      let x = batch[i] + 4;
      let y = batch[i + 1] + 4;
      let z = batch[i + 2] + 4;
      x >>= 3;
      y >>= 3;
      z >>= 3;
      if (halve) {
        x >>= 1;
        y >>= 1;
        z >>= 1;
      }
      const square = x * x + y * y + z * z;
      if (square > above) {
        if (square > LIMIT * LIMIT) {
          x = limited(x);
          y = limited(y);
          z = limited(z);
        }
        place = at;
        look(x, y, z, batch[i] + 3 * batch[i + 1] + 7 * batch[i + 2]);
        above = watch;
      } else {
        xy[at] = x + y * 32768;
        squareZ[at] = square + z * 1048576;
      }
      at = (at + 1) & PLACE;
    }
    place = at;
  });

  return {
    feed,
    pass: (count) => {
      deaf = count;
      watch = -1;
    },
    restart: () => {
      lacking = BEFORE + AFTER + 1;
      pending = 0;
      watch = -1;
    },
    doubt: () => (lacking > 0 ? STARTING : doubtOf(squareZ, oneG)),
  };
}

/** What the squares of the whole history say, one g being `oneG`. */
function doubtOf(squareZ: Ints, oneG: number): number {
  let most = 0;
  let least = SQUARE;
  for (let i = 0; i < FRAMES_KEPT; i++) {
    const square = squareZ[i] & SQUARE;
    if (square > most) most = square;
    if (square < least) least = square;
  }
  // An axis is at the end of the range.
  if (least >= LIMIT * LIMIT) return SATURATED;
  if (most < (oneG >> 2) << 4) return NO_GRAVITY;
  return most === least ? FROZEN : CLEAR;
}

function limited(steps: number): number {
  if (steps > LIMIT) return LIMIT;
  return steps < -LIMIT ? -LIMIT : steps;
}
