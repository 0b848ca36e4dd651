/**
 * The time of day as the platform has set it. Where the board's own clock runs, it is corrected by so much; where the board does not
 * know the time, it is counted from the device's uptime on, until the next start. It must be read once in 12 days: uptime wraps.
 */
import type { Clock } from "../board/clock.ts";
import { idiv } from "../lang/intrinsics.ts";

const DAY_MS = 86400000;
const DAY_SECONDS = 86400;

export interface WallClock extends Clock {
  /** Sets it to seconds since 1970, the bits of an unsigned 32-bit number. */
  readonly set: (epochSeconds: number) => void;
}

export function wallClock(board: Clock): WallClock {
  /** Seconds that the board's clock is behind. */
  let correction = 0;
  /** Without a clock of the board: seconds since 1970 at an uptime; 0: unknown. */
  let anchor = 0;
  let anchorMs = 0;

  function counted(): number {
    if (anchor === 0) return 0;
    while (((board.uptimeMs() - anchorMs) | 0) >= DAY_MS) {
      anchorMs = (anchorMs + DAY_MS) | 0;
      anchor = (anchor + DAY_SECONDS) | 0;
    }
    return (anchor + idiv((board.uptimeMs() - anchorMs) | 0, 1000)) | 0;
  }

  return {
    uptimeMs: board.uptimeMs,
    epochSeconds: () => {
      const own = board.epochSeconds();
      return own === 0 ? counted() : (own + correction) | 0;
    },
    set: (epochSeconds) => {
      const own = board.epochSeconds();
      correction = own === 0 ? 0 : (epochSeconds - own) | 0;
      anchor = epochSeconds;
      anchorMs = board.uptimeMs();
    },
  };
}
