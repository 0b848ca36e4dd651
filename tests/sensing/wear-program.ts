// A portable program around wear: "n" makes one anew, "l" and "d" are a second of light on skin and in the dark, "c" a minute in which
// the skin gets colder, "!" loses samples, any other line is words of samples; the answer is "doubt,quality".
import { allocInts, charCode, decimal, idiv, readSamples, textLength } from "@songbai/sdk/lang/intrinsics";
import { wear } from "@songbai/sdk/sensing/wear/wear";

const batch = allocInts(300);
let centi = 3300;
let sense = wear({ rateHz: 25, skin: { least: 20000, most: 200000 } });

export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 110) {
    sense = wear({ rateHz: 25 });
    centi = 3300;
  } else if (kind === 108) sense.light(90000, 700);
  else if (kind === 100) sense.light(500, 20);
  else if (kind === 33) sense.restart();
  else if (kind === 99) {
    centi -= 40;
    sense.temperature(centi);
  } else {
    const count = idiv(textLength(line) - 1, 9);
    readSamples(line, 1, batch, 3 * count);
    sense.feed(batch, count);
  }
  return `${decimal(sense.doubt())},${decimal(sense.quality())}`;
}
