import type { PositionName } from "./recordings/datasets.ts";

/** A device program that is a fall detector and nothing else, for every runtime; see `hostOf` for its lines. */
export function fallProgram(position: PositionName): string {
  return `
import { allocInts, decimal, idiv, readSamples, textLength } from "@songbai/sdk/lang/intrinsics";
import { type FallDetector, fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { ${position} } from "@songbai/sdk/sensing/fall/${position}";

const batch = allocInts(300);
const sample = allocInts(3);
let at = 0;
let answer = "";

function fresh(): FallDetector {
  return fallDetector({ rateHz: 25, position: ${position} }, (fall) => {
    answer += decimal(at) + "," + decimal(fall.impactMg) + "," + decimal(fall.confidence) + "," + decimal(fall.agoMs);
    answer += "," + decimal(fall.reason) + ";";
  });
}

let detector = fresh();

export function receive(line: string): string {
  answer = "";
  if (line === "") {
    detector = fresh();
    return answer;
  }
  const count = idiv(textLength(line), 9);
  readSamples(line, 0, batch, 3 * count);
  for (at = 0; at < count; at++) {
    sample[0] = batch[3 * at];
    sample[1] = batch[3 * at + 1];
    sample[2] = batch[3 * at + 2];
    detector.feed(sample, 1);
  }
  return answer;
}
`;
}
