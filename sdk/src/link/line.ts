/**
 * The words of the board link's lines: decimal integers, octets and samples, separated by blanks.
 *
 * Octets and samples are written in sextets, six bits a character, codes 48 to 111: printable, without a table.
 * Three octets take four characters; a sample takes three, its value plus 2^17.
 */
import { allocBytes, type Bytes, charCode, type Ints, idiv, readSamples, textLength, textOf } from "../lang/intrinsics.ts";

const BLANK = 32;
const MINUS = 45;
const ZERO = 48;
/** Characters of one sample: three axes of three. */
const SAMPLE_CHARACTERS = 9;

/** Characters that are made at a time: a frame or a record as a whole would take kilobytes of heap. */
const PIECE_CHARACTERS = 32;
/** More than a line holds. */
const MOST_OCTETS = 4096;
/** Kept: a heap that is nearly full has no piece free that is as large. */
const codes = allocBytes(PIECE_CHARACTERS);

/** Octets `from[at..at+length)` in sextets. */
export function sextets(from: Bytes, at: number, length: number): string {
  let text = "";
  let end = 0;
  for (let i = 0; i < length; i += 3) {
    const a = from[at + i];
    const b = i + 1 < length ? from[at + i + 1] : 0;
    const c = i + 2 < length ? from[at + i + 2] : 0;
    codes[end] = (ZERO + (a >>> 2)) & 255;
    codes[end + 1] = (ZERO + (((a & 3) << 4) | (b >>> 4))) & 255;
    codes[end + 2] = (ZERO + (((b & 15) << 2) | (c >>> 6))) & 255;
    codes[end + 3] = (ZERO + (c & 63)) & 255;
    const rest = length - i;
    end += rest < 3 ? rest + 1 : 4;
    if (end === codes.length) {
      text = `${text}${textOf(codes, 0, end)}`;
      end = 0;
    }
  }
  return `${text}${textOf(codes, 0, end)}`;
}

/** Reads a line word by word. A line comes from a host that knows the format; what is missing reads as 0 or nothing. */
export interface LineReader {
  /** Begins a line behind its kind. */
  readonly begin: (line: string) => void;
  readonly int: () => number;
  /** Octets to `into`, as far as they fit; answers how many there are. */
  readonly octets: (into: Bytes) => number;
  /** The next octets of the last word, as many as fit; answers how many, 0 behind it. */
  readonly piece: (into: Bytes) => number;
  /** Samples to `into`, three values each; answers how many values. */
  readonly samples: (into: Ints) => number;
}

export function lineReader(): LineReader {
  let text = "";
  let length = 0;
  let at = 0;
  /** Bits of an octet that a piece ended before. */
  let held = 0;
  let bits = 0;

  function skipBlanks(): void {
    while (at < length && charCode(text, at) === BLANK) at += 1;
  }

  /** Reads at most that many octets of the word, and keeps as many as fit. */
  function octets(into: Bytes, most: number): number {
    let count = 0;
    while (at < length && count < most) {
      const code = charCode(text, at);
      if (code === BLANK) break;
      held = ((held & 63) << 6) | (code - ZERO);
      bits += 6;
      at += 1;
      if (bits >= 8) {
        bits -= 8;
        if (count < into.length) into[count] = (bits === 4 ? held >>> 4 : bits === 2 ? held >>> 2 : held) & 255;
        count += 1;
      }
    }
    return count;
  }

  return {
    begin: (line) => {
      text = line;
      length = textLength(line);
      at = 1;
      bits = 0;
    },
    int: () => {
      skipBlanks();
      const negative = at < length && charCode(text, at) === MINUS;
      if (negative) at += 1;
      let value = 0;
      while (at < length) {
        const digit = charCode(text, at) - ZERO;
        if (digit < 0 || digit > 9) break;
        // Counted down, as -2^31 has no positive twin.
        value = value * 10 - digit;
        at += 1;
      }
      // Not -value, which is -0 in JavaScript for 0.
      return negative ? value : 0 - value;
    },
    octets: (into) => {
      skipBlanks();
      return octets(into, MOST_OCTETS);
    },
    piece: (into) => {
      skipBlanks();
      return octets(into, into.length);
    },
    samples: (into) => {
      skipBlanks();
      const count = 3 * idiv(length - at, SAMPLE_CHARACTERS);
      readSamples(text, at, into, count);
      return count;
    },
  };
}
