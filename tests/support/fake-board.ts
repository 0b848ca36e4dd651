import type { Timers } from "@songbai/sdk/board/clock";
import type { Log } from "@songbai/sdk/board/log";

/** Timers on a clock that the test moves. */
export interface FakeTimers extends Timers {
  readonly now: () => number;
  /** Lets `ms` pass; timers fire in order of time, then of setting. */
  readonly pass: (ms: number) => void;
  /** Delays until the timers that are set, soonest first. */
  readonly due: () => number[];
}

export function fakeTimers(): FakeTimers {
  let now = 0;
  let last = 0;
  let timers: { id: number; at: number; fire: () => void }[] = [];
  const soonest = () => timers.toSorted((a, b) => a.at - b.at || a.id - b.id);
  return {
    now: () => now,
    due: () => soonest().map(({ at }) => at - now),
    after(delayMs, fire) {
      last += 1;
      timers.push({ id: last, at: now + delayMs, fire });
      return last;
    },
    cancel(id) {
      timers = timers.filter((timer) => timer.id !== id);
    },
    pass(ms) {
      const end = now + ms;
      for (let [next] = soonest(); next !== undefined && next.at <= end; [next] = soonest()) {
        now = next.at;
        timers = timers.filter(({ id }) => id !== next.id);
        next.fire();
      }
      now = end;
    },
  };
}

/** A log that remembers: `events` holds [event, value]. */
export interface FakeLog extends Log {
  readonly events: [number, number][];
}

export function fakeLog(): FakeLog {
  const events: [number, number][] = [];
  return { events, event: (event, value) => events.push([event, value]) };
}
