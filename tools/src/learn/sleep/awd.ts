/** Actiwatch's .AWD: seven lines of head, then a count each line. The diary of the same name lies beside it. */
import { existsSync, readFileSync } from "node:fs";
import { InputError } from "@songbai/sim/scenario/input-error";
import { minutesOf, type Night, type WristRecording } from "./night.ts";

const HEAD = 7;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** The fourth line: quarters of a minute, behind an 8 where there is light, too. */
const EPOCH_S: Record<string, number> = { 1: 15, 2: 30, 4: 60, 81: 15, 82: 30, 84: 60 };

export function readAwd(file: string, id: string): WristRecording {
  const lines = readFileSync(file, "latin1").split(/\r?\n/);
  const head = lines.slice(0, HEAD).map((line) => line.trim());
  const firstMs = dateMs(head[1] ?? "", head[2] ?? "");
  const epochS = EPOCH_S[head[3] ?? ""];
  if (Number.isNaN(firstMs) || epochS === undefined) {
    throw new InputError(
      `${file} is no .AWD file: its second to fourth line are not a date, a time and the code of an epoch of up to a minute.`,
    );
  }
  const epochs: number[] = [];
  for (let i = HEAD; i < lines.length; i++) {
    const text = lines[i].trim();
    if (text === "") continue;
    const count = /^(\d{1,9})\b/.exec(text);
    if (count === null) throw new InputError(`${file}, line ${i + 1}: "${text.slice(0, 40)}" does not begin with a count.`);
    epochs.push(Number(count[1]));
  }
  return { id, firstMs, minutes: minutesOf(epochs, epochS), ...diaryOf(file.replace(/\.AWD$/i, "_sleepdiary.csv")) };
}

/** 23-Jan-1918 and 13:58. */
function dateMs(date: string, time: string): number {
  const day = /^(\d{1,2})-([A-Za-z]{3})\w*-(\d{4})$/.exec(date);
  const clock = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(time);
  const month = MONTHS.indexOf(day?.[2].toLowerCase() ?? "");
  if (day === null || clock === null || month < 0) return Number.NaN;
  return Date.UTC(Number(day[3]), month, Number(day[1]), Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0));
}

/** Rows of type,start,end with NIGHT and NAP; no diary, no truth. */
function diaryOf(file: string): { nights: Night[]; naps: Night[] } {
  const nights: Night[] = [];
  const naps: Night[] = [];
  if (!existsSync(file)) return { nights, naps };
  for (const [i, line] of readFileSync(file, "utf8").split(/\r?\n/).entries()) {
    if (line.trim() === "" || i === 0) continue;
    const [type, start, end] = line.split(",").map((field) => field.trim());
    const night = { startMs: isoMs(start), endMs: isoMs(end) };
    if (Number.isNaN(night.startMs) || Number.isNaN(night.endMs)) {
      throw new InputError(`${file}, line ${i + 1}: "${line.slice(0, 60)}" is not a type, a start and an end.`);
    }
    if (type === "NIGHT") nights.push(night);
    else if (type === "NAP") naps.push(night);
  }
  return { nights, naps };
}

function isoMs(text: string | undefined): number {
  return /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?$/.test(text ?? "") ? Date.parse(`${text?.replace(" ", "T")}Z`) : Number.NaN;
}
