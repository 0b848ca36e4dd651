/** Sleep, line by line: words are the counts of minutes; `!` is the end, and the empty line a new wearer. */
import { allocInts, charCode, decimal, idiv, readSamples, textLength } from "@songbai/sdk/lang/intrinsics";
import { type Sleep, sleep } from "@songbai/sdk/sensing/sleep/sleep";

const BANG = 33;
/** No minute: fills a line up to three words. */
export const NOTHING = -131072;

const words = allocInts(333);
let answer = "";
let minute = 0;

function fresh(): Sleep {
  minute = 0;
  return sleep((slept) => {
    answer += `${decimal(minute - slept.startAgoMin)},${decimal(minute - slept.endAgoMin)},${decimal(slept.awakenings)},`;
    answer += `${decimal(slept.awakeMin)},${decimal(slept.quality)};`;
  });
}

let sense = fresh();

export function receive(line: string): string {
  answer = "";
  if (line === "") sense = fresh();
  else if (charCode(line, 0) === BANG) sense.restart();
  else {
    const count = idiv(textLength(line), 3);
    readSamples(line, 0, words, count);
    for (let i = 0; i < count && words[i] !== NOTHING; i++) {
      sense.minute(words[i]);
      minute += 1;
    }
  }
  return answer;
}
