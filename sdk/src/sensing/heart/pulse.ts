/**
 * Beats in the light of a wearer who keeps still: each is where the pulse wave rises fastest, as the foot and the top of a wave move
 * with breathing and the steepest place does not (Zong et al., Computers in Cardiology 2003; 30:259, take the rise too). A top of the
 * slope counts when it is near the level of the beats before; a dicrotic wave within `REFRACTORY_MS` of a higher one does not.
 *
 * Which way up the light is does not matter: the pulse rises faster than it falls, so the steeper side is the rise.
 */
import { type Ints, idiv } from "../../lang/intrinsics.ts";

/** Parts of a frame in which places are said. */
const PARTS = 16;
/** From one beat to the next: 200 a minute. */
const REFRACTORY_MS = 300;
/** A slope is that of so many frames, the sum of the later half less that of the earlier: about as long as a pulse takes to rise. */
const SPAN = 6;
const LATE = 56;
/** Without a beat for so long, the level sinks. */
const LOST_MS = 2000;
/** The other side is the steep one: by a quarter, three times in a row. */
const LEANS = 76;
/** Higher than any slope. */
const NEVER = 2147483647;
/** The level follows so many beats. */
const MEMORY = 8;

/** `at`: 1/16 frames since the start, less what `shift` took off; `height`: the slope there, in counts. */
export type OnBeat = (at: number, height: number) => void;

export interface Pulse {
  /** The next `count` frames. */
  readonly run: (frames: Ints, count: number) => void;
  /** Every two seconds: looks which side of the waves is the steep one. */
  readonly turn: () => void;
  /** Where the last frame is, 1/16 frames since the start. */
  readonly now: () => number;
  /** Takes `by` off all places, so that they stay within int32. */
  readonly shift: (by: number) => void;
  /** What comes next has nothing to do with what was. */
  readonly restart: () => void;
}

/** From one place to a later one, ms; of more than 20 seconds it says 32767. */
export function msOf(parts: number, frameUs: number): number {
  return parts < 0 || parts > 16384 ? 32767 : idiv(parts * idiv(frameUs, PARTS) + 500, 1000);
}

/** `frameUs`: what a frame lasts, 26000..50000 us. */
export function pulse(frameUs: number, onBeat: OnBeat): Pulse {
  const refractory = idiv(REFRACTORY_MS * 1000, idiv(frameUs, PARTS));
  const lost = idiv(LOST_MS * 1000, idiv(frameUs, PARTS));
  let now = 0;
  /** Where the last frame of the run is. */
  let end = 0;
  let sign = 1;
  /** How much steeper the other side was lately, in 256ths of both, over about four pairs of seconds. */
  let lean = 0;
  // The frames before the last one, the newest first.
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  let p4 = 0;
  let p5 = 0;
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
  /** Frames that have no slope yet. */
  let unfilled = SPAN;

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
    expect(level - (level >> 5));
    due = now + PARTS;
  }

  function rise(next: number): void {
    const bend = slopeBefore - 2 * slope + next;
    const off = bend === 0 ? 0 : idiv((PARTS >> 1) * (slopeBefore - next), bend);
    // A slope belongs to the middle of its six frames; the top is the slope before this one.
    const at = now - LATE + off;
    if (slope <= candidateHeight) return;
    candidate = at;
    candidateHeight = slope;
    due = at + refractory;
  }

  begin();
  return {
    run: (frames, count) => {
      end = now + count * PARTS;
      let a = p1;
      let b = p2;
      let c = p3;
      let d = p4;
      let e = p5;
      let high = top;
      let low = bottom;
      for (let i = 0; i < count; i++) {
        now += PARTS;
        const light = frames[i];
        const next = sign * (light + a + b - c - d - e);
        e = d;
        d = c;
        c = b;
        b = a;
        a = light;
        if (unfilled > 0) {
          unfilled -= 1;
        } else {
          if (next > high) high = next;
          else if (next < low) low = next;
          if (slope > least && slope >= next && slope > slopeBefore) rise(next);
          slopeBefore = slope;
          slope = next;
          if (now >= due) wait();
        }
      }
      p1 = a;
      p2 = b;
      p3 = c;
      p4 = d;
      p5 = e;
      top = high;
      bottom = low;
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
    now: () => end,
    shift: (by) => {
      now -= by;
      end -= by;
      due -= by;
      candidate -= by;
    },
    restart: () => {
      unfilled = SPAN;
      slope = 0;
      slopeBefore = 0;
      lean = 0;
      begin();
    },
  };
}
