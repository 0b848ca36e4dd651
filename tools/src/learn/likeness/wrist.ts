/** The simulator's walk at the wrist beside the walks of steps-watch, and beside those of the people of WEDA-FALL. */
import { person } from "@songbai/sim/world/person";
import { readFalls } from "../falls/recordings/datasets.ts";
import type { FallRecording } from "../falls/recordings/recording.ts";
import { simulatedRecordings, WEDA_PLAYS } from "../falls/simulated.ts";
import { COMMON_HZ } from "../sense/part.ts";
import { median } from "../statistics.ts";
import { steady } from "../steps/steady.ts";
import { walksIn } from "../steps/walks.ts";
import { decibels, HARMONICS, type Stride, stridesIn, variation } from "./harmonics.ts";
import { beside, type Likeness, type Measure } from "./likeness.ts";

export const WRIST_MEASURES: readonly Measure[] = [
  { name: "cadence", unit: "steps/min" },
  { name: "movement, root mean square", unit: "mg" },
  { name: "stride against step (first harmonic against second)", unit: "dB" },
  { name: "third harmonic", unit: "dB" },
  { name: "fourth harmonic", unit: "dB" },
  { name: "fifth harmonic", unit: "dB" },
  { name: "sixth harmonic", unit: "dB" },
  { name: "repeats with each stride", unit: "% of the power" },
  { name: "cadence of 8 s, standard deviation", unit: "%" },
  { name: "movement of 8 s, standard deviation", unit: "%" },
];

export interface WalksCompared {
  readonly rows: readonly Likeness[];
  /** The same, but for the last two, of WEDA-FALL. */
  readonly weda: readonly Likeness[];
  /** Levels of the harmonics against the second, dB, one list a recording and a simulated person. */
  readonly recorded: readonly (readonly number[])[];
  readonly simulated: readonly (readonly number[])[];
}

const WINDOW_S = 8;
/** The walks of WEDA-FALL last some ten seconds. */
const SHORT_WINDOW_S = 4;
const WEDA_WALK = "D01";
const WEDA_RANGE_G = 4;
const SIMULATED_S = 120;
/** True steps a minute that make a recording a walk without pauses. */
const WALK_A_MINUTE = 90;
/** Who walks moves so much, mg, and repeats so much of it, percent. */
const WALKING_MG = 60;
const WALKING_SHARE = 35;
/** The watch of the recordings: 12.5 Hz, 1/8192 g, filtered by its part. */
const WATCH_HZ = 12.5;
const MG = 1000 / 8192;
const OVERSAMPLED = 4;

/** `watch`: the folder of steps-watch; `weda`: that of WEDA-FALL. */
export function compareWalks(watch: string, weda: string, people: number, seed: number): WalksCompared {
  const walks = [...walksIn("steps-watch", watch)].filter(
    ({ trueSteps = 0, durationS }) => (60 * trueSteps) / durationS >= WALK_A_MINUTE,
  );
  const stepped = (runs: readonly Int16Array[], windowS: number) => runs.flatMap((run) => stepping(run, windowS));
  const recorded = walks.map(({ runs }) => stepped(runs, WINDOW_S)).filter((strides) => strides.length >= 4);
  const simulated = Array.from({ length: people }, (_, i) => stepped(walked(seed + i), WINDOW_S));
  const short = (those: readonly FallRecording[]) =>
    bySubject(those)
      .map((runs) => stepped(runs, SHORT_WINDOW_S))
      .filter((strides) => strides.length >= 2)
      .map(measured);
  const made = simulatedRecordings({ plays: WEDA_PLAYS, people, seed, rangeG: WEDA_RANGE_G });
  return {
    weda: beside(WRIST_MEASURES.slice(0, -2), short(readFalls("weda-fall", weda, "wrist")), short(made)),
    rows: beside(WRIST_MEASURES, recorded.map(measured), simulated.map(measured)),
    recorded: recorded.map(profile),
    simulated: simulated.map(profile),
  };
}

/** The samples of everybody's walks. */
function bySubject(recordings: readonly FallRecording[]): Int16Array[][] {
  const people = new Map<string, Int16Array[]>();
  for (const { activity, subject, samples } of recordings) {
    if (activity.startsWith(WEDA_WALK)) people.set(subject, [...(people.get(subject) ?? []), samples]);
  }
  return [...people.values()];
}

/** Windows in which somebody walks. */
function stepping(samples: Int16Array, windowS: number): Stride[] {
  const magnitude = Float64Array.from({ length: samples.length / 3 }, (_, i) =>
    Math.hypot(samples[3 * i], samples[3 * i + 1], samples[3 * i + 2]),
  );
  return stridesIn(magnitude, COMMON_HZ, windowS).filter(({ rms, share }) => rms >= WALKING_MG && share >= WALKING_SHARE);
}

function measured(strides: readonly Stride[]): number[] {
  const of = (pick: (stride: Stride) => number) => median(strides.map(pick));
  const against = (place: number) => of(({ levels }) => decibels(levels[place], levels[1]));
  const cadences = strides.map(({ hz }) => 120 * hz);
  return [
    median(cadences),
    of(({ rms }) => rms),
    against(0),
    against(2),
    against(3),
    against(4),
    against(5),
    of(({ share }) => share),
    variation(cadences),
    variation(strides.map(({ rms }) => rms)),
  ];
}

function profile(strides: readonly Stride[]): number[] {
  return Array.from({ length: HARMONICS }, (_, i) => median(strides.map(({ levels }) => decibels(levels[i], levels[1]))));
}

/** Through the same path as the recordings. */
function walked(seed: number): readonly Int16Array[] {
  const count = SIMULATED_S * WATCH_HZ;
  const fine = new Int32Array(3 * OVERSAMPLED * count);
  person({ seed, timeline: [{ atMs: 0, do: "walk" }] }).fill(0, 1e6 / (WATCH_HZ * OVERSAMPLED), OVERSAMPLED * count, fine);
  const axis = (k: number) =>
    Float64Array.from({ length: count }, (_, i) => {
      let sum = 0;
      for (let part = 0; part < OVERSAMPLED; part++) sum += fine[3 * (OVERSAMPLED * i + part) + k];
      return Math.round(sum / OVERSAMPLED / MG);
    });
  const time = Float64Array.from({ length: count }, (_, i) => (1000 * i) / WATCH_HZ);
  return steady("simulated", time, [axis(0), axis(1), axis(2)], 1e-3, MG).runs;
}
