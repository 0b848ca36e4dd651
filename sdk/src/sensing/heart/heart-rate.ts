/**
 * Heart rate and beats from light on the skin (PPG) and the acceleration beside it.
 *
 * Who keeps still has beats: their steepest places, and the median interval of eight seconds (`pulse.ts`, `beats.ts`). Who moves has a
 * spectrum every four seconds, from which an adaptive filter has taken what the acceleration explains (`canceller.ts`), and a track
 * through those spectra (`track.ts`). A rate that could be the arm's own is not believed (`swing.ts`).
 */
import { allocInts, type Ints, idiv } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, INCONSISTENT, MOVING, NOT_WORN, SATURATED, STARTING, WEAK, WRONG_RATE } from "../doubt.ts";
import { type Reading, UNKNOWN } from "../reading.ts";
import { beatsOf } from "./beats.ts";
import { canceller, LONGEST_RUN, STILL_MG } from "./canceller.ts";
import { msOf, pulse } from "./pulse.ts";
import { LENGTH, spectrum } from "./spectrum.ts";
import { swingOf } from "./swing.ts";
import { trackOf } from "./track.ts";

export interface HeartOptions {
  /** Samples a second, 20..100. */
  readonly rateHz: number;
  /** What the light sensor reads at the end of its range, counts up to 2^22. Its other end is 0. */
  readonly fullScale: number;
  /** Below this mean the sensor sees no skin, counts; 0 where the part cannot tell. */
  readonly skin: number;
}

/** One beat to the next; the object is reused. */
export interface Beat {
  intervalMs: number;
  /** How long before the last sample the later one of both was, ms. */
  agoMs: number;
  /** Percent of the intervals and heights of the last eight seconds that agreed, when they were last looked at; 0 before. */
  quality: number;
}

export interface HeartRate {
  /** `count` samples of four: light in counts, then x, y, z in mg; zeros where there is no accelerometer, and the wearer keeps still. */
  readonly feed: (samples: Ints, count: number) => void;
  /** Samples are missing, or the sensor was off: what comes next stands alone. */
  readonly restart: () => void;
}

/** A frame takes 26 to 50 ms, a sample of movement 80 to 150. */
const FRAME_HZ = 20;
const SLOWEST_HZ = 20;
const FASTEST_HZ = 100;
const MOVEMENT_HZ10 = 83;
const READING_S = 2;
/** Places of beats are brought down by so much, once a week. */
const FAR = 0x10000000;
/** Who moves less, mg over the three axes, may have beats. */
const CALM_MG = 32;
/** Readings before the first one that can be judged. */
const BEGIN = 4;
/** Of intervals and heights so many percent agree: then they are beats, whatever the spectrum says. */
const ALIKE = 95;
/** With so many they are beats if the spectrum has the same rate within a tenth. */
const AGREED = 80;

/** Tells `onReading` every two seconds: 0.1 beats a minute, of the last eight. Allocates at the start only. */
export function heartRate(
  { rateHz, fullScale, skin }: HeartOptions,
  onReading: (reading: Reading) => void,
  onBeat?: (beat: Beat) => void,
): HeartRate {
  const known = rateHz >= SLOWEST_HZ && rateHz <= FASTEST_HZ;
  const rate = known ? rateHz : SLOWEST_HZ;
  const perFrame = idiv(rate, FRAME_HZ);
  const perMovement = idiv(20 * rate + perFrame * MOVEMENT_HZ10, 2 * perFrame * MOVEMENT_HZ10);
  const frameUs = idiv(1000000 * perFrame, rate);
  const movementsPer10Min = idiv(600 * rate, perFrame * perMovement);
  const parts = perFrame * perMovement;
  const perMg = idiv(4096, parts);
  const bright = perFrame * fullScale;

  const reading: Reading = { value: UNKNOWN, quality: 0, doubt: STARTING };
  const beat: Beat = { intervalMs: 0, agoMs: 0, quality: 0 };
  const rests = allocInts(LENGTH);
  const explained = allocInts(LENGTH);
  const spectra = spectrum();
  const arm = canceller();
  const swing = swingOf(movementsPer10Min);
  const beats = beatsOf(frameUs);
  const track = trackOf(movementsPer10Min, swing.has);

  /** Frames, and samples of movement, that wait to be looked at together. */
  const frames = allocInts(LONGEST_RUN * perMovement);
  const slow = allocInts(4 * LONGEST_RUN);
  // Of the frame in work, and of the sample of movement in work.
  let light = 0;
  let samplesIn = 0;
  let slowLight = 0;
  let x = 0;
  let y = 0;
  let z = 0;
  let framesIn = 0;
  let waiting = 0;
  let slowWaiting = 0;
  let head = 0;
  // Of the two seconds in work.
  let samples = 0;
  let movements = 0;
  let lightSum = 0;
  let clipped = 0;
  let still = true;
  let same = 0;
  let lastLight = -1;
  /** Stretches of two seconds since the signal became sound; at the end of them in a row that the wearer kept still. */
  let sound = 0;
  let stillFor = 0;

  const wave = pulse(frameUs, (at, height) => {
    const intervalMs = beats.add(at, height);
    if (intervalMs === 0 || !still || onBeat === undefined) return;
    beat.intervalMs = intervalMs;
    beat.agoMs = msOf(wave.now() - at, frameUs);
    beat.quality = beats.agreement();
    onBeat(beat);
  });

  /** A sample of movement is complete: sums of its light and acceleration. */
  function movement(sum: number, ax: number, ay: number, az: number): void {
    const at = 4 * slowWaiting;
    slow[at] = sum;
    const mx = ax * perMg;
    const my = ay * perMg;
    const mz = az * perMg;
    slow[at + 1] = mx >> 12;
    slow[at + 2] = my >> 12;
    slow[at + 3] = mz >> 12;
    slowWaiting += 1;
    movements += 1;
    if (sum === lastLight) same += 1;
    else same = 0;
    lastLight = sum;
    const frame = frames[waiting - 1];
    if (frame >= bright || frame <= 0) clipped += 1;
    lightSum += sum >> 4;
    if (slowWaiting === LONGEST_RUN) run();
  }

  /** Looks at what waits: sooner or later says the same, and at once costs less. */
  function run(): void {
    arm.run(slow, slowWaiting);
    const moving = arm.movementMg() >= STILL_MG;
    if (arm.movementMg() >= CALM_MG) still = false;
    for (let i = 0; i < slowWaiting; i++) {
      rests[head] = arm.rest[i];
      explained[head] = arm.predicted[i];
      if (moving) swing.feed(arm.along[i]);
      head = (head + 1) & (LENGTH - 1);
    }
    slowWaiting = 0;
    wave.run(frames, waiting);
    waiting = 0;
  }

  function begin(): void {
    for (let i = 0; i < LENGTH; i++) {
      rests[i] = 0;
      explained[i] = 0;
    }
    light = 0;
    samplesIn = 0;
    slowLight = 0;
    x = 0;
    y = 0;
    z = 0;
    framesIn = 0;
    waiting = 0;
    slowWaiting = 0;
    sound = 0;
    stillFor = 0;
    wave.restart();
    beats.restart();
    arm.restart();
    track.restart();
  }

  /** The next two seconds begin. */
  function next(): void {
    samples = 0;
    movements = 0;
    lightSum = 0;
    clipped = 0;
    still = true;
  }

  /** What is wrong with the last two seconds of light, whatever the heart does. */
  function fault(): number {
    if (!known) return WRONG_RATE;
    if (same >= movements) return FROZEN;
    // More than an eighth of them at an end of the range.
    if (8 * clipped > movements) return SATURATED;
    return 16 * idiv(lightSum, movements) < skin * perFrame * perMovement ? NOT_WORN : CLEAR;
  }

  function tell(value: number, quality: number, doubt: number): void {
    reading.value = value;
    reading.quality = quality;
    reading.doubt = doubt;
    onReading(reading);
  }

  function look(atRest: boolean): void {
    spectra.transform(rests, explained, head);
    track.look(spectra, atRest);
  }

  function judge(): void {
    run();
    const doubt = fault();
    stillFor = still ? stillFor + 1 : 0;
    if (stillFor === 0) beats.restart();
    wave.turn();
    const calm = still;
    next();
    if (doubt !== CLEAR) {
      begin();
      tell(UNKNOWN, 0, doubt);
      return;
    }
    if (wave.now() >= FAR) {
      wave.shift(FAR);
      beats.shift(FAR);
    }
    sound += 1;
    let found = 0;
    if (stillFor >= BEGIN) {
      beats.judge(wave.now());
      if (beats.agreement() >= AGREED) found = idiv(600000 + (beats.interval() >> 1), beats.interval());
      if (beats.agreement() >= ALIKE) {
        track.know(found);
        tell(found, beats.agreement(), CLEAR);
        return;
      }
    }
    if ((sound & 1) === 0) look(calm);
    const tracked = track.rate();
    if (sound < BEGIN) tell(UNKNOWN, 0, STARTING);
    else if (tracked === 0) tell(UNKNOWN, 0, calm ? WEAK : MOVING);
    else if (found === 0) tell(tracked, track.quality(), CLEAR);
    else if (10 * (found > tracked ? found - tracked : tracked - found) > tracked) tell(UNKNOWN, 0, INCONSISTENT);
    else tell(found, beats.agreement(), CLEAR);
  }

  /** Up to `end` of the values; no stretch of two seconds ends before. */
  function gather(values: Ints, from: number, end: number): void {
    const whole = perFrame;
    const many = perMovement;
    const into = frames;
    let sum = light;
    let n = samplesIn;
    let all = slowLight;
    let of = framesIn;
    let wait = waiting;
    let ax = x;
    let ay = y;
    let az = z;
    for (let i = from; i < end; i += 4) {
      sum += values[i];
      ax += values[i + 1];
      ay += values[i + 2];
      az += values[i + 3];
      n += 1;
      if (n === whole) {
        into[wait] = sum;
        wait += 1;
        all += sum;
        sum = 0;
        n = 0;
        of += 1;
        if (of === many) {
          waiting = wait;
          movement(all, ax, ay, az);
          wait = waiting;
          all = 0;
          of = 0;
          ax = 0;
          ay = 0;
          az = 0;
        }
      }
    }
    slowLight = all;
    framesIn = of;
    waiting = wait;
    light = sum;
    samplesIn = n;
    x = ax;
    y = ay;
    z = az;
  }

  return {
    feed: (values, count) => {
      let from = 0;
      while (from < count) {
        const left = READING_S * rate - samples;
        const part = count - from < left ? count - from : left;
        gather(values, 4 * from, 4 * (from + part));
        samples += part;
        from += part;
        if (samples === READING_S * rate) judge();
      }
    },
    restart: () => {
      begin();
      next();
    },
  };
}
