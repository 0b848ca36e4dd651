/** The simulator's gait beside recorded feet: the force of a sole (gait-insole) and the pitch of a foot (gait-foot). */
import { type GaitOptions, walking } from "@songbai/sim/world/gait";
import { footWalks } from "../gait/foot-recordings.ts";
import { CELLS, FORWARD_MM, insoleWalks, SIDE_MM } from "../gait/insole-recordings.ts";
import { deviation, mean, median } from "../statistics.ts";
import { decibels, HARMONICS, type Stride, stridesIn, variation } from "./harmonics.ts";
import { beside, type Likeness, type Measure } from "./likeness.ts";

export const SOLE_MEASURES: readonly Measure[] = [
  { name: "force of a sole, root mean square", unit: "% of the weight" },
  ...["second", "third", "fourth", "fifth", "sixth"].map((name) => ({ name: `${name} harmonic of the force`, unit: "dB" })),
  { name: "force that repeats with each stride", unit: "% of the power" },
  { name: "stride, middle", unit: "ms" },
  { name: "stride, standard deviation", unit: "%" },
];

export const FOOT_MEASURES: readonly Measure[] = [
  { name: "pitch of a foot, root mean square", unit: "°/s" },
  ...["second", "third", "fourth", "fifth", "sixth"].map((name) => ({ name: `${name} harmonic of the pitch`, unit: "dB" })),
  { name: "pitch that repeats with each stride", unit: "% of the power" },
  { name: "acceleration of a foot, standard deviation", unit: "mg" },
];

export interface FeetCompared {
  readonly soles: readonly Likeness[];
  readonly feet: readonly Likeness[];
  /** Levels of the harmonics against the first, dB. */
  readonly spectra: readonly { readonly name: string; readonly recorded: number[][]; readonly simulated: number[][] }[];
}

const RATE = 100;
const WINDOW_S = 4;
const LASTS_MS = 60_000;
/** Who walks repeats so much of the power with each stride, percent. */
const WALKING_SHARE = 60;
/** A foot that comes down bears more than this, N, and one that leaves the ground less. */
const STRIKE_N = 40;
const LEAVE_N = 20;
/** A pause, or a turn at the end of the hall. */
const LONGEST_STRIDE_S = 2;
/** A sole's force begins and ends softly: it is shorter at `STRIKE_N` than the truth; the feet's truth was set by hand. */
const SOLE_STANCE = [0.64, 0.71] as const;
const FOOT_STANCE = [0.59, 0.65] as const;
/** Across the ankles. */
const PITCH = 4;

interface Sole {
  /** Sum of the cells, N. */
  readonly total: Float64Array;
  readonly weightN: number;
}

export function compareFeet(insoles: string, feet: string, people: number, seed: number): FeetCompared {
  const options = (stance: readonly [number, number]) => Array.from({ length: people }, (_, i) => who(seed + i, stance));
  const recordedSoles = byPerson(insoleWalks(insoles), ({ total }) => {
    const weightN = mean([...total.left]) + mean([...total.right]);
    return [total.left, total.right].map((one) => ({ total: one, weightN }));
  });
  const simulatedSoles = options(SOLE_STANCE).map(solesOf);
  const recordedFeet = byPerson(footWalks(feet), (walk) => walk.feet.map(({ values }) => values));
  const simulatedFeet = options(FOOT_STANCE).map((one) =>
    ([0, 1] as const).map((foot) => Float64Array.from(walking(one).motion(foot, RATE, LASTS_MS))),
  );
  return {
    soles: beside(SOLE_MEASURES, recordedSoles.map(soleMeasured), simulatedSoles.map(soleMeasured)),
    feet: beside(FOOT_MEASURES, recordedFeet.map(footMeasured), simulatedFeet.map(footMeasured)),
    spectra: [
      {
        name: "force of a sole",
        recorded: recordedSoles.map((one) => profile(force(one))),
        simulated: simulatedSoles.map((one) => profile(force(one))),
      },
      {
        name: "pitch of a foot",
        recorded: recordedFeet.map((one) => profile(pitch(one))),
        simulated: simulatedFeet.map((one) => profile(pitch(one))),
      },
    ],
  };
}

function force(soles: readonly Sole[]): Stride[] {
  return soles.flatMap(({ total }) => stepping(total));
}

function pitch(motions: readonly Float64Array[]): Stride[] {
  return motions.flatMap((motion) => stepping(axis(motion, PITCH)));
}

/** In the order of `SOLE_MEASURES`. */
function soleMeasured(soles: readonly Sole[]): number[] {
  const strides = soles.map(({ total }) => stepping(total));
  const all = strides.flat();
  const times = soles.flatMap(({ total }) => strideTimes(total));
  return [
    median(soles.flatMap(({ weightN }, i) => strides[i].map(({ rms }) => (100 * rms) / weightN))),
    ...profile(all).slice(1),
    median(all.map(({ share }) => share)),
    median(times),
    variation(times),
  ];
}

/** In the order of `FOOT_MEASURES`. */
function footMeasured(motions: readonly Float64Array[]): number[] {
  const all = pitch(motions);
  const shaken = motions.map((motion) => deviation([...magnitude(motion)]));
  return [
    median(all.map(({ rms }) => rms / 10)),
    ...profile(all).slice(1),
    median(all.map(({ share }) => share)),
    median(shaken),
  ];
}

/** Simulated people differ in what is an option of the world. */
function who(seed: number, [least, most]: readonly [number, number]): GaitOptions {
  const of = (low: number, high: number, step: number) => low + ((high - low) * ((seed * step) % 12)) / 11;
  return {
    seed,
    strideMs: of(1000, 1250, 5),
    variation: of(0.02, 0.05, 7),
    stance: of(least, most, 11),
    fromMs: 1000,
    untilMs: LASTS_MS - 1000,
  };
}

function solesOf(options: GaitOptions): Sole[] {
  const walker = walking(options);
  const totals = ([0, 1] as const).map((foot) => {
    const side = foot === 0 ? SIDE_MM : SIDE_MM.map((x) => -x);
    const cells = walker.cells(foot, { sideMm: side, forwardMm: FORWARD_MM }, RATE, LASTS_MS);
    return Float64Array.from({ length: cells.length / CELLS }, (_, i) =>
      cells.subarray(CELLS * i, CELLS * i + CELLS).reduce((sum, force) => sum + force / 10, 0),
    );
  });
  const weightN = totals.reduce((sum, total) => sum + mean([...total]), 0);
  return totals.map((total) => ({ total, weightN }));
}

function byPerson<W extends { readonly person: string; readonly rateHz: number }, T>(
  walks: readonly W[],
  of: (walk: W) => T[],
): T[][] {
  const people = new Map<string, T[]>();
  for (const walk of walks) {
    if (walk.rateHz === RATE) people.set(walk.person, [...(people.get(walk.person) ?? []), ...of(walk)]);
  }
  return [...people.values()];
}

/** Windows in which somebody walks. */
function stepping(signal: Float64Array): Stride[] {
  return stridesIn(signal, RATE, WINDOW_S).filter(({ share }) => share >= WALKING_SHARE);
}

/** Against the first, dB. */
function profile(strides: readonly Stride[]): number[] {
  return Array.from({ length: HARMONICS }, (_, i) => median(strides.map(({ levels }) => decibels(levels[i], levels[0]))));
}

/** From one heel strike to the next, ms. */
function strideTimes(total: Float64Array): number[] {
  const strikes: number[] = [];
  let airborne = false;
  total.forEach((force, i) => {
    if (force < LEAVE_N) airborne = true;
    else if (airborne && force > STRIKE_N) {
      airborne = false;
      strikes.push(i / RATE);
    }
  });
  return strikes
    .slice(1)
    .map((at, i) => at - strikes[i])
    .filter((time) => time < LONGEST_STRIDE_S)
    .map((time) => 1000 * time);
}

function axis(motion: Float64Array, place: number): Float64Array {
  return Float64Array.from({ length: motion.length / 6 }, (_, i) => motion[6 * i + place]);
}

function magnitude(motion: Float64Array): Float64Array {
  return Float64Array.from({ length: motion.length / 6 }, (_, i) =>
    Math.hypot(motion[6 * i], motion[6 * i + 1], motion[6 * i + 2]),
  ).filter(Number.isFinite);
}
