/**
 * Beats in the light of a wearer who keeps still: each is where the pulse wave rises fastest, as the foot and the top of a wave move
 * with breathing and the steepest place does not (Zong et al., Computers in Cardiology 2003; 30:259, take the rise too). A top of the
 * slope counts when it is near the level of the beats before; a dicrotic wave within `REFRACTORY_MS` of a higher one does not.
 *
 * Which way up the light is does not matter: the pulse rises faster than it falls, so the steeper side is the rise.
 */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { NATURAL } from "./spectrum.ts";

/** Parts of a frame in which places are said. */
export const PARTS = 16;
/** From one beat to the next: 200 a minute. */
const REFRACTORY_MS = 300;
/** From the middle of a slope's six frames to the end of them. */
const MIDDLE = 40;
/** Without a beat for so long, the level sinks. */
const LOST_MS = 2000;
/** The other side is the steep one: by a quarter, three times in a row. */
const LEANS = 76;
/** Higher than any slope. */
const NEVER = 2147483647;
/** The level follows so many beats. */
const MEMORY = 8;
/** Trios before there are two slopes. */
const FILL = 4;

/** `at`: 1/16 frames since the start, less what `shift` took off; `height`: the slope there, in counts. */
export type OnBeat = (at: number, height: number) => void;

export interface Pulse {
  /** Values `from..end` of samples of four, of which the first is the light. */
  readonly run: (values: Ints, from: number, end: number) => void;
  /** Every two seconds: looks which side of the waves is the steep one. */
  readonly turn: () => void;
  /** Where the last frame is, 1/16 frames since the start. */
  readonly now: () => number;
  /** Takes `by` off all places, so that they stay within int32. */
  readonly shift: (by: number) => void;
  /** What comes next does not follow what was, and beats as high. */
  readonly resume: () => void;
  /** What comes next has nothing to do with what was. */
  readonly restart: () => void;
}

/** From one place to a later one, ms; of more than 20 seconds it says 32767. */
export function msOf(parts: number, partUs: number): number {
  if (parts < 0 || parts > 16384) return 32767;
  const us = parts * partUs + 500;
  return idiv(us & NATURAL, 1000);
}

/**
 * A frame is `perFrame` samples; a sixteenth of it lasts `partUs`, 1625..3125 us. A slope is that of six frames, the sum of the later three less that
 * of the earlier: about as long as a pulse takes to rise. Every third is looked at; around a top, each.
 */
export function pulse(perFrame: number, partUs: number, onBeat: OnBeat): Pulse {
  const refractory = idiv(REFRACTORY_MS * 1000, partUs);
  const lost = idiv(LOST_MS * 1000, partUs);
  /** Where the last trio ended. */
  let now = 0;
  let sign = 1;
  /** How much steeper the other side was lately, in 256ths of both, over about four pairs of seconds. */
  let lean = 0;
  // Of the trio in work: its frames, and the samples of the frame in work.
  let frame0 = 0;
  let frame1 = 0;
  let framesIn = 0;
  let frame = 0;
  let samplesIn = 0;
  // The frames before it, the newest first: the last three trios, but for the oldest frame.
  const kept = allocInts(8);
  let slope = 0;
  let slopeBefore = 0;
  let top = 0;
  let bottom = 0;
  /** A beat that a higher one may still take the place of; its height is 0 when there is none. */
  let candidate = 0;
  let candidateHeight = 0;
  let level = 0;
  let least = 0;
  let beats = 0;
  /** When `wait` has something to do. */
  let due = lost;
  let unfilled = FILL;

  /** The first two seconds, and those after everything is lost, say how high beats are: before, there are none. */
  function begin(): void {
    candidateHeight = 0;
    expect(0);
    beats = 0;
    top = 0;
    bottom = 0;
    due = now + lost;
  }

  function expect(height: number): void {
    level = height;
    least = height < PARTS ? NEVER : (height >> 4) * 7;
  }

  /** The time of a candidate is over, or no beat came for long. */
  function wait(): void {
    if (candidateHeight > 0) {
      const height = candidateHeight > 2 * level ? 2 * level : candidateHeight;
      if (beats < MEMORY) beats += 1;
      expect(level + idiv(height - level, beats));
      onBeat(candidate, candidateHeight);
      candidateHeight = 0;
      due = candidate + lost;
      return;
    }
    expect(level - 3 * (level >> 5));
    due = now + PARTS;
  }

  /** A top at `end`, the end of its six frames, between two lower slopes. */
  function rise(end: number, before: number, height: number, after: number): void {
    if (height <= candidateHeight) return;
    const bend = before - 2 * height + after;
    const off = bend === 0 ? 0 : idiv((PARTS >> 1) * (before - after), bend);
    candidate = end - MIDDLE + off;
    candidateHeight = height;
    due = candidate + refractory;
  }

  begin();
  return {
    run: (values, from, end) => {
      let b0 = kept[0];
      let b1 = kept[1];
      let b2 = kept[2];
      let c0 = kept[3];
      let c1 = kept[4];
      let c2 = kept[5];
      let d0 = kept[6];
      let d1 = kept[7];
      let late = b0 + b1 + b2;
      let filling = unfilled;
      let here = slope;
      let before = slopeBefore;
      let high = top;
      let low = bottom;
      const up = sign;
      /** Up to here a trio is whole, where a sample is a frame. */
      const whole = perFrame === 1 ? end - 12 : -1;
      let at = from;
      while (at < end) {
        let a0: number;
        let a1: number;
        let a2: number;
        if (at <= whole && framesIn === 0) {
          a2 = values[at];
          a1 = values[at + 4];
          a0 = values[at + 8];
          at += 12;
        } else {
          frame += values[at];
          at += 4;
          samplesIn += 1;
          if (samplesIn < perFrame) continue;
          a0 = frame;
          frame = 0;
          samplesIn = 0;
          framesIn += 1;
          if (framesIn === 1) frame0 = a0;
          if (framesIn === 2) frame1 = a0;
          if (framesIn < 3) continue;
          framesIn = 0;
          a1 = frame1;
          a2 = frame0;
        }
        now += 3 * PARTS;
        const sum = a0 + a1 + a2;
        const next = up * (sum - late);
        late = sum;
        if (filling > 0) {
          filling -= 1;
        } else {
          if (next > high) high = next;
          else if (next < low) low = next;
          // Between two trios there are slopes, too: near half of what counts there may be a top.
          if (here >= next && here > before && 2 * here > least) {
            const later = here + up * (a2 - 2 * b2 + c2);
            const last = later + up * (a1 - 2 * b1 + c1);
            const sooner = here - up * (b0 - 2 * c0 + d0);
            const first = sooner - up * (b1 - 2 * c1 + d1);
            const end6 = now - 3 * PARTS;
            if (here > least && here >= sooner && here >= later) rise(end6, sooner, here, later);
            else if (later > least && later >= here && later >= last) rise(end6 + PARTS, here, later, last);
            else if (sooner > least && sooner >= here && sooner >= first) rise(end6 - PARTS, first, sooner, here);
            else if (last > least && last > later) rise(end6 + 2 * PARTS, later, last, next);
            else if (first > least && first > sooner) rise(end6 - 2 * PARTS, before, first, sooner);
          }
          if (now >= due) wait();
        }
        before = here;
        here = next;
        d0 = c0;
        d1 = c1;
        c0 = b0;
        c1 = b1;
        c2 = b2;
        b0 = a0;
        b1 = a1;
        b2 = a2;
      }
      unfilled = filling;
      slope = here;
      slopeBefore = before;
      top = high;
      bottom = low;
      kept[0] = b0;
      kept[1] = b1;
      kept[2] = b2;
      kept[3] = c0;
      kept[4] = c1;
      kept[5] = c2;
      kept[6] = d0;
      kept[7] = d1;
    },
    turn: () => {
      const upright = top;
      const inverted = -bottom;
      top = 0;
      bottom = 0;
      const fresh = level === 0;
      lean += idiv(inverted - upright, ((inverted + upright) >> 8) + 1) - (lean >> 2);
      if (lean > (fresh ? 0 : LEANS)) {
        sign = -sign;
        slope = -slope;
        slopeBefore = -slopeBefore;
        lean = -lean;
        begin();
        expect(inverted);
      } else if (fresh) {
        expect(upright);
      }
    },
    now: () => now + PARTS * framesIn,
    shift: (by) => {
      now -= by;
      due -= by;
      candidate -= by;
    },
    resume: () => {
      unfilled = FILL;
      framesIn = 0;
      samplesIn = 0;
      frame = 0;
      candidateHeight = 0;
      top = 0;
      bottom = 0;
      due = now + lost;
    },
    restart: () => {
      unfilled = FILL;
      framesIn = 0;
      samplesIn = 0;
      frame = 0;
      lean = 0;
      begin();
    },
  };
}
