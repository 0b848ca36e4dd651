/** What the board counts of the heart: at rest, with beats that agree and without, when spectra are looked at, and in movement. */
import { costOf, type Part } from "./board-part.ts";

/** Lines of the program; any other does nothing. */
const LINES = {
  /** Makes the sense, for 25 Hz. */
  make: "m",
  /** A second of somebody who keeps still, one beat of the heart. */
  rest: "r",
  /** A second of somebody who keeps still, and of whose heart the light shows less than noise. */
  faint: "f",
  /** A second of an arm that swings. */
  movement: "w",
} as const;

const SOURCE = `
import { allocInts, charCode, type Ints, imul } from "@songbai/sdk/lang/intrinsics";
import { type HeartRate, heartRate } from "@songbai/sdk/sensing/heart/heart-rate";
const rest = allocInts(100);
const movement = allocInts(100);
for (let i = 0; i < 25; i++) {
  rest[4 * i] = 100000 + (i < 6 ? 60 * i : 20 * (24 - i));
  rest[4 * i + 3] = 1000;
  const swing = i < 13 ? i : 25 - i;
  movement[4 * i] = rest[4 * i] + 100 * swing + 40 * (i % 7);
  movement[4 * i + 1] = 40 * swing;
  movement[4 * i + 2] = 30 * (i % 9);
  movement[4 * i + 3] = 1000 - 20 * swing;
}
const NOISES = 5;
const faint: Ints[] = [];
let state = 1;
for (let k = 0; k < NOISES; k++) {
  const second = allocInts(100);
  for (let i = 0; i < 25; i++) {
    state = (imul(state, 1103515245) + 12345) | 0;
    second[4 * i] = rest[4 * i] + ((state >> 16) & 2047);
    second[4 * i + 3] = 1000;
  }
  faint.push(second);
}
let at = 0;
let heart: HeartRate | undefined;
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 109) heart = heartRate({ rateHz: 25, fullScale: 262143, skin: 4000 }, () => {}, () => {});
  else if (heart === undefined) return kind === 32 ? "." : "!";
  else if (kind === 114) heart.feed(rest, 25);
  else if (kind === 119) heart.feed(movement, 25);
  else if (kind === 102) {
    heart.feed(faint[at], 25);
    at = at + 1 < NOISES ? at + 1 : 0;
  }
  return ".";
}
`;

export const HEART: Part = {
  name: "heart",
  source: SOURCE,
  figures(bench) {
    const one = bench();
    const heap = one.heapOf(LINES.make);
    const mean = (line: string) => {
      costOf(one, line, 24);
      return Math.round(costOf(one, line, 24) / (24 * 25));
    };
    const rest = mean(LINES.rest);
    const movement = mean(LINES.movement);
    const faint = mean(LINES.faint);
    one.close();
    return {
      "instructions a 25 Hz sample of the heart, at rest, mean over 24 s": rest,
      "instructions a 25 Hz sample of the heart, at rest without beats that agree, mean over 24 s": faint,
      "instructions a 25 Hz sample of the heart, in movement, mean over 24 s": movement,
      "heap of the heart, bytes": heap,
    };
  },
};
