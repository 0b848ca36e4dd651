/** How often the arm swings: when the heart seems to beat as often, or at a multiple of it, nobody can tell the two apart. */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";

const KEPT = 64;
/** The slowest and the fastest swing, 0.1 a minute: a stride takes 2.2 s, a step in a run 0.35 s. */
const SLOWEST = 270;
const FASTEST = 1700;
/** The first lag with so much of the best likeness, in eighths, is the swing; later ones are its multiples. */
const NEARLY = 6;
/** Not periodic at all, in eighths of the power. */
const LIKE = 3;
/** So near to a multiple is at it, 0.1 a minute. */
const NEAR = 45;
const MULTIPLES = 5;
/** What the arm does is taken to last for so many samples, some 30 s. */
const LASTING = 250;

export interface Swing {
  /** The arm rests: what it does next is something else. */
  readonly forget: () => void;
  /** Whether the arm, `now` samples with movement on, has this rate, 0.1 a minute, among its multiples. Takes thousands of operations. */
  readonly has: (rate: number, now: number) => boolean;
}

/**
 * `samples`: in ten minutes. `along`: the ring of the last 64 of them with movement. `straight`: 64 integers that are free while `has` runs.
 * Allocates only here.
 */
export function swingOf(samples: number, along: Ints, straight: Ints): Swing {
  const shortest = idiv(samples, FASTEST);
  const longest = idiv(samples, SLOWEST) < KEPT >> 1 ? idiv(samples, SLOWEST) : (KEPT >> 1) - 1;
  const likeness = allocInts(longest + 2);
  /** Swings a minute, times ten, as they were when `along` had so many samples. */
  let swing = 0;
  let known = -1;

  /** The sum of products of what lies `lag` apart, over the first half of the samples. */
  function alike(lag: number): number {
    const line = straight;
    let sum = 0;
    for (let i = 0; i < KEPT >> 1; i++) sum += line[i] * line[i + lag];
    return sum;
  }

  /** The swings a minute, times ten; 0 where there are none. */
  function rhythm(oldest: number): number {
    for (let i = 0; i < KEPT; i++) straight[i] = along[(oldest + i) & (KEPT - 1)] >> 4;
    const all = alike(0);
    let best = 0;
    for (let lag = shortest - 1; lag <= longest + 1; lag++) {
      likeness[lag] = alike(lag);
      if (lag >= shortest && lag <= longest && likeness[lag] > best) best = likeness[lag];
    }
    if (8 * best < LIKE * all) return 0;
    for (let lag = shortest; lag <= longest; lag++) {
      const here = likeness[lag];
      if (8 * here < NEARLY * best || here < likeness[lag - 1] || here < likeness[lag + 1]) continue;
      const bend = likeness[lag - 1] - 2 * here + likeness[lag + 1];
      const off = bend === 0 ? 0 : idiv(8 * (likeness[lag - 1] - likeness[lag + 1]), bend);
      return idiv(16 * samples, 16 * lag + off);
    }
    return 0;
  }

  return {
    forget: () => {
      known = -1;
    },
    has: (rate, now) => {
      if (((now - known) & 0xffff) >= LASTING || known < 0) {
        swing = rhythm(now & (KEPT - 1));
        known = now;
      }
      for (let times = 1; times <= MULTIPLES; times++) {
        const off = rate - times * swing;
        if (swing > 0 && off <= NEAR && off >= -NEAR) return true;
      }
      return false;
    },
  };
}
