/** What the board counts of steps and wear: a program with both at 25 Hz, and somebody who walks. */
import { costOf, type Figures, type Part } from "./board-part.ts";

/** Lines of the program that make a sense. */
const MAKES = { activity: "a", wear: "w" };

/** Two seconds of a walk into the one that was made last. */
const WALK = "g";

const SOURCE = `
import { allocInts, charCode } from "@songbai/sdk/lang/intrinsics";
import { activity } from "@songbai/sdk/sensing/activity/activity";
import type { Feed } from "@songbai/sdk/sensing/fall/frames";
import { wear } from "@songbai/sdk/sensing/wear/wear";
const walk = allocInts(150);
for (let i = 0; i < 50; i++) {
  const phase = i % 25;
  walk[3 * i] = 600 + 40 * (phase < 12 ? phase : 24 - phase);
  walk[3 * i + 1] = 300 - (i % 5) * 20;
}
const body = { height: 165, mass: 60, age: 75, female: true };
let feed: Feed | undefined;
let told = 0;
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 97) feed = activity({ rateHz: 25, body }, (minute) => { told += minute.value; }).feed;
  else if (kind === 119) feed = wear({ rateHz: 25 }).feed;
  else if (feed === undefined) return "!";
  else if (kind === 103) feed(walk, 50);
  return ".";
}
`;

/** Each by itself, over a minute of a walk: a minute's end is in the mean. */
export const ACTIVITY: Part = {
  name: "activity",
  source: SOURCE,
  figures(bench) {
    const figures: Figures = {};
    for (const [name, make] of Object.entries(MAKES)) {
      const one = bench();
      const heap = one.heapOf(make);
      costOf(one, WALK, 30);
      figures[`instructions a 25 Hz sample of ${name}, mean over a minute`] = Math.round(costOf(one, WALK, 30) / (60 * 25));
      figures[`heap of ${name}, bytes`] = heap;
      one.close();
    }
    return figures;
  },
};
