/** `songbai eval spo2`: oxygen by red and infrared light against an oximeter. */
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import type { LineProgram } from "../sense/runtimes.ts";
import type { Figure, Sense } from "../sense/sense.ts";
import { rootMeanSquare } from "../statistics.ts";
import { lineOfWords } from "../words.ts";
import { type Measured, meanOf } from "./measured.ts";
import { oxygenPlot } from "./plot.ts";
import { receive } from "./program.ts";
import { FULL_SCALE, type RawLight, rawLightIn } from "./raw-light.ts";
import { recalibrated } from "./recalibrate.ts";

/** Samples a line of four words each; the emulated board takes a thousand characters. */
const BATCH = 80;
const AIM = { atMost: 3.5 };
/** What ISO 80601-2-61 asks a figure for, percent. */
const RANGE = [70, 100];

export const OXYGEN: Sense = {
  name: "spo2",
  description: "oxygen in the blood by red and infrared light",
  datasets: ["spo2-raw"],
  program: { folder: "spo2", receive },
  evaluate(_, folder, device) {
    const recordings = rawLightIn(folder).map((recording) => measured(recording, device));
    return { recordings, figures: figuresOf(recordings), notes: notesOf(recordings), plot: () => oxygenPlot(recordings) };
  },
};

/** One window a second: what the sense last said. */
function measured({ id, rateHz, runs, place, spo2, rate }: RawLight, device: LineProgram): Measured {
  const windows: Measured["windows"][number][] = [];
  const ratios: number[] = [];
  const rates: number[] = [];
  let last = [UNKNOWN, 0, 0, UNKNOWN, 0, UNKNOWN];
  let samples = 0;
  for (const run of runs) {
    // What comes after lost samples stands alone.
    device.call(`!${lineOfWords([rateHz, FULL_SCALE >> 12, FULL_SCALE & 4095])}`);
    last = [UNKNOWN, 0, 0, UNKNOWN, 0, UNKNOWN];
    for (let at = 0; at < run.length / 2; ) {
      const second = rateHz - (samples % rateHz);
      const to = Math.min(at + BATCH, at + second, run.length / 2);
      const words = [to - at, ...run.subarray(2 * at, 2 * to)].flatMap((value, i) =>
        i === 0 ? [value] : [value >> 12, value & 4095],
      );
      const said = device.call(lineOfWords(words)).split(";").slice(0, -1);
      if (said.length > 0) last = said[said.length - 1].split(",").map(Number);
      samples += to - at;
      at = to;
      if (samples % rateHz !== 0) continue;
      const [value, quality, , ratio, , beat] = last;
      const known = value !== UNKNOWN;
      windows.push({ t: samples / rateHz, spo2: known ? value / 10 : null, quality });
      if (known) ratios.push(ratio / 1000);
      if (beat !== UNKNOWN) rates.push(beat / 10);
    }
  }
  return {
    id,
    durationS: Math.round((10 * samples) / rateHz) / 10,
    place,
    spo2: meanOf(windows.flatMap((window) => (window.spo2 === null ? [] : [window.spo2]))),
    bpm: meanOf(rates),
    ratio: meanOf(ratios, 1000),
    ...(spo2 === undefined ? {} : { trueSpo2: spo2 }),
    ...(rate === undefined ? {} : { trueBpm: rate }),
    windows,
  };
}

function figuresOf(recordings: readonly Measured[]): Figure[] {
  const attached = recordings.filter(
    ({ trueSpo2 }) => typeof trueSpo2 === "number" && trueSpo2 >= RANGE[0] && trueSpo2 <= RANGE[1],
  );
  const loose = recordings.filter(({ trueSpo2 }) => trueSpo2 === "unattached");
  const inRange = (place?: string) => attached.filter((one) => place === undefined || one.place === place);
  const errors = (all: readonly Measured[]) =>
    all.flatMap(({ spo2, trueSpo2 }) => (spo2 === null ? [] : [spo2 - (trueSpo2 as number)]));
  const each = attached.flatMap(({ windows, trueSpo2 }) =>
    windows.flatMap(({ spo2 }) => (spo2 === null ? [] : [spo2 - (trueSpo2 as number)])),
  );
  const arms = (name: string, of: readonly number[]): Figure => ({
    name,
    value: of.length === 0 ? null : rootMeanSquare(of),
    unit: "%",
    of: of.length,
  });
  const bias = errors(attached);
  const rates = recordings.flatMap(({ bpm, trueBpm }) =>
    bpm === null || trueBpm === undefined ? [] : [Math.abs(bpm - trueBpm)],
  );
  const falsely = loose.reduce((sum, { windows }) => sum + windows.filter(({ spo2 }) => spo2 !== null).length, 0);
  const windows = attached.flatMap((one) => one.windows);
  return [
    { ...arms("ARMS 70-100 %, recordings", errors(attached)), aim: AIM },
    { ...arms("ARMS 70-100 %, windows", each), aim: AIM },
    arms("ARMS, finger", errors(inRange("finger"))),
    arms("ARMS, ear", errors(inRange("ear"))),
    { name: "bias", value: bias.length === 0 ? null : bias.reduce((a, b) => a + b) / bias.length, unit: "%", of: bias.length },
    arms("ARMS, finger, a line fitted to other files", recalibrated(inRange("finger"))),
    {
      name: "recordings answered",
      value: attached.length === 0 ? null : (100 * bias.length) / attached.length,
      unit: "%",
      of: attached.length,
    },
    {
      name: "windows answered",
      value: windows.length === 0 ? null : (100 * each.length) / windows.length,
      unit: "%",
      of: windows.length,
    },
    {
      name: "windows with a value, unattached",
      value: loose.length === 0 ? null : falsely,
      unit: "",
      of: loose.reduce((sum, one) => sum + one.windows.length, 0),
      aim: { atMost: 0 },
    },
    {
      name: "pulse rate, mean absolute error",
      value: rates.length === 0 ? null : rates.reduce((a, b) => a + b) / rates.length,
      unit: "bpm",
      of: rates.length,
    },
  ];
}

function notesOf(recordings: readonly Measured[]): string[] {
  const errors = recordings.flatMap(({ id, spo2, trueSpo2 }) =>
    spo2 === null || typeof trueSpo2 !== "number" ? [] : [{ id, spo2, trueSpo2, error: Math.abs(spo2 - trueSpo2) }],
  );
  const worst = errors.sort((a, b) => b.error - a.error).slice(0, 4);
  const silent = recordings.filter(({ spo2 }) => spo2 === null).map(({ id }) => id);
  return [
    ...(worst.length === 0
      ? ["No name says what an oximeter read: nothing is scored."]
      : [`Farthest off: ${worst.map(({ id, spo2, trueSpo2 }) => `${id} ${spo2} for ${trueSpo2}`).join(", ")}.`]),
    ...(silent.length === 0 ? [] : [`Without a value: ${silent.join(", ")}.`]),
  ];
}
