/** What the board counts of the fall detector: a program with a wrist's detector at 25 Hz, and a wearer who is struck once. */

/** Lines of the program; any other does nothing. */
export const FALL_LINES = {
  /** Makes the detector. */
  make: "m",
  /** A second of somebody who hardly moves. */
  second: "s",
  /** One sample of the same. */
  sample: "i",
  /** One sample of an impact. */
  impact: "x",
} as const;

export const FALL_PARTS = `
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
