import { describe, expect, it } from "@jest/globals";
import { CLEAR, FROZEN, INCONSISTENT, NO_GRAVITY, NOT_WORN, SATURATED, STARTING, WRONG_RATE } from "@songbai/sdk/sensing/doubt";
import { type FallDetector, fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { HARD, STILL, SUDDEN, TURNED } from "@songbai/sdk/sensing/fall/reason";
import { REASONS } from "@songbai/sdk/sensing/fall/texts";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
import { DOUBTS } from "@songbai/sdk/sensing/texts";
import { person } from "@songbai/sim/world/person";

const RATE = 25;
/** Whatever the trees say, every impact is a fall here: what keeps the detector silent is doubt alone. */
const credulous = { ...wrist, score: () => 5000 };

interface Heard {
  readonly falls: number;
  readonly doubts: readonly number[];
  readonly detector: FallDetector;
}

function hear(samples: Int32Array, position = credulous, rateHz = RATE): Heard {
  let falls = 0;
  const doubts: number[] = [];
  const detector = fallDetector(
    { rateHz, position },
    () => falls++,
    (doubt) => doubts.push(doubt),
  );
  detector.feed(samples, samples.length / 3);
  return { falls, doubts, detector };
}

/** Ten seconds in which somebody falls at 5 s; `spoil` changes what the sensor says at a time, s. */
function fall(spoil: (x: number, y: number, z: number, atS: number) => readonly number[] = (x, y, z) => [x, y, z]): Int32Array {
  const samples = new Int32Array(3 * 10 * RATE);
  const timeline = [
    { atMs: 0, do: "walk" },
    { atMs: 5000, do: "fall", how: "forwards" },
  ] as const;
  person({ seed: 4, timeline: [...timeline] }).fill(0, 1e6 / RATE, 10 * RATE, samples);
  for (let i = 0; i < samples.length; i += 3) {
    samples.set(spoil(samples[i], samples[i + 1], samples[i + 2], i / 3 / RATE), i);
  }
  return samples;
}

/** A device that flies for `flightMs` and then lies, its noise of `noiseMg`. */
function flown(flightMs: number, noiseMg: number): Int32Array {
  const samples = new Int32Array(3 * 10 * RATE);
  for (let i = 0; i < 10 * RATE; i++) {
    const atMs = i * 40 - 5000;
    const noise = ((i * 7919) % (2 * noiseMg + 1)) - noiseMg;
    const z = atMs < -flightMs ? 1000 + 80 * (i % 5) : atMs < 0 ? 220 : atMs < 80 ? 3500 - 20 * atMs : 1000;
    samples.set([noise, 20 - noise, z + noise], 3 * i);
  }
  return samples;
}

describe("the fall detector's doubt", () => {
  it("is none of a fall that a worn sensor feels", () => {
    const { falls, doubts, detector } = hear(fall());
    expect([falls, doubts, detector.doubt()]).toEqual([1, [], CLEAR]);
  });

  it("is of a sensor that freezes in the impact, while a second is not enough", () => {
    let last: readonly number[] = [];
    const freezing = (fromS: number, toS: number) =>
      fall((x, y, z, atS) => {
        if (atS < fromS || atS > toS) last = [x, y, z];
        return last;
      });
    const { falls, doubts, detector } = hear(freezing(6, 10));
    expect([falls, doubts]).toEqual([0, [FROZEN]]);
    expect(detector.doubt()).toBe(CLEAR);
    detector.feed(new Int32Array(3 * 128).fill(577), 128);
    expect(detector.doubt()).toBe(FROZEN);
    expect(hear(freezing(6.8, 7.8)).falls).toBe(1);
  });

  it("is not of a single axis that does not move", () => {
    expect(hear(fall((_x, y, z) => [40, y, z]))).toMatchObject({ falls: 1, doubts: [] });
    // Nor of two of them, whichever they are, while the third one moves.
    const order = [2, 0, 1];
    for (let turn = 0; turn < 3; turn++) {
      const turned = fall((_x, _y, z) => order.map((_, axis) => [40, 20, z][order[(axis + turn) % 3]]));
      expect(hear(turned)).toMatchObject({ falls: 1, doubts: [] });
    }
  });

  it("is of a sensor that stays at the end of its range, on one axis or all", () => {
    for (const stuck of [(x: number, y: number) => [x, y, 4000], () => [4000, -4000, 4000], () => [32767, -32768, 32767]]) {
      // A little noise, so that it is not merely frozen.
      const { falls, doubts, detector } = hear(
        fall((x, y, z, atS) =>
          atS < 5.5 ? [x, y, z] : stuck(x, y).map((mg, axis) => (axis === 0 && mg < 4000 ? mg + ((atS * 1000) % 9) : mg)),
        ),
      );
      expect(falls).toBe(0);
      for (const doubt of doubts) expect([SATURATED, FROZEN]).toContain(doubt);
      expect(doubts.length).toBeGreaterThan(0);
      detector.feed(
        new Int32Array(3 * 128).map((_, i) => 4000 - (i % 3 === 0 ? i % 2 : 0)),
        128,
      );
      expect(detector.doubt()).toBe(SATURATED);
    }
  });

  it("is of the whole stream: no gravity below half a g, the range's end from its very first step", () => {
    const doubtOf = (at: (i: number) => readonly number[]) => {
      const { detector } = hear(Int32Array.from({ length: 3 * 250 }, (_, i) => at(Math.floor(i / 3))[i % 3]));
      return detector.doubt();
    };
    expect(doubtOf((i) => [40 * (i % 2), 0, 480])).toBe(NO_GRAVITY);
    expect(doubtOf((i) => [40 * (i % 2), 0, 520])).toBe(CLEAR);
    expect(doubtOf((i) => [40 * (i % 2), 0, 4000])).toBe(SATURATED);
    expect(doubtOf(() => [0, 0, 4000])).toBe(SATURATED);
    expect(doubtOf((i) => [160 * (i % 2), 0, 3980])).toBe(CLEAR);
  });

  it("is of a stream without gravity, where somebody falls and then lies", () => {
    const mean = [0, 0, 0];
    const { falls, doubts, detector } = hear(
      fall((x, y, z) => {
        // A slow mean taken off, as phones do for linear acceleration.
        const now = [x, y, z];
        for (let axis = 0; axis < 3; axis++) mean[axis] += (now[axis] - mean[axis]) / 8;
        return now.map((mg, axis) => Math.round(mg - mean[axis]));
      }),
    );
    expect(falls).toBe(0);
    expect(doubts).toEqual([NO_GRAVITY]);
    detector.feed(
      new Int32Array(3 * 128).map((_, i) => (i * 31) % 60),
      128,
    );
    expect(detector.doubt()).toBe(NO_GRAVITY);
  });

  it("is of a device that flew and lies stiller than a body, by both or not at all", () => {
    expect(hear(flown(320, 3))).toMatchObject({ falls: 0, doubts: [NOT_WORN] });
    expect(hear(flown(320, 30))).toMatchObject({ falls: 1, doubts: [] });
    expect(hear(flown(40, 3))).toMatchObject({ falls: 1, doubts: [] });
  });

  it("is of the start of a signal, and of one that begins again", () => {
    const samples = fall();
    const { detector } = hear(samples.subarray(0, 3 * 100));
    expect(detector.doubt()).toBe(STARTING);
    detector.feed(samples.subarray(300, 600), 100);
    expect(detector.doubt()).toBe(CLEAR);
    detector.restart();
    expect(detector.doubt()).toBe(STARTING);
  });

  it("forgets an impact whose signal was cut, and hears the next fall", () => {
    const samples = fall();
    const { falls, detector } = hear(samples.subarray(0, 3 * 7 * RATE));
    detector.restart();
    expect(falls).toBe(0);
    detector.feed(samples.subarray(3 * 7 * RATE), 3 * RATE);
    let again = 0;
    const other = fallDetector({ rateHz: RATE, position: credulous }, () => again++);
    other.feed(samples.subarray(0, 3 * 7 * RATE), 7 * RATE);
    other.restart();
    other.feed(samples.subarray(3 * 7 * RATE), 3 * RATE);
    expect(again).toBe(0);
    other.feed(samples, samples.length / 3);
    expect(again).toBe(1);
  });

  it("is of a rate outside 20..100 Hz, whatever is fed", () => {
    for (const rateHz of [0, 1, 10, 19, 101, 400]) {
      const { falls, detector } = hear(fall(), credulous, rateHz);
      expect([falls, detector.doubt()]).toEqual([0, WRONG_RATE]);
    }
    for (const rateHz of [20, 100]) expect(hear(fall(), credulous, rateHz).detector.doubt()).not.toBe(WRONG_RATE);
  });

  it("has a sentence for each code, and a fall's reasons have one for each bit", () => {
    expect(DOUBTS.length).toBe(INCONSISTENT + 1);
    expect(REASONS.map((_, i) => 1 << i)).toEqual([HARD, SUDDEN, TURNED, STILL]);
    const reasons: number[] = [];
    const heard = () => fallDetector({ rateHz: RATE, position: credulous }, ({ reason }) => reasons.push(reason));
    heard().feed(fall(), 10 * RATE);
    heard().feed(
      fall((x, y, z, atS) => (atS < 5.6 ? [900, 100, 300 + ((atS * 1000) % 7)] : [x, y, z])),
      10 * RATE,
    );
    // Somebody who walks, and somebody who stands, before it.
    expect(reasons).toEqual([HARD + TURNED + STILL, HARD + SUDDEN + TURNED + STILL]);
  });
});
