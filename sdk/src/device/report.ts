/** The report that a device makes of itself at intervals, which the platform may change. */
import type { Timers } from "../board/clock.ts";
import { MISSING, OK, type Result } from "../lang/result.ts";

export interface Report {
  /** Calls `task` every `periodMs`, the first time after one period; a period that the platform has set goes before. */
  readonly start: (periodMs: number, task: () => void) => void;
  /** From now on every `periodMs`. */
  readonly setPeriod: (periodMs: number) => void;
  /** Calls the task now; `MISSING` when the device makes no report. */
  readonly now: () => Result;
}

/** `setMs`: the period that the platform has set earlier; 0: none. */
export function report(timers: Timers, setMs: number): Report {
  let chosen = setMs;
  let run: (() => void) | undefined;
  let timer = 0;

  function again(periodMs: number): void {
    timers.cancel(timer);
    timer = timers.after(periodMs, () => {
      again(periodMs);
      if (run !== undefined) run();
    });
  }

  return {
    start: (periodMs, task) => {
      run = task;
      again(chosen > 0 ? chosen : periodMs);
    },
    setPeriod: (periodMs) => {
      chosen = periodMs;
      if (run !== undefined) again(periodMs);
    },
    now: () => {
      if (run === undefined) return MISSING;
      run();
      return OK;
    },
  };
}
