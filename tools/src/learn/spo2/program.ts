/**
 * Oxygen, line by line: `!` and three words make the sense anew for a rate and a full scale (over 4096, and the rest); any other line says in
 * a word how many samples there are, and has four words for each, infrared and red over 4096 and the rest. It answers with what each reading says.
 */
import { allocInts, charCode, decimal, idiv, readSamples, textLength } from "@songbai/sdk/lang/intrinsics";
import { MAXM86161_FINGER } from "@songbai/sdk/sensing/spo2/curve";
import { type OxygenSense, oxygen } from "@songbai/sdk/sensing/spo2/spo2";

const BANG = 33;
/** Counts: without skin the module sees next to nothing of its light. */
const SKIN = 10000;
const words = allocInts(333);
const sample = allocInts(2);
let answer = "";

function fresh(rateHz: number, fullScale: number): OxygenSense {
  return oxygen({ rateHz, fullScale, skin: SKIN, curve: MAXM86161_FINGER }, (reading) => {
    answer += `${decimal(reading.value)},${decimal(reading.quality)},${decimal(reading.doubt)},${decimal(reading.ratio)},${decimal(reading.perfusion)},${decimal(reading.rate)};`;
  });
}

let sense = fresh(25, 524287);

export function receive(line: string): string {
  answer = "";
  const length = textLength(line);
  if (length === 0) {
    sense = fresh(25, 524287);
  } else if (charCode(line, 0) === BANG) {
    readSamples(line, 1, words, 3);
    sense = fresh(words[0], words[1] * 4096 + words[2]);
  } else {
    readSamples(line, 0, words, idiv(length, 3));
    const end = 4 * words[0];
    for (let i = 1; i < end; i += 4) {
      sample[0] = words[i] * 4096 + words[i + 1];
      sample[1] = words[i + 2] * 4096 + words[i + 3];
      sense.feed(sample, 1);
    }
  }
  return answer;
}
