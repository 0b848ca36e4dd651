/**
 * What a GNSS receiver says, NMEA 0183: RMC and GGA of any constellation (`GP`, `BD`, `GN` …) become fixes. All else is passed over;
 * a sentence without its checksum, or with a wrong one, is no sentence.
 */
import { allocInts, charCode, idiv, textLength } from "../../lang/intrinsics.ts";

/** A fix. The reader reuses one object: copy what is to be kept. */
export interface Fix {
  /** Degrees x 10^7, north and east positive. */
  latitude: number;
  longitude: number;
  /** Radius in which the receiver is with 68 %, m: what the dilution of precision makes of a range error of 5 m. */
  accuracyM: number;
  satellites: number;
  /** Seconds of the day, UTC. */
  timeS: number;
}

export interface NmeaReader {
  /** One line, with or without its end: true when it completed a fix. */
  readonly read: (line: string) => boolean;
  readonly fix: Fix;
}

/** Error of a range, m: user equivalent range error of a single-frequency receiver under open sky. */
const RANGE_ERROR_M = 5;
/** Longer than NMEA allows (82); nothing that a receiver says. */
const LONGEST = 120;
const FIELDS = 20;

const COMMA = 44;
const STAR = 42;
const DOLLAR = 36;
const POINT = 46;

function hex(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 65 && code <= 70) return code - 55;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

/** Place of the `*` when the two digits behind it are the exclusive or of what is between it and the `$`; else -1. */
function checked(line: string): number {
  const length = textLength(line);
  if (length < 9 || length > LONGEST || charCode(line, 0) !== DOLLAR) return -1;
  let sum = 0;
  for (let i = 1; i + 2 < length; i++) {
    const code = charCode(line, i);
    if (code === STAR) {
      const high = hex(charCode(line, i + 1));
      const low = hex(charCode(line, i + 2));
      return high >= 0 && low >= 0 && high * 16 + low === sum ? i : -1;
    }
    sum ^= code;
  }
  return -1;
}

export function nmeaReader(): NmeaReader {
  const fix: Fix = { latitude: 0, longitude: 0, accuracyM: 0, satellites: 0, timeS: 0 };
  /** Where each field begins; one more for the end. */
  const starts = allocInts(FIELDS + 1);
  let fields = 0;
  /** The time of the RMC that said the position is valid: GGA of the same second completes it. */
  let validS = -1;
  let text = "";

  function split(line: string, end: number): void {
    text = line;
    fields = 0;
    starts[0] = 1;
    for (let i = 1; i <= end && fields < FIELDS; i++) {
      if (i === end || charCode(line, i) === COMMA) {
        fields++;
        starts[fields] = i + 1;
      }
    }
  }

  function lengthOf(field: number): number {
    return field < fields ? starts[field + 1] - starts[field] - 1 : 0;
  }

  function letter(field: number): number {
    return lengthOf(field) === 1 ? charCode(text, starts[field]) : 0;
  }

  /** A decimal number x 10^`digits` cut off there; -1 for anything else. */
  function scaled(field: number, from: number, digits: number): number {
    const end = starts[field] + lengthOf(field);
    let value = 0;
    let behind = -1;
    let seen = 0;
    for (let i = starts[field] + from; i < end; i++) {
      const code = charCode(text, i);
      if (code === POINT && behind < 0) behind = 0;
      else if (code < 48 || code > 57) return -1;
      else if (behind < digits) {
        if (value > 20000000) return -1;
        value = value * 10 + code - 48;
        seen++;
        if (behind >= 0) behind++;
      }
    }
    if (seen === 0) return -1;
    for (let i = behind < 0 ? 0 : behind; i < digits; i++) {
      if (value > 20000000) return -1;
      value *= 10;
    }
    return value;
  }

  /** Whole number of the two digits at `from`; -1 where there are none. */
  function two(field: number, from: number): number {
    if (lengthOf(field) < from + 2) return -1;
    const high = charCode(text, starts[field] + from) - 48;
    const low = charCode(text, starts[field] + from + 1) - 48;
    return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : -1;
  }

  /** hhmmss.ss as seconds of the day; 60 s is a leap second. -1 for anything else. */
  function time(field: number): number {
    const hours = two(field, 0);
    const minutes = two(field, 2);
    const seconds = two(field, 4);
    const told = hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds <= 60;
    return told ? hours * 3600 + minutes * 60 + seconds : -1;
  }

  /** ddmm.mmmmm or dddmm.mmmmm and a letter, as degrees x 10^7; false when it is none. */
  function angle(field: number, degreeDigits: number, most: number, negative: number, positive: number): number | undefined {
    let degrees = two(field, degreeDigits - 2);
    if (degrees >= 0 && degreeDigits === 3) {
      const hundreds = charCode(text, starts[field]) - 48;
      degrees = hundreds === 0 || hundreds === 1 ? hundreds * 100 + degrees : -1;
    }
    // Minutes x 10^5: a sixtieth of a degree is 10^7 / 60, so x 10^5 / 60 x 100.
    const minutes = scaled(field, degreeDigits, 5);
    const side = letter(field + 1);
    if (degrees < 0 || minutes < 0 || minutes >= 6000000 || (side !== negative && side !== positive)) return undefined;
    const value = degrees * 10000000 + idiv(minutes * 100, 60);
    if (value > most) return undefined;
    return side === negative ? -value : value;
  }

  function kind(a: number, b: number, c: number): boolean {
    return charCode(text, 3) === a && charCode(text, 4) === b && charCode(text, 5) === c;
  }

  function readRmc(): void {
    validS = letter(2) === 65 ? time(1) : -1;
  }

  function readGga(): boolean {
    const at = time(1);
    const latitude = angle(2, 2, 900000000, 83, 78);
    const longitude = angle(4, 3, 1800000000, 87, 69);
    const quality = letter(6) - 48;
    const satellites = two(7, 0);
    const dilution = scaled(8, 0, 2);
    // 1 GNSS, 2 differential, 4 and 5 RTK; 6 is dead reckoning, 7 and 8 are made up.
    const real = quality === 1 || quality === 2 || quality === 4 || quality === 5;
    if (at < 0 || at !== validS || latitude === undefined || longitude === undefined || !real) return false;
    if (satellites < 3 || dilution <= 0 || dilution > 9900) return false;
    fix.latitude = latitude;
    fix.longitude = longitude;
    fix.satellites = satellites;
    fix.accuracyM = idiv(dilution * RANGE_ERROR_M + 99, 100);
    fix.timeS = at;
    return true;
  }

  return {
    fix,
    read: (line) => {
      const end = checked(line);
      if (end < 0) return false;
      split(line, end);
      if (lengthOf(0) !== 5) return false;
      if (kind(82, 77, 67)) {
        readRmc();
        return false;
      }
      return kind(71, 71, 65) && readGga();
    },
  };
}
