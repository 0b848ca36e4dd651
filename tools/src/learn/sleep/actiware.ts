/** Actiware's export (.csv) in any language: intervals that a person set and software scored, then a row each epoch. */
import { readFileSync } from "node:fs";
import { InputError } from "@songbai/sim/scenario/input-error";
import { minutesOf, type Night, type WristRecording } from "./night.ts";

const DATE = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;
const TIME = /^(\d{1,2}):(\d\d):(\d\d)(?: ?([AaPp])\.?[Mm]\.?)?$/;
/** The row of a sleep interval, not of rest: English, French, German, Spanish, Italian, Dutch. */
const SLEEP = /^(sleep|sommeil|schlaf|sue.{1,2}o|sonno|slaap)$/i;
const EPOCHS_S = [15, 30, 60];
const DAY_MS = 86_400_000;

interface Row {
  readonly line: number;
  readonly fields: readonly string[];
  /** Place of the date; the time is behind it. */
  readonly at: number;
}

/** Whether it is such an export: it says so in its first line, in whatever language. */
export function isActiware(file: string): boolean {
  return /actiware/i.test(readFileSync(file, "latin1").split("\n", 1)[0]);
}

export function readActiware(file: string, id: string): WristRecording {
  const lines = readFileSync(file, "latin1").split(/\r?\n/);
  const epochs: Row[] = [];
  const sleeps: Row[] = [];
  for (const [i, line] of lines.entries()) {
    if (!line.startsWith('"')) continue;
    const fields = fieldsOf(line);
    const at = fields.findIndex((field) => DATE.test(field));
    if (at < 0) continue;
    const row = { line: i + 1, fields, at };
    if (fields[at + 2]?.includes("!")) continue; // the button was pressed: "Marker!"
    if (/^\d+$/.test(fields[0]) && TIME.test(fields[at + 1] ?? "")) epochs.push(row);
    else if (SLEEP.test(fields[0]) && /^\d+$/.test(fields[1] ?? "")) sleeps.push(row);
  }
  if (epochs.length < 2)
    throw new InputError(`${file} has no rows of number, date, time and activity; export epoch by epoch from Actiware.`);
  const monthFirst = isMonthFirst(epochs);
  const timeOf = ({ fields, at, line }: Row): number => {
    const ms = timeMs(fields[at], fields[at + 1], monthFirst);
    if (Number.isNaN(ms))
      throw new InputError(`${file}, line ${line}: "${fields[at]}" and "${fields[at + 1]}" are no date and time.`);
    return ms;
  };
  const firstMs = timeOf(epochs[0]);
  const epochS = (timeOf(epochs[1]) - firstMs) / 1000;
  if (!EPOCHS_S.includes(epochS)) throw new InputError(`${file} has epochs of ${epochS} s; there must be 15, 30 or 60.`);
  const counts: number[] = [];
  for (const row of epochs) {
    // Rows that are missing are missing counts.
    const place = Math.round((timeOf(row) - firstMs) / (1000 * epochS));
    while (counts.length < place) counts.push(Number.NaN);
    counts[place] = countOf(file, row);
  }
  const scored = sleeps.map((row) => intervalOf(row, monthFirst)).filter((night) => night !== undefined);
  return { id, firstMs, minutes: minutesOf(counts, epochS), nights: scored, naps: [] };
}

function countOf(file: string, { fields, at, line }: Row): number {
  const text = fields[at + 2] ?? "";
  if (/^(nan|)$/i.test(text)) return Number.NaN;
  if (!/^\d{1,9}([.,]\d+)?$/.test(text))
    throw new InputError(`${file}, line ${line}: the activity "${text.slice(0, 20)}" is no number.`);
  return Math.round(Number(text.replace(",", ".")));
}

/** Fields in quotes, commas between them; a comma may stand in a field. */
function fieldsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"/g)].map(([, field]) => field.trim());
}

function timeMs(date: string, time: string, monthFirst: boolean): number {
  const day = DATE.exec(date);
  const clock = TIME.exec(time);
  if (day === null || clock === null) return Number.NaN;
  const [first, second, year] = day.slice(1).map(Number);
  const half = clock[4]?.toLowerCase();
  const hour = (Number(clock[1]) % (half === undefined ? 24 : 12)) + (half === "p" ? 12 : 0);
  const [month, dayOfMonth] = monthFirst ? [first, second] : [second, first];
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31) return Number.NaN;
  return Date.UTC(year, month - 1, dayOfMonth, hour, Number(clock[2]), Number(clock[3]));
}

/** 04/07 is followed by 05/07 in one country and by 04/08 in the other. */
function isMonthFirst(epochs: readonly Row[]): boolean {
  const dates = [...new Set(epochs.map(({ fields, at }) => fields[at]))];
  const steps = (monthFirst: boolean): number => {
    const days = dates.map((date) => timeMs(date, "0:00:00", monthFirst));
    return days.filter((day, i) => i > 0 && day - days[i - 1] === DAY_MS).length - 100 * days.filter(Number.isNaN).length;
  };
  return steps(true) > steps(false);
}

/** The first two dates of the row with the first time behind each. */
function intervalOf({ fields }: Row, monthFirst: boolean): Night | undefined {
  const times: number[] = [];
  for (let i = 0; i < fields.length && times.length < 2; i++) {
    if (!DATE.test(fields[i])) continue;
    const time = fields.slice(i + 1).find((field) => TIME.test(field));
    times.push(time === undefined ? Number.NaN : timeMs(fields[i], time, monthFirst));
  }
  const [startMs, endMs] = times;
  if (!(startMs < endMs)) return undefined;
  // "Sleep Time" is the sixth number behind the end: duration, % invalid, efficiency, wake, % wake, sleep. Not every export has it.
  const asleepMin = Number.parseFloat(fields[fields.findLastIndex((field) => TIME.test(field)) + 6] ?? "");
  return { startMs, endMs, ...(Number.isNaN(asleepMin) ? {} : { asleepMin }) };
}
