/** A home streamed into a routine that has seen nothing else. */
import { UNKNOWN } from "@songbai/sdk/sensing/reading";
import type { LineProgram } from "../sense/runtimes.ts";
import { textOfWords } from "../words.ts";
import type { Home } from "./home-events.ts";

export interface Told {
  readonly kind: number;
  readonly from: number;
  /** `UNKNOWN` while it lasts. */
  readonly until: number;
  readonly doubt: number;
  /** When it was told. */
  readonly at: number;
}

/** What would have been if nobody had moved again behind the report at `second`. */
export interface Fallen {
  readonly second: number;
  /** When `INACTIVE` or `AWAY` would be told, or never. */
  readonly dueS: number | undefined;
  /** Whether it is `AWAY`. */
  readonly away: boolean;
  readonly doubt: number;
}

const QUESTION = 126;
/** Of three words each; a line has at most 1000 characters. */
const REPORTS = 100;
/** From time to time somebody falls: at the last report before each of these. Odd against the hour, so that all hours come. */
const FALL_EVERY_S = 97 * 60;

export function lived({ sensors, reports }: Home, device: LineProgram): { told: Told[]; falls: Fallen[] } {
  device.call("");
  device.call(`!${sensors.map(({ kind }) => kind).join("")}`);
  const words: number[] = [];
  for (const [i, { second, sensor, on }] of reports.entries()) {
    words.push(2 * sensor + (on ? 1 : 0), second >> 12, second & 4095);
    const next = reports[i + 1];
    if (next !== undefined && Math.floor(second / FALL_EVERY_S) !== Math.floor(next.second / FALL_EVERY_S)) {
      words.push(QUESTION, second >> 12, second & 4095);
    }
  }
  const told: Told[] = [];
  const falls: Fallen[] = [];
  for (let from = 0; from < words.length; from += 3 * REPORTS) {
    for (const part of device
      .call(textOfWords(words.slice(from, from + 3 * REPORTS)))
      .split(";")
      .slice(0, -1)) {
      const [kind, ...numbers] = part.split(",");
      if (kind === "?") {
        const [due, doubt, second, closed] = numbers.map(Number);
        falls.push({ second, dueS: due === UNKNOWN ? undefined : due, away: closed === 1, doubt });
      } else {
        const [since, until, doubt, at] = numbers.map(Number);
        told.push({ kind: Number(kind), from: since, until, doubt, at });
      }
    }
  }
  return { told, falls };
}
