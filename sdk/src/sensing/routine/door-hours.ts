import { allocInts, type Bytes, idiv } from "../../lang/intrinsics.ts";
import { DAYS_TO_LEARN, HOUR } from "./day.ts";

/** Each opening counts so much at its hour; what an hour has fades by a sixteenth a day, so that one opening is gone in a month. */
const OPENING = 64;
const FADING = 16;
const HARDLY = 8;

export interface DoorHours {
  /** Time goes on: to be told of at least once an hour in which something happens. */
  readonly passing: (second: number) => void;
  readonly opened: (second: number) => void;
  /** Whether the door has not opened for a month in the hour of `second`, the one before and the one behind. */
  readonly never: (second: number) => boolean;
  /** Writes or reads `DOOR_OCTETS`. */
  readonly save: (into: Bytes, at: number) => void;
  readonly load: (from: Bytes, at: number) => void;
}

export const DOOR_OCTETS = 25;

/** At which hours of the day the entrance door opens. */
export function doorHours(): DoorHours {
  const openings = allocInts(24);
  let days = 0;
  let hour = -1;

  const at = (slot: number): number => openings[slot % 24];

  return {
    passing: (second) => {
      const now = idiv(second, HOUR);
      if (now === hour) return;
      if (hour >= 0 && idiv(now, 24) !== idiv(hour, 24)) {
        days += days < DAYS_TO_LEARN ? 1 : 0;
        for (let slot = 0; slot < 24; slot++) openings[slot] -= idiv(openings[slot] + FADING - 1, FADING);
      }
      hour = now;
    },
    opened: (second) => {
      const slot = idiv(second, HOUR) % 24;
      if (openings[slot] < OPENING) openings[slot] = OPENING;
    },
    never: (second) => {
      const slot = idiv(second, HOUR) % 24;
      return days >= DAYS_TO_LEARN && at(slot) + at(slot + 1) + at(slot + 23) < HARDLY;
    },
    save: (into, at) => {
      for (let slot = 0; slot < 24; slot++) into[at + slot] = openings[slot] & 255;
      into[at + 24] = days & 255;
    },
    load: (from, at) => {
      for (let slot = 0; slot < 24; slot++) openings[slot] = from[at + slot];
      days = from[at + 24];
    },
  };
}
