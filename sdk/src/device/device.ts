/**
 * The kernel: wires the rooms of the SDK to a board, once, at boot. A device program imports this and says what the product does.
 *
 * Flash by sector: 0 identity and behind it the epoch ledger, 1 and 2 counters, 3 to the end the log, but for the last ones
 * where the manifest asks for a service log.
 */

import { type Alarm, alarm } from "../alarm/alarm.ts";
import type { Bearer } from "../bearer/bearer.ts";
import type { Board } from "../board/board.ts";
import type { Clock } from "../board/clock.ts";
import type { Flash } from "../board/flash.ts";
import { AES_CCM } from "../identity/aes-ccm.ts";
import { IDENTITY_BYTES } from "../identity/block.ts";
import { readIdentity } from "../identity/identity.ts";
import type { Suite } from "../identity/suite.ts";
import { type Bytes, idiv } from "../lang/intrinsics.ts";
import { MISSING, OK, type Result } from "../lang/result.ts";
import { outbox } from "../outbox/outbox.ts";
import { BATTERY, BOOTED, NO_IDENTITY, STATUS } from "../record/codes.ts";
import { commandOpener } from "../record/command.ts";
import { journal, MAX_RECORD } from "../record/journal.ts";
import type { Observation } from "../record/observation.ts";
import { sealing } from "../record/sealing.ts";
import { type Counters, openCounters, REPORT_INTERVAL } from "../store/counters.ts";
import { type Epochs, openEpochs } from "../store/epochs.ts";
import { openFlashLog } from "../store/flash-log.ts";
import { type Presses, presses } from "./buttons.ts";
import { commands } from "./commands.ts";
import type { Manifest } from "./manifest.ts";
import { type Motion, motion } from "./motion.ts";
import { report } from "./report.ts";
import { wallClock } from "./wall-clock.ts";
import type { BearerMaker } from "./wiring.ts";

const COUNTER_SECTOR = 1;
/** The first sector of the log. */
export const LOG_SECTOR = 3;
/** Counter values that one flash write serves. */
const COUNTER_RESERVE = 64;

/** What a device program works with. */
export interface Device {
  readonly board: Board;
  readonly manifest: Manifest;
  /** The time, as the platform has set it where it has. */
  readonly clock: Clock;
  /** EUI-64, 8 octets. */
  readonly deviceId: Bytes;
  readonly alarm: Alarm;
  readonly button: Presses;
  /** Samples of the accelerometer that the manifest names. */
  readonly motion: Motion;
  /** Charge of the battery, and how long the device runs and what it lost: observations for `journal`. */
  readonly battery: () => Observation;
  readonly status: () => Observation;
  /** Calls `task` every `periodMs`, the first time after one period. */
  readonly every: (periodMs: number, task: () => void) => void;
  /** The same for the report that the device makes of itself: the platform may set another interval, or ask for it now. One a device. */
  readonly report: (periodMs: number, task: () => void) => void;
  /** Keeps the observations as one record and sends it. */
  readonly journal: (observations: Observation[]) => void;
  /** Seals with a new key from the next record on, when the platform asks for it. */
  readonly renewKey: () => Result;
  /** The key epoch of the records. */
  readonly epoch: () => number;
}

/** What a device is put together of; only what is named here is in its bundle. */
export interface Parts {
  /** The bearers of the manifest, such as `overLorawan`. */
  readonly bearers: readonly BearerMaker[];
  /** What its records are sealed with; the identity must be enrolled for the same. */
  readonly suite?: Suite;
}

/** A device program: takes a board, and runs on it from then on. */
export type DeviceProgram = (board: Board) => void;

export function seconds(count: number): number {
  return count * 1000;
}

export function minutes(count: number): number {
  return count * 60000;
}

/** The longest record that can leave the device by any of its bearers. */
function longest(bearers: readonly Bearer[]): number {
  let most = MAX_RECORD;
  for (const bearer of bearers) if (bearer.maxPayload() < most) most = bearer.maxPayload();
  return most;
}

/** Sectors of the log: all that nobody else has. */
function logSectors(flash: Flash, manifest: Manifest): number {
  const rest = idiv(flash.sizeBytes, flash.sectorBytes) - LOG_SECTOR;
  return manifest.serviceLog === undefined ? rest : rest - manifest.serviceLog.sectors;
}

/** Opens the counters. Where they are lost, the record epoch ends with them, so that numbers from 0 on make no nonce twice. */
function countersOf(flash: Flash, epochs: Epochs): Counters {
  return openCounters(flash, COUNTER_SECTOR, COUNTER_RESERVE, () => (epochs.begun() ? epochs.advance() : OK));
}

/** Makes a device program of its manifest, of what the product does, and of the parts that it is to have. */
export function device(manifest: Manifest, program: (d: Device) => void, parts: Parts): DeviceProgram {
  const suite = parts.suite === undefined ? AES_CCM : parts.suite;
  return (board) => {
    const { timers, flash, log } = board;
    const clock = wallClock(board.clock);
    const identity = readIdentity(flash, board.cipher);
    if (identity === undefined || identity.fields.suite !== suite.id) {
      log.event(NO_IDENTITY, 0);
      return;
    }
    const epochs = openEpochs(flash, IDENTITY_BYTES, flash.sectorBytes, identity.fields.firstEpoch);
    const counters = countersOf(flash, epochs);
    const seals = sealing(identity, suite, epochs, counters, clock, log);
    if (seals === undefined) {
      log.event(NO_IDENTITY, 0);
      return;
    }
    // Answers that come by these are sealed. Making the key takes kilobytes of a heap that are free now, and not later.
    const { ble, cellular } = manifest.bearers;
    const openedEpoch = ble === undefined && cellular === undefined ? MISSING : epochs.current();
    const opener = openedEpoch < 0 ? undefined : commandOpener(identity, suite, openedEpoch);
    const store = openFlashLog(flash, LOG_SECTOR, logSectors(flash, manifest), MAX_RECORD);
    const bearers: Bearer[] = [];
    for (const make of parts.bearers) {
      const bearer = make({
        board,
        manifest,
        identity,
        counters,
        epochs,
        onReady: () => wake(),
        onCommand: (frame, length) => takeFrame(frame, length),
        onTime: (epochSeconds) => {
          if (clock.epochSeconds() === 0) clock.set(epochSeconds);
        },
      });
      if (bearer !== undefined) bearers.push(bearer);
    }
    const records = journal(log, clock, seals, store, longest(bearers));

    function write(observation: Observation, urgent: boolean): number {
      const sequence = records.write([observation], urgent);
      wake();
      return sequence;
    }

    function journalled(observations: Observation[]): void {
      records.write(observations, false);
      wake();
    }

    const alarms = alarm(timers, log, board.haptic, write);
    const out = bearers.length === 0 ? undefined : outbox(store, bearers, timers, board.random, log, alarms.delivered);

    function wake(): void {
      if (out !== undefined) out.wake();
      // Erasing takes long: when what was written is on its way.
      store.prepare();
    }

    const reports = report(timers, counters.get(REPORT_INTERVAL) * 1000);
    /** Made when the first frame comes, as it takes a kilobyte and a half of a Lua heap. */
    let takeCommand: ((frame: Bytes, length: number) => Result) | undefined;

    const takeFrame = (frame: Bytes, length: number): void => {
      if (takeCommand === undefined) {
        takeCommand = commands({
          board,
          identity,
          suite,
          epochs,
          opener,
          openedEpoch,
          counters,
          clock,
          alarm: alarms,
          report: reports,
          heard: (octets, length) => {
            if (out !== undefined) out.heard(octets, length);
          },
          journal: (observation) => journalled([observation]),
        });
      }
      takeCommand(frame, length);
    };

    program({
      board,
      clock,
      manifest,
      deviceId: identity.fields.deviceId,
      alarm: alarms,
      button: presses(board.button, timers),
      motion: motion(board.accelerometer, manifest.sensors.accelerometer),
      battery: () => ({ code: BATTERY, values: [board.battery === undefined ? 0 : board.battery.levelPercent()] }),
      status: () => ({ code: STATUS, values: [idiv(clock.uptimeMs(), minutes(1)), store.dropped()] }),
      every: (periodMs, task) => {
        function again(): void {
          timers.after(periodMs, again);
          task();
        }
        timers.after(periodMs, again);
      },
      report: reports.start,
      journal: journalled,
      renewKey: seals.renew,
      epoch: epochs.current,
    });
    log.event(BOOTED, 0);
    wake();
  };
}
