/**
 * The life of an alarm: detected -> pre-alarm, which the wearer may cancel -> raised -> delivered.
 *
 * A pre-alarm buzzes until it is cancelled or its time is up. A raised alarm cannot be taken back: somebody will look. The wearer
 * feels one long buzz when the far end has it. The motor also rings for whoever looks for the device; alarms come first.
 */
import type { Timers } from "../board/clock.ts";
import type { Haptic } from "../board/haptic.ts";
import type { Log } from "../board/log.ts";
import { allocInts, idiv } from "../lang/intrinsics.ts";
import { BUSY, MISSING, OK, type Result } from "../lang/result.ts";
import { ALARM_CANCELLED, ALARM_DELIVERED, ALARM_DETECTED, ALARM_RAISED, CANCELLED } from "../record/codes.ts";
import type { Observation } from "../record/observation.ts";

const BUZZ_ON_MS = 400;
const BUZZ_OFF_MS = 600;
/** Ringing is another rhythm than an alarm's: nobody is to take the one for the other. */
const RING_ON_MS = 150;
const RING_OFF_MS = 350;
const DELIVERED_BUZZ_MS = 1500;
/** Pause before an alarm is journalled again. */
const WRITE_AGAIN_MS = 5000;
/** Alarms that may be on their way at a time. */
const OPEN_ALARMS = 8;

export interface Alarm {
  /** Raises an alarm at once. */
  readonly raise: (observation: Observation) => void;
  /** Buzzes for `cancelWithinMs`, then raises the alarm unless `cancel` came first. Ignored while another pre-alarm runs. */
  readonly warn: (observation: Observation, cancelWithinMs: number) => void;
  /** Buzzes for `ms`, so that the device is found, until `cancel`; 0 ends it. `BUSY` during a pre-alarm, `MISSING` without a motor. */
  readonly ring: (ms: number) => Result;
  /** Ends the pre-alarm, if one runs, and ringing; the cancellation is journalled. Answers whether there was a pre-alarm. */
  readonly cancel: () => boolean;
  /** Raises the pre-alarm that runs, if any, without waiting for its end. */
  readonly confirm: () => void;
  /** Tells the alarm room what the far end has. */
  readonly delivered: (sequence: number) => void;
}

/** `write` journals an observation and answers its sequence number or a negative result. */
export function alarm(
  timers: Timers,
  log: Log,
  haptic: Haptic | undefined,
  write: (observation: Observation, urgent: boolean) => number,
): Alarm {
  let warned: Observation | undefined;
  let timer = 0;
  /** Timer while the device rings; 0: it does not. */
  let ringing = 0;
  /** Sequence numbers plus one of the last raised alarms; 0: delivered. */
  const open = allocInts(OPEN_ALARMS);
  let slot = 0;

  function buzz(onMs: number, offMs: number, times: number): void {
    if (haptic !== undefined) haptic.buzz(onMs, offMs, times);
  }

  function send(observation: Observation): void {
    const sequence = write(observation, true);
    if (sequence < 0) {
      // An alarm that flash has refused must not be forgotten.
      timers.after(WRITE_AGAIN_MS, () => send(observation));
      return;
    }
    log.event(ALARM_RAISED, sequence);
    open[slot] = sequence + 1;
    slot = (slot + 1) % OPEN_ALARMS;
  }

  function endRinging(): void {
    if (ringing === 0) return;
    timers.cancel(ringing);
    ringing = 0;
    buzz(0, 0, 0);
  }

  function endWarning(): void {
    timers.cancel(timer);
    timer = 0;
    warned = undefined;
    buzz(0, 0, 0);
  }

  function confirm(): void {
    const observation = warned;
    if (observation === undefined) return;
    endWarning();
    send(observation);
  }

  return {
    raise: (observation) => {
      log.event(ALARM_DETECTED, observation.code);
      send(observation);
    },
    confirm,
    warn: (observation, cancelWithinMs) => {
      if (warned !== undefined) return;
      warned = observation;
      endRinging();
      log.event(ALARM_DETECTED, observation.code);
      buzz(BUZZ_ON_MS, BUZZ_OFF_MS, idiv(cancelWithinMs, BUZZ_ON_MS + BUZZ_OFF_MS));
      timer = timers.after(cancelWithinMs, confirm);
    },
    ring: (ms) => {
      if (haptic === undefined) return MISSING;
      if (warned !== undefined) return BUSY;
      endRinging();
      if (ms > 0) {
        haptic.buzz(RING_ON_MS, RING_OFF_MS, idiv(ms, RING_ON_MS + RING_OFF_MS) + 1);
        ringing = timers.after(ms, endRinging);
      }
      return OK;
    },
    cancel: () => {
      endRinging();
      const observation = warned;
      if (observation === undefined) return false;
      endWarning();
      log.event(ALARM_CANCELLED, observation.code);
      write({ code: CANCELLED, values: [observation.code] }, false);
      return true;
    },
    delivered: (sequence) => {
      for (let i = 0; i < OPEN_ALARMS; i++) {
        if (open[i] === sequence + 1) {
          open[i] = 0;
          log.event(ALARM_DELIVERED, sequence);
          buzz(DELIVERED_BUZZ_MS, 0, 1);
        }
      }
    },
  };
}
