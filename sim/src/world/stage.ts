import type { Prng } from "@songbai/sdk/lang/prng";
import type { Push } from "./push.ts";
import type { Segment } from "./segment.ts";
import { between, dot, ofLength, plus, scaled, type Vector } from "./vector.ts";
import { BREATH, type Wave } from "./wave.ts";

/** What stays the same of one person. */
export interface Traits {
  /** One stride (two steps), ms. */
  readonly strideMs: number;
  /** How far the arms swing and how hard the heels strike; 1 is average. */
  readonly vigour: number;
  readonly breathMs: number;
}

/** One movement; what is left out stays as quiet as can be. */
export interface Movement {
  readonly lastsMs: number;
  /** Where the forearm turns to, and in which time (the whole movement when left out). */
  readonly to?: Vector;
  readonly turnMs?: number;
  /** What repeats meanwhile: breathing when left out. */
  readonly wave?: Wave;
  readonly waveMs?: number;
  readonly gain?: number;
  /** The wave's strength at the start, when the turn fades it in or out. */
  readonly startGain?: number;
  readonly tremorMg?: number;
  readonly pushes?: readonly Push[];
}

/** Where a person's movements are put one after the other. */
export interface Stage {
  readonly random: Prng;
  readonly traits: Traits;
  /** Which way is up for the wrist at the end of what has been put on so far. */
  up(): Vector;
  /** Appends a movement. */
  move(movement: Movement): void;
}

/** Acceleration of a hand that turns by a right angle in a second, mg (some 0.4 m there and back to rest). */
const HURRY_MG = 180;
const HURRY_LIMIT_MG = 600;

/** The segment of a movement that starts at `fromUs` with the wrist's up at `start`. */
export function segmentOf(movement: Movement, fromUs: number, start: Vector, random: Prng, traits: Traits): Segment {
  const { lastsMs, to, turnMs, wave, waveMs, gain, startGain, tremorMg, pushes } = movement;
  const end = to ?? start;
  const turnUs = to === undefined && startGain === undefined ? 0 : Math.round((turnMs ?? lastsMs) * 1000);
  const way = plus(end, scaled(start, -1));
  const turnS = turnUs / 1_000_000 || 1;
  const hurry = Math.min(HURRY_LIMIT_MG, (HURRY_MG * Math.sqrt(dot(way, way))) / 1414 / (turnS * turnS));
  return {
    fromUs,
    toUs: fromUs + Math.round(lastsMs * 1000),
    start,
    via: detour(random, way, dot(start, end) < -700_000 ? 800 : 120),
    end,
    turnUs,
    push: ofLength(way, hurry),
    wave: wave ?? BREATH,
    waveUs: Math.round((waveMs ?? traits.breathMs) * 1000),
    startGain: startGain ?? gain ?? 1,
    gain: gain ?? 1,
    tremorMg: tremorMg ?? 4,
    pulses: (pushes ?? []).map(({ fromMs, lastsMs, peak, shape }) => ({
      fromUs: fromUs + Math.round(fromMs * 1000),
      lastsUs: Math.round(lastsMs * 1000),
      peak,
      shape,
    })),
    seed: random(),
  };
}

/** A random vector across `way`, so that a turn does not go straight through the opposite. */
function detour(random: Prng, way: Vector, length: number): Vector {
  const off = () => between(random, -1, 1);
  const any = { x: off(), y: off(), z: off() };
  return ofLength(plus(any, scaled(way, -dot(any, way) / (dot(way, way) || 1))), length);
}
