/**
 * A sense counts samples for time: a clock of the sensor that is off by a tenth makes every rate wrong by a tenth, and no signal shows
 * it. The device's own clock does.
 */
import { type Ints, imul } from "../lang/intrinsics.ts";
import { CLEAR, WRONG_RATE } from "./doubt.ts";

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

/** A sense that takes samples of a steady rate. */
export interface Sampled {
  readonly feed: (samples: Ints, count: number) => void;
  readonly restart: () => void;
}

/** A sense that is silent while its rate is wrong. */
export interface Paced {
  /** As the sense's own, with the device's clock at the last of the samples, ms. */
  readonly feed: (samples: Ints, count: number, clockMs: number) => void;
  /** `WRONG_RATE` while the sense is told nothing, and what it said last is worth nothing; otherwise `CLEAR`. */
  readonly doubt: () => number;
}

/**
 * Stands before a sense of `rateHz`. Where clock and samples differ by more than a twentieth, be it a drifting sensor or a FIFO that
 * drops, this is known within 10 s; the sense begins anew when they agree again.
 */
export function paced(rateHz: number, sense: Sampled): Paced {
  const tempo = pace(rateHz);
  let silent = false;
  return {
    feed: (samples, count, clockMs) => {
      tempo.samples(count);
      tempo.at(clockMs);
      if (!tempo.wrong()) sense.feed(samples, count);
      else if (!silent) sense.restart();
      silent = tempo.wrong();
    },
    doubt: () => (silent ? WRONG_RATE : CLEAR),
  };
}
