/**
 * What the platform may ask of a device (`record/command.ts`), and how it is done. Each command is answered by an observation, its
 * number and the result, so that the platform knows; one that comes again is neither done nor answered again.
 * Acknowledgements of bearers that do not authenticate (BLE, cellular) come the same way.
 */
import type { Alarm } from "../alarm/alarm.ts";
import type { Board } from "../board/board.ts";
import type { Identity } from "../identity/identity.ts";
import type { Suite } from "../identity/suite.ts";
import type { Bytes } from "../lang/intrinsics.ts";
import { MISSING, OK, OUT_OF_RANGE, type Result } from "../lang/result.ts";
import { COMMAND, COMMANDED } from "../record/codes.ts";
import {
  CANCEL_ALARM,
  type Command,
  type CommandEvents,
  commandReader,
  INTERVAL,
  LOCATE,
  RING,
  SET_TIME,
} from "../record/command.ts";
import type { Observation } from "../record/observation.ts";
import type { Opener } from "../record/seal.ts";
import { type Counters, REPORT_INTERVAL } from "../store/counters.ts";
import type { Epochs } from "../store/epochs.ts";
import type { Report } from "./report.ts";
import type { WallClock } from "./wall-clock.ts";

/** An interval of reports: what a battery stands, and what still shows that the device lives. */
const LEAST_INTERVAL_S = 60;
const LONGEST_INTERVAL_S = 86400;
const LONGEST_RING_S = 600;

/** What commands work on. */
export interface Commanded {
  readonly board: Board;
  readonly identity: Identity;
  readonly suite: Suite;
  readonly epochs: Epochs;
  /** What opens frames of `openedEpoch`, where it was made at boot. */
  readonly opener: Opener | undefined;
  readonly openedEpoch: number;
  readonly counters: Counters;
  readonly clock: WallClock;
  readonly alarm: Alarm;
  readonly report: Report;
  /** Takes an acknowledgement that was sealed for this device. */
  readonly heard: (acknowledgement: Bytes, length: number) => void;
  readonly journal: (observation: Observation) => void;
}

/** The first value of a command, if it is within the bounds; else `OUT_OF_RANGE`. */
function within(values: number[], least: number, most: number): number {
  return values.length < 1 || values[0] < least || values[0] > most ? OUT_OF_RANGE : values[0];
}

/** What takes frames that came down. */
export function commands(device: Commanded): (frame: Bytes, length: number) => Result {
  const { identity, suite, epochs, counters, clock, alarm, report } = device;

  function setInterval(seconds: number): Result {
    if (seconds < 0) return seconds;
    const kept = counters.put(REPORT_INTERVAL, seconds);
    if (kept === OK) report.setPeriod(seconds * 1000);
    return kept;
  }

  function ring(seconds: number): Result {
    return seconds < 0 ? seconds : alarm.ring(seconds * 1000);
  }

  function setTime(time: number): Result {
    clock.set(time);
    return OK;
  }

  function obey({ kind, time, values }: Command): Result {
    if (kind === LOCATE) return report.now();
    if (kind === INTERVAL) return setInterval(within(values, LEAST_INTERVAL_S, LONGEST_INTERVAL_S));
    if (kind === RING) return ring(within(values, 0, LONGEST_RING_S));
    if (kind === CANCEL_ALARM) return alarm.cancel() ? OK : MISSING;
    return kind === SET_TIME ? setTime(time) : MISSING;
  }

  const events: CommandEvents = {
    onAcknowledgement: device.heard,
    onCommand: (command) => {
      const result = command.result === OK ? obey(command) : command.result;
      device.board.log.event(COMMANDED, command.number);
      device.journal({ code: COMMAND, values: [command.number, result] });
    },
  };
  return commandReader(identity, suite, epochs, counters, clock, events, device.opener, device.openedEpoch).take;
}
