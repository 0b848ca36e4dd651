/** Each patient's pieces in their order: the score, coloured by the truth. Below, the pulse where the score is farthest from it. */
import { curve, dot, GREEN, GRID, INK, line, PALE, picture, RED, words } from "../svg.ts";
import { type Judged, patientsOf } from "./judged.ts";
import { FIBRILLATION, FULL_SCALE, RHYTHMS } from "./pieces.ts";

const WIDTH = 900;
const TOP = 66;
const ROW = 104;
const LEFT = 60;
const RIGHT = 20;
/** 1024ths of log odds that the drawing ends at. */
const MOST = 4096;
/** Where nothing is said. */
const UNSURE = 512;
/** The pieces that are shown: so many of either kind, in rows of so many pixels, and not all of one patient. */
const WORST = 6;
const WAVE = 74;
const OF_A_PATIENT = 2;

export function rhythmPlot(judged: readonly Judged[]): string {
  const patients = patientsOf(judged);
  const most = Math.max(1, ...patients.map((own) => own.length));
  const waves = TOP + patients.length * ROW + 40;
  const height = waves + WORST * WAVE + 10;
  const ill = judged.filter(({ label }) => label === FIBRILLATION);
  const well = judged.filter(({ label }) => label !== FIBRILLATION);
  return picture(WIDTH, height, "Hints of atrial fibrillation, piece by piece", [
    words(24, 26, "Score of each ten seconds, in the order of the recording: above the band is called fibrillation", 15),
    dot(30, 44, RED, 4),
    words(40, 48, "atrial fibrillation by two cardiologists", 11),
    dot(270, 44, GREEN, 4),
    words(280, 48, "another rhythm", 11),
    ...patients.flatMap((own, row) => {
      const middle = TOP + row * ROW + ROW / 2;
      const y = (score: number) => middle - (Math.max(-MOST, Math.min(MOST, score)) / MOST) * (ROW / 2 - 10);
      const x = (i: number) => LEFT + ((WIDTH - LEFT - RIGHT) * i) / most;
      return [
        line(LEFT, y(UNSURE), WIDTH - RIGHT, y(UNSURE), GRID),
        line(LEFT, y(-UNSURE), WIDTH - RIGHT, y(-UNSURE), GRID),
        words(LEFT, middle - ROW / 2 + 8, own[0].patient, 10, PALE),
        words(LEFT - 6, y(MOST) + 4, "98 %", 9, INK, "end"),
        words(LEFT - 6, y(0) + 4, "50 %", 9, INK, "end"),
        words(LEFT - 6, y(-MOST) + 4, "2 %", 9, INK, "end"),
        ...own.map(({ label, piece }, i) => dot(x(i), y(piece.score), label === FIBRILLATION ? RED : GREEN, 1.6)),
      ];
    }),
    words(24, waves - 16, "Farthest off: fibrillation that was not called so", 13),
    words(24 + WIDTH / 2, waves - 16, "another rhythm that was called fibrillation", 13),
    ...worst(ill, 1).flatMap((one, row) => wave(one, 24, waves + row * WAVE)),
    ...worst(well, -1).flatMap((one, row) => wave(one, 24 + WIDTH / 2, waves + row * WAVE)),
  ]);
}

/** Answered wrongly; the farthest off first, by the way that is right. */
function worst(judged: readonly Judged[], right: 1 | -1): Judged[] {
  const wrong = judged
    .filter(({ piece }) => piece.af === (right === -1))
    .sort((a, b) => right * (a.piece.score - b.piece.score));
  return wrong
    .filter((one, i) => wrong.slice(0, i).filter(({ patient }) => patient === one.patient).length < OF_A_PATIENT)
    .slice(0, WORST);
}

function wave({ label, piece, samples }: Judged, left: number, top: number): string[] {
  const step = (WIDTH / 2 - 40) / samples.length;
  const points = Array.from(
    samples,
    (value, i) => [left + i * step, top + WAVE - 8 - (value / FULL_SCALE) * (WAVE - 12)] as const,
  );
  return [
    words(left, top + 8, `${piece.id}: ${RHYTHMS[label]}`, 9, PALE),
    curve(points, label === FIBRILLATION ? RED : GREEN, 1),
  ];
}
