// Portable TypeScript: a timer longer than any vendor's, and one that sets itself again at once.
import type { Board } from "@songbai/sdk/board/board";

const TEN_HOURS_MS = 36000000;

export function program({ timers, clock, log }: Board): void {
  let rounds = 0;
  function again(): void {
    rounds += 1;
    if (rounds < 100) timers.after(0, again);
    else log.event(2, clock.uptimeMs());
  }
  timers.after(TEN_HOURS_MS, () => log.event(1, clock.uptimeMs()));
  timers.after(0, again);
}
