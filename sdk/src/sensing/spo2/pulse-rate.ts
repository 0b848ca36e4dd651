/** The rate of a clean pulse: from below to above its mean, once a beat; a notch does not come back so far. */
import { allocInts, idiv } from "../../lang/intrinsics.ts";
import { UNKNOWN } from "../reading.ts";

export interface PulseRate {
  /** The next value, its distance from its mean. */
  readonly feed: (value: number) => void;
  /** 0.1 bpm over the last beats; `UNKNOWN` where there are not three, one is twice as long as another, or the next one does not come. */
  readonly rate: () => number;
  readonly restart: () => void;
}

const INTERVALS = 5;
/** Parts of a frame that a beat is timed in. */
const PART = 16;
const MOST_FRAMES = 0x4000000;

/** `rateHz` samples a second, `group` of them a value. Allocates only here. */
export function pulseRate(rateHz: number, group: number): PulseRate {
  const intervals = allocInts(INTERVALS);
  /** Intervals since the first beat, and the beat before, in parts of a frame; -1 before the first one. */
  let count = -1;
  let beat = 0;
  let frame = 0;
  let last = 0;
  const tenthsABeat = idiv(600 * PART * rateHz, group);
  let lowest = 0;
  let highest = 0;
  let armed = false;

  function keep(when: number): void {
    if (count >= 0) intervals[count % INTERVALS] = when - beat;
    count = count === 2 * INTERVALS - 1 ? INTERVALS : count + 1;
    beat = when;
  }

  return {
    feed: (value) => {
      frame++;
      // A month of wear: what is timed stays an int32.
      if (frame === MOST_FRAMES) {
        frame = 0;
        count = -1;
      }
      // The range of late, which it forgets by a 128th a frame.
      lowest = value < lowest ? value : lowest - (lowest >> 7);
      highest = value > highest ? value : highest - ((highest + 127) >> 7);
      if (3 * value < lowest) armed = true;
      if (armed && value >= 0 && 4 * value > highest) {
        armed = false;
        const rise = value - last;
        keep(PART * frame - (rise > 0 ? idiv(PART * value, rise) : 0));
      }
      last = value;
    },
    rate: () => {
      const kept = count < INTERVALS ? count : INTERVALS;
      if (kept < 2) return UNKNOWN;
      let shortest = intervals[0];
      let longest = shortest;
      let sum = shortest;
      for (let i = 1; i < kept; i++) {
        const interval = intervals[i];
        sum += interval;
        if (interval < shortest) shortest = interval;
        if (interval > longest) longest = interval;
      }
      if (longest >= 2 * shortest || PART * frame - beat > 2 * longest) return UNKNOWN;
      return idiv(tenthsABeat * kept, sum);
    },
    restart: () => {
      count = -1;
      frame = 0;
      last = 0;
      lowest = 0;
      highest = 0;
      armed = false;
    },
  };
}
