/**
 * How warm an old person is, a minute at a time: deep inside, in the armpit and at the wrist, with what a sensor there reads. Truth is
 * known: the core, when it has a fever, when a sensor is worn and when it is under water.
 *
 * No recordings are at hand. Where the amounts come from:
 * - level 36.3 degC (mouth), 0.4 degC from the least of a day to the most: Lu et al., J Clin Nurs 2010; 19:4 (22 papers, 60 years and more);
 *   two deviations of single readings are 0.84 degC: Geneva et al., Open Forum Infect Dis 2019; 6:ofz032
 * - least between 3 and 6 at night: Baehr et al., J Sleep Res 2000; 9:117, morning people first, as most of the old are
 * - wrist 34.97 (0.34) degC asleep and 32.94 (0.67) awake: Wei and Boger, JMIR Mhealth Uhealth 2021; 9:e26462, ten healthy old people
 * - fever 1.5 to 2 degC above the level 3 h behind its cause, shivering: experimental endotoxaemia, as in Harmon's thesis (Amsterdam)
 * - a bath of 15 min at 41 degC warms the old less than the young: Ono et al., Geriatr Gerontol Int 2017; the 0.2 to 0.7 degC here are
 *   less than the 0.3 to 1.1 that are usual for hot baths
 */
import type { Prng } from "@songbai/sdk/lang/prng";
import { stream } from "../clock/seed.ts";
import { cosine, sine } from "./sine.ts";
import { between } from "./vector.ts";

/** Minutes from the first midnight; `end` is the one behind the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface WarmthOptions {
  /** int32. */
  readonly seed: number;
  readonly days: number;
  /** Starts to rise, and starts to fall: it takes three hours up and about as long down. */
  readonly fevers?: readonly Span[];
  /** How far a fever goes, degC above what the person would have; 1.8 unless told. */
  readonly feverC?: number;
  /** In hot water, with the sensors on. */
  readonly baths?: readonly Span[];
  /** The sensors lie in the room. */
  readonly off?: readonly Span[];
}

/** All in 0.01 degC, a minute each. */
export interface Warmth {
  /** The truth, as a mouth has it. */
  readonly core: Int32Array;
  /** What a sensor in the armpit reads; what it lacks to the mouth is `armpitLacks`, as somebody who calibrates it would find. */
  readonly armpit: Int32Array;
  readonly armpitLacks: number;
  readonly wrist: Int32Array;
  /** The person's own level, without a fever: mean of a day. */
  readonly level: number;
}

const DAY = 1440;
const HOUR = 60;
const WATER_C = 40.5;

/** What a time constant of so many minutes comes to in one. */
const within = (minutes: number) => 1 / (minutes + 1);

/** The same options give the same days everywhere. Asleep from about 22 to 6. */
export function bodyWarmth({ seed, days, fevers = [], feverC = 1.8, baths = [], off = [] }: WarmthOptions): Warmth {
  const person = stream(seed, "warmth");
  // The body's way does not hang on what the sensors do.
  const sensors = stream(seed, "thermometers");
  const level = 36.3 + 0.25 * normal(person);
  const swing = between(person, 0.1, 0.3);
  const leastAt = between(person, 3, 5.5) * HOUR;
  const room = between(person, 19, 25);
  const lacks = between(person, 0.1, 0.5);
  const asleepC = 34.97 + 0.34 * normal(person);
  const awakeC = 32.94 + 0.67 * normal(person);
  const bathC = between(person, 0.2, 0.7);
  const bed = between(person, 21.5, 23) * HOUR;
  const up = between(person, 5.5, 7) * HOUR;

  const count = days * DAY;
  const core = new Int32Array(count);
  const armpit = new Int32Array(count);
  const wrist = new Int32Array(count);
  let wander = 0;
  let fever = 0;
  let bath = 0;
  let armpitC = level - lacks;
  let wristC = awakeC;
  let arm = 0;
  for (let minute = 0; minute < count; minute++) {
    const at = minute % DAY;
    const asleep = at >= bed || at < up;
    const feverish = inside(fevers, minute);
    const bathing = inside(baths, minute);
    const taken = inside(off, minute);
    wander += within(90) * (-wander + 0.55 * normal(person));
    // Up at an even pace, shivering; down as heat leaves.
    fever = feverish ? Math.min(feverC, fever + feverC / (3 * HOUR)) : fever * (1 - within(100));
    // A quarter of an hour goes two thirds of the way.
    bath = bathing ? bath + within(15) * (1.6 * bathC - bath) : bath * (1 - within(35));
    const turn = (at - leastAt) / DAY;
    const coreC = level - swing * (cosine(turn) + 0.15 * sine(2 * turn)) + wander + fever + bath;

    // An arm that is lifted lets air in.
    if (arm > 0) arm--;
    else if (!asleep && between(sensors, 0, 1) < 1 / 150) arm = 1 + Math.floor(between(sensors, 0, 5));
    const armpitTo = taken ? room : bathing ? WATER_C : coreC - lacks - (arm > 0 ? 0.8 : 0);
    armpitC += within(taken ? 7 : bathing ? 1 : 4) * (armpitTo - armpitC);
    // While a fever rises the vessels of the skin are shut, while it falls they are open.
    const vessels = feverish && fever < feverC ? -1.5 : fever > 0.3 ? 1 : 0;
    const stirred = asleep ? 0.15 : 0.5;
    const wristTo = taken ? room : bathing ? WATER_C : (asleep ? asleepC : awakeC) + vessels + stirred * normal(sensors);
    wristC += within(taken || bathing ? 6 : 15) * (wristTo - wristC);

    core[minute] = Math.round(100 * coreC);
    armpit[minute] = Math.round(100 * armpitC + 1.5 * normal(sensors));
    wrist[minute] = Math.round(100 * wristC + 1.5 * normal(sensors));
  }
  return { core, armpit, armpitLacks: Math.round(100 * lacks), wrist, level: Math.round(100 * level) };
}

function inside(spans: readonly Span[], minute: number): boolean {
  return spans.some(({ start, end }) => start <= minute && minute < end);
}

/** Mean 0, standard deviation 1, within 3.5: the sum of twelve uniform ones. */
function normal(random: Prng): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += (random() >>> 8) / 0x1000000;
  return sum;
}
