/**
 * Steps, how fast, what that costs, and how long somebody has been sitting, from an accelerometer at the wrist.
 *
 * Steps are counted by peaks of the acceleration that recur: Brajdic and Harle, UbiComp 2013, compare the ways that are known and find
 * peaks of a smoothed magnitude the best, within 3 % on phones. At a wrist the arm swings once in two steps; see `strides`.
 */
import { idiv } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, INCONSISTENT, NO_GRAVITY, SATURATED, STARTING, WRONG_RATE } from "../doubt.ts";
import { type Feed, frames } from "../fall/frames.ts";
import { type Reading, UNKNOWN } from "../reading.ts";
import { type Body, BUSY, BUSY_HANDS, minuteEnergy, RESTING, SEDENTARY, walkingMet } from "./energy.ts";
import { LONGEST, strides } from "./strides.ts";

export interface ActivityOptions {
  /** Sampling rate, 20..100 Hz. */
  readonly rateHz: number;
  readonly body: Body;
}

/** The last minute; `value` is its steps. Of a minute that for the most part could not be judged all is `UNKNOWN`. */
export interface Minute extends Reading {
  /** Steps a minute while walking, on average; 0 when nobody walked. */
  cadence: number;
  /** Mean, 0.1 MET. */
  met: number;
  /** cal (0.001 kcal), rest included. */
  energy: number;
  /** Minutes in a row, this one included, that were sedentary: no walk, at most 1.5 MET. */
  sedentary: number;
}

export interface Activity {
  /** Takes the next `count` samples: x, y, z, x, y, z … in mg, each within ±26 g. Where a stream is cut into batches changes nothing. */
  readonly feed: Feed;
  /** Samples were lost: what comes next is another walk. */
  readonly restart: () => void;
  /** Since the start. They come in after five strides, and then all of them. */
  readonly steps: () => number;
  /** Steps a minute, now: 0 when nobody walks, `UNKNOWN` while `doubt` is not `CLEAR`. */
  readonly cadence: () => number;
  /** Whether the signal can be judged, a code of sensing/doubt: known within 10 s. */
  readonly doubt: () => number;
}

/** A tick is every other frame: 12.5 a second are enough for three steps a second. Its length in 5 ms. */
const TICK = 16;
/** The square of one g, mg². */
const G = 1_000_000;
/** A swing is so far above the mean square and then so far below it: 35 mg of the magnitude. */
const SWING = 80_000;
/** Every two seconds, 25 ticks, what was seen is judged. */
const LOOK = 25;
const LOOKS_A_MINUTE = 30;
/** So many looks in a row make a doubt. */
const SURE = 3;
/** After a start the mean is not yet one. */
const WARM = 2;

/** A peak that hands at work make: 100 mg. */
const HANDS = 228_000;
/** The mean square of what a body bears for long (a jogger's wrist has more than 4 g²), and of what gravity leaves. */
const MOST = 12_000_000;
const LEAST = 250_000;
/** At rest it is 1 g², give or take what a bad sensor has. */
const REST_MOST = 1_560_000;
const REST_LEAST = 640_000;

export function activity(options: ActivityOptions, onMinute: (minute: Minute) => void): Activity {
  const { rateHz, body } = options;
  const minute: Minute = { value: UNKNOWN, quality: 0, doubt: STARTING, cadence: 0, met: 0, energy: 0, sedentary: 0 };
  const walk = strides();

  // The filters: a smoothed square and its mean over 0.6 s; whether it is in the upper half of a swing; the tick before.
  let low = G;
  let mean = G;
  let upper = false;
  let before = 0;
  // The tick of the last swing, ticks counted from the last look, and how long before it that was.
  let swung = -LONGEST;
  let early = 0;
  let skip = 0;

  let ticks = 0;
  // The highest of a look's swings; `SWING` when nothing swung higher.
  let peak = SWING;
  let warm = 0;
  let doubt = STARTING;
  // How many looks in a row saw what is not to be believed, and the values of the last one.
  let suspected = 0;
  let lastX = 0;
  let lastY = 0;
  let lastZ = 0;

  let looks = 0;
  let judged = 0;
  let mets = 0;
  let cadences = 0;
  let walked = 0;
  let counted = 0;
  let sedentary = 0;

  function cadence(): number {
    if (doubt !== CLEAR) return UNKNOWN;
    const stride = walk.stride();
    return stride === 0 || TICK * (ticks - swung) > LONGEST ? 0 : idiv(24000, stride);
  }

  function suspect(x: number, y: number, z: number): number {
    if (mean > MOST) return SATURATED;
    if (mean < LEAST) return NO_GRAVITY;
    if (peak > SWING) return CLEAR;
    if (x === lastX && y === lastY && z === lastZ) return FROZEN;
    return mean > REST_MOST || mean < REST_LEAST ? INCONSISTENT : CLEAR;
  }

  function look(x: number, y: number, z: number): void {
    const seen = suspect(x, y, z);
    lastX = x;
    lastY = y;
    lastZ = z;
    suspected = seen === CLEAR ? 0 : suspected + 1;
    if (warm < WARM) warm++;
    if (seen === CLEAR) doubt = warm < WARM ? STARTING : CLEAR;
    else if (suspected >= SURE) {
      doubt = seen;
      walk.stop();
    }
    if (doubt === CLEAR) {
      const pace = cadence();
      judged++;
      if (pace > 0) {
        walked++;
        cadences += pace;
        mets += walkingMet(pace);
      } else mets += peak === SWING ? RESTING : peak < HANDS ? BUSY_HANDS : BUSY;
    }
    peak = SWING;
    // Longer ago is all the same.
    swung = swung < -LONGEST ? swung : swung - LOOK;
    looks++;
    if (looks === LOOKS_A_MINUTE) tell();
  }

  function tell(): void {
    const steps = walk.steps();
    const known = 2 * judged >= LOOKS_A_MINUTE;
    minute.value = known ? steps - counted : UNKNOWN;
    minute.quality = known ? idiv(95 * judged, LOOKS_A_MINUTE) : 0;
    minute.doubt = known ? CLEAR : doubt === CLEAR ? STARTING : doubt;
    minute.met = known ? idiv(mets, judged) : UNKNOWN;
    minute.cadence = known ? (walked > 0 ? idiv(cadences, walked) : 0) : UNKNOWN;
    minute.energy = known ? minuteEnergy(body, minute.met) : UNKNOWN;
    sedentary = known && walked === 0 && minute.met <= SEDENTARY ? sedentary + 1 : 0;
    minute.sedentary = known ? sedentary : UNKNOWN;
    counted = steps;
    looks = 0;
    judged = 0;
    mets = 0;
    cadences = 0;
    walked = 0;
    onMinute(minute);
  }

  // What a tick touches lives in local variables while a batch lasts, which a Lua reaches sooner than those of the closure.
  const feed: Feed = (samples, count) => {
    const end = 3 * count;
    let smooth = low;
    let level = mean;
    let last = before;
    let up = upper;
    let most = peak;
    let tick = ticks;
    for (let i = 3 * skip; i < end; i += 6) {
      const x = samples[i];
      const y = samples[i + 1];
      const z = samples[i + 2];
      const square = x * x + y * y + z * z;
      const rise = square - smooth;
      smooth += rise >> 1;
      const now = smooth - level;
      level += now >> 3;
      tick++;
      if (up) {
        if (now > most) most = now;
        else if (now <= -SWING) up = false;
      } else if (now > SWING) {
        up = true;
        // Where between the two ticks: an interval of whole ticks would be wrong by a sixth of a step.
        const climb = now - last;
        const ago = idiv(now - SWING, (climb >> 4) + 1);
        if (walk.swing(TICK * (tick - swung) + early - ago)) {
          swung = tick;
          early = ago;
        }
      }
      last = now;
      if (tick === LOOK) {
        mean = level;
        peak = most;
        ticks = tick;
        look(x, y, z);
        tick = 0;
        most = SWING;
      }
    }
    low = smooth;
    mean = level;
    before = last;
    upper = up;
    peak = most;
    ticks = tick;
    skip = (skip + count) & 1;
  };

  const known = rateHz >= 20 && rateHz <= 100;

  return {
    feed: known ? frames(rateHz, feed) : () => {},
    restart: () => {
      swung = -LONGEST;
      warm = 0;
      doubt = STARTING;
      suspected = 0;
    },
    steps: walk.steps,
    cadence,
    doubt: () => (known ? doubt : WRONG_RATE),
  };
}
