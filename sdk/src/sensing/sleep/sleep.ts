import { CLEAR, GAP, NOT_WORN, STARTING } from "../doubt.ts";
import { UNKNOWN } from "../reading.ts";
import { movementScale } from "./scale.ts";

/** So many minutes of stillness more than of movement are sleep, and all that can be said of the time before is that it was none. */
const ASLEEP = 20;
/** So much movement is the end of it: a quarter of an hour of being up, not a way to the toilet. */
const UP = 40;
/** So much is an awakening. */
const WOKEN = 10;
/** What a minute says that was spent awake. */
const MOVED = -1;
/** Nobody lies without the least count for two hours: the device lies on a table. */
const NOT_WORN_MIN = 120;
/** Who slept for two hours and is up for less than one has not ended the night. */
const NIGHT_MIN = 120;
const UP_AT_NIGHT_MIN = 60;
/** Shorter than that is no nap. */
const NAP_MIN = 20;
/** Percent: of a sleep with both ends seen, and of one that begins or ends with what is not known. */
const GOOD = 90;
const POOR = 50;
/** Minutes that are unknown, and then the sleep around them is two. */
const BRIDGED_MIN = 10;

/** A sleep that is over. The sense reuses one object: copy what is to be kept. */
export interface Slept {
  /** Minutes from its first minute, and from the one behind its last, to the minute that is told of now. */
  startAgoMin: number;
  endAgoMin: number;
  /** How often there was movement for some minutes, and how long in all. */
  awakenings: number;
  awakeMin: number;
  /** Percent; low where it begins or ends with what is not known. */
  quality: number;
}

export interface Sleep {
  /** The count of the next minute, 0..1000000 in any unit, or `UNKNOWN`. Calls `onSlept` at most once, during this call. */
  readonly minute: (count: number) => void;
  /** Minutes since somebody fell asleep, 0 while awake, or `UNKNOWN`. It takes some 20 minutes to be known. */
  readonly asleepMin: () => number;
  /** `CLEAR`, `STARTING` in the first hour of movement, `NOT_WORN` from two hours without a count, `GAP` while minutes are unknown. */
  readonly doubt: () => number;
  /** Minutes were lost. What was slept until here is told. */
  readonly restart: () => void;
}

/**
 * Start, end and awakenings of sleep from counts of movement at the wrist. Every minute speaks for sleep or against it, by its share
 * of what this wearer and this device count in a moving minute (`movementScale`); the sum of it is a CUSUM (E. S. Page, "Continuous
 * inspection schemes", Biometrika 41, 1954): sleep begins where the sum last was 0 and ends where it was highest. Sleeps with less
 * than an hour between them are one night, as in V. T. van Hees and others, "Estimating sleep parameters using an accelerometer
 * without sleep diary", Scientific Reports 8:12975, 2018.
 */
export function sleep(onSlept: (slept: Slept) => void): Sleep {
  const slept: Slept = { startAgoMin: 0, endAgoMin: 0, awakenings: 0, awakeMin: 0, quality: 0 };
  const scale = movementScale();
  let now = 0;
  let unknown = 0;
  let still = 0;
  // The sum of what speaks for sleep, where it left 0, its highest value and when that was, and its lowest since.
  let sum = 0;
  let start = 0;
  let highest = 0;
  let highestAt = 0;
  let lowest = 0;
  let moving = 0;
  // What there was between start and highest.
  let awakenings = 0;
  let awakeMin = 0;
  let asleep = false;
  // Whether it begins with what is not known.
  let cut = true;
  // A sleep that has ended, and whether the one of now goes on with it.
  let pending = false;
  let joined = false;
  let from = 0;
  let until = 0;

  function tell(): void {
    if (!pending) return;
    pending = false;
    if (until - from < NAP_MIN) return;
    slept.startAgoMin = now - from;
    slept.endAgoMin = now - until;
    onSlept(slept);
  }

  /** Nothing speaks for sleep yet. */
  function begin(): void {
    sum = 0;
    start = now + 1;
    highest = 0;
    highestAt = start;
    lowest = 0;
    moving = 0;
    awakenings = 0;
    awakeMin = 0;
  }

  /** What has gathered since `start` is enough. */
  function open(): void {
    asleep = true;
    joined = pending && until - from >= NIGHT_MIN;
    if (!joined) tell();
  }

  function close(unclear: boolean): void {
    asleep = false;
    if (joined) {
      slept.awakenings += awakenings + 1;
      slept.awakeMin += awakeMin + start - until;
    } else {
      from = start;
      slept.awakenings = awakenings;
      slept.awakeMin = awakeMin;
      slept.quality = cut ? POOR : GOOD;
    }
    if (unclear) slept.quality = POOR;
    until = highestAt + 1;
    pending = true;
    joined = false;
  }

  /** There is no sleep in the last two hours, though it was still. */
  function takeOff(): void {
    const off = now - NOT_WORN_MIN;
    if (asleep && start > off) {
      asleep = false;
      joined = false;
    }
    if (highestAt > off) highestAt = off;
  }

  /** Nothing is known of some time: what was slept ends, what comes begins anew. */
  function lose(): void {
    if (asleep) close(true);
    tell();
    begin();
    cut = true;
  }

  function follow(evidence: number): void {
    sum += evidence;
    if (sum <= highest) {
      if (evidence < MOVED) moving += 1;
      if (sum < lowest) lowest = sum;
      return;
    }
    if (asleep && highest - lowest >= WOKEN) awakenings += 1;
    awakeMin += moving;
    moving = 0;
    highest = sum;
    highestAt = now;
    lowest = sum;
  }

  function judge(evidence: number): void {
    if (!asleep && sum + evidence <= 0) {
      begin();
      cut = false;
      return;
    }
    follow(evidence);
    if (!asleep && sum >= ASLEEP) open();
    else if (sum < highest - UP) {
      if (asleep) close(false);
      begin();
      cut = false;
    }
  }

  function minute(count: number): void {
    if (count === UNKNOWN) {
      unknown += 1;
      if (unknown === BRIDGED_MIN) lose();
    } else {
      unknown = 0;
      still = count === 0 ? still + 1 : 0;
      scale.add(count);
      if (still === NOT_WORN_MIN) takeOff();
      if (still >= NOT_WORN_MIN) lose();
      else if (scale.known()) judge(scale.evidence(count));
    }
    if (pending && !asleep && start - until > UP_AT_NIGHT_MIN) tell();
    now += 1;
  }

  return {
    minute,
    asleepMin: () =>
      asleep ? now - (joined ? from : start) : scale.known() && unknown === 0 && still < NOT_WORN_MIN ? 0 : UNKNOWN,
    doubt: () => {
      if (unknown > 0) return GAP;
      if (still >= NOT_WORN_MIN) return NOT_WORN;
      return scale.known() ? CLEAR : STARTING;
    },
    restart: () => {
      if (asleep) close(true);
      tell();
      now = -1;
      still = 0;
      unknown = 0;
      cut = true;
      begin();
      now = 0;
    },
  };
}
