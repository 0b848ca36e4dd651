/**
 * Somebody who walks, as force cells under both soles and motion sensors on both feet feel it. Truth is known: every toe-off and heel
 * strike. The stance's force has the heel's hump and the push-off's, and travels from heel to toe; the foot's pitch goes with it.
 *
 * Shares and times are those of recordings where there are some (docs/senses/gait.md lays them side by side).
 */
import type { Prng } from "@songbai/sdk/lang/prng";
import { stream } from "../clock/seed.ts";

export interface GaitOptions {
  readonly seed: number;
  /** Mean stride, ms. */
  readonly strideMs?: number;
  /** Standard deviation of the stride time, part of its mean. */
  readonly variation?: number;
  /** On the ground, part of the stride. */
  readonly stance?: number;
  /** Swing of the left less that of the right, part of their mean. */
  readonly asymmetry?: number;
  /** N. */
  readonly weightN?: number;
  /** Stands until the first, walks until the second, stands again. */
  readonly fromMs?: number;
  readonly untilMs: number;
  /** Turns by so many degrees, to the left positive, from that moment on, 60 with each swing of a foot. */
  readonly turnAtMs?: number;
  readonly turnDegrees?: number;
}

export interface Tread {
  readonly toeOffMs: number;
  readonly strikeMs: number;
  /** The foot turns so far in this swing, degrees. */
  readonly turn: number;
}

/** Cells of a sole, mm to the side and towards the toes. */
export interface SolePlan {
  readonly sideMm: readonly number[];
  readonly forwardMm: readonly number[];
}

export interface Walking {
  /** Left, then right. */
  readonly treads: readonly [readonly Tread[], readonly Tread[]];
  /** Forces of the cells, 0.1 N, sample by sample. */
  readonly cells: (foot: 0 | 1, plan: SolePlan, rateHz: number, lastsMs: number) => Int32Array;
  /** Acceleration in mg and rate of turn in 0.1 deg/s, six values a sample; y goes through both ankles, a swing reads positive. */
  readonly motion: (foot: 0 | 1, rateHz: number, lastsMs: number) => Int32Array;
}

/** Where the load stands, mm towards the toes, at tenths of the stance. */
const PATH = [-78, -60, -42, -28, -14, 2, 18, 32, 46, 58, 74];
/** How far it spreads to cells around, mm. */
const SPREAD_MM = 42;
const TURN_A_SWING = 60;
/** The sensor on the instep leans back: gravity along its x and z, mg. */
const LEAN_X = 600;
const LEAN_Z = 800;

export function walking(options: GaitOptions): Walking {
  const { seed, strideMs = 1120, variation = 0.03, stance = 0.64, asymmetry = 0, weightN = 700 } = options;
  const { fromMs = 2000, untilMs } = options;
  const random = stream(seed, "gait");
  const treads: [Tread[], Tread[]] = [[], []];
  let start = fromMs;
  const left = [options.turnDegrees ?? 0, options.turnDegrees ?? 0];
  while (start + strideMs < untilMs) {
    const lasts = strideMs * (1 + variation * normal(random));
    for (const foot of [0, 1] as const) {
      const swing = lasts * (1 - stance) * (1 + (foot === 0 ? asymmetry : -asymmetry) / 2);
      // The other foot strikes half a stride later, by its own small error.
      const strike = start + swing + foot * lasts * 0.5 * (1 + 0.3 * variation * normal(random));
      const toeOffMs = strike - swing;
      let turn = 0;
      if (toeOffMs >= (options.turnAtMs ?? Number.POSITIVE_INFINITY)) {
        turn = Math.max(-TURN_A_SWING, Math.min(TURN_A_SWING, left[foot]));
        left[foot] -= turn;
      }
      treads[foot].push({ toeOffMs, strikeMs: strike, turn });
    }
    start += lasts;
  }
  return {
    treads,
    cells: (foot, plan, rateHz, lastsMs) =>
      cellsOf(treads[foot], foot, plan, rateHz, lastsMs, weightN, stream(seed, `cells${foot}`)),
    motion: (foot, rateHz, lastsMs) => motionOf(treads[foot], rateHz, lastsMs, stream(seed, `feet${foot}`)),
  };
}

function cellsOf(
  treads: readonly Tread[],
  foot: 0 | 1,
  { sideMm, forwardMm }: SolePlan,
  rateHz: number,
  lastsMs: number,
  weightN: number,
  random: Prng,
): Int32Array {
  const count = Math.floor((lastsMs * rateHz) / 1000);
  const into = new Int32Array(count * sideMm.length);
  // Inside of the foot; a left foot's is at the greater x.
  const inside = Math.sign(foot === 0 ? 1 : -1);
  const middle = sideMm.reduce((sum, x) => sum + x, 0) / sideMm.length;
  for (let i = 0, next = 0; i < count; i++) {
    const ms = (1000 * i) / rateHz;
    while (next < treads.length && treads[next].strikeMs <= ms) next++;
    const airborne = next < treads.length && ms >= treads[next].toeOffMs;
    if (airborne) continue;
    const from = treads[next - 1]?.strikeMs;
    const to = treads[next]?.toeOffMs;
    // Before the first step and behind the last one both feet bear half.
    const part = from === undefined || to === undefined ? undefined : (ms - from) / (to - from);
    const force = part === undefined ? weightN / 2 : weightN * loadAt(part);
    const forward = part === undefined ? -10 : placeAt(part);
    const side = middle + inside * (part === undefined ? 0 : -6 + 16 * part);
    const weights = sideMm.map(
      (x, cell) => Math.exp(-((x - side) ** 2 + (forwardMm[cell] - forward) ** 2) / (2 * SPREAD_MM ** 2)) + 1e-6,
    );
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, cell) => {
      into[i * sideMm.length + cell] = Math.max(0, Math.round((10 * force * weight) / whole + 6 * normal(random)));
    });
  }
  return into;
}

/** Force at a part of the stance, in weights: both feet together bear one in the mean of a stride. */
export function loadAt(part: number): number {
  const edges = smooth(part / 0.18) * smooth((1 - part) / 0.26);
  return 1.025 * edges * (0.92 + 0.16 * bell(part, 0.25, 0.12) + 0.06 * bell(part, 0.7, 0.12));
}

function placeAt(part: number): number {
  const at = Math.min(9, Math.floor(part * 10));
  return PATH[at] + (PATH[at + 1] - PATH[at]) * (part * 10 - at);
}

function motionOf(treads: readonly Tread[], rateHz: number, lastsMs: number, random: Prng): Int32Array {
  const count = Math.floor((lastsMs * rateHz) / 1000);
  const into = new Int32Array(6 * count);
  for (let i = 0, next = 0; i < count; i++) {
    const ms = (1000 * i) / rateHz;
    // The tread in work is the one that has ended less than 150 ms ago, or the next one.
    while (next < treads.length && treads[next].strikeMs + 150 < ms) next++;
    const tread = treads[next];
    let pitch = 0;
    let yaw = 0;
    let shake = 0;
    let blow = 0;
    if (tread !== undefined) {
      const swing = tread.strikeMs - tread.toeOffMs;
      // The heel turns up fastest some 50 ms before the toes leave the ground.
      const lift = (ms - tread.toeOffMs + 275) / 320;
      const air = (ms - tread.toeOffMs - 45) / (swing - 55);
      const down = (ms - tread.strikeMs + 15) / 140;
      if (lift > 0 && lift < 1) pitch = -4300 * (lift < 0.72 ? (lift / 0.72) ** 3 : smooth((1 - lift) / 0.28));
      else if (air > 0 && air < 1) pitch = 3500 * Math.sin(Math.PI * air ** 0.75) ** 0.7;
      else if (down > 0 && down < 1) pitch = -2500 * Math.sin(Math.PI * down);
      if (air > 0 && air < 1) yaw = ((10000 * tread.turn) / (swing - 55)) * 2 * Math.sin(Math.PI * air) ** 2;
      // The heel lifts softly; what shakes is the push-off and the landing.
      shake = lift > 0.8 && down < 1 ? 1 : 0;
      blow = 1700 * bell(ms, tread.toeOffMs - 10, 45) + 1700 * bell(ms, tread.strikeMs - 25, 90);
    }
    const noise = (size: number) => size * normal(random);
    const values = [
      LEAN_X + 0.6 * blow + shake * noise(500) + noise(3),
      shake * noise(300) + noise(3),
      LEAN_Z + 0.8 * blow + shake * noise(500) + noise(3),
      (yaw * LEAN_X) / 1000 + shake * noise(150) + noise(2),
      pitch + noise(2),
      (yaw * LEAN_Z) / 1000 + shake * noise(150) + noise(2),
    ];
    values.forEach((value, axis) => {
      into[6 * i + axis] = Math.round(value);
    });
  }
  return into;
}

function smooth(part: number): number {
  const held = Math.max(0, Math.min(1, part));
  return held * held * (3 - 2 * held);
}

function bell(x: number, middle: number, width: number): number {
  return Math.exp(-(((x - middle) / width) ** 2));
}

/** Mean 0, standard deviation 1, within 3.5. */
function normal(random: Prng): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += (random() >>> 8) / 0x1000000;
  return sum;
}
