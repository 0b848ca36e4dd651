import { INCONSISTENT, STARTING } from "@songbai/sdk/sensing/doubt";
import { AWAY, INACTIVE, NIGHT_DOOR, OUTING } from "@songbai/sdk/sensing/routine/kinds";
import type { LineProgram } from "../sense/runtimes.ts";
import type { Evaluation, Figure, Sense } from "../sense/sense.ts";
import { quantile, share } from "../statistics.ts";
import { type Home, homesIn, timeOf } from "./home-events.ts";
import { type Fallen, lived, type Told } from "./host.ts";
import { lifePlot } from "./plot.ts";
import { receive } from "./program.ts";
import { outingsByRule, type Stay } from "./rule.ts";

const DAY_S = 86_400;
/** The same outing, when both its ends are so near. */
const SAME_S = 60;
/** So many reports make a day at home. */
const AT_HOME = 50;
/** Who lies for longer was not found. */
const FOUND_WITHIN_S = DAY_S;

export interface Judged {
  readonly home: Home;
  readonly told: readonly Told[];
  readonly outings: readonly Stay[];
  readonly rule: readonly Stay[];
  /** All days from the first on which it would have told of inactivity, by their number, and those that were spent at home. */
  readonly days: readonly number[];
  readonly atHome: readonly number[];
  /** Falls while the rule has nobody out and the routine knows the hour. */
  readonly falls: readonly Fallen[];
}

export const ROUTINE: Sense = {
  name: "routine",
  description: "outings, long silences and night doors of homes with motion detectors and contacts",
  datasets: ["home-events"],
  program: { folder: "routine", receive },
  evaluate(_, folder, device) {
    const judged = homesIn(folder).map((home) => judge(home, device));
    return {
      recordings: judged.map(said),
      figures: figuresOf(judged),
      notes: notesOf(judged),
      plot: () => lifePlot(judged[0]),
    } satisfies Evaluation;
  },
};

function judge(home: Home, device: LineProgram): Judged {
  const { told, falls } = lived(home, device);
  const rule = outingsByRule(home);
  const reports = new Map<number, number>();
  for (const { second } of home.reports) reports.set(dayOf(second), (reports.get(dayOf(second)) ?? 0) + 1);
  const known = falls.filter(({ doubt }) => doubt !== STARTING);
  const last = dayOf(home.reports[home.reports.length - 1].second);
  const days: number[] = [];
  for (let day = known.length === 0 ? last + 1 : dayOf(known[0].second); day <= last; day++) days.push(day);
  return {
    home,
    told,
    rule,
    outings: told.filter(({ kind }) => kind === OUTING),
    days,
    atHome: days.filter((day) => (reports.get(day) ?? 0) >= AT_HOME),
    falls: known.filter(({ second }) => !rule.some(({ from, until }) => from <= second && second < until)),
  };
}

function said({ home, told, days }: Judged): Evaluation["recordings"][number] {
  const iso = (second: number) => timeOf(home, second);
  const events = told.flatMap(({ kind, from, until, at }) => {
    if (kind === OUTING) return [{ t: iso(from), kind: "outing", until: iso(until) }];
    if (kind === INACTIVE) return [{ t: iso(at), kind: "alarm", since: iso(from) }];
    return kind === NIGHT_DOOR ? [{ t: iso(at), kind: "night door" }] : [];
  });
  const last = home.reports[home.reports.length - 1].second;
  return { id: home.id, durationS: last - home.reports[0].second, daysJudged: days.length, events };
}

function figuresOf(judged: readonly Judged[]): Figure[] {
  const rule = judged.flatMap((one) => one.rule);
  const outings = judged.flatMap((one) => one.outings);
  const found = judged.flatMap((one) => one.rule.filter((stay) => one.outings.some((other) => same(stay, other))));
  const right = judged.flatMap((one) => one.outings.filter((stay) => one.rule.some((other) => same(stay, other))));
  const away = judged.flatMap((one) => one.told.filter(({ kind }) => kind === AWAY));
  const awayRight = judged.flatMap((one) =>
    one.told.filter(({ kind, from }) => kind === AWAY && one.rule.some((stay) => Math.abs(stay.from - from) <= SAME_S)),
  );
  const days = judged.flatMap((one) => one.days);
  const atHome = judged.flatMap((one) => one.atHome);
  const clean = judged.map(({ told, ...one }) => {
    const alarms = new Set(told.filter(({ kind }) => kind === INACTIVE).map(({ at }) => dayOf(at)));
    const free = (those: readonly number[]) => those.filter((day) => !alarms.has(day)).length;
    return { days: free(one.days), atHome: free(one.atHome) };
  });
  const cleanDays = clean.reduce((sum, one) => sum + one.days, 0);
  const cleanAtHome = clean.reduce((sum, one) => sum + one.atHome, 0);
  const alarms = judged.flatMap((one) => one.told.filter(({ kind }) => kind === INACTIVE));
  const whileOut = judged.flatMap((one) =>
    one.told.filter(({ kind, at }) => kind === INACTIVE && one.rule.some(({ from, until }) => from < at && at < until)),
  );
  const falls = judged.flatMap((one) => one.falls);
  const delays = delaysOf(falls);
  const whole = delaysOf(falls.filter(({ doubt }) => doubt !== INCONSISTENT));
  const failing = delaysOf(falls.filter(({ doubt }) => doubt === INCONSISTENT));
  const nightDoors = judged.flatMap((one) => one.told.filter(({ kind }) => kind === NIGHT_DOOR));
  return [
    {
      name: "outings of the rule found",
      value: share(found.length, rule.length),
      unit: "%",
      of: rule.length,
      aim: { atLeast: 95 },
    },
    {
      name: "outings that the rule has, too",
      value: share(right.length, outings.length),
      unit: "%",
      of: outings.length,
      aim: { atLeast: 95 },
    },
    {
      name: '"away" after ten minutes that became outings',
      value: share(awayRight.length, away.length),
      unit: "%",
      of: away.length,
    },
    {
      name: "days without a false alarm",
      value: share(cleanDays, days.length),
      unit: "%",
      of: days.length,
      aim: { atLeast: 97 },
    },
    { name: "of them at home", value: share(cleanAtHome, atHome.length), unit: "%", of: atHome.length, aim: { atLeast: 97 } },
    { name: "alarms, all of them held to be false", value: alarms.length, unit: "", of: days.length },
    { name: "alarms while the rule has somebody out", value: whileOut.length, unit: "", of: rule.length, aim: { atMost: 0 } },
    { name: "falls found within a day", value: share(delays.length, falls.length), unit: "%", of: falls.length },
    { name: "from fall to alarm, median", value: hours(delays, 0.5), unit: "h", of: delays.length },
    { name: "from fall to alarm, nine of ten", value: hours(delays, 0.9), unit: "h", of: delays.length },
    { name: "the same while all sensors report, median", value: hours(whole, 0.5), unit: "h", of: whole.length },
    { name: "the same while one fails, median", value: hours(failing, 0.5), unit: "h", of: failing.length },
    { name: "entrance opened at an unusual hour of the night", value: nightDoors.length, unit: "", of: days.length },
  ];
}

/** h. A fall whose next event would be `AWAY` is not found: the routine takes it for an outing. */
function delaysOf(falls: readonly Fallen[]): number[] {
  return falls
    .flatMap(({ second, dueS, away }) =>
      dueS === undefined || away || dueS - second > FOUND_WITHIN_S ? [] : [(dueS - second) / 3600],
    )
    .sort((a, b) => a - b);
}

function notesOf(judged: readonly Judged[]): string[] {
  const alarms = judged.flatMap(({ home, told }) =>
    told
      .filter(({ kind }) => kind === INACTIVE)
      .map(({ at, from, doubt }) => {
        const failing = doubt === INCONSISTENT ? ", while a sensor failed" : "";
        return `${timeOf(home, at).replace("T", " ")} after ${((at - from) / 3600).toFixed(1)} h of silence${failing}`;
      }),
  );
  return [
    "A fall here is a recording whose events end at one of its reports, while the rule has nobody out: once about every 97 minutes.",
    ...(alarms.length === 0 ? [] : [`Alarms: ${alarms.slice(0, 8).join("; ")}.`]),
  ];
}

export function dayOf(second: number): number {
  return Math.floor(second / DAY_S);
}

function same(a: Stay, b: Stay): boolean {
  return Math.abs(a.from - b.from) <= SAME_S && Math.abs(a.until - b.until) <= SAME_S;
}

function hours(values: readonly number[], at: number): number | null {
  const value = quantile(values, at);
  return value === null ? null : Number(value.toFixed(1));
}
