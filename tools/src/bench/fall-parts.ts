/** What the board counts of the fall detector: a program with a wrist's detector at 25 Hz, and a wearer who is struck once. */
import { costOf, type Part } from "./board-part.ts";

/** Lines of the program; any other does nothing. */
const LINES = {
  /** Makes the detector. */
  make: "m",
  /** A second of somebody who hardly moves. */
  second: "s",
  /** One sample of the same. */
  sample: "i",
  /** One sample of an impact. */
  impact: "x",
} as const;

const SOURCE = `
import { allocInts, charCode } from "@songbai/sdk/lang/intrinsics";
import { type FallDetector, fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
const second = allocInts(75);
for (let i = 0; i < 25; i++) {
  second[3 * i] = 900 + (i % 7) * 30;
  second[3 * i + 1] = 300 - (i % 5) * 40;
}
const sample = allocInts(3);
let at = 0;
let detector: FallDetector | undefined;
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 109) detector = fallDetector({ rateHz: 25, position: wrist }, () => {});
  else if (detector === undefined) return "!";
  else if (kind === 115) detector.feed(second, 25);
  else if (kind === 105 || kind === 120) {
    at = (at + 3) % 75;
    sample[0] = kind === 120 ? 3900 : second[at];
    sample[1] = second[at + 1];
    detector.feed(sample, 1);
  }
  return ".";
}
`;

/** Frames from an impact to the decision. */
const TO_DECISION = 54;

/** The sample that decides whether an impact was a fall costs most. */
export const FALL: Part = {
  name: "fall",
  source: SOURCE,
  figures(bench) {
    const one = bench();
    const heap = one.heapOf(LINES.make);
    costOf(one, LINES.second, 5);
    const sample = Math.round(one.settled(LINES.second) / 25);
    one.call(LINES.impact);
    let most = 0;
    for (let i = 0; i < TO_DECISION; i++) most = Math.max(most, one.cost(LINES.sample));
    one.close();
    return {
      "instructions a sample, detector at 25 Hz": sample,
      "instructions at a fall decision": most,
      "heap of the fall detector, bytes": heap,
    };
  },
};
