/** What the board counts of gait: a foot sensor and an insole with eight cells, each at 100 Hz, of somebody who walks a stride a second. */
import { costOf, type Figures, type Part } from "./board-part.ts";

/** Lines of the program; any other does nothing. */
const LINES = {
  foot: "f",
  insole: "i",
  /** A second of the foot, and of the insole. */
  footSecond: "s",
  insoleSecond: "c",
} as const;

const SOURCE = `
import { allocInts, charCode, idiv } from "@songbai/sdk/lang/intrinsics";
import { type FootSteps, footSteps } from "@songbai/sdk/sensing/gait/foot";
import { type InsoleSteps, insoleSteps } from "@songbai/sdk/sensing/gait/insole";
const motion = allocInts(600);
const forces = allocInts(800);
for (let i = 0; i < 100; i++) {
  motion[6 * i] = 600;
  motion[6 * i + 2] = 800 + (i % 3);
  // A heel that lifts, a swing, a sole that comes down, a stance.
  if (i < 20) motion[6 * i + 4] = -200 * i;
  else if (i < 60) motion[6 * i + 4] = 160 * (i < 40 ? i - 20 : 60 - i);
  else if (i < 70) motion[6 * i + 4] = -1500;
  motion[6 * i + 3] = i < 70 ? 300 : 4;
  motion[6 * i + 5] = i < 70 ? -200 : 3;
  for (let cell = 0; cell < 8; cell++) {
    if (i < 20 || i >= 58) forces[8 * i + cell] = 700 + idiv((cell - 4) * (i < 20 ? 50 + i : i - 58), 2) * 10;
  }
}
let steps = 0;
let foot: FootSteps | undefined;
let insole: InsoleSteps | undefined;
const count = (): void => {
  steps += 1;
};
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 102) foot = footSteps({ rateHz: 100, pitchAxis: 1, pitchSign: 1, rangeG: 16, rangeDps: 2000 }, count);
  else if (kind === 105) {
    insole = insoleSteps(
      {
        rateHz: 100,
        sideMm: [-50, -70, -30, -70, -30, -70, -30, -50],
        forwardMm: [-80, -40, -40, 0, 0, 40, 40, 80],
        rangeN: 1000,
      },
      count,
    );
  } else if (kind === 115 || kind === 99) {
    const before = steps;
    if (kind === 115 && foot !== undefined) foot.feed(motion, 100);
    else if (kind === 99 && insole !== undefined) insole.feed(forces, 100);
    else return "!";
    // A second is a step, or the bench counts something else.
    return steps === before ? "0" : ".";
  }
  return ".";
}
`;

export const GAIT: Part = {
  name: "gait",
  source: SOURCE,
  figures(bench) {
    const figures: Figures = {};
    for (const [name, make, line] of [
      ["a foot sensor", LINES.foot, LINES.footSecond],
      ["an insole of 8 cells", LINES.insole, LINES.insoleSecond],
    ]) {
      const one = bench();
      const heap = one.heapOf(make);
      // The first step begins with the second stride.
      costOf(one, line, 5);
      figures[`instructions a 100 Hz sample of ${name}, mean over a walk`] = Math.round(costOf(one, line, 10) / 1000);
      figures[`heap of ${name}, bytes`] = heap;
      one.close();
    }
    return figures;
  },
};
