/**
 * The kernel: wires the rooms of the SDK to a board, once, at boot. A device program imports this and says what the product does.
 *
 * Flash by sector: 0 identity, 1 and 2 counters, 3 to the end the log.
 */

import { type Alarm, alarm } from "../alarm/alarm.ts";
import type { Bearer } from "../bearer/bearer.ts";
import { cn470 } from "../bearer/lorawan/cn470.ts";
import { frameCodec } from "../bearer/lorawan/frame.ts";
import { lorawan } from "../bearer/lorawan/lorawan.ts";
import type { Board } from "../board/board.ts";
import { AES_CCM } from "../identity/aes-ccm.ts";
import { LORAWAN_APPLICATION_KEY, LORAWAN_NETWORK_KEY, RECORD_KEY } from "../identity/block.ts";
import { type Identity, readIdentity } from "../identity/identity.ts";
import { idiv } from "../lang/intrinsics.ts";
import { OK } from "../lang/result.ts";
import { outbox } from "../outbox/outbox.ts";
import { BATTERY, BOOTED, NO_IDENTITY, STATUS } from "../record/codes.ts";
import { journal, MAX_RECORD } from "../record/journal.ts";
import type { Observation } from "../record/observation.ts";
import { sealer } from "../record/seal.ts";
import { type Counters, openCounters } from "../store/counters.ts";
import { openFlashLog } from "../store/flash-log.ts";
import { type Presses, presses } from "./buttons.ts";
import type { Manifest } from "./manifest.ts";
import { type Motion, motion } from "./motion.ts";

const COUNTER_SECTOR = 1;
const LOG_SECTOR = 3;
/** Counter values that one flash write serves. */
const COUNTER_RESERVE = 64;

/** What a device program works with. */
export interface Device {
  readonly board: Board;
  readonly manifest: Manifest;
  readonly alarm: Alarm;
  readonly button: Presses;
  /** Samples of the accelerometer that the manifest names. */
  readonly motion: Motion;
  /** Charge of the battery, and how long the device runs and what it lost: observations for `journal`. */
  readonly battery: () => Observation;
  readonly status: () => Observation;
  /** Calls `task` every `periodMs`, the first time after one period. */
  readonly every: (periodMs: number, task: () => void) => void;
  /** Keeps the observations as one record and sends it. */
  readonly journal: (observations: Observation[]) => void;
}

/** A device program: takes a board, and runs on it from then on. */
export type DeviceProgram = (board: Board) => void;

export function seconds(count: number): number {
  return count * 1000;
}

export function minutes(count: number): number {
  return count * 60000;
}

/** The bearer of the manifest. The build refuses a board without the radio, so what is missing here is a key. */
function bearerOf(board: Board, manifest: Manifest, identity: Identity, counters: Counters): Bearer | undefined {
  const settings = manifest.bearers.lorawan;
  const network = identity.keystore.cipher(LORAWAN_NETWORK_KEY);
  const application = identity.keystore.cipher(LORAWAN_APPLICATION_KEY);
  if (settings === undefined || board.lora === undefined || network === undefined || application === undefined)
    return undefined;
  return lorawan(board.lora, board.timers, board.random, counters, {
    deviceAddress: identity.deviceAddress,
    codec: frameCodec(network, application),
    region: cn470(settings.subBand),
    dataRate: settings.dataRate,
  });
}

/** The longest record that can leave the device. */
function longest(bearer: Bearer | undefined): number {
  const most = bearer === undefined ? MAX_RECORD : bearer.maxPayload();
  return most < MAX_RECORD ? most : MAX_RECORD;
}

/** Makes a device program of its manifest and of what the product does. */
export function device(manifest: Manifest, program: (d: Device) => void): DeviceProgram {
  return (board) => {
    const { clock, timers, flash, log } = board;
    const identity = readIdentity(flash);
    const recordKey = identity === undefined ? undefined : identity.keystore.cipher(RECORD_KEY);
    if (identity === undefined || recordKey === undefined) {
      log.event(NO_IDENTITY, 0);
      return;
    }
    const counters = openCounters(flash, COUNTER_SECTOR, COUNTER_RESERVE, () => OK);
    const store = openFlashLog(flash, LOG_SECTOR, idiv(flash.sizeBytes, flash.sectorBytes) - LOG_SECTOR, MAX_RECORD);
    const bearer = bearerOf(board, manifest, identity, counters);
    const records = journal(
      log,
      clock,
      counters,
      sealer(AES_CCM, recordKey, identity.salt, identity.firstEpoch),
      store,
      longest(bearer),
    );

    function write(observation: Observation, urgent: boolean): number {
      const sequence = records.write([observation], urgent);
      wake();
      return sequence;
    }

    const alarms = alarm(timers, log, board.haptic, write);
    const out = bearer === undefined ? undefined : outbox(store, bearer, timers, board.random, log, alarms.delivered);

    function wake(): void {
      if (out !== undefined) out.wake();
    }

    program({
      board,
      manifest,
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
      journal: (observations) => {
        records.write(observations, false);
        wake();
      },
    });
    log.event(BOOTED, 0);
    wake();
  };
}
