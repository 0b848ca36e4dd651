/** What the board counts of all senses of a bracelet together: falls, heart, steps, wear, sleep and temperature on the same samples. */
import { costOf, type Part } from "./board-part.ts";

/** Lines of the program; any other does nothing. A line is two seconds. */
const LINES = {
  make: "m",
  /** Somebody walks, an arm's swing a second, and the heart beats 90 a minute; or just as often as the arm swings, and cannot be told from it. */
  walk: "g",
  inStep: "p",
  /** Somebody keeps still, and the heart beats 60 a minute; or noise hides its beats. */
  still: "s",
  faint: "f",
  /** A walk with the light off, and the light goes on again. */
  dark: "d",
  on: "o",
  /** The minute's reading of the thermometer. */
  minute: "t",
} as const;

const SOURCE = `
import { allocInts, charCode, imul, type Ints } from "@songbai/sdk/lang/intrinsics";
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
const NOISES = 5;
const walk = allocInts(3 * COUNT);
const still = allocInts(3 * COUNT);
for (let i = 0; i < COUNT; i++) {
  const phase = i % 25;
  walk[3 * i] = 600 + 40 * (phase < 12 ? phase : 24 - phase);
  walk[3 * i + 1] = 300 - (i % 5) * 20;
  still[3 * i] = 900 + (i % 3);
  still[3 * i + 1] = 300 - (i % 2);
}
let state = 1;
/** So many whole beats, so that one line follows on the other; \`moved\` of the acceleration and up to \`noise\` are in the light. */
function lit(motion: Ints, beats: number, moved: number, noise: number): Ints {
  const samples = allocInts(4 * COUNT);
  for (let i = 0; i < COUNT; i++) {
    const phase = (beats * i) % COUNT;
    state = (imul(state, 1103515245) + 12345) | 0;
    samples[4 * i] = 100000 - 16 * (phase < 10 ? phase * 4 : COUNT - phase) + moved * motion[3 * i] + ((state >> 16) & noise);
    for (let axis = 0; axis < 3; axis++) samples[4 * i + 1 + axis] = motion[3 * i + axis];
  }
  return samples;
}
const walking = lit(walk, 3, 3, 0);
const inStep = lit(walk, 2, 3, 0);
const resting = lit(still, 2, 0, 0);
const faint: Ints[] = [];
for (let k = 0; k < NOISES; k++) faint.push(lit(still, 2, 0, 2047));
let noise = 0;
const feeds: Feed[] = [];
let heart: Feed = () => {};
let told = 0;
let minute = (): void => {};
let on = (): void => {};
function feed(light: Ints, motion: Ints): void {
  heart(light, COUNT);
  for (const other of feeds) other(motion, COUNT);
}
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 109) {
    const night = sleep(() => {});
    const body = { height: 165, mass: 60, age: 75, female: true };
    const warm = bodyTemperature({ site: SKIN, periodS: 60 }, (reading) => { told += reading.quality; });
    minute = () => warm.feed(3300, true);
    const rate = heartRate({ rateHz: 25, fullScale: 262143, skin: 2000 }, (reading) => { told += reading.quality; });
    on = rate.restart;
    heart = rate.feed;
    feeds.push(fallDetector({ rateHz: 25, position: wrist }, () => {}).feed);
    feeds.push(activity({ rateHz: 25, body }, (reading) => { told += reading.value; }).feed);
    feeds.push(wear({ rateHz: 25 }).feed);
    feeds.push(counts(25, night.minute).feed);
  } else if (kind === 116) minute();
  else if (kind === 111) on();
  else if (kind === 100) {
    for (const other of feeds) other(walk, COUNT);
  } else if (kind === 103) feed(walking, walk);
  else if (kind === 112) feed(inStep, walk);
  else if (kind === 115) feed(resting, still);
  else if (kind === 102) {
    feed(faint[noise], still);
    noise = noise + 1 < NOISES ? noise + 1 : 0;
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
    const of = (line: string, lines: number) => Math.round((one.cost(LINES.minute) + costOf(one, line, lines)) / (lines * 50));
    /** The second minute of it: the first one holds what was before. */
    const minuteOf = (line: string) => {
      of(line, 30);
      return of(line, 30);
    };
    const walking = minuteOf(LINES.walk);
    const inStep = minuteOf(LINES.inStep);
    const still = minuteOf(LINES.still);
    const faint = minuteOf(LINES.faint);
    // The light goes on in a walk: nothing is known of the heart yet.
    one.call(LINES.on);
    const first = of(LINES.walk, 15);
    // Two minutes of a walk, 24 s of them with the light on: what a battery leaves a wearable.
    const switched = one.cost(LINES.on) + 2 * one.cost(LINES.minute);
    const lit = switched + costOf(one, LINES.walk, 12) + costOf(one, LINES.dark, 48);
    one.close();
    return {
      "instructions a 25 Hz sample, all senses, walking": walking,
      "instructions a 25 Hz sample, all senses, walking, the heart in step with the arm": inStep,
      "instructions a 25 Hz sample, all senses, walking, first half minute of light": first,
      "instructions a 25 Hz sample, all senses, still": still,
      "instructions a 25 Hz sample, all senses, still, noise over the beats": faint,
      "instructions a 25 Hz sample, all senses, walking, light 24 s in 120": Math.round(lit / (120 * 25)),
      "heap of all senses, bytes": heap,
    };
  },
};
