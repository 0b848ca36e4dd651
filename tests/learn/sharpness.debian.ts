import { describe, expect, it } from "@jest/globals";
import { readFalls } from "@songbai/tools/learn/falls/recordings/datasets";
import type { FallRecording } from "@songbai/tools/learn/falls/recordings/recording";
import { cutFor, sharpness } from "@songbai/tools/learn/falls/recordings/sharpness";
import { folderOf, type Row, rowsOf, umafall, weda } from "./files.ts";

/** Somebody who moves at 7 Hz, and a share of it at 10.5 Hz. */
function moving(phase: number, share: number, rateHz = 25): Row[] {
  const tone = (hz: number, s: number) => 0.2 * Math.sin(2 * Math.PI * hz * s + phase);
  return rowsOf(3, rateHz, (s) => [tone(7, s) + share * tone(10.5, s), 0.02 * Math.sin(3 * s), 1]);
}

const WEDA = {
  own: Math.sqrt(0.051),
  read: (count: number, share: number, rateHz = 25) =>
    readFalls(
      "weda-fall",
      folderOf(
        Object.fromEntries(
          Array.from({ length: count }, (_, i) => [`D01/U${10 + i}_R01_accel.csv`, weda(moving(i, share, rateHz))]),
        ),
      ),
      "wrist",
    ),
};
const UMAFALL = {
  own: Math.sqrt(0.068),
  read: (count: number, share: number, rateHz = 25) =>
    readFalls(
      "umafall",
      folderOf(
        Object.fromEntries(
          Array.from({ length: count }, (_, i) => [
            `UMAFall_Subject_${10 + i}_ADL_Walking_1_x.csv`,
            umafall(moving(i, share, rateHz)),
          ]),
        ),
      ),
      "waist",
    ),
};

const height = ({ samples }: FallRecording) => samples.reduce((most, mg, i) => (i % 3 === 0 ? Math.max(most, mg) : most), 0);

describe.each([
  ["weda-fall", WEDA, 50],
  ["umafall", UMAFALL, 20],
] as const)("files of %s that somebody has brought to 25 Hz", (_, { read, own }, ownHz) => {
  it("are left as they are when they have been smoothed, and smoothed when they have not", () => {
    const smooth = read(20, own);
    expect(height(smooth[0])).toBeGreaterThan(220);
    expect(sharpness(smooth)).toBeCloseTo(own ** 2, 2);
    const sharp = read(20, 1);
    expect(height(sharp[0])).toBeLessThan(220);
    expect(sharpness(sharp) / own ** 2).toBeGreaterThan(0.6);
    expect(sharpness(sharp) / own ** 2).toBeLessThan(1.6);
  });

  it("are read as always where few recordings tell, or at the rate of the data set", () => {
    expect(sharpness(read(19, own))).toBeLessThan(0.03);
    const few = read(2, own, ownHz);
    expect(height(read(20, own, ownHz)[0])).toBe(height(few[0]));
    expect(height(few[0])).toBeLessThan(200);
  });
});

describe("learn/falls/recordings/sharpness", () => {
  const [one] = WEDA.read(1, 0);
  const silent = { ...one, samples: new Int16Array(228) };

  it("is that of the recording in the middle, and not a number where nobody moves", () => {
    const loud = { ...one, samples: one.samples.map((mg, i) => (i % 75 === 0 ? 8000 : mg)) };
    expect(sharpness([loud])).toBeGreaterThan(10 * sharpness([one]));
    expect(sharpness([one, loud, one])).toBe(sharpness([one]));
    expect(sharpness([silent])).toBeNaN();
    expect(sharpness([silent, one, silent])).toBe(sharpness([one]));
  });

  it("asks a hundred and some of many recordings, all over the folder, and none more often than there are low-passes", () => {
    const asked = new Map<number, number>();
    const cut = cutFor(
      500,
      (place) => {
        asked.set(place, (asked.get(place) ?? 0) + 1);
        return one;
      },
      0.05,
    );
    expect(cut).toBeGreaterThan(6);
    expect(asked.size).toBe(125);
    expect([Math.min(...asked.keys()), Math.max(...asked.keys())]).toEqual([0, 496]);
    expect(new Set(asked.values())).toEqual(new Set([8]));
    expect(cutFor(24, () => silent, 0.05)).toBeUndefined();
  });

  it("takes the low-pass that comes nearest, from either side", () => {
    // Each low-pass leaves another share at 10.5 Hz.
    const shares = new Map([12.5, 11, 10, 9, 8, 7.5, 7, 6.5].map((cutHz) => [cutHz, WEDA.read(1, (cutHz - 6) / 7)[0]]));
    const read = (_: number, cutHz: number) => shares.get(cutHz) as FallRecording;
    for (const cutHz of [12.5, 10, 8, 6.5]) {
      expect(cutFor(20, read, 0.93 * sharpness([read(0, cutHz)]))).toBe(cutHz);
      expect(cutFor(20, read, 1.07 * sharpness([read(0, cutHz)]))).toBe(cutHz);
    }
    expect(cutFor(19, read, 0.05)).toBeUndefined();
  });
});
