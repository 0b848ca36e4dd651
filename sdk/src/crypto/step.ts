/**
 * Long work in slices, so that samples, alarms and the watchdog have their turn in between: a function to call until it answers
 * something else than `BUSY`. Work that nobody calls any more is abandoned.
 */
import { BUSY, type Result } from "../lang/result.ts";

/** Does the next slice; `BUSY` when there are more, then once `OK` or what went wrong. Not to be called after that. */
export type Step = () => Result;

/** Does all slices at once. */
export function finish(step: Step): Result {
  let result = step();
  while (result === BUSY) result = step();
  return result;
}
