/**
 * A device program that is the sense of the heart and nothing else, at 25 Hz. A line is samples of four words: light less 2^17, x, y, z,
 * three samples or a multiple of it; "gap" says that some are missing, the empty line makes the sense anew. The answers, each behind the place of its sample in the line:
 * `at:rate,quality,doubt;` and `at=interval,ago;`.
 */
import { allocInts, decimal, idiv, readSamples, textLength } from "@songbai/sdk/lang/intrinsics";
import { type HeartRate, heartRate } from "@songbai/sdk/sensing/heart/heart-rate";

const WORD_BITS18 = 131072;
const FULL_SCALE = 262143;
const RATE_HZ = 25;

const batch = allocInts(336);
const sample = allocInts(4);
let at = 0;
let answer = "";

function fresh(): HeartRate {
  return heartRate(
    { rateHz: RATE_HZ, fullScale: FULL_SCALE, skin: 0 },
    ({ value, quality, doubt }) => {
      answer += `${decimal(at)}:${decimal(value)},${decimal(quality)},${decimal(doubt)};`;
    },
    ({ intervalMs, agoMs }) => {
      answer += `${decimal(at)}=${decimal(intervalMs)},${decimal(agoMs)};`;
    },
  );
}

let sense = fresh();

export function receive(line: string): string {
  answer = "";
  if (line === "") {
    sense = fresh();
    return answer;
  }
  if (line === "gap") {
    sense.restart();
    return answer;
  }
  const count = idiv(textLength(line), 12);
  readSamples(line, 0, batch, 4 * count);
  for (at = 0; at < count; at++) {
    sample[0] = batch[4 * at] + WORD_BITS18;
    sample[1] = batch[4 * at + 1];
    sample[2] = batch[4 * at + 2];
    sample[3] = batch[4 * at + 3];
    sense.feed(sample, 1);
  }
  return answer;
}
