/**
 * What the steps of both feet make: a walk's cadence, times and their symmetry and variability, and turns. The variability is the
 * coefficient of variation of the stride time, which in old people who will fall is about twice that of the others: 106 against 49 ms of
 * standard deviation in Hausdorff et al., Arch Phys Med Rehabil 2001; 82:1050. Speed and stride length cannot be had from these steps.
 */
import { idiv } from "../../lang/intrinsics.ts";
import { squareRoot } from "../integer.ts";
import { UNKNOWN } from "../reading.ts";
import type { Step } from "./step.ts";

export const LEFT = 0;
export const RIGHT = 1;

/** A walk. The object is reused. Each figure is `UNKNOWN` where there are too few strides for it. */
export interface Walk {
  /** Strides of both feet that the figures are of: without the turns, the first and the last of a foot. */
  strides: number;
  /** 0.1 steps a minute. */
  cadence: number;
  /** Mean, ms. */
  strideMs: number;
  /** Standard deviation of the stride time, ms, and in 0.1 % of its mean. */
  deviationMs: number;
  variation: number;
  /** On the ground, 0.1 % of the stride. */
  stance: number;
  /** Swing of the left less that of the right, 0.1 % of their mean; with one foot alone `UNKNOWN`. */
  asymmetry: number;
  /** Left share of the load, 0.1 %; without force cells `UNKNOWN`. */
  leftLoad: number;
  /** How far the figures can be relied on, percent: more strides, less error. */
  quality: number;
}

/** Times as of the clock that `step` is given. The object is reused. */
export interface Turn {
  fromMs: number;
  untilMs: number;
  /** To the left positive. */
  degrees: number;
}

export interface Gait {
  /** A step of `LEFT` or `RIGHT` whose heel came down at `strikeMs`; both feet on one clock, in the order in which they are told. */
  readonly step: (foot: number, step: Step, strikeMs: number) => void;
  /** Called once in a while, a second or so: ends a walk behind which nothing comes. */
  readonly tick: (nowMs: number) => void;
}

/** A walk ends with so long a rest; both feet's steps are told within it. */
const REST_MS = 3000;
const STRIDES_LEAST = 4;
/** Below this a standard deviation says little: its own error is a sixth. */
const VARIATION_LEAST = 20;
/** All is as good as it gets. */
const STRIDES_GOOD = 50;
/** A step that turns by so much is part of a turn. */
const TURNING_DEG = 20;
const TURN_LEAST_DEG = 90;
/** From one such step to the next; and a step may be told so long behind its toe-off. */
const TURN_GAP_MS = 3000;
const TOLD_MS = 1500;
/** A stride that differs from the one before by a quarter is a turn, a stop or a step that was missed. */
const ODD_PART = 4;
/** Sums are halved beyond: 500 strides of 1 s^2. */
const SUMS = 500;

export function gait(onWalk: (walk: Walk) => void, onTurn: (turn: Turn) => void): Gait {
  const walk: Walk = {
    strides: 0,
    cadence: 0,
    strideMs: 0,
    deviationMs: 0,
    variation: 0,
    stance: 0,
    asymmetry: 0,
    leftLoad: 0,
    quality: 0,
  };
  const turn: Turn = { fromMs: 0, untilMs: 0, degrees: 0 };
  const feet = [newFoot(), newFoot()];
  let walking = false;
  let lastMs = 0;
  let turning = false;

  function endWalk(): void {
    const left = feet[LEFT];
    const right = feet[RIGHT];
    const count = left.count + right.count;
    walking = false;
    if (count >= STRIDES_LEAST) {
      const strideMs = idiv(left.count * left.mean() + right.count * right.mean(), count);
      const square = idiv(left.square() + right.square(), count > 2 ? count - 2 : 1);
      walk.strides = count;
      walk.strideMs = strideMs;
      walk.cadence = idiv(1200000, strideMs);
      const enough = count >= VARIATION_LEAST;
      walk.deviationMs = enough ? squareRoot(square) : UNKNOWN;
      walk.variation = enough ? idiv(1000 * squareRoot(square * 16), strideMs * 4) : UNKNOWN;
      walk.stance = 1000 - idiv(1000 * (left.swing() * left.count + right.swing() * right.count), strideMs * count);
      const both = left.count >= STRIDES_LEAST && right.count >= STRIDES_LEAST;
      walk.asymmetry = both ? idiv(2000 * (left.swing() - right.swing()), left.swing() + right.swing()) : UNKNOWN;
      const borne = left.load() + right.load();
      walk.leftLoad = both && borne > 0 ? idiv(1000 * left.load(), borne) : UNKNOWN;
      walk.quality = count >= STRIDES_GOOD ? 100 : 2 * count;
      onWalk(walk);
    }
    left.clear();
    right.clear();
  }

  function endTurn(): void {
    turning = false;
    // Each foot turns by the whole of it, and one may have been on the ground for a part.
    const most = larger(feet[LEFT].turned, feet[RIGHT].turned);
    feet[LEFT].turned = 0;
    feet[RIGHT].turned = 0;
    if (most < TURN_LEAST_DEG && most > -TURN_LEAST_DEG) return;
    turn.degrees = most;
    onTurn(turn);
  }

  function follow(foot: number, step: Step, strikeMs: number): void {
    const degrees = step.turnDeg;
    if (degrees === UNKNOWN) return;
    const past = strikeMs - step.swingMs;
    if (turning && past - turn.untilMs > TURN_GAP_MS) endTurn();
    if (degrees < TURNING_DEG && degrees > -TURNING_DEG) return;
    const other = feet[LEFT].turned + feet[RIGHT].turned;
    if (turning && other < 0 !== degrees < 0) endTurn();
    if (!turning) {
      turning = true;
      turn.fromMs = past;
      turn.untilMs = strikeMs;
    }
    if (past < turn.fromMs) turn.fromMs = past;
    // The body has turned when the last foot leaves the ground to follow it.
    if (past > turn.untilMs) turn.untilMs = past;
    feet[foot].turned += degrees;
  }

  return {
    step: (foot, step, strikeMs) => {
      if (walking && strikeMs - lastMs > REST_MS) endWalk();
      if (!walking || strikeMs > lastMs) lastMs = strikeMs;
      walking = true;
      follow(foot, step, strikeMs);
      const straight = step.turnDeg === UNKNOWN || (step.turnDeg < TURNING_DEG && step.turnDeg > -TURNING_DEG);
      feet[foot].add(step, straight);
    },
    tick: (nowMs) => {
      if (turning && nowMs - turn.untilMs > TURN_GAP_MS + TOLD_MS) endTurn();
      if (walking && nowMs - lastMs > REST_MS) endWalk();
    },
  };
}

interface Foot {
  count: number;
  turned: number;
  readonly add: (step: Step, straight: boolean) => void;
  readonly mean: () => number;
  /** Sum of the squared distances from the mean, ms^2. */
  readonly square: () => number;
  readonly swing: () => number;
  readonly load: () => number;
  readonly clear: () => void;
}

/** The strides of a foot: each is held back until the next one, as the last of a walk is no whole one. */
function newFoot(): Foot {
  let held = 0;
  let heldSwing = 0;
  let heldLoad = 0;
  let before = 0;
  let first = 0;
  let sum = 0;
  let squares = 0;
  let swings = 0;
  let loads = 0;

  function take(): void {
    if (foot.count === 0) first = held;
    const off = held - first;
    sum += off;
    squares += off * off;
    swings += heldSwing;
    loads += heldLoad;
    foot.count += 1;
    if (foot.count < SUMS) return;
    foot.count >>= 1;
    sum >>= 1;
    squares >>= 1;
    swings >>= 1;
    loads >>= 1;
  }

  const foot: Foot = {
    count: 0,
    turned: 0,
    add: (step, straight) => {
      if (held > 0) take();
      held = 0;
      const stride = step.strideMs;
      const apart = stride > before ? stride - before : before - stride;
      const even = before > 0 && apart * ODD_PART <= before;
      before = stride === UNKNOWN ? 0 : stride;
      if (stride === UNKNOWN || !straight || !even) return;
      held = stride;
      heldSwing = step.swingMs;
      heldLoad = step.loadDn === UNKNOWN ? 0 : step.loadDn;
    },
    mean: () => (foot.count === 0 ? 0 : first + idiv(sum, foot.count)),
    square: () => {
      if (foot.count === 0) return 0;
      // sum * sum / count, in two parts that stay within int32.
      const whole = idiv(sum, foot.count);
      return squares - whole * sum - idiv((sum - whole * foot.count) * sum, foot.count);
    },
    swing: () => (foot.count === 0 ? 0 : idiv(swings, foot.count)),
    load: () => (foot.count === 0 ? 0 : idiv(loads, foot.count)),
    clear: () => {
      foot.count = 0;
      held = 0;
      before = 0;
      sum = 0;
      squares = 0;
      swings = 0;
      loads = 0;
    },
  };
  return foot;
}

function larger(a: number, b: number): number {
  return (a < 0 ? -a : a) > (b < 0 ? -b : b) ? a : b;
}
