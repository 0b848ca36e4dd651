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
/** Half seconds that a reading is taken from, and the fewest. */
const BLOCKS = 8;
const LEAST_BLOCKS = 2;
/** Sums of a block: infrared by itself, red by itself, both. */
const SUMS = 3;

/** A pulse goes no further from the mean, 4 % in parts of 50,000: that is movement. */
const MOST = 2000;
/** From one frame to the next a level does not change by more than an eighth. */
const STEP = 8;
/** Root mean square of the infrared pulse below which it is noise, 0.01 %. */
const FAINTEST = 5;
/** How much red and infrared have to move as one, parts of 1000. */
const TOGETHER = 750;

/** Allocates only here. A reading comes each half second, unknown ones when they begin. */
export function oxygen(options: OxygenOptions, onReading: (reading: Oxygen) => void): OxygenSense {
  const { rateHz, fullScale, skin, curve } = options;
  const known = rateHz >= 20 && rateHz <= 100;
  const group = known ? idiv(rateHz + 12, FRAME_HZ) : 1;
  const span = known ? 2 * idiv(rateHz, 2 * group) + 1 : 1;
  const middle = span >> 1;
  const block = known ? idiv(rateHz, 2 * group) : 1;
  const top = fullScale * group;
  const least = skin * group;
  const reading: Oxygen = { value: UNKNOWN, quality: 0, doubt: STARTING, ratio: UNKNOWN, perfusion: 0, rate: UNKNOWN };
  const infrareds = allocInts(MOST_MEAN);
  const reds = allocInts(MOST_MEAN);
  const blocks = allocInts(BLOCKS * SUMS);
  const beats = pulseRate(rateHz, group);

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

  /** Where the ring is full: what its middle frame is from its mean, in parts of it. */
  function pulse(value: number, sum: number): number {
    let distance = value * span - sum;
    let level = sum;
    // So that the product is an int32.
    while (level > 4_000_000) {
      level >>= 1;
      distance >>= 1;
    }
    if (distance > level >> 3 || distance < -(level >> 3)) return MOST + 1;
    return idiv(distance * 500 + (level >> 8), idiv(level + 50, 100));
  }

  function add(): void {
    const place = at < middle + 1 ? at + span - middle - 1 : at - middle - 1;
    const i = pulse(infrareds[place], sumInfrared);
    const r = pulse(reds[place], sumRed);
    if (i > MOST || i < -MOST || r > MOST || r < -MOST) {
      fail(MOVING);
      return;
    }
    beats.feed(-i);
    squareInfrared += i * i;
    squareRed += r * r;
    both += i * r;
    inBlock++;
    if (inBlock < block) return;
    blocks[SUMS * blockAt] = squareInfrared;
    blocks[SUMS * blockAt + 1] = squareRed;
    blocks[SUMS * blockAt + 2] = both;
    blockAt = blockAt + 1 === BLOCKS ? 0 : blockAt + 1;
    if (blockCount < BLOCKS) blockCount++;
    squareInfrared = 0;
    squareRed = 0;
    both = 0;
    inBlock = 0;
    if (blockCount >= LEAST_BLOCKS) judge();
  }

  function take(i: number, r: number): void {
    const stepInfrared = i > lastInfrared ? i - lastInfrared : lastInfrared - i;
    const stepRed = r > lastRed ? r - lastRed : lastRed - r;
    stillInfrared = stepInfrared === 0 ? stillInfrared + 1 : 0;
    stillRed = stepRed === 0 ? stillRed + 1 : 0;
    lastInfrared = i;
    lastRed = r;
    if (i >= top || r >= top) {
      fail(SATURATED);
      return;
    }
    if (i < least) {
      fail(NOT_WORN);
      return;
    }
    if (stillInfrared >= span || stillRed >= span) {
      fail(FROZEN);
      return;
    }
    // Skin comes or goes, or the sensor sets its light.
    if (filled > 0 && (stepInfrared > idiv(i, STEP) || stepRed > idiv(r, STEP))) begin();
    if (filled === span) {
      sumInfrared -= infrareds[at];
      sumRed -= reds[at];
    } else filled++;
    infrareds[at] = i;
    reds[at] = r;
    sumInfrared += i;
    sumRed += r;
    at = at + 1 === span ? 0 : at + 1;
    if (filled === span) add();
  }

  return {
    feed: (samples, count) => {
      if (!known) {
        unknown(WRONG_RATE);
        return;
      }
      for (let i = 0; i < 2 * count; i += 2) {
        infrared += samples[i];
        red += samples[i + 1];
        inGroup++;
        if (inGroup === group) {
          const one = infrared;
          const other = red;
          infrared = 0;
          red = 0;
          inGroup = 0;
          take(one, other);
        }
      }
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
