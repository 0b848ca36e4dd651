/** Recordings of simulated people, of the same form and by the same path as those of real ones: for comparison, and as hard negatives. */
import { seedOf } from "@songbai/sim/clock/seed";
import { person, type TimelineEntry } from "@songbai/sim/world/person";
import type { FallRecording } from "./recordings/recording.ts";
import { resample } from "./recordings/resample.ts";

/** A short piece of life with one thing in it. */
export interface Play {
  /** The code of WEDA-FALL where it has the activity, else a name of our own. */
  readonly code: string;
  readonly lastsS: number;
  readonly timeline: readonly TimelineEntry[];
  /** When the fall begins, s; none when left out. */
  readonly fallS?: number;
}

/** The people of the play come to rest in it, and something follows. */
const MOMENT_MS = 4000;
const PLAY_S = 14;
/** From losing balance until the body lies, s. */
const FALL_S = 2.2;

const first = (what: TimelineEntry["do"]): TimelineEntry => ({ atMs: 0, do: what });
const then = (what: TimelineEntry["do"], how?: TimelineEntry["how"], atMs = MOMENT_MS): TimelineEntry => ({
  atMs,
  do: what,
  ...(how === undefined ? {} : { how }),
});
const play = (code: string, ...timeline: TimelineEntry[]): Play => ({ code, lastsS: PLAY_S, timeline });
const falling = (code: string, ...timeline: TimelineEntry[]): Play => ({
  ...play(code, ...timeline),
  fallS: MOMENT_MS / 1000,
});

/** What WEDA-FALL has people do. */
export const WEDA_PLAYS: readonly Play[] = [
  play("D01", first("walk")),
  play("D02", first("jog")),
  play("D03", first("stairs")),
  play("D04", first("stand"), then("sit"), then("stand", undefined, 8000)),
  play("D05", first("sit"), then("dropIntoChair")),
  play("D06", first("stand"), then("tieShoes")),
  play("D07", first("walk"), then("stumble")),
  play("D08", first("stand"), then("jump")),
  play("D09", first("sit"), then("hitTable")),
  play("D10", first("stand"), then("clap")),
  play("D11", first("walk"), then("door")),
  falling("F01", first("walk"), then("fall", "forwards")),
  falling("F02", first("walk"), then("fall", "sideways")),
  falling("F03", first("walk"), then("fall", "backwards")),
  falling("F04", first("walk"), then("fall", "forwards")),
  falling("F05", first("stand"), then("missChair", "backwards")),
  falling("F06", first("sit"), then("fallFromChair", "forwards")),
  falling("F07", first("sit"), then("fallFromChair", "backwards")),
  falling("F08", first("sit"), then("fallFromChair", "sideways")),
];

/** What no data set has. */
export const OTHER_PLAYS: readonly Play[] = [
  { ...play("bus", first("bus")), lastsS: 60 },
  { ...play("housework", first("housework")), lastsS: 60 },
  { ...play("eating", first("eat")), lastsS: 60 },
  play("thrown on a bed", first("sit"), then("throwOnBed")),
  play("dropped from a table", first("takeOff"), then("dropFromTable", undefined, 8000)),
  play("taken off", first("sit"), then("takeOff")),
  play("turning in bed", first("sit"), then("lie")),
  falling("up again at once", first("walk"), then("fall"), then("getUp", undefined, 7000)),
];

/** All that is no fall: an alarm in it is wrong however like life it is, so a detector may learn from it. */
export const HARMLESS: readonly Play[] = [...WEDA_PLAYS, ...OTHER_PLAYS].filter(({ fallS }) => fallS === undefined);

export interface SimulatedOptions {
  readonly plays: readonly Play[];
  /** How many people play each of them, one recording a person. */
  readonly people: number;
  /** int32 */
  readonly seed: number;
  /** Full scale of the sensor, g. */
  readonly rangeG: number;
}

const RATE_HZ = 100;

/** The plays as a wrist feels them: sampled at 100 Hz, held to full scale, then low-passed and brought to 25 Hz as every recording is. */
export function simulatedRecordings(options: SimulatedOptions): FallRecording[] {
  return options.plays.flatMap((one) => Array.from({ length: options.people }, (_, i) => recorded(one, i + 1, options)));
}

function recorded({ code, lastsS, timeline, fallS }: Play, number: number, { seed, rangeG }: SimulatedOptions): FallRecording {
  const subject = `S${String(number).padStart(3, "0")}`;
  const id = `${code}/${subject}`;
  const count = lastsS * RATE_HZ;
  const felt = new Int32Array(3 * count);
  person({ seed: seedOf(seed, id), timeline }).fill(0, 1e6 / RATE_HZ, count, felt);
  const full = rangeG * 1000;
  const { samples, runs } = resample([
    {
      time: Float64Array.from({ length: count }, (_, i) => i / RATE_HZ),
      mg: Float64Array.from(felt, (mg) => Math.max(-full, Math.min(full, mg))),
    },
  ]);
  return {
    id,
    subject,
    activity: code,
    fall: fallS !== undefined,
    elder: false,
    ...(fallS === undefined ? {} : { startS: fallS, endS: fallS + FALL_S }),
    firstS: 0,
    durationS: (count - 1) / RATE_HZ,
    samples,
    runs,
  };
}
