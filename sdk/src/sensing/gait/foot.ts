/**
 * Steps from an accelerometer and a gyroscope on the foot (instep or sole), sample by sample. A foot that swings forward turns about
 * the axis through both ankles at some 300 deg/s for 0.4 s; before it, the heel lifts and turns the other way, after it the sole
 * comes down the other way again: toe-off and heel strike are where that rate passes zero (Sabatini et al., IEEE Trans Biomed Eng 2005,
 * 52:486; Mariani et al., IEEE Trans Biomed Eng 2013, 60:3162). In the stance between the foot lies still: there gravity says where up
 * is, and the rate about it, summed until the foot lies still again, how far the foot turned.
 */
import { type Ints, idiv, imul } from "../../lang/intrinsics.ts";
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
const OVER = 200;
/** A dip so short and so shallow lies within a swing. */
const DIP_MS = 80;
const DIP = -600;
/** What makes a swing: its length, its fastest, the angle that it goes through. */
const SWING_MS = 120;
const FASTEST = 400;
const ANGLE_DEG = 7;
/** A slower one needs a heel that lifted shortly before: shuffling on the spot does not roll over the toes. */
const FAST = 1000;
const LIFT = -200;
const LIFT_MS = 400;
/** The toes leave before the rate is `OVER`; the heel comes down after it was. */
const TOE_OFF_MS = 40;
const HEEL_STRIKE_MS = 30;
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
/** Of the last eight swings so many began from a foot that lay still: then it is the heel's lift that passes for a swing. */
const UNLIFTED = 6;

export function footSteps(options: FootOptions, onStep: OnStep): FootSteps {
  const { rateHz, pitchAxis, pitchSign } = options;
  const fullMg = options.rangeG * 1000 - 10;
  const fullRate = options.rangeDps * 10 - 10;
  const known = rateHz >= 50 && rateHz <= 200;
  const dipFor = samplesOf(DIP_MS, rateHz);
  const swingFor = samplesOf(SWING_MS, rateHz);
  const angleLeast = ANGLE_DEG * 10 * rateHz;
  const liftFor = samplesOf(LIFT_MS, rateHz);
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
  let runFrom = 0;
  let runFastest = 0;
  let runSum = 0;
  let lifted = -1;
  // Runs that may be a swing.
  let from = -1;
  let to = 0;
  let fastest = 0;
  let sum = 0;
  let heelLifted = false;
  // The swing that was found and not told, and the heel strike before it.
  let swingFrom = -1;
  let swingTo = 0;
  let lastStrike = -1;
  // Where up is, mg, and the turn about it since it was told, 0.1 deg by samples.
  let upX = 0;
  let upY = 0;
  let upZ = 0;
  let turned = 0;
  let quiet = 0;
  let lastQuiet = -1;
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
  let crooked = false;
  let lost = false;
  // The sample before, for gaps.
  let lastAx = 0;
  let lastAy = 0;
  let lastAz = 0;
  let lastGx = 0;
  let lastGy = 0;
  let lastGz = 0;
  let lastPitch = 0;
  let missing = 0;

  function forget(): void {
    now = 0;
    over = false;
    lifted = -1;
    from = -1;
    swingFrom = -1;
    lastStrike = -1;
    turned = 0;
    quiet = 0;
    lastQuiet = -1;
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
    if (to - from >= swingFor && fastest >= FASTEST && sum >= angleLeast && (heelLifted || fastest >= FAST)) {
      if (swingFrom >= 0) tell();
      // A vote of eight swings: shifts out the oldest.
      const still = lastQuiet >= 0 && from - lastQuiet <= stillFor ? 1 : 0;
      unlifted = ((unlifted << 1) | still) & 255;
      const votes = bitsOf(unlifted);
      if (votes >= UNLIFTED) crooked = true;
      else if (votes <= 8 - UNLIFTED) crooked = false;
      if (faults() === CLEAR) {
        swingFrom = from;
        swingTo = to;
      }
    }
    from = -1;
  }

  function endRun(): void {
    over = false;
    if (runFastest <= RISEN) return;
    if (from < 0) {
      from = runFrom;
      fastest = runFastest;
      sum = runSum;
      heelLifted = lifted >= 0 && runFrom - lifted <= liftFor;
    } else {
      if (runFastest > fastest) fastest = runFastest;
      sum += runSum;
    }
    to = now;
  }

  /** Which axis moved most: a foot pitches more than it rolls and turns, whoever walks, or nearly so for a while. */
  function judgeAxes(): void {
    const most = otherSum > thirdSum ? otherSum : thirdSum;
    if (pitchSum * 3 < most * 2) {
      unlifted = 255;
      crooked = true;
    }
    moved = 0;
    pitchSum = 0;
    otherSum = 0;
    thirdSum = 0;
  }

  function settle(ax: number, ay: number, az: number): void {
    lastQuiet = now;
    upX += (ax - upX) >> 2;
    upY += (ay - upY) >> 2;
    upZ += (az - upZ) >> 2;
    if (quiet === stillFor) {
      upX = ax;
      upY = ay;
      upZ = az;
    } else if (quiet === 2 * stillFor) {
      weightless = upX * upX + upY * upY + upZ * upZ < 250000;
    } else if (quiet > restFor) turned = 0;
    if (swingFrom >= 0 && now > swingTo + heelStrike) tell();
  }

  function one(ax: number, ay: number, az: number, gx: number, gy: number, gz: number, pitch: number): void {
    now += 1;
    if (
      pitch < STILL &&
      pitch > -STILL &&
      gx < STILL &&
      gx > -STILL &&
      gy < STILL &&
      gy > -STILL &&
      gz < STILL &&
      gz > -STILL
    ) {
      quiet += 1;
      if (quiet >= stillFor) settle(ax, ay, az);
    } else {
      quiet = 0;
      // A foot turns slowly enough for each second sample, and what may be wrong with a sensor shows in each fourth.
      if ((now & 1) !== 0) {
        turned += ((imul(gx, upX) + imul(gy, upY) + imul(gz, upZ)) | 0) >> 9;
        if ((now & 3) === 1) moving(ax, ay, az, gx, gy, gz);
      }
    }
    if (pitch > OVER) {
      if (!over) {
        over = true;
        runFrom = now;
        runFastest = 0;
        runSum = 0;
      }
      runSum += pitch;
      if (pitch > runFastest) runFastest = pitch;
    } else {
      if (over) endRun();
      if (from >= 0 && (pitch < DIP || now - to > dipFor)) close();
      if (pitch < LIFT) lifted = now;
    }
    if (swingFrom >= 0 && now - swingTo > tellFor) tell();
  }

  function moving(ax: number, ay: number, az: number, gx: number, gy: number, gz: number): void {
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
    const last = 6 * count - 6;
    let first = 0;
    let all = 0;
    for (let i = 0; i < 6; i++) {
      first = first * 3 + samples[i];
      all = all * 3 + samples[last + i];
    }
    same = all === values && first === values ? same + count : 0;
    values = all;
  }

  function faults(): number {
    if (!known || tempo.wrong()) return WRONG_RATE;
    if (same >= frozenFor) return FROZEN;
    if (full >= 4 * rateHz) return SATURATED;
    if (weightless) return NO_GRAVITY;
    return crooked ? INCONSISTENT : CLEAR;
  }

  return {
    feed: (samples, count) => {
      if (!known) return;
      tempo.samples(count + missing);
      batchEnd = now + count + missing;
      const end = 6 * count;
      if (missing > 0 && count > 0) {
        const parts = missing + 1;
        const ax = samples[0] - lastAx;
        const ay = samples[1] - lastAy;
        const az = samples[2] - lastAz;
        const gx = samples[3] - lastGx;
        const gy = samples[4] - lastGy;
        const gz = samples[5] - lastGz;
        const pitch = pitchSign * samples[pitchAt] - lastPitch;
        for (let i = 1; i < parts; i++) {
          one(
            lastAx + idiv(ax * i, parts),
            lastAy + idiv(ay * i, parts),
            lastAz + idiv(az * i, parts),
            lastGx + idiv(gx * i, parts),
            lastGy + idiv(gy * i, parts),
            lastGz + idiv(gz * i, parts),
            lastPitch + idiv(pitch * i, parts),
          );
        }
        missing = 0;
      }
      for (let i = 0; i < end; i += 6) {
        one(
          samples[i],
          samples[i + 1],
          samples[i + 2],
          samples[i + 3],
          samples[i + 4],
          samples[i + 5],
          pitchSign * samples[i + pitchAt],
        );
      }
      if (count > 0) {
        lastAx = samples[end - 6];
        lastAy = samples[end - 5];
        lastAz = samples[end - 4];
        lastGx = samples[end - 3];
        lastGy = samples[end - 2];
        lastGz = samples[end - 1];
        lastPitch = pitchSign * samples[end - 6 + pitchAt];
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
      crooked = false;
      weightless = false;
    },
    doubt: () => {
      if (known && now === 0) return lost ? GAP : STARTING;
      const fault = faults();
      return fault === CLEAR && lost ? GAP : fault;
    },
  };
}
