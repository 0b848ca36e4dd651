/** Date and time as BLE has them: year (2), month, day, hours, minutes, seconds; all zero while the time is unknown. */
import { fillBytes } from "../../lang/bytes.ts";
import { type Bytes, idiv, imul } from "../../lang/intrinsics.ts";

export const DATE_TIME_BYTES = 7;

const DAY_SECONDS = 86400;
/** Days of 400 years of the Gregorian calendar, of 100, of 4 and of one. */
const CYCLE_DAYS = 146097;
const CENTURY_DAYS = 36524;
const LEAP_DAYS = 1461;
const YEAR_DAYS = 365;
/** From 0000-03-01, where the years of this calculation begin, to 1970-01-01. */
const EPOCH_DAYS = 719468;
const FIRST_YEAR = 1970;
const LAST_YEAR = 2105;

/** Days since 1970 of seconds since 1970, the bits of an unsigned 32-bit number. */
function dayOf(seconds: number): number {
  return idiv(seconds >>> 1, DAY_SECONDS >> 1);
}

/** Writes the date and time of seconds since 1970 (the bits of an unsigned 32-bit number; 0: unknown), as they are: no time zone. */
export function putDateTime(into: Bytes, at: number, seconds: number): void {
  if (seconds === 0) {
    fillBytes(into, at, DATE_TIME_BYTES, 0);
    return;
  }
  const today = dayOf(seconds);
  const rest = (seconds - imul(today, DAY_SECONDS)) | 0;
  // Years that begin in March, so that the leap day is their last (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  const days = today + EPOCH_DAYS;
  const cycle = idiv(days, CYCLE_DAYS);
  const day = days % CYCLE_DAYS;
  const leaps = idiv(day, LEAP_DAYS - 1) - idiv(day, CENTURY_DAYS) + idiv(day, CYCLE_DAYS - 1);
  const yearOfCycle = idiv(day - leaps, YEAR_DAYS);
  const dayOfYear = day - (YEAR_DAYS * yearOfCycle + (yearOfCycle >> 2) - idiv(yearOfCycle, 100));
  const march = idiv(5 * dayOfYear + 2, 153);
  const month = march < 10 ? march + 3 : march - 9;
  const year = yearOfCycle + 400 * cycle + (month < 3 ? 1 : 0);
  into[at] = year & 255;
  into[at + 1] = (year >> 8) & 255;
  into[at + 2] = month & 255;
  into[at + 3] = (dayOfYear - idiv(153 * march + 2, 5) + 1) & 255;
  into[at + 4] = idiv(rest, 3600) & 255;
  into[at + 5] = idiv(rest % 3600, 60) & 255;
  into[at + 6] = (rest % 60) & 255;
}

/** Monday 1, Sunday 7; 0 while the time is unknown. */
export function weekdayOf(seconds: number): number {
  // 1970-01-01 was a Thursday.
  return seconds === 0 ? 0 : ((dayOf(seconds) + 3) % 7) + 1;
}

function daysBefore(year: number, month: number): number {
  const march = month > 2 ? month - 3 : month + 9;
  const from = month > 2 ? year : year - 1;
  const cycle = idiv(from, 400);
  const yearOfCycle = from - 400 * cycle;
  const days = YEAR_DAYS * yearOfCycle + (yearOfCycle >> 2) - idiv(yearOfCycle, 100) + idiv(153 * march + 2, 5);
  return cycle * CYCLE_DAYS + days - EPOCH_DAYS;
}

/** Whether a date and time of 1970 to 2105 stands there, whole and known. */
export function isDateTime(from: Bytes, at: number): boolean {
  const year = from[at] | (from[at + 1] << 8);
  const month = from[at + 2];
  const day = from[at + 3];
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return false;
  const length = (month === 12 ? daysBefore(year + 1, 1) : daysBefore(year, month + 1)) - daysBefore(year, month);
  return day <= length && from[at + 4] < 24 && from[at + 5] < 60 && from[at + 6] < 60;
}

/** Seconds since 1970 of a date and time for which `isDateTime`, the bits of an unsigned 32-bit number. */
export function secondsOf(from: Bytes, at: number): number {
  const year = from[at] | (from[at + 1] << 8);
  const day = daysBefore(year, from[at + 2]) + from[at + 3] - 1;
  return (imul(day, DAY_SECONDS) + 3600 * from[at + 4] + 60 * from[at + 5] + from[at + 6]) | 0;
}
