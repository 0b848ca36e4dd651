/**
 * Oxygen in the arteries' blood, by how much of the red and of the infrared light each pulse takes: the ratio of ratios (Webster, "Design
 * of Pulse Oximeters", 1997, chapter 4), and a curve of the sensor. Each channel's pulse is its distance from its own mean of a second, by
 * its level; the ratio is that of their root mean squares. Where both channels do not move as one, it was no pulse, and nothing is said.
 */
import { allocInts, type Ints, idiv, imul } from "../../lang/intrinsics.ts";
import { CLEAR, FROZEN, INCONSISTENT, MOVING, NOT_WORN, SATURATED, STARTING, WEAK, WRONG_RATE } from "../doubt.ts";
import { squareRoot } from "../integer.ts";
import { type Reading, UNKNOWN } from "../reading.ts";
import { type OxygenCurve, oxygenAt } from "./curve.ts";
import { pulseRate } from "./pulse-rate.ts";

export interface OxygenOptions {
  /** Sampling rate, 20..100 Hz. */
  readonly rateHz: number;
  /** The highest count of the sensor, at most 2^22: there it is saturated. */
  readonly fullScale: number;
  /** Infrared counts below which there is no skin. */
  readonly skin: number;
  readonly curve: OxygenCurve;
}

/** `value` in 0.1 %. */
export interface Oxygen extends Reading {
  /** Ratio of ratios, parts of 1000; `UNKNOWN` without a pulse. */
  ratio: number;
  /** Root mean square of the infrared pulse by its level, parts of 50,000. */
  perfusion: number;
  /** Pulse rate, 0.1 bpm; `UNKNOWN` before three beats. */
  rate: number;
}

export interface OxygenSense {
  /** Takes the next `count` samples, counts: infrared, red, infrared, red … How a stream is cut into batches changes nothing. */
  readonly feed: (samples: Ints, count: number) => void;
  /** The wearer moved: the last four seconds are forgotten. */
  readonly moved: () => void;
  /** Samples were lost, or somebody else wears it. */
  readonly restart: () => void;
}

const FRAME_HZ = 25;
/** The mean is over about a second, an odd number of frames. */
const MOST_MEAN = 37;
/** Half seconds that a reading is taken from; the first one is of two. */
const BLOCKS = 8;
/** Sums of a block: infrared by itself, red by itself, both. */
const SUMS = 3;

/** Parts of the level that a pulse is told in; it goes no further than 4 % from the mean: that is movement. */
const UNIT = 50_000;
const MOST = 2000;
/** Root mean square of the infrared pulse below which it is noise, 0.01 %. */
const FAINTEST = 5;
/** How much red and infrared have to move as one, parts of 1000. */
const TOGETHER = 750;

/** Allocates only here. A reading comes each second, unknown ones when they begin. */
export function oxygen(options: OxygenOptions, onReading: (reading: Oxygen) => void): OxygenSense {
  const { rateHz, fullScale, skin, curve } = options;
  const known = rateHz >= 20 && rateHz <= 100;
  const group = known ? idiv(rateHz + 12, FRAME_HZ) : 1;
  const span = known ? 2 * idiv(rateHz, 2 * group) + 1 : 1;
  const middle = span >> 1;
  // Half a second of every second frame.
  const block = known ? idiv(rateHz, 4 * group) : 1;
  const top = fullScale * group;
  const least = skin * group;
  const reading: Oxygen = { value: UNKNOWN, quality: 0, doubt: STARTING, ratio: UNKNOWN, perfusion: 0, rate: UNKNOWN };
  const infrareds = allocInts(MOST_MEAN);
  const reds = allocInts(MOST_MEAN);
  const blocks = allocInts(BLOCKS * SUMS);
  const beats = pulseRate(rateHz, group);
  const feedBeats = beats.feed;

  let infrared = 0;
  let red = 0;
  let inGroup = 0;
  let lastInfrared = -1;
  let lastRed = -1;
  let stillInfrared = 0;
  let stillRed = 0;
  // The ring of a second.
  let at = 0;
  let filled = 0;
  let sumInfrared = 0;
  let sumRed = 0;
  // The block under way, and those before it.
  let both = 0;
  let squareInfrared = 0;
  let squareRed = 0;
  let inBlock = 0;
  let looks = false;
  let blockAt = 0;
  let blockCount = 0;

  function begin(): void {
    at = 0;
    filled = 0;
    sumInfrared = 0;
    sumRed = 0;
    both = 0;
    squareInfrared = 0;
    squareRed = 0;
    inBlock = 0;
    blockAt = 0;
    blockCount = 0;
    beats.restart();
  }

  function unknown(doubt: number): void {
    const news = reading.doubt !== doubt;
    reading.value = UNKNOWN;
    reading.quality = 0;
    reading.doubt = doubt;
    reading.ratio = UNKNOWN;
    reading.perfusion = 0;
    reading.rate = UNKNOWN;
    if (news) onReading(reading);
  }

  function fail(doubt: number): void {
    begin();
    unknown(doubt);
  }

  function judge(): void {
    let ii = 0;
    let rr = 0;
    let ir = 0;
    for (let i = 0; i < SUMS * blockCount; i += SUMS) {
      ii += blocks[i];
      rr += blocks[i + 1];
      ir += blocks[i + 2];
    }
    const frames = block * blockCount;
    const perfusion = squareRoot(idiv(ii, frames));
    if (perfusion < FAINTEST) {
      unknown(WEAK);
      return;
    }
    // Roots of large squares are exact enough; and the product of two roots stays an int32.
    while (ii < 0x10000000 && rr < 0x10000000) {
      ii *= 4;
      rr *= 4;
      ir *= 4;
    }
    while (ii > 0x40000000 || rr > 0x40000000) {
      ii >>= 1;
      rr >>= 1;
      ir >>= 1;
    }
    const rootInfrared = squareRoot(ii);
    const rootRed = squareRoot(rr);
    const together = idiv(ir, idiv(imul(rootInfrared, rootRed), 1000) + 1);
    const ratio = idiv(imul(1000, rootRed), rootInfrared);
    const value = oxygenAt(curve, ratio);
    if (together < TOGETHER || value === UNKNOWN) {
      unknown(together < TOGETHER ? WEAK : INCONSISTENT);
      return;
    }
    reading.value = value;
    reading.rate = beats.rate();
    // Where no beats can be counted it may be breath or an arm that red and infrared share.
    const sure = reading.rate === UNKNOWN ? 49 : 99;
    reading.quality = idiv((together - 500) * blockCount * sure, 500 * BLOCKS);
    reading.doubt = CLEAR;
    reading.ratio = ratio;
    reading.perfusion = perfusion;
    onReading(reading);
  }

  /** What a frame is from the mean of its second, in parts of it: from `distance` of a sum of as many frames. */
  function pulse(distance: number, sum: number): number {
    let far = distance;
    let level = sum;
    // So that the product is an int32.
    while (level > 8_000_000) {
      level >>= 1;
      far >>= 1;
    }
    const most = level >> 4;
    if (far > most || far < -most) return MOST + 1;
    return idiv(far * (UNIT >> 4) + (most >> 1), most);
  }

  function close(): void {
    blocks[SUMS * blockAt] = squareInfrared;
    blocks[SUMS * blockAt + 1] = squareRed;
    blocks[SUMS * blockAt + 2] = both;
    blockAt = blockAt + 1 === BLOCKS ? 0 : blockAt + 1;
    if (blockCount < BLOCKS) blockCount++;
    squareInfrared = 0;
    squareRed = 0;
    both = 0;
    inBlock = 0;
    // Once a second.
    if (blockAt % 2 === 0) judge();
  }

  /** Takes samples from place `from` until a block is full or a frame is no pulse, and says how far it came. What a frame touches is local. */
  function take(samples: Ints, from: number, end: number): number {
    const ofI = infrareds;
    const ofR = reds;
    const second = span;
    const inFrame = group;
    let next = from;
    let doubt = CLEAR;
    let i = infrared;
    let r = red;
    let grouped = inGroup;
    let beforeI = lastInfrared;
    let beforeR = lastRed;
    let stillI = stillInfrared;
    let stillR = stillRed;
    let place = at;
    let there = filled;
    let sumI = sumInfrared;
    let sumR = sumRed;
    let ii = squareInfrared;
    let rr = squareRed;
    let ir = both;
    let frames = inBlock;
    let looked = looks;
    while (next < end && frames < block && doubt === CLEAR) {
      i += samples[next];
      r += samples[next + 1];
      next += 2;
      grouped++;
      if (grouped < inFrame) continue;
      const stepI = i > beforeI ? i - beforeI : beforeI - i;
      const stepR = r > beforeR ? r - beforeR : beforeR - r;
      stillI = stepI === 0 ? stillI + 1 : 0;
      stillR = stepR === 0 ? stillR + 1 : 0;
      if (i >= top || r >= top) doubt = SATURATED;
      else if (i < least) doubt = NOT_WORN;
      else if (stillI >= second || stillR >= second) doubt = FROZEN;
      else {
        // More than an eighth from one frame to the next: skin comes or goes, or the sensor sets its light.
        if (there > 0 && (stepI > i >> 3 || stepR > r >> 3)) {
          begin();
          place = 0;
          there = 0;
          sumI = 0;
          sumR = 0;
          ii = 0;
          rr = 0;
          ir = 0;
          frames = 0;
        }
        if (there === second) {
          sumI -= ofI[place];
          sumR -= ofR[place];
        } else there++;
        ofI[place] = i;
        ofR[place] = r;
        sumI += i;
        sumR += r;
        place = place + 1 === second ? 0 : place + 1;
        looked = !looked;
        if (there === second) {
          const centre = place <= middle ? place + middle : place - middle - 1;
          const pulseI = pulse(ofI[centre] * second - sumI, sumI);
          feedBeats(-pulseI);
          // For the ratio every second frame is enough, a pulse has little above 6 Hz; beats of fewer frames could not be told from noise.
          if (looked) {
            const pulseR = pulse(ofR[centre] * second - sumR, sumR);
            if (pulseI > MOST || pulseI < -MOST || pulseR > MOST || pulseR < -MOST) doubt = MOVING;
            else {
              ii += pulseI * pulseI;
              rr += pulseR * pulseR;
              ir += pulseI * pulseR;
              frames++;
            }
          }
        }
      }
      beforeI = i;
      beforeR = r;
      i = 0;
      r = 0;
      grouped = 0;
    }
    infrared = i;
    red = r;
    inGroup = grouped;
    lastInfrared = beforeI;
    lastRed = beforeR;
    stillInfrared = stillI;
    stillRed = stillR;
    at = place;
    filled = there;
    sumInfrared = sumI;
    sumRed = sumR;
    squareInfrared = ii;
    squareRed = rr;
    both = ir;
    inBlock = frames;
    looks = looked;
    if (doubt !== CLEAR) fail(doubt);
    else if (frames === block) close();
    return next;
  }

  return {
    feed: (samples, count) => {
      if (!known) {
        unknown(WRONG_RATE);
        return;
      }
      let next = 0;
      while (next < 2 * count) next = take(samples, next, 2 * count);
    },
    moved: () => fail(MOVING),
    restart: () => {
      infrared = 0;
      red = 0;
      inGroup = 0;
      fail(STARTING);
    },
  };
}
