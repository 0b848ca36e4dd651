/**
 * What a photoplethysmograph sees of a person: a heart that beats, blood that comes and goes with each beat, breath and movement, red and
 * infrared light that it takes differently by how much oxygen it carries. Truth is known: every beat, the rate, the saturation.
 *
 * Shape and amounts are those of recordings where there are some (docs/physiology.md lays them side by side).
 */
import type { Prng } from "@songbai/sdk/lang/prng";
import { stream } from "../clock/seed.ts";
import type { Motion } from "./motion.ts";
import { sine } from "./sine.ts";

export type Rhythm = "sinus" | "fibrillation" | "ectopic";

/** From `atMs` on the heart does this, until the next entry; what an entry leaves out stays as it was. */
export interface PulseEntry {
  readonly atMs: number;
  /** Mean heart rate, /min; the heart takes some 20 s to get there. */
  readonly bpm?: number;
  readonly rhythm?: Rhythm;
  /** Percent; the blood takes some 20 s. */
  readonly spo2?: number;
  /** What the pulse takes of the infrared light, parts of 10,000: a warm finger 200, a wrist 30, a cold hand 5. */
  readonly perfusion?: number;
  /** Whether the sensor lies on skin. */
  readonly worn?: boolean;
}

export interface PulseOptions {
  readonly seed: number;
  readonly timeline: readonly PulseEntry[];
  /** Level of the infrared and of the red channel with skin on it, ADC counts. */
  readonly infrared?: number;
  readonly red?: number;
  /** What shakes the sensor, and the wrist below it. */
  readonly motion?: Motion;
}

export interface Pulse {
  /** Infrared and red of `count` samples, ADC counts, interleaved: in order of time, each sample once. */
  readonly fill: (startUs: number, periodUs: number, count: number, into: Int32Array) => void;
  /** When the heart has beaten so far, ms: the foot of each pulse. */
  readonly beatsMs: () => readonly number[];
  /** Percent, as the arteries have it. */
  readonly spo2At: (ms: number) => number;
}

/** The line that is used where a sensor has none of its own: SpO2 = 110 - 25 R. */
const LINE = { at0: 110, slope: 25 };
/** How fast rate and saturation follow, a share of the rest in a second. */
const FOLLOW = 0.08;
const STEP_MS = 250;
/** ADC counts of the light that gets in beside the skin. */
const DARK = 1200;

interface Beat {
  readonly ms: number;
  /** Against the mean pulse. */
  readonly strength: number;
}

interface Build {
  /** From the foot of a pulse to its top, and to its end, ms. */
  readonly riseMs: number;
  readonly lengthMs: number;
  /** The second wave, share of the first. */
  readonly second: number;
  readonly breathMs: number;
  /** How far breath moves the beats, ms, and the strength and the level of the pulse, shares. */
  readonly arrhythmiaMs: number;
  readonly breathStrength: number;
  readonly breathLevel: number;
}

/** 0..1. */
function uniform(random: Prng): number {
  return (random() >>> 8) / 0x1000000;
}

/** Mean 0, standard deviation 1, within 3.5: the sum of twelve uniform ones. */
function normal(random: Prng): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += uniform(random);
  return sum;
}

function between(random: Prng, low: number, high: number): number {
  return low + (high - low) * uniform(random);
}

export function pulse(options: PulseOptions): Pulse {
  const { seed, timeline, infrared = 100_000, red = 80_000, motion } = options;
  const hearts = stream(seed, "heart");
  const noise = stream(seed, "light");
  const build: Build = {
    riseMs: between(hearts, 160, 230),
    lengthMs: between(hearts, 520, 700),
    second: between(hearts, 0.02, 0.14),
    breathMs: between(hearts, 3300, 4600),
    arrhythmiaMs: between(hearts, 12, 60),
    breathStrength: between(hearts, 0.1, 0.34),
    breathLevel: between(hearts, 0.3, 0.8),
  };
  /** How the tissue takes a push along each axis, shares of all the light a g: a walk shakes ten times what a pulse does. */
  const push = [between(hearts, -0.7, 0.7), between(hearts, -0.7, 0.7), between(hearts, -0.7, 0.7)];

  const beats: Beat[] = [];
  const saturations: number[] = [];
  const now = { bpm: 70, spo2: 97, rhythm: "sinus" as Rhythm, perfusion: 100, worn: true };
  const first = timeline[0];
  const wanted = { bpm: first?.bpm ?? 70, spo2: first?.spo2 ?? 97 };
  now.bpm = wanted.bpm;
  now.spo2 = wanted.spo2;
  let next = 0;
  let livedMs = 0;
  let beatMs = between(hearts, 0, 800);
  let intervalMs = 60_000 / now.bpm;
  let early = false;
  let wander = 0;

  function breath(ms: number): number {
    return sine(ms / build.breathMs);
  }

  /** The interval after the beat at `ms`. */
  function intervalAfter(ms: number): number {
    const mean = 60_000 / now.bpm;
    if (now.rhythm === "fibrillation") {
      // No memory of the beat before, and a tail of long ones.
      const spread = normal(hearts);
      return Math.max(0.42 * mean, mean * (1 + 0.2 * spread + 0.05 * spread * spread - 0.05));
    }
    // What comes after an early beat makes up for it.
    if (early) {
      early = false;
      return mean * between(hearts, 1.3, 1.45);
    }
    if (now.rhythm === "ectopic" && uniform(hearts) < 0.12) {
      early = true;
      return mean * between(hearts, 0.58, 0.72);
    }
    wander = 0.93 * wander + normal(hearts);
    const small = mean / 850;
    return mean + small * (build.arrhythmiaMs * breath(ms) + 20 * wander + 8 * normal(hearts));
  }

  function enter({ bpm, rhythm, spo2, perfusion, worn }: PulseEntry): void {
    if (bpm !== undefined) wanted.bpm = bpm;
    if (spo2 !== undefined) wanted.spo2 = spo2;
    if (rhythm !== undefined) now.rhythm = rhythm;
    if (perfusion !== undefined) now.perfusion = perfusion;
    if (worn !== undefined) now.worn = worn;
  }

  /** Lives on until `ms`. */
  function live(ms: number): void {
    while (livedMs <= ms) {
      while (next < timeline.length && timeline[next].atMs <= livedMs) enter(timeline[next++]);
      const share = (FOLLOW * STEP_MS) / 1000;
      now.bpm += share * (wanted.bpm - now.bpm);
      now.spo2 += share * (wanted.spo2 - now.spo2);
      saturations.push(now.spo2);
      livedMs += STEP_MS;
      while (beatMs < livedMs) {
        // The longer the heart has filled, the more it throws.
        const filled = Math.max(0.25, Math.min(1.35, 1 + 0.9 * (intervalMs / (60_000 / now.bpm) - 1)));
        beats.push({
          ms: beatMs,
          strength: filled * (1 + build.breathStrength * breath(beatMs + 600) + 0.04 * normal(hearts)),
        });
        intervalMs = intervalAfter(beatMs);
        beatMs += intervalMs;
      }
    }
  }

  /** A pulse `ms` after its foot: up like a quarter of a wave, down like the end of a parabola, and a second wave. */
  function shape(ms: number): number {
    if (ms <= 0 || ms >= build.lengthMs) return 0;
    const { riseMs, lengthMs } = build;
    const up = sine((0.25 * ms) / riseMs);
    const left = 1 - (ms - riseMs) / (lengthMs - riseMs);
    const main = ms < riseMs ? up * up : left * left;
    const from = riseMs + 170;
    const second = ms < from || ms > from + 260 ? 0 : sine((0.5 * (ms - from)) / 260);
    return main + build.second * second * second;
  }

  let recent = 0;
  /** All pulses that reach `ms`. */
  function blood(ms: number): number {
    while (recent + 1 < beats.length && beats[recent + 1].ms <= ms - build.lengthMs) recent++;
    let sum = 0;
    for (let i = recent; i < beats.length && beats[i].ms < ms; i++) sum += beats[i].strength * shape(ms - beats[i].ms);
    return sum;
  }

  const felt = new Int32Array(3);
  const rest = [0, 0, 0];
  let pushed = 0;
  let still = true;
  /** What movement adds, a share of all the light: the tissue follows late. */
  function shaken(us: number, periodUs: number): number {
    if (motion === undefined) return 0;
    motion.fill(us, periodUs, 1, felt);
    let sum = 0;
    for (let axis = 0; axis < 3; axis++) {
      if (still) rest[axis] = felt[axis];
      rest[axis] += (felt[axis] - rest[axis]) * Math.min(1, periodUs / 2_000_000);
      sum += (push[axis] * (felt[axis] - rest[axis])) / 1000;
    }
    still = false;
    pushed += (sum - pushed) * Math.min(1, periodUs / 60_000);
    return pushed;
  }

  return {
    beatsMs: () => beats.map(({ ms }) => ms),
    spo2At: (ms) => saturations[Math.max(0, Math.min(saturations.length - 1, Math.floor(ms / STEP_MS)))] ?? now.spo2,
    fill(startUs, periodUs, count, into) {
      for (let i = 0; i < count; i++) {
        const us = startUs + i * periodUs;
        const ms = us / 1000;
        live(ms);
        const level = build.breathLevel * breath(ms) + 0.6 * sine(ms / 47_000);
        const moved = shaken(us, periodUs);
        const pulsed = (now.perfusion / 10_000) * (blood(ms) + level);
        const ratio = (LINE.at0 - now.spo2) / LINE.slope;
        const ambient = DARK + 4 * normal(noise);
        if (now.worn) {
          // More blood, less light.
          into[2 * i] = Math.round(infrared * (1 - pulsed - moved) + 12 * normal(noise));
          into[2 * i + 1] = Math.round(red * (1 - ratio * pulsed - moved) + 12 * normal(noise));
        } else {
          into[2 * i] = Math.round(ambient);
          into[2 * i + 1] = Math.round(ambient + 3 * normal(noise));
        }
      }
    },
  };
}
