/** The rate of a clean pulse: from below to above its mean, once a beat; a notch does not come back so far. */
import { allocInts, idiv } from "../../lang/intrinsics.ts";
import { UNKNOWN } from "../reading.ts";

export interface PulseRate {
  /** The next value, its distance from its mean. */
  readonly feed: (value: number) => void;
  /** 0.1 bpm over the last beats; `UNKNOWN` where there are not three, or one is twice as long as another. */
  readonly rate: () => number;
  readonly restart: () => void;
}

const BEATS = 6;
/** Parts of a frame that a beat is timed in. */
const PART = 16;
const MOST_FRAMES = 0x4000000;

/** `rateHz` samples a second, `group` of them a value. Allocates only here. */
export function pulseRate(rateHz: number, group: number): PulseRate {
  const beats = allocInts(BEATS);
  let count = 0;
  let frame = 0;
  let last = 0;
  let lowest = 0;
  let highest = 0;
  let armed = false;

  /** Parts of a frame, `ago` beats back. */
  function beat(ago: number): number {
    return beats[(count - 1 - ago) % BEATS];
  }

  function keep(when: number): void {
    beats[count % BEATS] = when;
    count = count === 2 * BEATS - 1 ? BEATS : count + 1;
  }

  return {
    feed: (value) => {
      frame++;
      // A month of wear: what is timed stays an int32.
      if (frame === MOST_FRAMES) {
        frame = 0;
        count = 0;
      }
      // The range of late, which it forgets by a hundredth a frame.
      lowest = value < lowest ? value : lowest - idiv(lowest, 100);
      highest = value > highest ? value : highest - idiv(highest + 99, 100);
      if (value < idiv(lowest, 3)) armed = true;
      if (armed && value >= 0 && value > idiv(highest, 4)) {
        armed = false;
        const rise = value - last;
        keep(PART * frame - (rise > 0 ? idiv(PART * value, rise) : 0));
      }
      last = value;
    },
    rate: () => {
      const kept = count < BEATS ? count : BEATS;
      if (kept < 3) return UNKNOWN;
      let shortest = beat(0) - beat(1);
      let longest = shortest;
      for (let i = 1; i < kept - 1; i++) {
        const interval = beat(i) - beat(i + 1);
        if (interval < shortest) shortest = interval;
        if (interval > longest) longest = interval;
      }
      if (longest >= 2 * shortest) return UNKNOWN;
      return idiv(idiv(600 * PART * rateHz, group) * (kept - 1), beat(0) - beat(kept - 1));
    },
    restart: () => {
      count = 0;
      frame = 0;
      last = 0;
      lowest = 0;
      highest = 0;
      armed = false;
    },
  };
}
