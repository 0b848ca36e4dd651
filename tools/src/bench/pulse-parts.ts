/** What the board counts of rhythm and oxygen: a program with both at 25 Hz, and a heart that is out of step. */
import type { Figures, Part } from "./board-part.ts";

/** Lines of the program that make a sense. */
const MAKES = { rhythm: "r", oxygen: "o" };

/** Two seconds of light into the one that was made last. */
const LIGHT = "g";

const SOURCE = `
import { allocInts, charCode, idiv } from "@songbai/sdk/lang/intrinsics";
import { rhythm } from "@songbai/sdk/sensing/rhythm/rhythm";
import { fibrillation } from "@songbai/sdk/sensing/rhythm/table";
import { MAXM86161_FINGER } from "@songbai/sdk/sensing/spo2/curve";
import { oxygen } from "@songbai/sdk/sensing/spo2/spo2";
const light = allocInts(100);
const infrared = allocInts(50);
let left = 20;
let length = 20;
let told = 0;
let feed: (() => void) | undefined;
function shine(): void {
  for (let i = 0; i < 50; i++) {
    const up = length - left;
    const pulse = up < 5 ? 300 * up : idiv(1200 * left, length - 4);
    light[2 * i] = 90000 - pulse + (i % 3);
    light[2 * i + 1] = 80000 - (pulse >> 1) + (i % 3);
    infrared[i] = light[2 * i];
    left--;
    if (left === 0) {
      length = 11 + ((length * 7 + 5) % 13);
      left = length;
    }
  }
}
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 114) {
    const sense = rhythm({ rateHz: 25, fullScale: 524287, falling: true, score: fibrillation }, (hint) => { told += hint.quality; });
    feed = () => sense.feed(infrared, 50);
  } else if (kind === 111) {
    const sense = oxygen({ rateHz: 25, fullScale: 524287, skin: 10000, curve: MAXM86161_FINGER }, (reading) => { told += reading.quality; });
    feed = () => sense.feed(light, 50);
  } else if (feed === undefined) return "!";
  else if (kind === 103) feed();
  else if (kind === 104) shine();
  return ".";
}
`;

/** The light of the next two seconds: no cost of the sense. */
const NEXT = "h";

/** Each by itself: six windows of the rhythm are in its mean. */
export const PULSE: Part = {
  name: "pulse",
  source: SOURCE,
  figures(bench) {
    const figures: Figures = {};
    for (const [name, make] of Object.entries(MAKES)) {
      const { call, cost, heapOf, close } = bench();
      const heap = heapOf(make);
      let minute = 0;
      for (let i = 0; i < 60; i++) {
        call(NEXT);
        const lit = cost(LIGHT);
        if (i >= 30) minute += lit;
      }
      close();
      figures[`instructions a 25 Hz sample of ${name}, mean over a minute`] = Math.round(minute / (60 * 25));
      figures[`heap of ${name}, bytes`] = heap;
    }
    return figures;
  },
};
