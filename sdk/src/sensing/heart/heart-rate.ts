/**
 * Heart rate and beats from light on the skin (PPG) and the acceleration beside it.
 *
 * Who keeps still has beats: their steepest places, and the median interval of eight seconds (`pulse.ts`, `beats.ts`). Who moves has a
 * spectrum every four or eight seconds, from which an adaptive filter has taken what the acceleration explains (`canceller.ts`), and a track
 * through those spectra (`track.ts`). A rate that could be the arm's own is not believed (`swing.ts`).
 */
import { type Ints, idiv } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, INCONSISTENT, MOVING, NOT_WORN, SATURATED, STARTING, WEAK, WRONG_RATE } from "../doubt.ts";
import { type Reading, UNKNOWN } from "../reading.ts";
import { beatsOf } from "./beats.ts";
import { canceller, type Stretch } from "./canceller.ts";
import { PARTS, pulse } from "./pulse.ts";
import { spectrum } from "./spectrum.ts";
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
/** Readings before the first one that can be judged. */
const BEGIN = 4;
/** Readings for which beats may take to agree. */
const PATIENCE = 8;
/** Of intervals and heights so many percent agree: then they are beats, whatever the spectrum says. */
const ALIKE = 95;
/** With so many they are beats if the spectrum has the same rate within a tenth. */
const AGREED = 80;
/** With so much for it, percent, a track is looked after every eight seconds in movement, as it is at rest where beats say the same. */
const SURE = 50;
/** After so many readings without success, too. */
const PATIENT = 15;

/** Within a tenth. */
function near(found: number, tracked: number): boolean {
  return 10 * (found > tracked ? found - tracked : tracked - found) <= tracked;
}

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
  const partUs = idiv(idiv(1000000 * perFrame, rate), PARTS);
  const movementsPer10Min = idiv(600 * rate, perFrame * perMovement);

  const reading: Reading = { value: UNKNOWN, quality: 0, doubt: STARTING };
  const beat: Beat = { intervalMs: 0, agoMs: 0, quality: 0 };
  const spectra = spectrum();
  const parts = perFrame * perMovement;
  const arm = canceller(parts, perMovement, fullScale);
  const swing = swingOf(movementsPer10Min, arm.along, spectra.scratch);
  const beats = beatsOf(partUs);
  const wave = pulse(perFrame, partUs, beats.add);
  const track = trackOf(movementsPer10Min, (tracked) => swing.has(tracked, arm.swings()));
  /** Samples of the two seconds in work. */
  let samples = 0;
  /** Stretches of two seconds since the signal became sound; at the end of them in a row that the wearer kept still. */
  let sound = 0;
  let stillFor = 0;
  /** Readings in a row in movement without a rate, or at rest where beats and spectrum disagree. */
  let vainFor = 0;
  /** Whether beats are looked for: who moves has none that could be told from steps. */
  let listening = true;

  function begin(): void {
    sound = 0;
    stillFor = 0;
    vainFor = 0;
    listening = true;
    wave.restart();
    beats.restart();
    arm.restart();
    track.restart();
  }

  /** What is wrong with the light of two seconds, whatever the heart does. */
  function fault(stretch: Stretch): number {
    if (!known) return WRONG_RATE;
    if (stretch.went === 0) return FROZEN;
    // More than an eighth of them at an end of the range.
    if (8 * stretch.clipped > stretch.samples) return SATURATED;
    return stretch.light < skin * parts * stretch.samples ? NOT_WORN : CLEAR;
  }

  function tell(value: number, quality: number, doubt: number): void {
    reading.value = value;
    reading.quality = quality;
    reading.doubt = doubt;
    onReading(reading);
  }

  function tellBeat(intervalMs: number, agoMs: number): void {
    beat.intervalMs = intervalMs;
    beat.agoMs = agoMs;
    beat.quality = beats.agreement();
    if (onBeat !== undefined) onBeat(beat);
  }

  function look(calm: boolean, still: boolean): void {
    spectra.transform(arm.rests, arm.explained, arm.head(), still);
    track.look(spectra, calm);
  }

  /** Two seconds are over. */
  function judge(): void {
    const stretch = arm.turn();
    const doubt = fault(stretch);
    if (doubt !== CLEAR) {
      begin();
      tell(UNKNOWN, 0, doubt);
      return;
    }
    const calm = stretch.calm;
    sound += 1;
    const even = (sound & 1) === 0;
    stillFor = calm ? stillFor + 1 : 0;
    if (stillFor === 1) swing.forget();
    let found = 0;
    if (listening) {
      wave.turn();
      if (wave.now() >= FAR) {
        wave.shift(FAR);
        beats.shift(FAR);
      }
      if (!calm) beats.restart();
      // Beats that still do not agree after a while are looked at half as often.
      if (stillFor >= BEGIN && (even || stillFor <= PATIENCE || beats.agreement() >= AGREED)) {
        beats.judge(wave.now());
        if (beats.agreement() >= AGREED) found = idiv(600000 + (beats.interval() >> 1), beats.interval());
      }
      if (onBeat !== undefined) beats.tell(wave.now(), tellBeat);
    }
    if (stretch.calmNow && !listening) wave.resume();
    listening = stretch.calmNow;
    if (found > 0 && beats.agreement() >= ALIKE) {
      track.know(found);
      tell(found, beats.agreement(), CLEAR);
      return;
    }
    const agreed = found > 0 && near(found, track.rate());
    const vain = calm ? !agreed && (found > 0 || (track.rate() === 0 && stillFor > PATIENT)) : track.rate() === 0;
    vainFor = vain ? vainFor + 1 : 0;
    const seldom = vainFor > PATIENT || (calm ? agreed : track.quality() >= SURE);
    if (sound >= BEGIN && (sound & (seldom ? 3 : 1)) === 0) look(calm, stretch.still);
    const tracked = track.rate();
    if (sound < BEGIN) tell(UNKNOWN, 0, STARTING);
    else if (tracked === 0) tell(UNKNOWN, 0, calm ? WEAK : MOVING);
    else if (found === 0) tell(tracked, track.quality(), CLEAR);
    else if (!near(found, tracked)) tell(UNKNOWN, 0, INCONSISTENT);
    else tell(found, beats.agreement(), CLEAR);
  }

  return {
    feed: (values, count) => {
      let from = 0;
      while (from < count) {
        const left = READING_S * rate - samples;
        const part = count - from < left ? count - from : left;
        arm.run(values, 4 * from, 4 * (from + part));
        if (listening) wave.run(values, 4 * from, 4 * (from + part));
        samples += part;
        from += part;
        if (samples === READING_S * rate) {
          samples = 0;
          judge();
        }
      }
    },
    restart: () => {
      begin();
      samples = 0;
    },
  };
}
