/**
 * Steps from an accelerometer and a gyroscope on the foot (instep or sole), sample by sample. A foot that swings forward turns about
 * the axis through both ankles at some 300 deg/s for 0.4 s; before it, the heel lifts and turns the other way, after it the sole
 * comes down the other way again: toe-off and heel strike are where that rate passes zero (Sabatini et al., IEEE Trans Biomed Eng 2005,
 * 52:486; Mariani et al., IEEE Trans Biomed Eng 2013, 60:3162). In the stance between the foot lies still: there gravity says where up
 * is, and the rate about it, summed until the foot lies still again, how far the foot turned.
 */
import { allocInts, type Ints, idiv, imul } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, GAP, INCONSISTENT, NO_GRAVITY, SATURATED, STARTING, WRONG_RATE } from "../doubt.ts";
import { pace } from "../pace.ts";
import { UNKNOWN } from "../reading.ts";
import { bitsOf, msOf, samplesOf } from "./marks.ts";
import { type OnStep, STRIDE_MOST_MS, type Step } from "./step.ts";

export interface FootOptions {
  /** 50..200. */
  readonly rateHz: number;
  /** Which axis of the gyroscope goes through both ankles: 0 x, 1 y, 2 z. */
  readonly pitchAxis: number;
  /** 1 where a forward swing reads positive on it, else -1. */
  readonly pitchSign: number;
  /** Full scale, g. */
  readonly rangeG: number;
  /** Full scale, deg/s. */
  readonly rangeDps: number;
}

export interface FootSteps {
  /** Takes `count` samples of six: acceleration x, y, z in mg, rate of turn x, y, z in 0.1 deg/s; any int16 values. */
  readonly feed: (samples: Ints, count: number) => void;
  /** So many samples were lost before the next one. Few are bridged by the straight line, many make it start anew. */
  readonly missed: (count: number) => void;
  /** The device's clock at the last sample, ms: tells a rate that is not what it should be. May be left out. */
  readonly clock: (ms: number) => void;
  readonly restart: () => void;
  /** Why it hears no steps, a code of sensing/doubt. */
  readonly doubt: () => number;
}

/** A swing begins to count above this rate, 0.1 deg/s, and lasts while it is above the second. */
const RISEN = 300;
const OVER = 250;
/** A dip so short and so shallow lies within a swing. */
const DIP_MS = 80;
const DIP = -600;
/** What makes a swing: its length, its fastest, the angle that it goes through. */
const SWING_MS = 100;
const FASTEST = 400;
const ANGLE_DEG = 5;
/** A slower one needs a heel that lifted shortly before: shuffling on the spot does not roll over the toes. */
const FAST = 1000;
const LIFT = -200;
const LIFT_MS = 400;
/** A foot stands for at least so long while the other one swings: what comes sooner is the sole that rocks. */
const STANCE_MS = 250;
/** The toes leave before the rate is `OVER`; the heel comes down after it has fallen. */
const TOE_OFF_MS = 40;
const HEEL_STRIKE_MS = 40;
/** The foot lies still: every rate below the first, for so long. */
const STILL = 300;
const STILL_MS = 50;
/** What a foot that rests turns by is no part of the next step. */
const REST_MS = 1500;
/** A step is told at the latest so long behind its heel strike; sooner when the foot lies still. */
const TELL_MS = 200;
/** Gaps up to this are bridged: half a dip of the rate that counts. */
const BRIDGE_MS = 120;
/** All six values the same for so long: a frozen sensor. */
const FROZEN_MS = 2000;
/** Movement after which the axes are compared. */
const JUDGED_MS = 3000;
/** Spans of it in which the axes must be right before they are believed again. */
const BELIEVED = 2;
/** Who walks swings through so much, and lifts the heel at most so long before. */
const STRIDE_DEG = 35;
const LIFTED_MS = 100;
/** Of the last eight such swings so many without: then it is the heel's lift that passes for a swing. */
const UNLIFTED = 6;

export function footSteps(options: FootOptions, onStep: OnStep): FootSteps {
  const { rateHz, pitchAxis, pitchSign } = options;
  const fullMg = options.rangeG * 1000 - 10;
  const fullRate = options.rangeDps * 10 - 10;
  const known = rateHz >= 50 && rateHz <= 200;
  const dipFor = samplesOf(DIP_MS, rateHz);
  const swingFor = samplesOf(SWING_MS, rateHz);
  const angleLeast = ANGLE_DEG * 10 * rateHz;
  const stanceFor = samplesOf(STANCE_MS, rateHz);
  const liftFor = samplesOf(LIFT_MS, rateHz);
  const strideLeast = STRIDE_DEG * 10 * rateHz;
  const liftedFor = samplesOf(LIFTED_MS, rateHz);
  const stillFor = samplesOf(STILL_MS, rateHz);
  const restFor = samplesOf(REST_MS, rateHz);
  const tellFor = samplesOf(TELL_MS, rateHz);
  const bridgeFor = samplesOf(BRIDGE_MS, rateHz);
  const frozenFor = samplesOf(FROZEN_MS, rateHz);
  const judgedFor = samplesOf(JUDGED_MS, rateHz);
  const toeOff = samplesOf(TOE_OFF_MS, rateHz);
  const heelStrike = samplesOf(HEEL_STRIKE_MS, rateHz);
  const strideMost = samplesOf(STRIDE_MOST_MS, rateHz);
  const step: Step = {
    agoMs: 0,
    swingMs: 0,
    strideMs: UNKNOWN,
    stanceMs: UNKNOWN,
    turnDeg: 0,
    loadDn: UNKNOWN,
    forwardMm: UNKNOWN,
    sideMm: UNKNOWN,
    travelMm: UNKNOWN,
  };
  const tempo = pace(rateHz);
  const pitchAt = 3 + pitchAxis;

  // Samples since the start; places below are counted in them. Negative: none.
  let now = 0;
  // Where the batch in work ends.
  let batchEnd = 0;
  // The run of samples above `OVER`.
  let over = false;
  let floor = OVER;
  let runFrom = 0;
  let runFastest = 0;
  let runSum = 0;
  let lifted = -liftFor - 1;
  // Runs that may be a swing.
  let from = -1;
  let to = 0;
  let fastest = 0;
  let sum = 0;
  let liftedAgo = 0;
  // The swing that was found and not told, and the heel strike before it.
  let swingFrom = -1;
  let swingTo = -stanceFor;
  let lastStrike = -1;
  // Where up is, mg, and the turn about it since it was told, 0.1 deg by samples.
  let upX = 0;
  let upY = 0;
  let upZ = 0;
  let turned = 0;
  let quiet = 0;
  // Faults.
  let values = 0;
  let same = 0;
  let full = 0;
  let moved = 0;
  let pitchSum = 0;
  let otherSum = 0;
  let thirdSum = 0;
  let unlifted = 0;
  let weightless = false;
  let turnedRound = false;
  let crooked = 0;
  let lost = false;
  // The last sample, and one between it and the next, for gaps.
  const last = allocInts(6);
  const between = allocInts(6);
  let missing = 0;

  function forget(): void {
    now = 0;
    over = false;
    floor = OVER;
    lifted = -liftFor - 1;
    from = -1;
    swingFrom = -1;
    swingTo = -stanceFor;
    lastStrike = -1;
    turned = 0;
    quiet = 0;
    same = 0;
    full = 0;
    missing = 0;
    lost = true;
  }

  function tell(): void {
    const strike = swingTo + heelStrike;
    const left = swingFrom - toeOff;
    const stride = strike - lastStrike;
    const whole = lastStrike >= 0 && stride <= strideMost;
    step.agoMs = msOf(batchEnd - strike, rateHz);
    step.swingMs = msOf(strike - left, rateHz);
    step.strideMs = whole ? msOf(stride, rateHz) : UNKNOWN;
    step.stanceMs = whole ? msOf(left - lastStrike, rateHz) : UNKNOWN;
    step.turnDeg = idiv(turned, 10 * rateHz);
    turned = 0;
    lastStrike = strike;
    swingFrom = -1;
    onStep(step);
  }

  /** The runs between `from` and `to` are over: were they a swing? */
  function close(): void {
    const swung = to - from >= swingFor && fastest >= FASTEST && sum >= angleLeast && (liftedAgo <= liftFor || fastest >= FAST);
    if (swung && from - swingTo >= stanceFor) {
      if (swingFrom >= 0) tell();
      if (sum >= strideLeast) {
        // A vote of eight swings: shifts out the oldest.
        unlifted = ((unlifted << 1) | (liftedAgo > liftedFor ? 1 : 0)) & 255;
        const votes = bitsOf(unlifted);
        if (votes >= UNLIFTED) turnedRound = true;
        else if (votes <= 8 - UNLIFTED) turnedRound = false;
      }
      if (faults() === CLEAR) {
        swingFrom = from;
        swingTo = to;
      }
    }
    from = -1;
    floor = OVER;
  }

  function beginRun(): void {
    over = true;
    runFrom = now;
    runFastest = 0;
    runSum = 0;
  }

  function endRun(): void {
    over = false;
    if (runFastest <= RISEN) return;
    if (from < 0) {
      from = runFrom;
      fastest = runFastest;
      sum = runSum;
      liftedAgo = runFrom - lifted;
    } else {
      if (runFastest > fastest) fastest = runFastest;
      sum += runSum;
    }
    to = now;
  }

  /** Which axis moved most: a foot pitches more than it rolls and turns, whoever walks, or nearly so for a while. */
  function judgeAxes(): void {
    const most = otherSum > thirdSum ? otherSum : thirdSum;
    if (pitchSum * 3 < most * 2) crooked = BELIEVED;
    else if (crooked > 0) crooked -= 1;
    moved = 0;
    pitchSum = 0;
    otherSum = 0;
    thirdSum = 0;
  }

  /** The foot lies still, as each second sample tells. */
  function settle(samples: Ints, at: number): void {
    const ax = samples[at];
    const ay = samples[at + 1];
    const az = samples[at + 2];
    if (quiet < stillFor + 2) {
      upX = ax;
      upY = ay;
      upZ = az;
    } else {
      upX += (ax - upX) >> 2;
      upY += (ay - upY) >> 2;
      upZ += (az - upZ) >> 2;
      if (quiet > restFor) turned = 0;
      else weightless = upX * upX + upY * upY + upZ * upZ < 250000;
    }
    if (swingFrom >= 0 && now > swingTo + heelStrike) tell();
  }

  /** What each second sample is enough for. */
  function look(samples: Ints, at: number): void {
    const gx = samples[at + 3];
    const gy = samples[at + 4];
    const gz = samples[at + 5];
    if (gy < STILL && gy > -STILL && gx < STILL && gx > -STILL && gz < STILL && gz > -STILL) {
      quiet += 2;
      if (quiet >= stillFor) settle(samples, at);
    } else {
      quiet = 0;
      turned += ((imul(gx, upX) + imul(gy, upY) + imul(gz, upZ)) | 0) >> 9;
      // What may be wrong with a sensor shows in each fourth.
      if ((now & 3) === 1) moving(samples, at, gx, gy, gz);
    }
    if (swingFrom >= 0 && now - swingTo > tellFor) tell();
  }

  function follow(samples: Ints, count: number): void {
    const end = 6 * count;
    let place = now;
    for (let i = pitchAt; i < end; i += 6) {
      const pitch = pitchSign * samples[i];
      place += 1;
      if ((place & 1) !== 0) {
        now = place;
        look(samples, i - pitchAt);
      }
      if (pitch > floor) {
        if (!over) {
          now = place;
          beginRun();
        }
        runSum += pitch;
        if (pitch > runFastest) {
          runFastest = pitch;
          // A fast one ends where a fourth of it is left: a foot that has landed may go on to turn slowly.
          if (pitch >> 2 > floor) floor = pitch >> 2;
        }
      } else {
        if (over) {
          now = place;
          endRun();
        }
        if (from >= 0 && (pitch < DIP || place - to > dipFor)) {
          now = place;
          close();
        }
        if (pitch < LIFT) lifted = place;
      }
    }
    now = place;
  }

  function moving(samples: Ints, at: number, gx: number, gy: number, gz: number): void {
    const ax = samples[at];
    const ay = samples[at + 1];
    const az = samples[at + 2];
    const x = gx < 0 ? -gx : gx;
    const y = gy < 0 ? -gy : gy;
    const z = gz < 0 ? -gz : gz;
    pitchSum += pitchAxis === 1 ? y : pitchAxis === 0 ? x : z;
    otherSum += pitchAxis === 0 ? y : x;
    thirdSum += pitchAxis === 2 ? y : z;
    moved += 4;
    if (moved >= judgedFor) judgeAxes();
    const atEnd =
      x >= fullRate ||
      y >= fullRate ||
      z >= fullRate ||
      ax >= fullMg ||
      ay >= fullMg ||
      az >= fullMg ||
      ax <= -fullMg ||
      ay <= -fullMg ||
      az <= -fullMg;
    full = atEnd ? full + 32 : full > 4 ? full - 4 : 0;
    if (full > 8 * rateHz) full = 8 * rateHz;
  }

  /** A frozen sensor gives the first and the last of a batch alike, batch for batch; one that works hardly twice. */
  function compare(samples: Ints, count: number): void {
    const end = 6 * count - 6;
    let first = 0;
    let all = 0;
    for (let i = 0; i < 6; i++) {
      first = first * 3 + samples[i];
      all = all * 3 + samples[end + i];
    }
    same = all === values && first === values ? same + count : 0;
    values = all;
  }

  /** Straight on to the first of these samples. */
  function bridge(samples: Ints): void {
    const parts = missing + 1;
    for (let i = 1; i < parts; i++) {
      for (let axis = 0; axis < 6; axis++) between[axis] = last[axis] + idiv((samples[axis] - last[axis]) * i, parts);
      follow(between, 1);
    }
    missing = 0;
  }

  function faults(): number {
    if (!known || tempo.wrong()) return WRONG_RATE;
    if (same >= frozenFor) return FROZEN;
    if (full >= 4 * rateHz) return SATURATED;
    if (weightless) return NO_GRAVITY;
    return turnedRound || crooked > 0 ? INCONSISTENT : CLEAR;
  }

  return {
    feed: (samples, count) => {
      if (!known) return;
      tempo.samples(count + missing);
      batchEnd = now + count + missing;
      if (count > 0) {
        if (missing > 0) bridge(samples);
        follow(samples, count);
        for (let i = 0; i < 6; i++) last[i] = samples[6 * count - 6 + i];
        compare(samples, count);
        if (now > rateHz) lost = false;
        // Places would leave int32 after months.
        if (now > 1000000000) forget();
      }
    },
    missed: (count) => {
      missing += count;
      if (missing > bridgeFor || now === 0) forget();
    },
    clock: tempo.at,
    restart: () => {
      forget();
      unlifted = 0;
      turnedRound = false;
      crooked = 0;
      weightless = false;
    },
    doubt: () => {
      if (known && now === 0) return lost ? GAP : STARTING;
      const fault = faults();
      return fault === CLEAR && lost ? GAP : fault;
    },
  };
}
