/** What the board counts of sleep and of the routine of a home. */
import { costOf, type Part } from "./board-part.ts";

/** Lines of the program; any other does nothing. */
const LINES = {
  /** Makes the sense of sleep, for 25 Hz. */
  sleep: "m",
  /** A second of somebody who turns now and then. */
  second: "s",
  /** Makes the routine of a home with ten sensors. */
  home: "r",
  /** A day of that home goes by: 288 reports. */
  day: "d",
} as const;

const REPORTS_A_DAY = 288;

const SOURCE = `
import { allocInts, charCode } from "@songbai/sdk/lang/intrinsics";
import { DOOR, MOTION } from "@songbai/sdk/sensing/routine/kinds";
import { type Routine, routine } from "@songbai/sdk/sensing/routine/routine";
import { type Counts, counts } from "@songbai/sdk/sensing/sleep/counts";
import { sleep } from "@songbai/sdk/sensing/sleep/sleep";
const second = allocInts(75);
for (let i = 0; i < 25; i++) {
  second[3 * i] = 900 + (i % 7) * 10;
  second[3 * i + 1] = 300 - (i % 5) * 20;
}
let minutes: Counts | undefined;
let home: Routine | undefined;
let now = 0;
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 109) {
    const night = sleep(() => {});
    minutes = counts(25, night.minute);
  } else if (kind === 115) {
    if (minutes === undefined) return "!";
    minutes.feed(second, 25);
  } else if (kind === 114) {
    home = routine({ sensors: [MOTION, MOTION, MOTION, MOTION, MOTION, MOTION, MOTION, MOTION, MOTION, DOOR] }, () => {});
  } else if (kind === 100) {
    if (home === undefined) return "!";
    for (let i = 0; i < 288; i++) {
      now += 300;
      home.feed(i % 10, i % 3 !== 0, now);
      home.due();
    }
  }
  return ".";
}
`;

/** A minute's end and a day's counts are in the means. */
export const HOME: Part = {
  name: "home",
  source: SOURCE,
  figures(bench) {
    const one = bench();
    const sleepHeap = one.heapOf(LINES.sleep);
    costOf(one, LINES.second, 60);
    const minute = costOf(one, LINES.second, 60);
    const homeHeap = one.heapOf(LINES.home);
    // The hours are known from the fifteenth day on.
    costOf(one, LINES.day, 15);
    const day = one.cost(LINES.day);
    one.close();
    return {
      "instructions a 25 Hz sample of sleep, mean over a minute": Math.round(minute / (60 * 25)),
      "heap of sleep, bytes": sleepHeap,
      "instructions a report of a home, with its timer": Math.round(day / REPORTS_A_DAY),
      "heap of the routine of a home, bytes": homeHeap,
    };
  },
};
