import { ofLength, type Vector } from "./vector.ts";
import { type Shape, WAVE_POINTS, type Wave } from "./wave.ts";

// Taken once: in a Jest context each look-up of a global costs more than the rest of the loop.
const { floor, imul } = Math;

/** A single push: `peak` mg × `shape` from `fromUs` for `lastsUs`. */
export interface Pulse {
  readonly fromUs: number;
  readonly lastsUs: number;
  readonly peak: Vector;
  readonly shape: Shape;
}

/** A stretch of one kind of movement: a turn of the forearm, a repeating wave, some tremor, perhaps pulses. */
export interface Segment {
  readonly fromUs: number;
  toUs: number;
  /** Up, in mg, at the start and from `turnUs` later on; `via` bends the way between them. */
  readonly start: Vector;
  readonly via: Vector;
  readonly end: Vector;
  readonly turnUs: number;
  /** The hand is hurried along at first and stopped at last, mg. */
  readonly push: Vector;
  readonly wave: Wave;
  readonly waveUs: number;
  /** Strength of the wave at the start and after the turn. */
  readonly startGain: number;
  readonly gain: number;
  /** Tremor: uniform within ± so many mg on each axis. */
  readonly tremorMg: number;
  readonly pulses: readonly Pulse[];
  /** Seed of the tremor. */
  readonly seed: number;
}

/** Which way is up at `us`. */
export function upAt(segment: Segment, us: number): Vector {
  const done = Math.min(1, (us - segment.fromUs) / (segment.turnUs || 1));
  const { start, via, end } = segment;
  const to = done * done * (3 - 2 * done);
  const bend = 4 * to * (1 - to);
  const along = (a: number, b: number, c: number) => a + (c - a) * to + b * bend;
  return ofLength({ x: along(start.x, via.x, end.x), y: along(start.y, via.y, end.y), z: along(start.z, via.z, end.z) }, 1000);
}

/**
 * Fills `count` samples from index `from` on, the first at `us`, all inside the segment. While the arm turns or is pushed
 * each sample is worked out in full; the long quiet rest is one short loop.
 */
export function fillSegment(segment: Segment, us: number, periodUs: number, from: number, count: number, into: Int32Array) {
  let busyUntil = segment.fromUs + segment.turnUs;
  for (const pulse of segment.pulses) busyUntil = Math.max(busyUntil, pulse.fromUs + pulse.lastsUs);
  const busy = us >= busyUntil ? 0 : Math.min(count, Math.ceil((busyUntil - us) / periodUs));
  if (busy > 0) fillBusy(segment, us, periodUs, from, busy, into);
  if (busy < count) fillSteady(segment, us + busy * periodUs, periodUs, from + busy, count - busy, into);
}

function fillSteady(segment: Segment, us: number, periodUs: number, from: number, count: number, into: Int32Array) {
  const { end, gain, seed } = segment;
  const { x: waveX, y: waveY, z: waveZ } = segment.wave;
  const perUs = WAVE_POINTS / segment.waveUs;
  const tremor = segment.tremorMg / 512;
  // Half a step of the tremor and the rounding are part of the constant.
  const x = end.x + 0.5 - 511.5 * tremor;
  const y = end.y + 0.5 - 511.5 * tremor;
  const z = end.z + 0.5 - 511.5 * tremor;
  let since = us - segment.fromUs;
  let at = 3 * from;
  for (let i = 0; i < count; i++) {
    const w = (since * perUs) & (WAVE_POINTS - 1);
    let hash = imul(since ^ seed, 0x9e3779b1);
    hash = imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hash ^= hash >>> 13;
    into[at] = floor(x + gain * waveX[w] + tremor * (hash & 1023));
    into[at + 1] = floor(y + gain * waveY[w] + tremor * ((hash >>> 10) & 1023));
    into[at + 2] = floor(z + gain * waveZ[w] + tremor * ((hash >>> 20) & 1023));
    at += 3;
    since += periodUs;
  }
}

function fillBusy(segment: Segment, us: number, periodUs: number, from: number, count: number, into: Int32Array) {
  fillSteady(segment, us, periodUs, from, count, into);
  const { start, end, via, push, startGain, gain, pulses, turnUs } = segment;
  const { x: waveX, y: waveY, z: waveZ } = segment.wave;
  const perUs = WAVE_POINTS / segment.waveUs;
  let at = 3 * from;
  for (let i = 0; i < count; i++) {
    const now = us + i * periodUs;
    const since = now - segment.fromUs;
    let x = 0;
    let y = 0;
    let z = 0;
    if (since < turnUs) {
      const done = since / turnUs;
      const to = done * done * (3 - 2 * done);
      const bend = 4 * to * (1 - to);
      const upX = start.x + (end.x - start.x) * to + via.x * bend;
      const upY = start.y + (end.y - start.y) * to + via.y * bend;
      const upZ = start.z + (end.z - start.z) * to + via.z * bend;
      const unit = 1000 / (Math.sqrt(upX * upX + upY * upY + upZ * upZ) || 1);
      const hurry = 10.4 * done * (1 - done) * (1 - 2 * done);
      const w = (since * perUs) & (WAVE_POINTS - 1);
      const fade = (startGain - gain) * (1 - to);
      x = upX * unit - end.x + push.x * hurry + fade * waveX[w];
      y = upY * unit - end.y + push.y * hurry + fade * waveY[w];
      z = upZ * unit - end.z + push.z * hurry + fade * waveZ[w];
    }
    for (const pulse of pulses) {
      const done = (now - pulse.fromUs) / pulse.lastsUs;
      if (done < 0 || done >= 1) continue;
      const strength = pulse.shape(done);
      x += pulse.peak.x * strength;
      y += pulse.peak.y * strength;
      z += pulse.peak.z * strength;
    }
    into[at] += Math.round(x);
    into[at + 1] += Math.round(y);
    into[at + 2] += Math.round(z);
    at += 3;
  }
}
