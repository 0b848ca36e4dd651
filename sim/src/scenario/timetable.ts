/** When things happen: the times of a scenario file in scenario milliseconds. */
import { InputError } from "./input-error.ts";

const DAY_S = 86_400;

/** A time of the day, or of a numbered one: the first is that of the start. */
export interface FileTime {
  at: string;
}

/** One line of the timetable, and where it stands in the file. */
export interface Timed<E> {
  readonly event: E;
  readonly atMs: number;
  readonly place: string;
}

/** Everything in the order of time: `daily` on each day, `events` once. Throws `InputError`. */
export function timetable<E extends FileTime>(
  file: { readonly start: string; readonly daily?: readonly E[]; readonly events?: readonly E[] },
  durationMs: number,
  shown: string,
): Timed<E>[] {
  const once = (events: readonly E[], list: string) => {
    const timed = events.map((event, index) => {
      const place = `${list}.${index}`;
      return { event, place, atMs: timeOf(event.at, `${place}.at`, file.start, durationMs, shown) };
    });
    for (let i = 1; i < timed.length; i++) {
      if (timed[i].atMs < timed[i - 1].atMs) {
        throw new InputError(
          `${shown} at ${timed[i].place}.at: ${timed[i].event.at} comes before the event above it; put them in order.`,
        );
      }
    }
    return timed;
  };
  const days = Math.ceil(durationMs / (DAY_S * 1000));
  const everyDay = once(file.daily ?? [], "daily").flatMap((timed) =>
    Array.from({ length: days }, (_, day) => ({ ...timed, atMs: timed.atMs + day * DAY_S * 1000 })),
  );
  return [...everyDay, ...once(file.events ?? [], "events")]
    .filter(({ atMs }) => atMs <= durationMs)
    .sort((a, b) => a.atMs - b.atMs);
}

const UNIT_MS: Record<string, number> = { s: 1000, min: 60_000, h: 3_600_000 };

/** "45 min" in milliseconds; the schema has seen to its form. */
export function durationOf(text: string): number {
  const [, number, unit] = /^([\d.]+) ?(s|min|h)$/.exec(text) as RegExpExecArray;
  return Math.round(Number(number) * UNIT_MS[unit]);
}

/**
 * Milliseconds from the start to `at`, which stands at `place` in the file: to that time on a day with a number, else to the next
 * time that the clock shows it.
 */
export function timeOf(at: string, place: string, start: string, durationMs: number, shown: string): number {
  const clock = (text: string) => {
    const [hours, minutes, seconds] = text.split(":").map(Number);
    return hours * 3600 + minutes * 60 + seconds;
  };
  const [, number, time] = /^(?:day (\d+) )?(.*)$/.exec(at) as RegExpExecArray;
  const sinceStart = clock(time) - clock(start.slice(11));
  if (number !== undefined && Number(number) === 1 && sinceStart < 0) {
    throw new InputError(`${shown} at ${place}: ${at} comes before the start of the scenario, ${start.slice(11)}.`);
  }
  const day = number === undefined ? Number(sinceStart < 0) : Number(number) - 1;
  const atMs = Math.round((sinceStart + day * DAY_S) * 1000);
  if (atMs > durationMs) {
    throw new InputError(
      `${shown} at ${place}: ${at} lies after the end of the scenario; make it longer or the ${place.split(".")[0].replace(/s$/, "")} earlier.`,
    );
  }
  return atMs;
}
