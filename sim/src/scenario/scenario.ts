/** Scenario files: reading, and what they mean in scenario time. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import schema from "../../schema/scenario.schema.json" with { type: "json" };
import { type CellSettings, GOOD_CELL } from "../air/cell/network.ts";
import type { SiteSettings } from "../air/lora-site.ts";
import { activityCalled } from "../world/activities.ts";
import type { TimelineEntry } from "../world/person.ts";
import { readChecked } from "./checked-file.ts";
import { type Expectation, expectations } from "./expect.ts";
import { InputError } from "./input-error.ts";
import { durationOf, type FileTime, timeOf, timetable } from "./timetable.ts";

const FOLDER = fileURLToPath(new URL("../../scenarios/", import.meta.url));
/** China Standard Time: UTC+8, no daylight saving. */
const ZONE_S = 8 * 3600;
const DEFAULT_AIR = { distance: 1000, loss: 0, corruption: 0 };
/** A report every ten minutes from flats all over a district. */
const DEFAULT_NEIGHBOURS = { every: "10 min", octets: 25, within: 2000 };

/** What happens to the device or the air, not to the body. */
export type HostEvent =
  | { readonly atMs: number; readonly do: "press"; readonly forMs: number }
  | { readonly atMs: number; readonly do: "battery"; readonly percent: number }
  | { readonly atMs: number; readonly do: "restart" }
  | { readonly atMs: number; readonly do: "jam"; readonly forMs: number }
  | { readonly atMs: number; readonly do: "corrupt"; readonly frames: number };

/** The wearer's phone, which carries records to the hub while it is near. */
export interface PhoneSettings {
  readonly near: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Whether it reaches the hub. */
  readonly online: boolean;
  readonly distanceM: number;
  /** Share of BLE packets lost for reasons of their own, 0..1, each way. */
  readonly loss: number;
}

/** One line of the story, for people who watch. */
export interface StoryLine {
  readonly atMs: number;
  readonly do: string;
  readonly who?: string;
  readonly where?: string;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  /** Seconds since 1970 at scenario time 0. */
  readonly startEpochS: number;
  readonly durationMs: number;
  readonly person: { readonly id: string; readonly name: string };
  /** A recording to play instead of the timeline. */
  readonly recording?: string;
  readonly timeline: readonly TimelineEntry[];
  readonly hostEvents: readonly HostEvent[];
  readonly story: readonly StoryLine[];
  readonly device: string;
  readonly batteryPercent: number;
  readonly air: SiteSettings;
  readonly phone?: PhoneSettings;
  readonly cell?: CellSettings;
  readonly expect: readonly Expectation[];
  /** Expected, and known not to be met yet: says so, and fails nothing. */
  readonly known: readonly Expectation[];
}

interface FileEvent extends FileTime {
  do: string;
  who?: string;
  how?: string;
  where?: string;
  for?: string;
  percent?: number;
  frames?: number;
}

interface FileAir {
  distance?: number;
  gateways?: [number, number][];
  "sub-band"?: number;
  fading?: "none" | "rician" | "rayleigh";
  shadowing?: number;
  neighbours?: { count: number; every?: string; octets?: number; within?: number };
  loss?: number;
  corruption?: number;
}

/** Two times of the day. */
interface FileSpan {
  from: string;
  to: string;
}

interface FilePhone {
  near?: FileSpan[];
  online?: boolean;
  distance?: number;
  loss?: number;
}

interface FileCell {
  outages?: FileSpan[];
  latency?: number;
  loss?: number;
}

interface ScenarioFile {
  title: string;
  seed?: number;
  start: string;
  duration: string;
  people: { id: string; name: string; motion?: { recording: string } }[];
  home?: { rooms?: string[] };
  devices: { device: string; "worn-by": string; battery?: number }[];
  air?: FileAir;
  phone?: FilePhone;
  cell?: FileCell;
  daily?: FileEvent[];
  events?: FileEvent[];
  expect?: string[];
  known?: string[];
}

/** Names of the scenarios that come with the simulator. */
export function scenarioNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => basename(file, ".yaml"))
    .sort();
}

/** Reads a scenario by its name, or from a YAML or JSON file. Throws `InputError`. */
export function readScenario(nameOrFile: string): Scenario {
  const known = resolve(FOLDER, `${nameOrFile}.yaml`);
  const isName = /^[a-z0-9-]+$/.test(nameOrFile);
  if (isName && existsSync(known)) return scenarioOf(nameOrFile, known, nameOrFile);
  if (isName && !existsSync(nameOrFile)) {
    throw new InputError(`There is no scenario "${nameOrFile}"; there are ${scenarioNames().join(", ")}, or name a file.`);
  }
  return scenarioOf(basename(nameOrFile, extname(nameOrFile)), nameOrFile, nameOrFile);
}

/** A scenario that plays one recording and then waits a minute for what follows from it. */
export function recordingScenario(file: string, device: string, durationS: number): Scenario {
  return {
    name: "recording",
    title: `Recording ${basename(file)}`,
    seed: 1,
    startEpochS: epochOf("2026-03-02 08:00:00", file),
    durationMs: Math.ceil(durationS + 60) * 1000,
    person: { id: "wearer", name: "the wearer" },
    recording: file,
    timeline: [],
    hostEvents: [],
    story: [],
    device,
    batteryPercent: 100,
    air: { distanceM: 1000, loss: 0, corruption: 0 },
    expect: expectations(["all records delivered"], "expect", file),
    known: [],
  };
}

function scenarioOf(name: string, path: string, shown: string): Scenario {
  const file = readChecked<ScenarioFile>(path, "scenario", schema);
  const startEpochS = epochOf(file.start, shown);
  const durationMs = durationOf(file.duration);
  const worn = file.devices[0];
  const person = file.people.find((one) => one.id === worn["worn-by"]);
  if (person === undefined) {
    throw new InputError(
      `${shown} at devices.0.worn-by: there is no person "${worn["worn-by"]}"; people are ${file.people.map((one) => one.id).join(", ")}.`,
    );
  }
  const timed = timetable(file, durationMs, shown);
  for (const { event, place } of timed) checkEvent(event, place, file, shown);

  const scenario: Scenario = {
    name,
    title: file.title,
    seed: file.seed ?? 1,
    startEpochS,
    durationMs,
    person: { id: person.id, name: person.name },
    timeline: timed
      .filter(({ event }) => isActivity(event.do) && event.who === person.id)
      .map(({ event, atMs }) => activityOf(event, atMs)),
    hostEvents: timed.filter(({ event }) => !isActivity(event.do)).map(({ event, atMs }) => hostEventOf(event, atMs)),
    story: timed.map(({ event, atMs }) => ({
      atMs,
      do: event.do,
      ...(event.who === undefined ? {} : { who: event.who }),
      ...(event.where === undefined ? {} : { where: event.where }),
    })),
    device: worn.device,
    batteryPercent: worn.battery ?? 100,
    air: airOf(file.air ?? {}, shown),
    ...(file.phone === undefined ? {} : { phone: phoneOf(file.phone, file.start, durationMs, shown) }),
    ...(file.cell === undefined ? {} : { cell: cellOf(file.cell, file.start, durationMs, shown) }),
    expect: expectations(file.expect ?? [], "expect", shown),
    known: expectations(file.known ?? [], "known", shown),
  };
  return person.motion === undefined ? scenario : { ...scenario, recording: resolve(dirname(path), person.motion.recording) };
}

const PHONE_M = 2;

/** Spans of the scenario, in order, none of them empty. */
function spansOf(
  spans: readonly FileSpan[],
  where: string,
  start: string,
  durationMs: number,
  shown: string,
): { fromMs: number; toMs: number }[] {
  let lastMs = 0;
  return spans.map(({ from, to }, index) => {
    const place = `${where}.${index}`;
    const fromMs = timeOf(from, `${place}.from`, start, durationMs, shown);
    const toMs = timeOf(to, `${place}.to`, start, durationMs, shown);
    if (toMs <= fromMs) throw new InputError(`${shown} at ${place}: ${to} does not come after ${from}.`);
    if (fromMs < lastMs) throw new InputError(`${shown} at ${place}: it begins before the one above it ends.`);
    lastMs = toMs;
    return { fromMs, toMs };
  });
}

/** A phone is near all the time unless the file says when. */
function phoneOf(file: FilePhone, start: string, durationMs: number, shown: string): PhoneSettings {
  const near = spansOf(file.near ?? [], "phone.near", start, durationMs, shown);
  return {
    near: file.near === undefined ? [{ fromMs: 0, toMs: durationMs }] : near,
    online: file.online ?? true,
    distanceM: file.distance ?? PHONE_M,
    loss: file.loss ?? 0,
  };
}

function cellOf(file: FileCell, start: string, durationMs: number, shown: string): CellSettings {
  return {
    latencyMs: file.latency ?? GOOD_CELL.latencyMs,
    loss: file.loss ?? GOOD_CELL.loss,
    outages: spansOf(file.outages ?? [], "cell.outages", start, durationMs, shown),
  };
}

function airOf(file: FileAir, shown: string): SiteSettings {
  if (file.distance !== undefined && file.gateways !== undefined) {
    throw new InputError(`${shown} at air: name either distance or gateways, not both.`);
  }
  const { distance, loss, corruption } = { ...DEFAULT_AIR, ...file };
  const { fading, shadowing, gateways, neighbours, "sub-band": subBand } = file;
  const crowd = neighbours === undefined ? undefined : { ...DEFAULT_NEIGHBOURS, ...neighbours };
  return {
    distanceM: distance,
    loss,
    corruption,
    ...(fading === undefined || fading === "none" ? {} : { fading }),
    ...(shadowing === undefined ? {} : { shadowingDb: shadowing }),
    ...(gateways === undefined ? {} : { gateways: gateways.map(([eastM, northM]) => ({ eastM, northM })) }),
    ...(subBand === undefined ? {} : { subBand }),
    ...(crowd === undefined
      ? {}
      : {
          neighbours: {
            count: crowd.count,
            everyS: durationOf(crowd.every) / 1000,
            octets: crowd.octets,
            withinM: crowd.within,
          },
        }),
  };
}

const HOST_EVENTS = ["press", "battery", "restart", "jam", "corrupt"];

function isActivity(what: string): boolean {
  return !HOST_EVENTS.includes(what);
}

/** Keys that an event must have, by what it does; `who` for all activities. */
const NEEDED: Record<string, keyof FileEvent> = { press: "for", battery: "percent", jam: "for", corrupt: "frames" };

function checkEvent(event: FileEvent, place: string, file: ScenarioFile, shown: string): void {
  const needed = isActivity(event.do) ? "who" : NEEDED[event.do];
  if (needed !== undefined && event[needed] === undefined) {
    throw new InputError(`${shown} at ${place}: "${event.do}" needs the key "${needed}".`);
  }
  if (event.who !== undefined && !file.people.some((one) => one.id === event.who)) {
    throw new InputError(
      `${shown} at ${place}.who: there is no person "${event.who}"; people are ${file.people.map((one) => one.id).join(", ")}.`,
    );
  }
  const rooms = file.home?.rooms;
  if (event.where !== undefined && rooms !== undefined && !rooms.includes(event.where)) {
    throw new InputError(`${shown} at ${place}.where: the home has no "${event.where}"; its rooms are ${rooms.join(", ")}.`);
  }
}

const DIRECTIONS = { forward: "forwards", backward: "backwards", sideways: "sideways" } as const;

function activityOf(event: FileEvent, atMs: number): TimelineEntry {
  const activity = activityCalled(event.do);
  const how = DIRECTIONS[event.how as keyof typeof DIRECTIONS];
  return { atMs, do: activity, ...(how === undefined ? {} : { how }) };
}

function hostEventOf(event: FileEvent, atMs: number): HostEvent {
  switch (event.do) {
    case "press":
    case "jam":
      return { atMs, do: event.do, forMs: durationOf(event.for as string) };
    case "battery":
      return { atMs, do: "battery", percent: event.percent as number };
    case "corrupt":
      return { atMs, do: "corrupt", frames: event.frames as number };
    default:
      return { atMs, do: "restart" };
  }
}

function epochOf(start: string, shown: string): number {
  const ms = Date.parse(`${start.replace(" ", "T")}Z`);
  if (Number.isNaN(ms)) throw new InputError(`${shown} at start: ${start} is no date and time.`);
  return ms / 1000 - ZONE_S;
}
