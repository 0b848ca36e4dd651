/** How long a board's flash keeps what a device records while nobody takes it: the manifest's streams against the log's room. */
import { join, relative } from "node:path";
import { LOG_SECTOR } from "@songbai/sdk/device/device";
import type { Stream } from "@songbai/sdk/device/manifest";
import { OVERHEAD_BYTES } from "@songbai/sdk/store/flash-log";
import { HEADER_BYTES } from "@songbai/sdk/store/header";
import { lineOf } from "@songbai/sim/scenario/checked-file";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { FoundDevice } from "../cli/find-device.ts";
import type { BudgetRow } from "./budget.ts";
import type { Profile } from "./profile.ts";

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
/** One is erased ahead; of the one behind it nothing is left as soon as that is in use. */
const SECTORS_AHEAD = 2;

export interface Retention {
  /** The stream that asks for most. */
  readonly stream: Stream;
  /** Flash for it and what is recorded beside it, with identity and counters, octets. */
  readonly neededBytes: number;
  /** How long the board's flash keeps everything, seconds. */
  readonly keptS: number;
}

/** "48 h" and "7 d" in seconds. */
export function secondsOf(keep: string): number {
  const [count, unit] = keep.split(" ");
  return Number(count) * (unit === "h" ? HOUR_S : DAY_S);
}

/**
 * The worst case: all streams share one ring, so each stream's time is everybody's; a sector ends with a longest record that did not
 * fit; and where there are urgent streams, a quarter of it is taken by records that were carried forward. `undefined` for a manifest
 * without streams.
 */
export function retentionOf(streams: readonly Stream[] | undefined, { flash }: Pick<Profile, "flash">): Retention | undefined {
  if (streams === undefined || streams.length === 0) return undefined;
  const longest = Math.max(...streams.map(({ recordBytes }) => recordBytes)) + OVERHEAD_BYTES;
  const carried = streams.some(({ urgent }) => urgent === true) ? flash.sectorBytes / 4 : 0;
  const bytesPerS = streams.reduce((sum, stream) => sum + (stream.recordBytes + OVERHEAD_BYTES) / stream.everySeconds, 0);
  const sectorS = (flash.sectorBytes - HEADER_BYTES - (longest - 1) - carried) / bytesPerS;
  const stream = streams.reduce((most, one) => (secondsOf(one.keep) > secondsOf(most.keep) ? one : most));
  const sectors = LOG_SECTOR + SECTORS_AHEAD + Math.ceil(secondsOf(stream.keep) / sectorS);
  const present = Math.floor(flash.sizeBytes / flash.sectorBytes) - LOG_SECTOR - SECTORS_AHEAD;
  return { stream, neededBytes: sectors * flash.sectorBytes, keptS: Math.max(0, present) * sectorS };
}

/** The row of the budget table. */
export function retentionRows(streams: readonly Stream[] | undefined, profile: Profile): BudgetRow[] {
  const retention = retentionOf(streams, profile);
  if (retention === undefined) return [];
  const { stream, neededBytes } = retention;
  const { sizeBytes, source } = profile.flash;
  return [{ what: `flash for ${stream.keep} of ${stream.name}`, value: neededBytes, limit: sizeBytes, unit: "bytes", source }];
}

/** Throws `InputError` when the board's flash is too small for what the manifest asks to keep. */
export function checkRetention(device: FoundDevice, profile: Profile): void {
  const { streams } = device.manifest;
  const retention = retentionOf(streams, profile);
  if (streams === undefined || retention === undefined || retention.neededBytes <= profile.flash.sizeBytes) return;
  const { stream, neededBytes, keptS } = retention;
  const file = join(device.folder, "manifest.json");
  const key = ["streams", String(streams.indexOf(stream)), "keep"];
  throw new InputError(
    `${relative(".", file)}:${lineOf(file, key)}: ${stream.keep} of ${stream.name} take ${number(neededBytes)} bytes of flash with what is recorded beside them, and ${profile.id} has ${number(profile.flash.sizeBytes)}, enough for ${span(keptS)}: keep less long, record less often, or take a board with more flash.`,
  );
}

function span(seconds: number): string {
  return seconds < 3 * DAY_S ? `${Math.floor(seconds / HOUR_S)} h` : `${Math.floor(seconds / DAY_S)} d`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
