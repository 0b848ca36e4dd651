/** `songbai eval rhythm`: how often the hint of atrial fibrillation is right, for patients that its trees have not seen. */
import { CLEAR } from "@songbai/sdk/sensing/doubt";
import type { LineProgram } from "../sense/runtimes.ts";
import type { Figure, Sense } from "../sense/sense.ts";
import { lineOfWords } from "../words.ts";
import { FOLDS } from "./folds.ts";
import { type Judged, type Piece, patientsOf } from "./judged.ts";
import { FIBRILLATION, type Patient, PIECE_S, patientsIn, RHYTHMS } from "./pieces.ts";
import { rhythmPlot } from "./plot.ts";
import { receive } from "./program.ts";

/** Samples, or characters, a line: the emulated board takes a thousand characters. */
const BATCH = 250;
const LINE = 900;
const AIM = { atLeast: 92 };

interface HeardPatient {
  readonly id: string;
  readonly durationS: number;
  /** Who taught the trees: everybody known, or everybody known but this patient. */
  readonly taughtBy: "others" | "all known patients";
  readonly pieces: readonly Piece[];
  readonly [said: string]: unknown;
}

export const RHYTHM: Sense = {
  name: "rhythm",
  description: "a hint of atrial fibrillation, ten seconds of pulse at a time",
  datasets: ["ppg-rhythm"],
  program: { folder: "rhythm", receive },
  evaluate(_, folder, device) {
    const patients = patientsIn(folder);
    const recordings = patients.map((patient) => heard(patient, device));
    const judged = patients.flatMap(({ id, labels = [], pieces }, i) =>
      labels.map((label, piece) => ({ patient: id, label, piece: recordings[i].pieces[piece], samples: pieces[piece] })),
    );
    return { recordings, figures: figuresOf(judged), notes: notesOf(recordings, judged), plot: () => rhythmPlot(judged) };
  },
};

function heard({ id, print, pieces }: Patient, device: LineProgram): HeardPatient {
  const fold = FOLDS.find((one) => one.print === print || one.id === id.split("/").at(-1));
  device.call("");
  if (fold !== undefined) {
    for (let from = 0; from < fold.trees.length; from += LINE) device.call(`!${fold.trees.slice(from, from + LINE)}`);
    device.call("!");
  }
  return {
    id,
    durationS: PIECE_S * pieces.length,
    taughtBy: fold === undefined ? "all known patients" : "others",
    pieces: pieces.map((samples, i) => pieceOf(`${id}/${i}`, samples, device)),
  };
}

/** Each piece was scaled by itself: none follows on the other as a signal does. */
function pieceOf(id: string, samples: Int32Array, device: LineProgram): Piece {
  device.call("#");
  let said = "";
  for (let from = 0; from < samples.length; from += BATCH) {
    const batch = samples.subarray(from, from + BATCH);
    said += device.call(lineOfWords([batch.length, ...batch]));
  }
  // A sensor that froze within it said so, and nothing at its end.
  const [value, quality, doubt, score, alone] = said.split(";")[0].split(",").map(Number);
  return { id, af: doubt === CLEAR ? value === 1 : null, quality, doubt, score, alone };
}

/** Percent; nothing of nothing. */
function share(all: readonly Judged[], right: (judged: Judged) => boolean): number | null {
  return all.length === 0 ? null : (100 * all.filter(right).length) / all.length;
}

function figuresOf(judged: readonly Judged[]): Figure[] {
  const answered = judged.filter(({ piece }) => piece.af !== null);
  const ill = (all: readonly Judged[]) => all.filter(({ label }) => label === FIBRILLATION);
  const well = (all: readonly Judged[]) => all.filter(({ label }) => label !== FIBRILLATION);
  const told = ({ piece }: Judged) => piece.af === true;
  const untold = ({ piece }: Judged) => piece.af === false;
  const figure = (name: string, all: readonly Judged[], right: (one: Judged) => boolean): Figure => ({
    name,
    value: share(all, right),
    unit: "%",
    of: all.length,
  });
  const mean = (name: string, all: readonly Judged[], right: (one: Judged) => boolean): Figure => {
    const each = patientsOf(all).map((own) => share(own, right) ?? 0);
    return { name, value: each.length === 0 ? null : each.reduce((a, b) => a + b) / each.length, unit: "%", of: each.length };
  };
  return [
    { ...figure("sensitivity, pieces answered", ill(answered), told), aim: AIM },
    { ...figure("specificity, pieces answered", well(answered), untold), aim: AIM },
    figure("pieces answered", judged, ({ piece }) => piece.af !== null),
    { ...mean("sensitivity, mean of patients", ill(answered), told), aim: AIM },
    { ...mean("specificity, mean of patients", well(answered), untold), aim: AIM },
    figure("sensitivity, every piece by its sign", ill(judged), ({ piece }) => piece.score > 0),
    figure("specificity, every piece by its sign", well(judged), ({ piece }) => piece.score <= 0),
    figure("sensitivity, each piece alone", ill(judged), ({ piece }) => piece.alone > 0),
    figure("specificity, each piece alone", well(judged), ({ piece }) => piece.alone <= 0),
    ...RHYTHMS.slice(0, FIBRILLATION).map((name, label) =>
      figure(
        `called fibrillation: ${name}`,
        answered.filter((one) => one.label === label),
        told,
      ),
    ),
  ];
}

function notesOf(recordings: readonly HeardPatient[], judged: readonly Judged[]): string[] {
  const others = recordings.filter(({ taughtBy }) => taughtBy === "others").length;
  const each = patientsOf(judged).map((own) => {
    const answered = own.filter(({ piece }) => piece.af !== null);
    const ill = answered.filter(({ label }) => label === FIBRILLATION);
    const well = answered.filter(({ label }) => label !== FIBRILLATION);
    const found = ill.filter(({ piece }) => piece.af === true).length;
    const falsely = well.filter(({ piece }) => piece.af === true).length;
    return `${own[0].patient} found ${found} of ${ill.length}, false ${falsely} of ${well.length}`;
  });
  return [
    ...(others === 0
      ? []
      : [
          `The shipped trees know ${others} of these patients: each is scored by trees and a threshold that the others alone taught.`,
        ]),
    ...(recordings.length === others
      ? []
      : [`${recordings.length - others} patients are new to the shipped trees and scored by them.`]),
    ...(each.length === 0 ? ["No piece is labelled: nothing is scored."] : [`Answered pieces: ${each.join("; ")}.`]),
  ];
}
