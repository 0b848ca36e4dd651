/** songbai eval heart: rates and beats of a device beside those of an ECG. */
import type { LineProgram } from "../sense/runtimes.ts";
import type { Evaluation, Figure, Sense } from "../sense/sense.ts";
import { mean, median, rootMeanSquare, share } from "../statistics.ts";
import { textOfWords } from "../words.ts";
import { type TrueWindow, trueWindows } from "./ecg.ts";
import { heartPlot } from "./plot.ts";
import { receive } from "./program.ts";
import { DEVICE_HZ, FORMATS, type HeartRecording, heartRecordings } from "./recordings.ts";

const HALF_18_BITS = 131_072;
/** Three seconds: a FIFO of 75, in lines that a board takes. */
const BATCH = 75;
/** Lines hold samples in threes. */
const THREE = 3;
const FIRST_WINDOW_S = 8;
const STEP_S = 2;
/** The pulse comes to the wrist or finger this long after the R peak, s. */
const TRANSIT_FROM_S = 0.05;
const TRANSIT_TO_S = 0.6;
const WRONG_BPM = 10;
const CLOSE_BPM = 5;

/** What the device said at the end of 8 s. */
export interface SaidWindow {
  /** End of the window, s on the recording's own time. */
  readonly t: number;
  readonly bpm: number | null;
  readonly quality: number;
  /** A code of sensing/doubt where there is no rate. */
  readonly doubt: number;
}

export interface HeardRecording {
  readonly id: string;
  readonly durationS: number;
  readonly windows: readonly SaidWindow[];
  /** Times of beats while the wearer kept still, s. */
  readonly beats: readonly number[];
}

/** A window that the ECG has a rate for, and what the device said. */
export interface Compared {
  readonly t: number;
  readonly bpm: number;
  readonly said: number | null;
}

export const HEART: Sense = {
  name: "heart",
  description: "heart rate and beats from light on the skin, held against an ECG",
  datasets: Object.keys(FORMATS),
  program: { folder: "heart", receive },
  evaluate,
};

function evaluate(dataset: string, folder: string, device: LineProgram): Evaluation {
  const recordings = heartRecordings(dataset, folder);
  const heard = recordings.map((recording) => hear(recording, device));
  const compared = recordings.map((recording, i) => compare(recording, heard[i]));
  const groups = dataset === "ppg-rest" ? [{ name: "", of: /^/ }] : GROUPS;
  const figures = groups.flatMap(({ name, of, aim }) => {
    const inGroup = compared.filter((_, i) => of.test(recordings[i].id));
    return inGroup.length === 0 ? [] : rateFigures(name, inGroup, aim);
  });
  if (dataset === "ppg-rest") figures.push(...beatFigures(recordings, heard));
  return {
    recordings: heard.map((said) => ({ ...said })),
    figures,
    notes: recordings.map(({ id, peaks }, i) => noteOf(id, peaks !== undefined, compared[i], heard[i])),
    plot: () => heartPlot(dataset, heard, compared),
  };
}

const GROUPS: readonly { readonly name: string; readonly of: RegExp; readonly aim?: number }[] = [
  { name: "bike", of: /bike/, aim: 4 },
  { name: "walk", of: /walk/, aim: 7 },
  { name: "other", of: /^(?!.*(bike|walk))/ },
];

/** Streams one recording into a sense that has seen nothing else; readings that are missing are a gap. */
function hear({ id, durationS, samples }: HeartRecording, device: LineProgram): HeardRecording {
  const readings: SaidWindow[] = [];
  const beats: number[] = [];
  device.call("");
  const places = samples.length / 4;
  for (let from = 0; from < places; ) {
    let to = from;
    while (to < places && to < from + BATCH && present(samples, to)) to++;
    const whole = to - ((to - from) % THREE);
    if (whole > from) listen(device.call(lineOf(samples, from, whole)), from, readings, beats);
    if (to < places && to < from + BATCH) {
      device.call("gap");
      while (to < places && !present(samples, to)) to++;
    }
    from = to;
  }
  return { id, durationS, windows: windowsOf(readings, durationS), beats };
}

function present(samples: Float64Array, at: number): boolean {
  return !samples.subarray(4 * at, 4 * at + 4).some(Number.isNaN);
}

function lineOf(samples: Float64Array, from: number, to: number): string {
  return textOfWords(samples.subarray(4 * from, 4 * to).map((value, i) => (i % 4 === 0 ? value - HALF_18_BITS : value)));
}

function listen(answer: string, from: number, readings: SaidWindow[], beats: number[]): void {
  for (const [, at, kind, first, second, third] of answer.matchAll(/(\d+)([:=])(-?\d+),(\d+)(?:,(\d+))?;/g)) {
    const t = (from + Number(at) + 1) / DEVICE_HZ;
    if (kind === ":") {
      const known = Number(second) > 0;
      readings.push({ t, bpm: known ? Number(first) / 10 : null, quality: Number(second), doubt: Number(third) });
    } else {
      const last = thousandths(t - Number(second) / 1000);
      const before = thousandths(last - Number(first) / 1000);
      if (beats.length === 0 || before - beats[beats.length - 1] > 0.1) beats.push(before);
      beats.push(last);
    }
  }
}

/** The last reading of each two seconds; none is none known. */
function windowsOf(readings: readonly SaidWindow[], durationS: number): SaidWindow[] {
  const windows: SaidWindow[] = [];
  for (let t = FIRST_WINDOW_S; t <= durationS + 1e-6; t += STEP_S) {
    const last = readings.findLast((reading) => reading.t <= t + 1e-6 && reading.t > t - STEP_S + 1e-6);
    windows.push(last === undefined ? { t, bpm: null, quality: 0, doubt: GAP } : { ...last, t });
  }
  return windows;
}
const GAP = 9;

function compare({ peaks, durationS }: HeartRecording, { windows }: HeardRecording): Compared[] {
  if (peaks === undefined) return [];
  return trueWindows(peaks, durationS).flatMap(({ startS, bpm }: TrueWindow) => {
    const t = startS + FIRST_WINDOW_S;
    return bpm === undefined ? [] : [{ t, bpm, said: windows.find((window) => window.t === t)?.bpm ?? null }];
  });
}

function errorsOf(compared: readonly Compared[]): number[] {
  return compared.flatMap(({ bpm, said }) => (said === null ? [] : [Math.abs(said - bpm)]));
}

function rateFigures(name: string, recordings: readonly (readonly Compared[])[], most = 1.5): Figure[] {
  const all = recordings.flat();
  const errors = errorsOf(all);
  const named = (measure: string) => (name === "" ? measure : `${name}: ${measure}`);
  const atRest = name === "";
  const worst = recordings
    .map((one) => errorsOf(one))
    .filter((one) => one.length > 0)
    .map(mean);
  const aims = name !== "other";
  return [
    {
      name: named("mean absolute error of the rate"),
      value: errors.length === 0 ? null : hundredth(mean(errors)),
      unit: "bpm",
      of: errors.length,
      ...(aims ? { aim: { atMost: most } } : {}),
    },
    {
      name: named("windows answered"),
      value: share(errors.length, all.length),
      unit: "%",
      of: all.length,
      ...(aims ? { aim: { atLeast: atRest ? 95 : 60 } } : {}),
    },
    {
      name: named(`answers wrong by more than ${WRONG_BPM} bpm`),
      value: share(errors.filter((error) => error > WRONG_BPM).length, errors.length),
      unit: "%",
      of: errors.length,
      ...(aims && !atRest ? { aim: { atMost: 3 } } : {}),
    },
    {
      name: named(`answers within ${CLOSE_BPM} bpm`),
      value: share(errors.filter((error) => error <= CLOSE_BPM).length, errors.length),
      unit: "%",
      of: errors.length,
    },
    ...(recordings.length > 1
      ? [
          {
            name: named("mean absolute error, worst recording"),
            value: worst.length === 0 ? null : hundredth(Math.max(...worst)),
            unit: "bpm",
            of: worst.length,
          },
        ]
      : []),
  ];
}

/** Intervals of beats that follow each other both in the ECG and in the light. */
function beatFigures(recordings: readonly HeartRecording[], heard: readonly HeardRecording[]): Figure[] {
  const errors: number[] = [];
  const trueIntervals: number[] = [];
  const saidIntervals: number[] = [];
  let beats = 0;
  let found = 0;
  recordings.forEach(({ peaks = [] }, i) => {
    const pulses = peaks.map((peak) =>
      heard[i].beats.find((beat) => beat > peak + TRANSIT_FROM_S && beat < peak + TRANSIT_TO_S),
    );
    beats += peaks.length;
    found += pulses.filter((pulse) => pulse !== undefined).length;
    for (let k = 1; k < peaks.length; k++) {
      const [from, to] = [pulses[k - 1], pulses[k]];
      if (from === undefined || to === undefined || from === to) continue;
      trueIntervals.push(1000 * (peaks[k] - peaks[k - 1]));
      saidIntervals.push(1000 * (to - from));
      errors.push(Math.abs(1000 * (to - from - peaks[k] + peaks[k - 1])));
    }
  });
  const of = errors.length;
  return [
    {
      name: "beat intervals, median error",
      value: of === 0 ? null : tenth(median(errors)),
      unit: "ms",
      of,
      aim: { atMost: 15 },
    },
    { name: "beat intervals, mean error", value: of === 0 ? null : tenth(mean(errors)), unit: "ms", of },
    { name: "beats found", value: share(found, beats), unit: "%", of: beats },
    { name: "RMSSD of the same beats, light", value: of < 2 ? null : tenth(successive(saidIntervals)), unit: "ms", of },
    { name: "RMSSD of the same beats, ECG", value: of < 2 ? null : tenth(successive(trueIntervals)), unit: "ms", of },
  ];
}

function noteOf(id: string, judged: boolean, compared: readonly Compared[], { windows }: HeardRecording): string {
  const answered = windows.filter(({ bpm }) => bpm !== null).length;
  const said = `${id}: ${answered} of ${windows.length} windows answered`;
  if (!judged) return `${said}; no ECG to hold against.`;
  const errors = errorsOf(compared);
  const held = `${errors.length} of the ${compared.length} that have a reference`;
  return errors.length === 0
    ? `${said}, ${held}.`
    : `${said}, ${held}; mean error ${hundredth(mean(errors))} bpm, worst ${hundredth(Math.max(...errors))}.`;
}

function successive(intervals: readonly number[]): number {
  return rootMeanSquare(intervals.slice(1).map((interval, i) => interval - intervals[i]));
}

const tenth = (value: number): number => Number(value.toFixed(1));
const hundredth = (value: number): number => Number(value.toFixed(2));
const thousandths = (value: number): number => Number(value.toFixed(3));
