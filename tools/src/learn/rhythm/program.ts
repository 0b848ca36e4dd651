/**
 * The rhythm, line by line: `!` and a part of packed trees adds to them, `!` alone makes the sense anew with what has come, `#` is a gap;
 * any other line has words, three by three: how many samples there are, and the samples. It answers with what each hint says.
 */
import { allocInts, charCode, decimal, idiv, readSamples, textLength, textSlice } from "@songbai/sdk/lang/intrinsics";
import { type Rhythm, rhythm } from "@songbai/sdk/sensing/rhythm/rhythm";
import { FIBRILLATION_TREES } from "@songbai/sdk/sensing/rhythm/table";
import { trees } from "@songbai/sdk/sensing/trees";

const BANG = 33;
const HASH = 35;
const words = allocInts(333);
const sample = allocInts(1);
let packed = "";
let answer = "";

function fresh(text: string): Rhythm {
  return rhythm({ rateHz: 25, fullScale: 65535, falling: false, score: trees(text) }, (hint) => {
    answer += `${decimal(hint.value)},${decimal(hint.quality)},${decimal(hint.doubt)},${decimal(hint.score)},${decimal(hint.alone)},${decimal(hint.intervalMs)};`;
  });
}

let sense = fresh(FIBRILLATION_TREES);

export function receive(line: string): string {
  answer = "";
  const length = textLength(line);
  if (length === 0) {
    packed = "";
    sense = fresh(FIBRILLATION_TREES);
  } else if (charCode(line, 0) === BANG) {
    if (length > 1) packed += textSlice(line, 1, length);
    else sense = fresh(packed);
  } else if (charCode(line, 0) === HASH) {
    sense.gap();
  } else {
    readSamples(line, 0, words, idiv(length, 3));
    const count = words[0];
    for (let i = 1; i <= count; i++) {
      sample[0] = words[i];
      sense.feed(sample, 1);
    }
  }
  return answer;
}
