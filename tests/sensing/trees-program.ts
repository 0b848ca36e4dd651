// Portable TypeScript, run on every runtime by the test beside it: a forest's text, a space, features in decimal -> their sum.
import { allocInts, charCode, decimal, textLength, textSlice } from "@songbai/sdk/lang/intrinsics";
import { trees } from "@songbai/sdk/sensing/trees";

const SPACE = 32;
const MINUS = 45;

export function receive(line: string): string {
  const end = textLength(line);
  let at = 0;
  while (charCode(line, at) !== SPACE) at++;
  const sumOf = trees(textSlice(line, 0, at));
  const features = allocInts(512);
  let feature = 0;
  at++;
  while (at < end) {
    const negative = charCode(line, at) === MINUS;
    if (negative) at++;
    let value = 0;
    while (at < end && charCode(line, at) !== SPACE) {
      value = value * 10 + charCode(line, at) - 48;
      at++;
    }
    features[feature] = negative ? -value : value;
    feature++;
    at++;
  }
  return decimal(sumOf(features));
}
