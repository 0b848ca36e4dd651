/** The simulator's days and nights of counts beside those of sleep-wrist. */
import { wristDays } from "@songbai/sim/world/nights";
import { recordingsIn } from "../sleep/evaluate.ts";
import { mean, quantile } from "../statistics.ts";
import { beside, type Likeness, type Measure } from "./likeness.ts";

const MINUTE_MS = 60_000;
const DAY = 1440;
const NOON = 720;
/** Minutes of nested blocks: what their means differ by is what comes and goes that slowly. */
const BLOCKS = [1, 5, 20, 60, 180, 720];
/** A day of which more is missing is left out. */
const MISSING = 0.05;
const NIGHTS = 7;

export const NIGHT_MEASURES: readonly Measure[] = [
  { name: "minutes without a count, asleep", unit: "%" },
  { name: "minutes without a count, awake", unit: "%" },
  { name: "movements asleep", unit: "/h" },
  { name: "still between two movements asleep, mean", unit: "min" },
  { name: "the same, longest tenth", unit: "min" },
  { name: "moving without a pause awake, mean", unit: "min" },
  { name: "moving minute asleep, middle", unit: "of the mean" },
  { name: "moving minute awake, first quarter", unit: "of the mean" },
  { name: "moving minute awake, middle", unit: "of the mean" },
  { name: "moving minute awake, third quarter", unit: "of the mean" },
  { name: "moving minute awake, strongest twentieth", unit: "of the mean" },
  { name: "power within 5 min", unit: "%" },
  { name: "power of 5 to 20 min", unit: "%" },
  { name: "power of 20 min to 1 h", unit: "%" },
  { name: "power of 1 to 3 h", unit: "%" },
  { name: "power of 3 to 12 h", unit: "%" },
  { name: "power of half a day and more", unit: "%" },
];

export interface NightsCompared {
  readonly rows: readonly Likeness[];
  /** Power in the bands of `BLOCKS`, percent. */
  readonly recorded: readonly (readonly number[])[];
  readonly simulated: readonly (readonly number[])[];
}

interface Days {
  /** NaN where it is not known. */
  readonly counts: readonly number[];
  readonly asleep: readonly boolean[];
  /** Minute of the first noon. */
  readonly noon: number;
}

export function compareNights(folder: string, people: number, seed: number): NightsCompared {
  const recorded = recordingsIn(folder).map(({ firstMs, minutes, nights }) => {
    const at = (minute: number) => firstMs + minute * MINUTE_MS;
    const last = Math.max(...nights.map(({ endMs }) => endMs));
    const asleep = minutes.map((_, i) => nights.some(({ startMs, endMs }) => startMs <= at(i) && at(i) < endMs));
    // Nobody wrote down the nights that come later.
    const counts = minutes.map((count, i) => (at(i) < last + DAY * MINUTE_MS * 0.5 ? count : Number.NaN));
    const first = Math.round(firstMs / MINUTE_MS) % DAY;
    return { counts, asleep, noon: (NOON - first + DAY) % DAY };
  });
  const simulated = Array.from({ length: people }, (_, i) => {
    const { counts, nights } = wristDays({ seed: seed + i, nights: NIGHTS });
    const asleep = Array.from(counts, (_, minute) => nights.some(({ start, end }) => start <= minute && minute < end));
    return { counts: [...counts], asleep, noon: 0 };
  });
  return {
    rows: beside(NIGHT_MEASURES, recorded.map(measured), simulated.map(measured)),
    recorded: recorded.map(powers),
    simulated: simulated.map(powers),
  };
}

function measured(days: Days): number[] {
  const { counts, asleep } = days;
  const of = (which: boolean) => counts.filter((count, i) => !Number.isNaN(count) && asleep[i] === which);
  const still = (those: readonly number[]) => (100 * those.filter((count) => count === 0).length) / those.length;
  const moving = (which: boolean) => of(which).filter((count) => count > 0);
  const middle = mean([...moving(true), ...moving(false)]);
  const at = (which: boolean, share: number) => (quantile(moving(which), share) ?? Number.NaN) / middle;
  const rests = runs(days, true, (count) => count === 0);
  const stirs = runs(days, true, (count) => count > 0);
  return [
    still(of(true)),
    still(of(false)),
    (60 * stirs.length) / of(true).length,
    mean(rests),
    quantile(rests, 0.9) ?? Number.NaN,
    mean(runs(days, false, (count) => count > 0)),
    at(true, 0.5),
    ...[0.25, 0.5, 0.75, 0.95].map((share) => at(false, share)),
    ...powers(days),
  ];
}

/** How long it goes on like that, within one sleep or one time awake. */
function runs({ counts, asleep }: Days, which: boolean, is: (count: number) => boolean): number[] {
  const lengths: number[] = [];
  let length = 0;
  counts.forEach((count, i) => {
    if (asleep[i] === which && is(count)) length++;
    else if (length > 0) {
      lengths.push(length);
      length = 0;
    }
  });
  return lengths;
}

/** What the roots of the counts vary by, percent in each band of periods: the means of nested blocks, one length after the other. */
function powers({ counts, noon }: Days): number[] {
  const values: number[] = [];
  for (let from = noon; from + DAY <= counts.length; from += DAY) {
    const day = counts.slice(from, from + DAY);
    const known = day.filter((count) => !Number.isNaN(count));
    if (known.length < (1 - MISSING) * DAY) continue;
    values.push(...day.map((count) => Math.sqrt(Number.isNaN(count) ? mean(known) : count)));
  }
  const spreads = BLOCKS.map((block) => {
    const means = Array.from({ length: values.length / block }, (_, i) => mean(values.slice(i * block, (i + 1) * block)));
    const middle = mean(means);
    return mean(means.map((value) => (value - middle) ** 2));
  });
  return spreads.map((spread, i) => (100 * (spread - (spreads[i + 1] ?? 0))) / spreads[0]);
}
