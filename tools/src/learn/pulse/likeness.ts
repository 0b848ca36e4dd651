/** The simulator's pulse beside recorded ones. */
import { person } from "@songbai/sim/world/person";
import { pulse } from "@songbai/sim/world/pulse";
import { DEVICE_HZ, heartRecordings } from "../heart/recordings.ts";
import { type Lit, meanBeat, measured, middleOf, PULSE_MEASURES, unrest } from "./measures.ts";

export interface PulseLikeness {
  readonly name: string;
  readonly unit: string;
  readonly recorded: number;
  /** Least, middle and most of the simulated people. */
  readonly simulated: readonly [number, number, number];
}

export interface PulsesCompared {
  readonly rest: readonly PulseLikeness[];
  readonly walk: readonly PulseLikeness[];
  /** Mean beats, 0 to 1. */
  readonly recordedBeat: readonly number[];
  readonly simulatedBeats: readonly (readonly number[])[];
}

const PERIOD_US = 1_000_000 / DEVICE_HZ;
const REST_S = 300;
const WALK_S = 60;

/** `rest`: the folder of ppg-rest; `wrist`: that of ppg-wrist. */
export function comparePulses(rest: string, wrist: string, people: number, seed: number): PulsesCompared {
  const [recording] = heartRecordings("ppg-rest", rest);
  const light = recording.samples.filter((_, i) => i % 4 === 0);
  const recorded: Lit = { blood: light, rate: DEVICE_HZ, beats: recording.peaks ?? [] };
  const real = measured(recorded);
  const made = seeds(people, seed).map((one) => simulatedRest(one, real[0]));
  const values = made.map(measured);
  const walks = heartRecordings("ppg-wrist", wrist).filter(({ id }) => id.includes("walk"));
  const shaken = middleOf(
    walks.map(({ samples }) =>
      unrest(
        samples.filter((_, i) => i % 4 === 0),
        DEVICE_HZ,
      ),
    ),
  );
  return {
    rest: PULSE_MEASURES.map(({ name, unit }, i) => ({
      name,
      unit,
      recorded: real[i],
      simulated: range(values.map((one) => one[i])),
    })),
    walk: [
      {
        name: "unrest of the light in walking",
        unit: "% of its level",
        recorded: shaken,
        simulated: range(seeds(people, seed).map((one) => unrest(simulatedWalk(one), DEVICE_HZ))),
      },
    ],
    recordedBeat: meanBeat(recorded),
    simulatedBeats: made.map(meanBeat),
  };
}

function seeds(people: number, seed: number): number[] {
  return Array.from({ length: people }, (_, i) => seed + i);
}

/** A warm finger at rest. */
function simulatedRest(seed: number, bpm: number): Lit {
  const made = pulse({ seed, timeline: [{ atMs: 0, bpm, perfusion: 200 }] });
  const light = infraredOf(made, REST_S);
  return { blood: light.map((counts) => -counts), rate: DEVICE_HZ, beats: made.beatsMs().map((ms) => ms / 1000) };
}

/** The wrist of somebody who walks. */
function simulatedWalk(seed: number): Float64Array {
  const motion = person({ seed, timeline: [{ atMs: 0, do: "walk" }] });
  return infraredOf(pulse({ seed, timeline: [{ atMs: 0, bpm: 95, perfusion: 30 }], motion }), WALK_S);
}

function infraredOf(made: ReturnType<typeof pulse>, seconds: number): Float64Array {
  const samples = new Int32Array(2 * DEVICE_HZ * seconds);
  made.fill(0, PERIOD_US, DEVICE_HZ * seconds, samples);
  return Float64Array.from({ length: DEVICE_HZ * seconds }, (_, i) => samples[2 * i]);
}

function range(values: readonly number[]): [number, number, number] {
  return [Math.min(...values), middleOf(values), Math.max(...values)];
}
