/**
 * Commands as platforms give them: JSON on `songbai/v1/<device>/command`, such as {"command": "ring", "seconds": 30}, and what they
 * are on their way to the device (`@songbai/sdk/record/command`).
 */
import { CANCEL_ALARM, INTERVAL, LOCATE, RING, SET_TIME } from "@songbai/sdk/record/command";
import { putObservation } from "@songbai/sdk/record/observation";

/** The LoRaWAN port that commands come down on. */
export const COMMAND_PORT = 12;
/** A command waits for its device at most so long, seconds. */
const LONGEST_WAIT_S = 7 * 86_400;
/** A time that has waited longer is not worth setting. */
const TIME_WAIT_S = 30;
export const LONGEST_ID = 64;
/** Head, kind and time, and one value. */
const MAX_PLAIN = 16;

interface Kind {
  readonly kind: number;
  /** Bounds of `seconds`; `undefined`: it has none. */
  readonly seconds?: readonly [least: number, most: number];
  /** How long it waits unless the platform says so, seconds. */
  readonly waitS: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  locate: { kind: LOCATE, waitS: 600 },
  interval: { kind: INTERVAL, seconds: [60, 86_400], waitS: 86_400 },
  ring: { kind: RING, seconds: [0, 600], waitS: 600 },
  "cancel-alarm": { kind: CANCEL_ALARM, waitS: 60 },
  "set-time": { kind: SET_TIME, waitS: TIME_WAIT_S },
};
const NAMES = Object.keys(KINDS).join(", ");
const KEYS = ["command", "seconds", "expires", "id"];

/** A command that can be sealed. */
export interface ReadCommand {
  readonly name: string;
  /** What the device reads. */
  readonly plain: Uint8Array;
  /** Seconds since 1970. */
  readonly expiresS: number;
  /** The platform's own word for it, told back with what becomes of it. */
  readonly id?: string;
}

export type CommandFault = { readonly fault: string };

function expiryOf(expires: unknown, waitS: number, nowS: number): number | CommandFault {
  if (expires === undefined) return nowS + waitS;
  const ms = typeof expires === "string" && /^\d{4}-\d\d-\d\dT/.test(expires) ? Date.parse(expires) : Number.NaN;
  if (Number.isNaN(ms)) return { fault: '"expires" is a time such as "2026-03-02T12:00:00Z"' };
  const expiresS = Math.floor(ms / 1000);
  if (expiresS <= nowS) return { fault: '"expires" has passed' };
  return expiresS > nowS + LONGEST_WAIT_S ? { fault: '"expires" is more than a week ahead' } : expiresS;
}

function secondsOf(name: string, { seconds: bounds }: Kind, seconds: unknown): number[] | CommandFault {
  if (bounds === undefined) return seconds === undefined ? [] : { fault: `"${name}" takes no "seconds"` };
  const [least, most] = bounds;
  const fits = Number.isInteger(seconds) && (seconds as number) >= least && (seconds as number) <= most;
  return fits ? [seconds as number] : { fault: `"${name}" needs "seconds", a whole number from ${least} to ${most}` };
}

/** Reads a command that came as JSON at `nowS`, seconds since 1970; a fault is one clause without a full stop. */
export function readCommand(json: unknown, nowS: number): ReadCommand | CommandFault {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return { fault: 'a command is an object such as {"command": "ring", "seconds": 30}' };
  }
  const { command, seconds, expires, id } = json as Record<string, unknown>;
  const unknown = Object.keys(json).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return { fault: `"${unknown}" is none of ${KEYS.join(", ")}` };
  if (typeof command !== "string" || !Object.hasOwn(KINDS, command)) return { fault: `"command" is one of ${NAMES}` };
  if (id !== undefined && (typeof id !== "string" || id.length > LONGEST_ID)) {
    return { fault: `"id" is a text of at most ${LONGEST_ID} characters` };
  }
  const kind = KINDS[command];
  const values = secondsOf(command, kind, seconds);
  if ("fault" in values) return values;
  const now = Math.floor(nowS);
  const isTime = kind.kind === SET_TIME;
  if (isTime && expires !== undefined) return { fault: '"set-time" takes no "expires"' };
  const expiresS = expiryOf(expires, kind.waitS, now);
  if (typeof expiresS !== "number") return expiresS;
  const plain = new Uint8Array(MAX_PLAIN);
  const length = putObservation(plain, 0, { code: kind.kind, values }, (isTime ? now : expiresS) | 0);
  return { name: command, plain: plain.slice(0, length), expiresS, ...(id === undefined ? {} : { id }) };
}
