/** What the board counts of all senses of a bracelet together: falls, heart, steps, wear, sleep and temperature on the same samples. */
import { costOf, type Part } from "./board-part.ts";

/** Lines of the program; any other does nothing. */
const LINES = {
  make: "m",
  /** Two seconds of a walk, and of somebody who keeps still: the heart is heard in two ways. */
  walk: "g",
  still: "s",
  /** Two seconds of a walk with the light off, and the light goes on again. */
  dark: "d",
  on: "o",
  /** The minute's reading of the thermometer. */
  minute: "t",
} as const;

const SOURCE = `
import { allocInts, charCode } from "@songbai/sdk/lang/intrinsics";
import { activity } from "@songbai/sdk/sensing/activity/activity";
import { fallDetector } from "@songbai/sdk/sensing/fall/detector";
import type { Feed } from "@songbai/sdk/sensing/fall/frames";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
import { heartRate } from "@songbai/sdk/sensing/heart/heart-rate";
import { counts } from "@songbai/sdk/sensing/sleep/counts";
import { sleep } from "@songbai/sdk/sensing/sleep/sleep";
import { bodyTemperature, SKIN } from "@songbai/sdk/sensing/temperature/temperature";
import { wear } from "@songbai/sdk/sensing/wear/wear";
const COUNT = 50;
const walk = allocInts(3 * COUNT);
const still = allocInts(3 * COUNT);
const walkLight = allocInts(4 * COUNT);
const stillLight = allocInts(4 * COUNT);
for (let i = 0; i < COUNT; i++) {
  const phase = i % 25;
  const beat = i % 20;
  walk[3 * i] = 600 + 40 * (phase < 12 ? phase : 24 - phase);
  walk[3 * i + 1] = 300 - (i % 5) * 20;
  still[3 * i] = 900 + (i % 3);
  still[3 * i + 1] = 300 - (i % 2);
  for (let axis = 0; axis < 3; axis++) {
    walkLight[4 * i + 1 + axis] = walk[3 * i + axis];
    stillLight[4 * i + 1 + axis] = still[3 * i + axis];
  }
  stillLight[4 * i] = 100000 - 40 * (beat < 5 ? beat * 4 : 20 - beat);
  walkLight[4 * i] = stillLight[4 * i] + 3 * walk[3 * i];
}
const feeds: Feed[] = [];
let told = 0;
let minute = (): void => {};
let on = (): void => {};
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 109) {
    const night = sleep(() => {});
    const body = { height: 165, mass: 60, age: 75, female: true };
    const warm = bodyTemperature({ site: SKIN, periodS: 60 }, (reading) => { told += reading.quality; });
    minute = () => warm.feed(3300, true);
    const heart = heartRate({ rateHz: 25, fullScale: 262143, skin: 2000 }, (reading) => { told += reading.quality; });
    on = heart.restart;
    feeds.push(heart.feed);
    feeds.push(fallDetector({ rateHz: 25, position: wrist }, () => {}).feed);
    feeds.push(activity({ rateHz: 25, body }, (reading) => { told += reading.value; }).feed);
    feeds.push(wear({ rateHz: 25 }).feed);
    feeds.push(counts(25, night.minute).feed);
  } else if (kind === 116) {
    minute();
  } else if (kind === 111) {
    on();
  } else if (kind === 100) {
    for (let i = 1; i < feeds.length; i++) feeds[i](walk, COUNT);
  } else if (kind === 103 || kind === 115) {
    for (let i = 0; i < feeds.length; i++) {
      if (i === 0) feeds[i](kind === 103 ? walkLight : stillLight, COUNT);
      else feeds[i](kind === 103 ? walk : still, COUNT);
    }
  }
  return ".";
}
`;

/** Over a minute of each: what comes once a minute is in the mean. */
export const WEARABLE: Part = {
  name: "wearable",
  source: SOURCE,
  figures(bench) {
    const one = bench();
    const heap = one.heapOf(LINES.make);
    const minuteOf = (line: string) => Math.round((one.cost(LINES.minute) + costOf(one, line, 30)) / (60 * 25));
    minuteOf(LINES.walk);
    const walking = minuteOf(LINES.walk);
    minuteOf(LINES.still);
    const still = minuteOf(LINES.still);
    // Two minutes of a walk, 24 s of them with the light on: what a battery leaves a wearable.
    const switched = one.cost(LINES.on) + 2 * one.cost(LINES.minute);
    const lit = switched + costOf(one, LINES.walk, 12) + costOf(one, LINES.dark, 48);
    one.close();
    return {
      "instructions a 25 Hz sample, all senses, walking": walking,
      "instructions a 25 Hz sample, all senses, still": still,
      "instructions a 25 Hz sample, all senses, walking, light 24 s in 120": Math.round(lit / (120 * 25)),
      "heap of all senses, bytes": heap,
    };
  },
};
