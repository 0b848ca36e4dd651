/**
 * Steps and the centre of pressure from the force cells of an insole. The heel is down while their sum is 20 N above what they read in
 * the air: that is how force plates tell contact, too, and heel strike and toe-off are the two crossings (Hausdorff et al., J Biomech
 * 1995; 28:347, found them so with footswitches). Cells of an insole drift with warmth and lacing, so the level in the air is learnt in
 * every swing.
 */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, GAP, INCONSISTENT, NOT_WORN, SATURATED, STARTING, WRONG_RATE } from "../doubt.ts";
import { pace } from "../pace.ts";
import { UNKNOWN } from "../reading.ts";
import { bitsOf, msOf, samplesOf } from "./marks.ts";
import { type OnStep, STRIDE_MOST_MS, type Step } from "./step.ts";

export interface InsoleOptions {
  /** 50..200. */
  readonly rateHz: number;
  /** Place of each of up to 16 cells, mm: to the side, and towards the toes. The cell furthest back is the heel's. */
  readonly sideMm: readonly number[];
  readonly forwardMm: readonly number[];
  /** Full scale of a cell, N. */
  readonly rangeN: number;
}

export interface InsoleSteps {
  /** Takes `count` samples of all cells in 0.1 N, in the order of their places. */
  readonly feed: (samples: Ints, count: number) => void;
  /** So many samples were lost before the next one: steps around them are not told. */
  readonly missed: (count: number) => void;
  /** The device's clock at the last sample, ms: tells a rate that is not what it should be. May be left out. */
  readonly clock: (ms: number) => void;
  readonly restart: () => void;
  /** Why it hears no steps, a code of sensing/doubt. */
  readonly doubt: () => number;
}

/** Above the level in the air, 0.1 N: on the ground; and off it again. */
const CONTACT = 200;
const RELEASE = 160;
/** A stance does not lose more within a ms, 0.1 N: who bears as much as two samples of it is still down at the next. */
const UNLOADS = 80;
/** What bears a step, 0.1 N: a foot that is only set down carries less. */
const BORNE = 600;
/** Neither stance nor swing is shorter. */
const PHASE_MS = 100;
/** A place is worth telling above this load, 0.1 N. */
const LOADED = 1000;
/** In so long a walker lifts each foot at least once. */
const BLOCK_MS = 2000;
/** Between load and air lies at least so much, 0.1 N. */
const LIFTED = 1500;
/** No weight on the sole for so long: nobody stands in the shoe. */
const EMPTY_MS = 8000;
/** All cells the same under load, or one cell without any change while somebody walks. */
const FROZEN_MS = 2000;
const DEAD_MS = 8000;
const DEAD = 30;
/** Each so many samples, a power of two, the cells are looked at one by one. */
const EACH = 16;
/** Steps that land in front of where the stance stands, of the last eight, after which the cells cannot be in this order. */
const BACKWARDS = 6;

export function insoleSteps(options: InsoleOptions, onStep: OnStep): InsoleSteps {
  const { rateHz, sideMm, forwardMm } = options;
  const cells = sideMm.length;
  const full = options.rangeN * 10 - 10;
  const known = rateHz >= 50 && rateHz <= 200;
  const sure = idiv(2000 * UNLOADS, rateHz);
  const phaseFor = samplesOf(PHASE_MS, rateHz);
  const blockFor = samplesOf(BLOCK_MS, rateHz);
  const emptyFor = samplesOf(EMPTY_MS, rateHz);
  const frozenFor = samplesOf(FROZEN_MS, rateHz);
  const deadFor = samplesOf(DEAD_MS, rateHz);
  const strideMost = samplesOf(STRIDE_MOST_MS, rateHz);
  const least = allocInts(cells);
  const most = allocInts(cells);
  const side = allocInts(cells);
  const forward = allocInts(cells);
  for (let i = 0; i < cells; i++) {
    side[i] = sideMm[i];
    forward[i] = forwardMm[i];
  }
  const step: Step = {
    agoMs: 0,
    swingMs: 0,
    strideMs: UNKNOWN,
    stanceMs: UNKNOWN,
    turnDeg: UNKNOWN,
    loadDn: UNKNOWN,
    forwardMm: UNKNOWN,
    sideMm: UNKNOWN,
    travelMm: UNKNOWN,
  };
  const tempo = pace(rateHz);

  let now = 0;
  // Where the batch in work ends.
  let batchEnd = 0;
  // What the cells read in the air, in sixteenths of 0.1 N.
  let air = 0;
  // The same in 0.1 N.
  let level = 0;
  let down = false;
  let heavy = false;
  // Contact that began at `strike` and is not told yet.
  let fresh = false;
  let strike = -1;
  let lifted = -1;
  let lastStrike = -1;
  let highest = 0;
  // The stance: its samples, force, and moments about the origin of the places, force by mm.
  let load = 0;
  let momentX = 0;
  let momentY = 0;
  let shares = 0;
  let rear = 0;
  let front = 0;
  let landed = 0;
  // What the last stance was.
  let pastLoad = UNKNOWN;
  let pastForward = UNKNOWN;
  let pastSide = UNKNOWN;
  let pastTravel = UNKNOWN;
  // The block in work.
  let blockLeft = blockFor;
  let blockLeast = 0x3fffffff;
  let blockMost = 0;
  let blockLifted = false;
  // Faults.
  let empty = 0;
  let last = 0;
  let same = 0;
  let saturated = 0;
  let judgeLeft = deadFor;
  let walked = 0;
  let dead = false;
  let backwards = 0;
  let crooked = false;
  let lost = false;

  function beginStance(): void {
    load = 0;
    momentX = 0;
    momentY = 0;
    shares = 0;
    rear = 0x3fff;
    front = -0x3fff;
    landed = UNKNOWN;
    highest = 0;
  }

  function forget(): void {
    now = 0;
    down = false;
    heavy = false;
    fresh = false;
    strike = -1;
    lifted = -1;
    lastStrike = -1;
    pastLoad = UNKNOWN;
    pastForward = UNKNOWN;
    pastSide = UNKNOWN;
    pastTravel = UNKNOWN;
    beginStance();
    empty = 0;
    same = 0;
    lost = true;
  }

  function endStance(): void {
    pastLoad = UNKNOWN;
    pastForward = UNKNOWN;
    pastSide = UNKNOWN;
    pastTravel = UNKNOWN;
    if (load > 0 && shares > 0) {
      pastLoad = idiv(load, shares);
      pastForward = idiv(momentY, load);
      pastSide = idiv(momentX, load);
      if (front > rear) pastTravel = front - rear;
      if (landed !== UNKNOWN) {
        backwards = ((backwards << 1) | (landed > pastForward ? 1 : 0)) & 255;
        const votes = bitsOf(backwards);
        if (votes >= BACKWARDS) crooked = true;
        else if (votes <= 8 - BACKWARDS) crooked = false;
      }
    }
  }

  function tell(): void {
    fresh = false;
    const stride = strike - lastStrike;
    const whole = lastStrike >= 0 && stride <= strideMost;
    walked += 1;
    if (lifted > lastStrike && faults() === CLEAR) {
      step.agoMs = msOf(batchEnd - strike, rateHz);
      step.swingMs = msOf(strike - lifted, rateHz);
      step.strideMs = whole ? msOf(stride, rateHz) : UNKNOWN;
      step.stanceMs = whole ? msOf(lifted - lastStrike, rateHz) : UNKNOWN;
      step.loadDn = pastLoad;
      step.forwardMm = pastForward;
      step.sideMm = pastSide;
      step.travelMm = pastTravel;
      onStep(step);
    }
    lastStrike = strike;
  }

  function setAir(sixteenths: number): void {
    air = sixteenths;
    level = sixteenths >> 4;
  }

  /** Who walks lifts the foot: if the sum never came near the air in a block and yet fell far, the air has moved up. */
  function endBlock(): void {
    if (!blockLifted && blockMost - blockLeast > LIFTED) setAir(blockLeast << 4);
    blockLeft = blockFor;
    blockLeast = 0x3fffffff;
    blockMost = 0;
    blockLifted = !down;
  }

  /** A cell that stays as it is while others bear weight and let it go again is dead. */
  function judgeCells(): void {
    dead = false;
    for (let i = 0; i < cells; i++) {
      if (walked >= 4 && most[i] - least[i] < DEAD) dead = true;
      most[i] = -0x3fffffff;
      least[i] = 0x3fffffff;
    }
    walked = 0;
    judgeLeft = deadFor;
  }

  function lookAtCells(samples: Ints, at: number): void {
    const upper = most;
    const lower = least;
    const end = full;
    let atEnd = false;
    for (let i = 0; i < cells; i++) {
      const force = samples[at + i];
      if (force > upper[i]) upper[i] = force;
      if (force < lower[i]) lower[i] = force;
      if (force >= end) atEnd = true;
    }
    saturated = atEnd ? saturated + EACH : 0;
    judgeLeft -= EACH;
    if (judgeLeft <= 0) judgeCells();
  }

  /** Adds a sample of a stance. Each eighth is often enough for a mean. */
  function stand(samples: Ints, at: number, all: number): void {
    const across = side;
    const along = forward;
    let x = 0;
    let y = 0;
    for (let i = 0; i < cells; i++) {
      const force = samples[at + i];
      x += force * across[i];
      y += force * along[i];
    }
    const place = idiv(y, all);
    if (landed === UNKNOWN) landed = place;
    if (place < rear) rear = place;
    if (place > front) front = place;
    load += all;
    momentX += x;
    momentY += y;
    shares += 1;
    // Somebody stands: the mean of what was and what is fits again.
    if (shares >= 256) {
      load >>= 1;
      momentX >>= 1;
      momentY >>= 1;
      shares >>= 1;
    }
  }

  /** The sum fell below `RELEASE`. */
  function release(): void {
    down = false;
    blockLifted = true;
    if (fresh && now - strike < phaseFor) {
      // A knock in the air.
      fresh = false;
    } else if (highest >= BORNE) {
      endStance();
      lifted = now;
    }
  }

  function land(sum: number): void {
    down = true;
    beginStance();
    highest = sum;
    // A foot that was hardly up did not step.
    fresh = lifted < 0 ? empty >= phaseFor : now - lifted >= phaseFor;
    if (fresh) strike = now;
    empty = 0;
  }

  /** What each eighth sample is enough for. */
  function watch(samples: Ints, at: number, raw: number): void {
    if (down && raw - level >= LOADED && raw > 0) stand(samples, at, raw);
    same = raw === last ? same + 8 : 0;
    last = raw;
    if (raw < blockLeast) blockLeast = raw;
    if (raw > blockMost) blockMost = raw;
    blockLeft -= 8;
    if (blockLeft <= 0) endBlock();
    if ((now & (EACH - 1)) === 0) lookAtCells(samples, at);
  }

  function follow(samples: Ints, count: number): void {
    const end = count * cells;
    let place = now;
    let firm = heavy;
    for (let at = 0; at < end; at += cells) {
      place += 1;
      // Each second sample of who stands firmly tells nothing new.
      if (!firm || (place & 1) === 0) {
        const stop = at + cells;
        let raw = 0;
        for (let i = at; i < stop; i++) raw += samples[i];
        const sum = raw - level;
        if (down) {
          firm = sum > sure;
          if (sum > highest) highest = sum;
          if (sum < RELEASE) {
            now = place;
            release();
          } else if (fresh && highest >= BORNE && place - strike >= phaseFor) {
            now = place;
            tell();
          }
        } else {
          air += sum >> 1;
          level = air >> 4;
          empty += 1;
          if (sum > CONTACT) {
            now = place;
            land(sum);
          }
        }
        if ((place & 7) === 0) {
          now = place;
          watch(samples, at, raw);
        }
      }
    }
    now = place;
    heavy = firm;
  }

  function faults(): number {
    if (!known || tempo.wrong()) return WRONG_RATE;
    if (empty >= emptyFor) return NOT_WORN;
    if (same >= frozenFor && down) return FROZEN;
    if (saturated >= rateHz) return SATURATED;
    return dead || crooked ? INCONSISTENT : CLEAR;
  }

  judgeCells();
  beginStance();
  return {
    feed: (samples, count) => {
      if (!known) return;
      tempo.samples(count);
      batchEnd = now + count;
      follow(samples, count);
      if (now > rateHz) lost = false;
      // Places would leave int32 after months.
      if (now > 1000000000) forget();
    },
    missed: (count) => {
      tempo.samples(count);
      forget();
    },
    clock: tempo.at,
    restart: () => {
      forget();
      setAir(0);
      dead = false;
      backwards = 0;
      crooked = false;
      saturated = 0;
    },
    doubt: () => {
      if (known && now === 0) return lost ? GAP : STARTING;
      const fault = faults();
      return fault === CLEAR && lost ? GAP : fault;
    },
  };
}
