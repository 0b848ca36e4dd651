/** The figures of an evaluation as a person reads them. */
import { type Judged, right, type Share, score } from "../score.ts";

export interface ReportOf {
  readonly dataset: string;
  readonly position: string;
  readonly runtime: string;
}

/** How many wrong recordings are listed by name. */
const LISTED = 12;

export function fallReport(all: readonly Judged[], { dataset, position, runtime }: ReportOf): string {
  const judged = all.filter(({ recording }) => recording.absent !== true);
  const figures = score(judged);
  const { sensitivity, specificity } = figures;
  const missed = judged.filter((one) => one.recording.fall && !right(one));
  const falsely = judged.filter((one) => !one.recording.fall && !right(one));
  return [
    `${dataset} at the ${position}: ${judged.length} recordings of ${figures.people} people (${runtime})`,
    "",
    figureLine("sensitivity", sensitivity, "falls heard"),
    figureLine("specificity", specificity, "ADL recordings without an alarm"),
    `${"F1".padEnd(NAME)}${percent(figures.f1)}`,
    `${"alarms per ADL hour".padEnd(NAME)}${figures.alarmsPerAdlHour.toFixed(1).padStart(5)}    ${figures.adlAlarms} in ${figures.adlHours.toFixed(2)} h of activities chosen to be like falls`,
    `${"alarms among elders".padEnd(NAME)}${String(figures.elderAlarms).padStart(5)}    of ${figures.elderRecordings} recordings`,
    "",
    `${"activity".padEnd(NAME)}${"recordings".padStart(10)}${"right".padStart(8)}${"alarms".padStart(8)}`,
    ...byActivity(judged).map(
      ({ name, of, right, alarms }) =>
        `${name.padEnd(NAME)}${String(of).padStart(10)}${percent((100 * right) / of).padStart(8)}${String(alarms).padStart(8)}`,
    ),
    "",
    ...listed("Missed", missed),
    ...listed("False alarms", falsely),
    ...listed(
      "Unknown",
      judged.filter(({ recording }) => recording.unknown !== undefined),
    ),
    "ADL: activities of daily living. Intervals: 95 %, by bootstrap over people.",
    ...(figures.sensitivity.of > figures.labelledFalls
      ? [
          `${figures.sensitivity.of - figures.labelledFalls} falls have no time of their own: any alarm in them counts as heard.`,
        ]
      : []),
    ...(figures.unknown > 0 ? ["Unknown falls count as missed."] : []),
    "All falls were acted on mattresses by healthy adults; real falls of old people are heard less often (literature: about 80 %).",
    "People that the tables were trained with flatter: docs/fall-detector.md has the figures of strangers.",
    "Nothing here is free living: no rate of false alarms a day follows from it.",
  ].join("\n");
}

const NAME = 30;

function percent(value: number): string {
  return Number.isNaN(value) ? "  -  " : `${value.toFixed(1).padStart(5)} %`;
}

function figureLine(name: string, { right, of, percent: value, interval }: Share, what: string): string {
  if (of === 0) return `${name.padEnd(NAME)}    -    there are none`;
  const [low, high] = interval;
  return `${name.padEnd(NAME)}${percent(value)}  ${right} of ${of} ${what} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}

export interface ActivityCount {
  readonly name: string;
  readonly fall: boolean;
  readonly of: number;
  readonly right: number;
  readonly alarms: number;
}

/** Falls first, each kind by name. */
export function byActivity(judged: readonly Judged[]): ActivityCount[] {
  const counts = new Map<string, { fall: boolean; of: number; right: number; alarms: number }>();
  for (const one of judged) {
    const { activity, fall } = one.recording;
    const count = counts.get(activity) ?? { fall, of: 0, right: 0, alarms: 0 };
    count.of++;
    if (right(one)) count.right++;
    count.alarms += one.alarms.length;
    counts.set(activity, count);
  }
  return [...counts]
    .map(([name, count]) => ({ name: named(name), ...count }))
    .sort((a, b) => Number(b.fall) - Number(a.fall) || (a.name < b.name ? -1 : 1));
}

/** What the codes of WEDA-FALL stand for, by its README. */
const NAMES: Record<string, string> = {
  F01: "forwards, slip",
  F02: "sideways, slip",
  F03: "backwards, slip",
  F04: "forwards, trip",
  F05: "backwards, sitting down",
  F06: "forwards from sitting",
  F07: "backwards from sitting",
  F08: "sideways from sitting",
  D01: "walking",
  D02: "jogging",
  D03: "stairs",
  D04: "sitting down, getting up",
  D05: "collapsing into a chair",
  D06: "crouching, tying shoes",
  D07: "stumbling",
  D08: "jumping",
  D09: "hitting a table",
  D10: "clapping",
  D11: "opening a door",
};

export function named(activity: string): string {
  const meaning = NAMES[activity];
  return meaning === undefined ? activity : `${activity} ${meaning}`;
}

function listed(what: string, judged: readonly Judged[]): string[] {
  if (judged.length === 0) return [];
  const shown = judged.slice(0, LISTED).map(({ recording }) => recording.id);
  const more = judged.length > LISTED ? [`and ${judged.length - LISTED} more`] : [];
  return [`${what}: ${[...shown, ...more].join(", ")}`, ""];
}
