/**
 * Long work in slices, so that samples, alarms and the watchdog have their turn in between: a function to call until it answers
 * something else than `BUSY`. Work that nobody calls any more is abandoned.
 */
import { BUSY, OK, type Result } from "../lang/result.ts";

/** Does the next slice; `BUSY` when there are more, then once `OK` or what went wrong. Not to be called after that. */
export type Step = () => Result;

/** Does all slices at once. */
export function finish(step: Step): Result {
  let result = step();
  while (result === BUSY) result = step();
  return result;
}

/** One after the other, until one is neither `BUSY` nor `OK`. */
export function inTurn(steps: readonly Step[]): Step {
  let at = 0;
  return () => {
    const result = steps[at]();
    if (result !== OK) return result;
    at += 1;
    return at < steps.length ? BUSY : OK;
  };
}
