// Portable TypeScript: the words of the lines by which tests drive programs on every runtime. Octets in hexadecimal, `-` for none.
import { allocBytes, type Bytes, charCode, textLength, textOf, textSlice } from "@songbai/sdk/lang/intrinsics";

/** The words of a line. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let start = 0;
  for (let i = 0; i <= textLength(line); i++) {
    if (i === textLength(line) || charCode(line, i) === 32) {
      words.push(textSlice(line, start, i));
      start = i + 1;
    }
  }
  return words;
}

export function numberOf(word: string): number {
  let value = 0;
  for (let i = 0; i < textLength(word); i++) value = (value * 10 + charCode(word, i) - 48) | 0;
  return value;
}

function digitOf(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** The octets of a word, with `room` more behind them. */
export function octetsOf(word: string, room: number): Bytes {
  const length = word === "-" ? 0 : textLength(word) >> 1;
  const octets = allocBytes(length + room);
  for (let i = 0; i < length; i++) {
    octets[i] = ((digitOf(charCode(word, 2 * i)) << 4) | digitOf(charCode(word, 2 * i + 1))) & 255;
  }
  return octets;
}

export function hexOf(octets: Bytes, length: number): string {
  const codes = allocBytes(2 * length);
  for (let i = 0; i < 2 * length; i++) {
    const digit = (i & 1) === 0 ? (octets[i >> 1] >>> 4) & 15 : octets[i >> 1] & 15;
    codes[i] = (digit < 10 ? 48 + digit : 87 + digit) & 255;
  }
  return length === 0 ? "-" : textOf(codes, 0, 2 * length);
}
