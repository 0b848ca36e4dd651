/**
 * The service log of a device whose manifest asks for one: it has the last sectors of the flash, begins with each start, and is signed
 * every hour and every 24 events, so that each sector that is still there holds a checkpoint.
 */
import type { Hash } from "../crypto/hash.ts";
import { sha256 } from "../crypto/sha256.ts";
import type { Step } from "../crypto/step.ts";
import { SIGNING_KEY } from "../identity/block.ts";
import { signer } from "../identity/sign.ts";
import { idiv } from "../lang/intrinsics.ts";
import { BUSY, MISSING } from "../lang/result.ts";
import { MAX_SERVICE_ENTRY, openServiceLog, SERVICE_BOOT, type ServiceLog } from "../record/service-log.ts";
import { openFlashLog } from "../store/flash-log.ts";
import { type Device, minutes } from "./device.ts";

/** Unsigned events that make a checkpoint due. */
const MOST_UNSIGNED = 24;
const CHECKPOINT_MINUTES = 60;
/** Between two slices of a signature: samples and alarms have their turn. */
const PAUSE_MS = 20;

/** `hash`: SM3 for suite 2. Without `serviceLog` in the manifest nothing is kept, and `note` answers `MISSING`. */
export function serviceLog(d: Device, hash: () => Hash = sha256): Pick<ServiceLog, "note" | "walk"> {
  const { flash, timers } = d.board;
  const settings = d.manifest.serviceLog;
  if (settings === undefined) return { note: () => MISSING, walk: () => {} };
  const first = idiv(flash.sizeBytes, flash.sectorBytes) - settings.sectors;
  const store = openFlashLog(flash, first, settings.sectors, MAX_SERVICE_ENTRY);
  const log = openServiceLog(store, d.clock, hash(), d.deviceId, signer(flash, SIGNING_KEY));

  function run(step: Step): void {
    if (step() === BUSY) timers.after(PAUSE_MS, () => run(step));
  }

  function sign(): void {
    const step = log.checkpoint(d.epoch());
    if (step !== undefined) run(step);
  }

  function note(kind: number, value: number): number {
    const index = log.note(kind, value);
    if (log.unsigned() >= MOST_UNSIGNED) sign();
    return index;
  }

  note(SERVICE_BOOT, 0);
  d.every(minutes(CHECKPOINT_MINUTES), sign);
  return { note, walk: log.walk };
}
