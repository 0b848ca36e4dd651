/** What a detector is worth on recordings: one verdict a recording, and figures over people. */
import { below, prng } from "@songbai/sdk/lang/prng";
import type { FallRecording } from "./recordings/recording.ts";

/** The part of an alarm that is scored. */
export interface Heard {
  /** When it was emitted, s on the recording's own stamps. */
  readonly timeS: number;
  /** When it says that the impact was, s. */
  readonly impactS: number;
}

export interface Judged<A extends Heard = Heard> {
  readonly recording: FallRecording;
  readonly alarms: readonly A[];
}

/** An alarm later than this after its impact does not count. */
const LATEST_S = 3;
/** The impact may lie so far outside the time that the data set gives, s: its start and end are set by hand. */
const BEFORE_START_S = 0.2;
const AFTER_END_S = 1.2;
/** Stamps are decimals: what is late by less than this is on time. */
const GRACE_S = 1e-6;

const DRAWS = 2000;
const SEED = 1;

/** Whether a fall was heard: in time, and where the data set says that it is, if it says so. */
export function heardFall({ recording, alarms }: Judged): boolean {
  const { startS, endS } = recording;
  return alarms.some(
    ({ timeS, impactS }) =>
      timeS - impactS <= LATEST_S + GRACE_S &&
      (startS === undefined ||
        endS === undefined ||
        (impactS >= startS - BEFORE_START_S - GRACE_S && impactS <= endS + AFTER_END_S + GRACE_S)),
  );
}

/** Right: a fall that was heard, or an ADL recording without any alarm, late or not. */
export function right(judged: Judged): boolean {
  return judged.recording.fall ? heardFall(judged) : judged.alarms.length === 0;
}

export interface Share {
  readonly right: number;
  readonly of: number;
  /** Percent; NaN of nothing. */
  readonly percent: number;
  /** 95 % interval by bootstrap over people, percent. */
  readonly interval: readonly [number, number];
}

export interface FallScore {
  readonly people: number;
  /** Falls heard. */
  readonly sensitivity: Share;
  /** ADL recordings without an alarm. */
  readonly specificity: Share;
  /** Of falls and false alarms, percent. */
  readonly f1: number;
  readonly adlHours: number;
  readonly adlAlarms: number;
  readonly alarmsPerAdlHour: number;
  /** ADL recordings of elders with an alarm, and how many there are. */
  readonly elderAlarms: number;
  readonly elderRecordings: number;
  /** A fall is where the data set says that it is; without labels any alarm counts. */
  readonly labelledFalls: number;
  /** Recordings that could not be judged: falls among them count as missed. */
  readonly unknown: number;
}

/** Recordings without the sensor in question are not counted at all. */
export function score(all: readonly Judged[]): FallScore {
  const judged = all.filter(({ recording }) => recording.absent !== true);
  const falls = judged.filter(({ recording }) => recording.fall);
  const adl = judged.filter(({ recording }) => !recording.fall);
  const elders = adl.filter(({ recording }) => recording.elder);
  const heard = falls.filter(right).length;
  const wrong = adl.filter((one) => !right(one)).length;
  const adlHours = adl.reduce((sum, { recording }) => sum + recording.durationS, 0) / 3600;
  const adlAlarms = adl.reduce((sum, { alarms }) => sum + alarms.length, 0);
  return {
    people: new Set(judged.map(({ recording }) => recording.subject)).size,
    sensitivity: shareOf(falls),
    specificity: shareOf(adl),
    f1: (200 * heard) / (heard + falls.length + wrong),
    adlHours,
    adlAlarms,
    alarmsPerAdlHour: adlAlarms / adlHours,
    elderAlarms: elders.filter((one) => !right(one)).length,
    elderRecordings: elders.length,
    labelledFalls: falls.filter(({ recording }) => recording.startS !== undefined).length,
    unknown: judged.filter(({ recording }) => recording.unknown !== undefined).length,
  };
}

export function shareOf(judged: readonly Judged[]): Share {
  const ofPerson = new Map<string, { right: number; of: number }>();
  for (const one of judged) {
    const { subject } = one.recording;
    const sum = ofPerson.get(subject) ?? { right: 0, of: 0 };
    ofPerson.set(subject, { right: sum.right + (right(one) ? 1 : 0), of: sum.of + 1 });
  }
  const people = [...ofPerson.values()];
  const total = sumOf(people);
  return { ...total, percent: (100 * total.right) / total.of, interval: interval(people) };
}

interface Count {
  readonly right: number;
  readonly of: number;
}

function sumOf(counts: readonly Count[]): Count {
  return counts.reduce((sum, one) => ({ right: sum.right + one.right, of: sum.of + one.of }), { right: 0, of: 0 });
}

/** People are drawn, not recordings: one person's falls are alike. */
function interval(people: readonly Count[]): [number, number] {
  if (people.length === 0) return [Number.NaN, Number.NaN];
  const random = prng(SEED);
  const percents = Array.from({ length: DRAWS }, () => {
    const { right, of } = sumOf(people.map(() => people[below(random, people.length)]));
    return (100 * right) / of;
  }).sort((a, b) => a - b);
  return [percents[Math.floor(0.025 * DRAWS)], percents[Math.ceil(0.975 * DRAWS) - 1]];
}
