/** Each patient's pieces in their order: the score, coloured by the truth. */
import { dot, GREEN, GRID, INK, line, PALE, picture, RED, words } from "../svg.ts";
import { type Judged, patientsOf } from "./judged.ts";
import { FIBRILLATION } from "./pieces.ts";

const WIDTH = 900;
const TOP = 66;
const ROW = 104;
const LEFT = 60;
const RIGHT = 20;
/** 1024ths of log odds that the drawing ends at. */
const MOST = 4096;
/** Where nothing is said. */
const UNSURE = 512;

export function rhythmPlot(judged: readonly Judged[]): string {
  const patients = patientsOf(judged);
  const most = Math.max(1, ...patients.map((own) => own.length));
  const height = TOP + patients.length * ROW + 20;
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
  ]);
}
