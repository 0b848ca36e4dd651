/**
 * The routine of a home, line by line: `!` and a digit for the kind of each sensor makes it; any other line has three words for each
 * report: twice the sensor and 1 for on, and the second. What a timer of the device would do between two reports is done here.
 */
import { allocInts, charCode, decimal, idiv, readSamples, textLength } from "@songbai/sdk/lang/intrinsics";
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import { type Routine, routine } from "@songbai/sdk/sensing/routine/routine";

const BANG = 33;
/** In place of a sensor: when would it say something if nobody moved from here on? */
const QUESTION = 126;

const words = allocInts(333);
let answer = "";
let home: Routine | undefined;
let clock = 0;

function fresh(kinds: readonly number[]): Routine {
  return routine({ sensors: kinds }, (event) => {
    answer += `${decimal(event.kind)},${decimal(event.from)},${decimal(event.until)},${decimal(event.doubt)},${decimal(clock)};`;
  });
}

/** The timer of the device. It need not be set anew within a minute of a report. */
function pass(from: Routine, second: number): void {
  if (second - clock <= 60) return;
  let due = from.due();
  while (due !== UNKNOWN && due < second) {
    clock = due;
    from.tick(due);
    due = from.due();
  }
}

export function receive(line: string): string {
  answer = "";
  if (line === "") {
    home = undefined;
    return answer;
  }
  if (charCode(line, 0) === BANG) {
    const kinds: number[] = [];
    for (let i = 1; i < textLength(line); i++) kinds.push(charCode(line, i) - 48);
    home = fresh(kinds);
    clock = 0;
    return answer;
  }
  if (home === undefined) return answer;
  const count = idiv(textLength(line), 3);
  readSamples(line, 0, words, count);
  for (let i = 0; i < count; i += 3) {
    const code = words[i];
    const second = words[i + 1] * 4096 + words[i + 2];
    if (code === QUESTION)
      answer += `?,${decimal(home.due())},${decimal(home.doubt())},${decimal(second)},${home.closed() ? "1" : "0"};`;
    else {
      pass(home, second);
      clock = second;
      home.feed(code >> 1, (code & 1) === 1, second);
    }
  }
  return answer;
}
