import { join } from "node:path";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { LineProgram } from "../sense/runtimes.ts";
import type { Evaluation, Figure, Sense } from "../sense/sense.ts";
import { filesOf } from "../sense/table.ts";
import { mean, median, share } from "../statistics.ts";
import { lineOfWords } from "../words.ts";
import { isActiware, readActiware } from "./actiware.ts";
import { readAwd } from "./awd.ts";
import type { Night, WristRecording } from "./night.ts";
import { nightsPlot } from "./plot.ts";
import { NOTHING, receive } from "./program.ts";

const MINUTE_MS = 60_000;
/** Minutes a line; a line has at most 1000 characters. */
const MINUTES = 300;
/** A word's largest. */
const MOST = 131_071;

export interface Sleeping extends Night {
  readonly awakenings: number;
  readonly awakeMin: number;
  readonly quality: number;
}

export interface Judged {
  readonly recording: WristRecording;
  readonly sleeps: readonly Sleeping[];
}

export const SLEEP: Sense = {
  name: "sleep",
  description: "start, end and awakenings of sleep from actigraphy of the wrist",
  datasets: ["sleep-wrist"],
  program: { folder: "sleep", receive },
  evaluate(_, folder, device) {
    const judged = recordingsIn(folder).map((recording) => ({ recording, sleeps: sleepsOf(recording, device) }));
    return { recordings: judged.map(said), figures: figuresOf(judged), notes: notesOf(judged), plot: () => nightsPlot(judged) };
  },
};

export function recordingsIn(folder: string): WristRecording[] {
  const names = filesOf(folder, "").filter((name) => /\.(awd|csv)$/i.test(name));
  const recordings = names.flatMap((name) => {
    const file = join(folder, name);
    const id = name.replace(/\.\w+$/, "");
    if (/\.awd$/i.test(name)) return [readAwd(file, id)];
    return isActiware(file) ? [readActiware(file, id)] : [];
  });
  if (recordings.length === 0) throw new InputError(`There is no .AWD file and no Actiware export (.csv) in ${folder}.`);
  return recordings;
}

/** Minute by minute into a sense that has seen nothing else. */
function sleepsOf({ firstMs, minutes }: WristRecording, device: LineProgram): Sleeping[] {
  device.call("");
  const words = minutes.map((count) => (Number.isNaN(count) ? UNKNOWN : Math.min(count, MOST)));
  let answers = "";
  for (let from = 0; from < words.length; from += MINUTES)
    answers += device.call(lineOfWords(words.slice(from, from + MINUTES), NOTHING));
  answers += device.call("!");
  return answers
    .split(";")
    .slice(0, -1)
    .map((part) => {
      const [start, end, awakenings, awakeMin, quality] = part.split(",").map(Number);
      return { startMs: firstMs + start * MINUTE_MS, endMs: firstMs + end * MINUTE_MS, awakenings, awakeMin, quality };
    });
}

function said({ recording, sleeps }: Judged): Evaluation["recordings"][number] {
  const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19);
  return {
    id: recording.id,
    durationS: 60 * recording.minutes.length,
    sleep: sleeps.map(({ startMs, endMs, ...beside }) => ({ start: iso(startMs), end: iso(endMs), ...beside })),
  };
}

/** The sleep that shares most time with a night or a nap. */
function match(night: Night, sleeps: readonly Sleeping[]): Sleeping | undefined {
  const shared = (one: Night) => Math.min(one.endMs, night.endMs) - Math.max(one.startMs, night.startMs);
  const best = sleeps.reduce<Sleeping | undefined>(
    (most, one) => (most === undefined || shared(one) > shared(most) ? one : most),
    undefined,
  );
  return best !== undefined && shared(best) > 0 ? best : undefined;
}

function figuresOf(judged: readonly Judged[]): Figure[] {
  const nights = judged.flatMap(({ recording, sleeps }) =>
    recording.nights.map((night) => ({ night, found: match(night, sleeps) })),
  );
  const naps = judged.flatMap(({ recording, sleeps }) => recording.naps.map((night) => match(night, sleeps)));
  const found = nights.filter(({ found }) => found !== undefined);
  const errors = (pick: (night: Night) => number, those = found) =>
    those.map(({ night, found }) => (pick(found as Night) - pick(night)) / MINUTE_MS);
  const starts = errors(({ startMs }) => startMs);
  const ends = errors(({ endMs }) => endMs);
  const size = (values: readonly number[]) => values.map(Math.abs);
  const total = found
    .filter(({ night }) => night.asleepMin !== undefined)
    .map(({ night, found }) => ({ truth: night.asleepMin as number, asleep: asleepOf(found as Sleeping) }));
  const worst = (pick: (night: Night) => number) =>
    Math.max(
      ...judged.filter(({ recording }) => recording.nights.length > 0).map((one) => middle(size(errorsOf(one, pick))) ?? 0),
    );
  const spurious = judged.map(({ recording, sleeps }) => {
    const truths = [...recording.nights, ...recording.naps];
    if (truths.length === 0) return 0;
    const until = Math.max(...truths.map(({ endMs }) => endMs));
    return sleeps.filter((one) => one.endMs <= until && !truths.some((night) => match(night, [one]) !== undefined)).length;
  });
  return [
    {
      name: "start of the night, median error",
      value: middle(size(starts)),
      unit: "min",
      of: found.length,
      aim: { atMost: 20 },
    },
    { name: "end of the night, median error", value: middle(size(ends)), unit: "min", of: found.length, aim: { atMost: 20 } },
    { name: "nights found", value: share(found.length, nights.length), unit: "%", of: nights.length },
    { name: "start, mean of signed errors", value: meanOf(starts), unit: "min", of: found.length },
    { name: "end, mean of signed errors", value: meanOf(ends), unit: "min", of: found.length },
    {
      name: "start, the wearer with the largest median error",
      value: nights.length === 0 ? null : worst(({ startMs }) => startMs),
      unit: "min",
      of: judged.length,
    },
    {
      name: "end, the wearer with the largest median error",
      value: nights.length === 0 ? null : worst(({ endMs }) => endMs),
      unit: "min",
      of: judged.length,
    },
    {
      name: "nights with both ends within half an hour",
      value: share(starts.filter((start, i) => Math.abs(start) <= 30 && Math.abs(ends[i]) <= 30).length, nights.length),
      unit: "%",
      of: nights.length,
    },
    {
      name: "minutes asleep a night, median error",
      value: middle(total.map(({ truth, asleep }) => Math.abs(asleep - truth))),
      unit: "min",
      of: total.length,
    },
    {
      name: "naps found",
      value: share(naps.filter((one) => one !== undefined).length, naps.length),
      unit: "%",
      of: naps.length,
    },
    {
      name: "sleeps that nobody wrote down",
      value: spurious.reduce((sum, count) => sum + count, 0),
      unit: "",
      of: judged.length,
    },
  ];
}

function errorsOf({ recording, sleeps }: Judged, pick: (night: Night) => number): number[] {
  return recording.nights.flatMap((night) => {
    const found = match(night, sleeps);
    return found === undefined ? [] : [(pick(found) - pick(night)) / MINUTE_MS];
  });
}

function notesOf(judged: readonly Judged[]): string[] {
  return judged
    .filter(({ recording }) => recording.nights.length > 0)
    .map((one) => {
      const list = (pick: (night: Night) => number) => errorsOf(one, pick).map(Math.round).join(", ");
      return `${one.recording.id}: errors of the starts ${list(({ startMs }) => startMs)}; of the ends ${list(({ endMs }) => endMs)} min.`;
    });
}

function asleepOf({ startMs, endMs, awakeMin }: Sleeping): number {
  return (endMs - startMs) / MINUTE_MS - awakeMin;
}

function middle(values: readonly number[]): number | null {
  return values.length === 0 ? null : median(values);
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : Number(mean(values).toFixed(1));
}
