/** Current Time (CTS 1.1): the time where the wearer is; a central that may writes it. */
import type { Clock } from "../../board/clock.ts";
import type { Bytes } from "../../lang/intrinsics.ts";
import { DATE_TIME_BYTES, isDateTime, putDateTime, secondsOf, weekdayOf } from "./date-time.ts";
import { type Gatt, INVALID_VALUE_LENGTH, NOTIFY, READ, VALUE_OUT_OF_RANGE, WRITE } from "./gatt.ts";

const CURRENT_TIME_SERVICE = 0x1805;
const CURRENT_TIME = 0x2a2b;
/** Date and time, day of the week, 1/256 s, why it was adjusted. */
const BYTES = 10;
// Why it was adjusted.
export const BY_HAND = 0x01;
export const BY_REFERENCE = 0x02;

export interface CurrentTime {
  /** The clock was set for that reason: tells who is subscribed. */
  readonly adjusted: (reason: number) => void;
}

/**
 * `zoneSeconds`: what local time is ahead of UTC. `set` gets the seconds since 1970 that a central wrote, the bits of an unsigned 32-bit number;
 * without it nobody may write.
 */
export function currentTime(
  gatt: Gatt,
  security: number,
  clock: Clock,
  zoneSeconds: number,
  set?: (seconds: number) => void,
): CurrentTime {
  let reason = 0;
  let waits = false;

  function put(into: Bytes, at: number): number {
    const utc = clock.epochSeconds();
    const local = utc === 0 ? 0 : (utc + zoneSeconds) | 0;
    putDateTime(into, at, local);
    into[at + DATE_TIME_BYTES] = weekdayOf(local) & 255;
    into[at + 8] = 0;
    into[at + 9] = reason & 255;
    return BYTES;
  }

  gatt.add({
    uuid: CURRENT_TIME_SERVICE,
    security,
    characteristics: [
      {
        uuid: CURRENT_TIME,
        properties: READ | NOTIFY | (set === undefined ? 0 : WRITE),
        read: (into) => put(into, 0),
        write: (from, at, length) => {
          if (length !== BYTES) return INVALID_VALUE_LENGTH;
          if (set === undefined || !isDateTime(from, at)) return VALUE_OUT_OF_RANGE;
          set((secondsOf(from, at) - zoneSeconds) | 0);
          return 0;
        },
        next: (into, at) => {
          if (!waits) return 0;
          waits = false;
          return put(into, at);
        },
        onConfigured: () => {
          waits = false;
        },
      },
    ],
  });

  return {
    adjusted: (why) => {
      reason = why;
      waits = true;
      gatt.wake();
    },
  };
}
