/** HomeAssist's log of a home: lines of time;sensor;value. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { APPLIANCE, CONTACT, DOOR, MOTION } from "@songbai/sdk/sensing/routine/kinds";
import { InputError } from "@songbai/sim/scenario/input-error";
import { filesOf } from "../sense/table.ts";

export interface Report {
  /** Whole seconds from the midnight before the first report. */
  readonly second: number;
  /** Place in `sensors`. */
  readonly sensor: number;
  readonly on: boolean;
}

export interface HomeSensor {
  readonly name: string;
  readonly kind: number;
}

export interface Home {
  /** Path below the folder, without extension. */
  readonly id: string;
  readonly sensors: readonly HomeSensor[];
  readonly reports: readonly Report[];
  /** The midnight that seconds count from, ms of UTC with the log's own clock. */
  readonly midnightMs: number;
}

/** An appliance is on from so many watts: the authors' rules, `-q '/^EMeter_/>=20'`. */
const ON_W = 20;
const DAY_MS = 86_400_000;
/** The line program has seven bits for a sensor. */
const MOST = 32;

export function homesIn(folder: string): Home[] {
  return filesOf(folder, ".csv").map((name) => readHome(join(folder, name), name.replace(/\.csv$/, "")));
}

/** Lines of batteries, failures of radio and the like are left out. Throws `InputError` for a line that is none. */
function readHome(file: string, id: string): Home {
  const sensors: HomeSensor[] = [];
  const places = new Map<string, number>();
  const reports: Report[] = [];
  let midnightMs = Number.NaN;
  const lines = readFileSync(file, "utf8").split("\n");
  for (const [i, text] of lines.entries()) {
    const line = text.trim();
    if (line === "") continue;
    const [time, name, value] = line.split(/\s*;\s*/);
    const ms = timeMs(time);
    if (Number.isNaN(ms) || name === undefined || value === undefined || value === "") {
      if (i === 0) continue; // a header
      throw new InputError(`${file}, line ${i + 1}: "${line.slice(0, 60)}" is not time;sensor;value with an ISO time.`);
    }
    const kind = kindOf(name);
    if (kind === undefined) continue;
    const level = Number(value);
    if (!Number.isFinite(level))
      throw new InputError(`${file}, line ${i + 1}: the value "${value.slice(0, 20)}" of ${name} is no number.`);
    if (Number.isNaN(midnightMs)) midnightMs = Math.floor(ms / DAY_MS) * DAY_MS;
    let sensor = places.get(name);
    if (sensor === undefined) {
      sensor = sensors.length;
      if (sensor === MOST) throw new InputError(`${file} has more than ${MOST} sensors, which is more than a hub takes.`);
      places.set(name, sensor);
      sensors.push({ name, kind });
    }
    reports.push({ second: Math.floor((ms - midnightMs) / 1000), sensor, on: kind === APPLIANCE ? level >= ON_W : level > 0 });
  }
  if (reports.length === 0) throw new InputError(`${file} has no report of a motion detector, contact or meter.`);
  return { id, sensors, reports, midnightMs };
}

/** HomeAssist's names: MotionD_ and the room, ContactS_ and the thing (E is the entrance), EMeter_ and the appliance. */
function kindOf(name: string): number | undefined {
  if (name.includes(".")) return undefined;
  if (/^motion/i.test(name)) return MOTION;
  if (/^contact\w*_(e|entr\w*|front\w*|door\w*)$/i.test(name)) return DOOR;
  if (/^contact/i.test(name)) return CONTACT;
  return /^emeter/i.test(name) ? APPLIANCE : undefined;
}

/** NaN for what is no time. The log's own clock is taken as it is. */
function timeMs(text: string): number {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? Date.parse(`${text.replace(" ", "T")}Z`) : Number.NaN;
}

/** As the log writes it, to the second. */
export function timeOf({ midnightMs }: Home, second: number): string {
  return new Date(midnightMs + 1000 * second).toISOString().slice(0, 19);
}
