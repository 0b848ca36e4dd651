import { imul } from "../../lang/intrinsics.ts";

/** Holds the sampling rate that is declared against the clock of the device. */
export interface Pace {
  readonly samples: (count: number) => void;
  /** The clock at the last sample, ms, any int32; a device calls it once a batch. */
  readonly at: (clockMs: number) => void;
  /** The rate is off by more than a twentieth. */
  readonly wrong: () => boolean;
}

/** Compared over so long. */
const SPAN_MS = 5000;

export function pace(rateHz: number): Pace {
  let seen = 0;
  let since = 0;
  let started = false;
  let off = false;
  return {
    samples: (count) => {
      seen += count;
    },
    at: (clockMs) => {
      const passed = (clockMs - since) | 0;
      if (started && passed >= 0 && passed < SPAN_MS) return;
      // After a long silence of the clock nothing can be said: the next span decides.
      if (started && passed > 0 && passed < 2 * SPAN_MS) {
        const expected = imul(passed, rateHz);
        const error = seen * 1000 - expected;
        off = imul(error < 0 ? -error : error, 20) > expected;
      }
      started = true;
      since = clockMs;
      seen = 0;
    },
    wrong: () => off,
  };
}
