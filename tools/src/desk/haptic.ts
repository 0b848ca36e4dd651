import type { Agenda } from "@songbai/sim/clock/agenda";

/** Plays patterns on a motor that can only be on or off: `times` times `onMs`, with `offMs` between. 0 times stops. */
export function hapticPattern(agenda: Agenda, vibrate: (on: boolean) => void) {
  let next = 0;

  function play(onMs: number, offMs: number, times: number): void {
    agenda.cancel(next);
    vibrate(times > 0);
    if (times <= 0) return;
    next = agenda.at(agenda.nowUs() + onMs * 1000, () => {
      vibrate(false);
      if (times > 1) next = agenda.at(agenda.nowUs() + offMs * 1000, () => play(onMs, offMs, times - 1));
    });
  }

  return play;
}
