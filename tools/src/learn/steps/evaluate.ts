/** `songbai eval steps`: how many steps the bracelet counts where somebody walked, and where nobody did. */

import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { PARTS } from "../falls/sensor-path.ts";
import { sensed } from "../sense/part.ts";
import type { LineProgram } from "../sense/runtimes.ts";
import type { Figure, Sense } from "../sense/sense.ts";
import { textOfWords } from "../words.ts";
import { type CountedWalk, errorOf, falseAnHour, kindOf } from "./counted-walk.ts";
import { stepsPlot } from "./plot.ts";
import * as program from "./program.ts";
import { type Walk, walksIn } from "./walks.ts";

/** Samples a line, four seconds: the emulated board takes a thousand characters. */
const BATCH = 100;
const HZ = 25;
const AIM_PERCENT = 4;
const AIM_FALSE = 40;

export const STEPS: Sense = {
  name: "steps",
  description: "steps of walks, and steps where nobody walks",
  datasets: ["steps-watch", "steps-phone"],
  program: { folder: "steps", receive: program.receive },
  evaluate(dataset, folder, device) {
    const recordings: CountedWalk[] = [];
    for (const walk of walksIn(dataset, folder)) recordings.push(counted(walk, device));
    recordings.sort((a, b) => (a.id < b.id ? -1 : 1));
    const figures = dataset === "steps-phone" ? phoneFigures(recordings) : watchFigures(recordings);
    return { recordings, figures, notes: notesOn(recordings), plot: () => stepsPlot(dataset, recordings) };
  },
};

function counted({ id, durationS, runs, trueSteps }: Walk, device: LineProgram): CountedWalk {
  device.call("");
  const windows: CountedWalk["windows"][number][] = [];
  let samples = 0;
  let said = [0, 0, 0];
  for (const run of runs) {
    if (samples > 0) device.call("!");
    const part = sensed(run, PARTS.wrist);
    for (let from = 0; from < part.length; from += 3 * BATCH) {
      const batch = part.subarray(from, from + 3 * BATCH);
      said = device.call(textOfWords(batch)).split(";")[0].split(",").map(Number);
      samples += batch.length / 3;
      windows.push({ t: samples / HZ, steps: said[0], cadence: said[1] === UNKNOWN ? null : said[1] });
    }
  }
  return {
    id,
    durationS: Math.round(durationS * 10) / 10,
    steps: said[0],
    ...(trueSteps === undefined ? {} : { trueSteps }),
    windows,
  };
}

function watchFigures(recordings: readonly CountedWalk[]): Figure[] {
  const still = recordings.filter((recording) => kindOf(recording) === "still");
  const seconds = still.reduce((sum, { durationS }) => sum + durationS, 0);
  const falsely = still.reduce((sum, { steps: count, trueSteps = 0 }) => sum + Math.max(0, count - trueSteps), 0);
  const long = still.filter(({ durationS }) => durationS >= 600);
  return [
    ...errorFigures("walks", "walk", recordings, AIM_PERCENT),
    {
      name: "false steps an hour where nobody walks",
      value: seconds === 0 ? null : (3600 * falsely) / seconds,
      unit: "",
      of: still.length,
      aim: { atMost: AIM_FALSE },
    },
    {
      name: "false steps an hour, worst of 10 min or more",
      value: long.length === 0 ? null : Math.max(...long.map(falseAnHour)),
      unit: "",
      of: long.length,
    },
    ...errorFigures("a few steps among much else", "mixed", recordings),
  ];
}

function phoneFigures(recordings: readonly CountedWalk[]): Figure[] {
  const inside = (part: string) => recordings.filter(({ id }) => id.startsWith(part));
  return [
    ...errorFigures("all", "walk", recordings, AIM_PERCENT),
    ...errorFigures("validation", "walk", inside("validation/")).slice(0, 1),
    ...errorFigures("optimisation", "walk", inside("optimisation/")).slice(0, 1),
  ];
}

/** Of the recordings of that kind: how far the count is off, on average, at worst, and all together. */
function errorFigures(name: string, kind: "walk" | "mixed", recordings: readonly CountedWalk[], atMost?: number): Figure[] {
  const walks = recordings.filter((recording) => kindOf(recording) === kind);
  const errors = walks.map((walk) => Math.abs(errorOf(walk)));
  const of = walks.length;
  const value = (figure: number) => (of === 0 ? null : figure);
  const mean = errors.reduce((sum, error) => sum + error, 0) / of;
  return [
    {
      name: `step error, ${name}, mean`,
      value: value(mean),
      unit: "%",
      of,
      ...(atMost === undefined ? {} : { aim: { atMost } }),
    },
    { name: `step error, ${name}, worst`, value: value(Math.max(...errors)), unit: "%", of },
  ];
}

function notesOn(recordings: readonly CountedWalk[]): string[] {
  const walks = recordings.filter((recording) => kindOf(recording) === "walk");
  const worst = walks.sort((a, b) => Math.abs(errorOf(b)) - Math.abs(errorOf(a))).slice(0, 3);
  const untold = recordings.filter((recording) => kindOf(recording) === "unknown").length;
  return [
    ...(worst.length === 0 ? [] : [`Farthest off: ${worst.map(said).join(", ")}.`]),
    ...(untold === 0 ? [] : [`Of ${untold} recordings nobody has counted the steps.`]),
  ];
}

function said(walk: CountedWalk): string {
  return `${walk.id} ${walk.steps} of ${walk.trueSteps}`;
}
