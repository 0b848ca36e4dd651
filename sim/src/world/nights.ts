/** Days and nights of movement at a wrist, as counts a minute. */
import { below, type Prng, prng } from "@songbai/sdk/lang/prng";
import { between } from "./vector.ts";

export interface WristNight {
  /** First minute asleep, and the one behind the last, from the first noon. */
  readonly start: number;
  readonly end: number;
}

export interface WristDays {
  /** From the first noon, a count a minute. */
  readonly counts: Int32Array;
  readonly nights: readonly WristNight[];
}

export interface WristDaysOptions {
  /** int32. */
  readonly seed: number;
  readonly nights: number;
  /** Mean count of a moving minute by day: devices differ from some tens to thousands; 300 unless told. */
  readonly scale?: number;
  /** Minutes without the device: counts are 0. */
  readonly off?: readonly WristNight[];
}

const DAY = 1440;
/** Minutes in which nothing moves: asleep four of five; by day one of six, in front of the television every third. */
const STILL_PERCENT = { asleep: 82, day: 14, evening: 35 };
/** Mean count of the other minutes, percent of `scale`. */
const MOVES_PERCENT = { asleep: 12, day: 110, evening: 45 };

/** What somebody is at lasts some three quarters of an hour, a part of it ten minutes: one begins in a minute with so many in 1000. */
const DOING = 30;
const PART = 100;
/** Who is at something quiet has so many times the still minutes, who is at something lively this part of them, percent. */
const QUIET = 190;
const LIVELY = 60;

type State = keyof typeof STILL_PERCENT;

/** The same options give the same days everywhere. Sleep from about 22:45 to 6:30, one or two ways to the toilet, quiet evenings from 19:30. */
export function wristDays({ seed, nights: count, scale = 300, off = [] }: WristDaysOptions): WristDays {
  const random = prng(seed);
  // Neighbouring seeds start alike: let the generator run apart first.
  for (let i = 0; i < 8; i++) random();
  const nights: WristNight[] = [];
  const counts = new Int32Array(DAY * (count + 1));
  const up: WristNight[] = [];
  for (let night = 0; night < count; night++) {
    const start = Math.floor(night * DAY + 645 + between(random, -45, 45));
    const end = Math.floor(night * DAY + 1110 + between(random, -45, 45));
    nights.push({ start, end });
    // Going to bed and getting up are lively.
    up.push({ start: start - 15, end: start }, { start: end, end: end + 30 });
    for (let way = below(random, 3); way > 0; way--) {
      const at = Math.floor(between(random, start + 60, end - 60));
      up.push({ start: at, end: at + 3 + below(random, 6) });
    }
  }
  const inside = (those: readonly WristNight[], minute: number): boolean =>
    those.some(({ start, end }) => start <= minute && minute < end);
  let still = false;
  let doing = 1;
  let part = 1;
  for (let minute = 0; minute < counts.length; minute++) {
    const evening = minute % DAY > 450 && minute % DAY < 700;
    const state: State = inside(up, minute) ? "day" : inside(nights, minute) ? "asleep" : evening ? "evening" : "day";
    if (below(random, 1000) < DOING) doing = skewed(random, 2);
    if (below(random, 1000) < PART) part = skewed(random, 4);
    // What a minute does the next one often does, too.
    const stillness = state !== "day" ? 100 : doing < 0.7 ? QUIET : LIVELY;
    if (below(random, 100) < 60) still = below(random, 10_000) < STILL_PERCENT[state] * stillness;
    const most = (scale * MOVES_PERCENT[state]) / 100;
    counts[minute] = still || inside(off, minute) ? 0 : Math.ceil(most * doing * part * skewed(random, 4));
  }
  return { counts, nights };
}

/** Mean 1, the more even the more draws: the mean of exponentials. */
function skewed(random: Prng, draws: number): number {
  let sum = 0;
  for (let i = 0; i < draws; i++) sum -= Math.log(between(random, 0.0001, 1));
  return sum / draws;
}
