// Portable TypeScript, run on every runtime by the tests beside it: the detector of a rate that is the line's first character (25 Hz for 0,
// 10 Hz more for each after it), then samples as of `readSamples`, fed in batches of 1, 2, 3 … -> what it said and a digest of all features.
import { allocInts, charCode, decimal, type Ints, idiv, imul, readSamples, textLength } from "@songbai/sdk/lang/intrinsics";
import { fallCandidates } from "@songbai/sdk/sensing/fall/candidates";
import { fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { FEATURES } from "@songbai/sdk/sensing/fall/features";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";

const wide = { rangeG: 8, triggerMg: 1500, score: wrist.score };
let answer = "";
let digest = 0;

function fold(features: Ints, impactMg: number, doubt: number): void {
  digest = (imul(digest, 31) + impactMg + doubt) | 0;
  for (let i = 0; i < FEATURES; i++) digest = (imul(digest, 31) + features[i]) | 0;
}

export function receive(line: string): string {
  answer = "";
  digest = 0;
  const rateHz = 25 + 10 * (charCode(line, 0) - 48);
  const detector = fallDetector(
    { rateHz, position: wrist },
    (fall) => {
      answer += `fall ${decimal(fall.impactMg)} ${decimal(fall.confidence)} ${decimal(fall.reason)},`;
    },
    (doubt) => {
      answer += `doubt ${decimal(doubt)},`;
    },
  );
  const narrow = fallCandidates(rateHz, wrist, fold);
  const far = fallCandidates(rateHz, wide, fold);
  const count = idiv(textLength(line) - 1, 9);
  const batch = allocInts(3 * 60);
  let at = 0;
  for (let size = 1; at < count; size = (size % 60) + 1) {
    const taken = size < count - at ? size : count - at;
    readSamples(line, 1 + 9 * at, batch, 3 * taken);
    detector.feed(batch, taken);
    narrow.feed(batch, taken);
    far.feed(batch, taken);
    at += taken;
  }
  return `${answer}${decimal(digest)} ${decimal(detector.doubt())}`;
}
