import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
import { readRecording } from "@songbai/sim/world/recording";

const SHARED = process.env.SONGBAI_SHARED ?? join(import.meta.dirname, "../../../shared");

/** Seconds from the start of the recording at which the alarms place their impacts. */
function impacts(name: string, rateHz: number): number[] {
  const recording = readRecording(join(SHARED, "data/falls/samples", `${name}_accel.csv`));
  const found: number[] = [];
  const sample = new Int32Array(3);
  let samples = 0;
  const detector = fallDetector({ rateHz, position: wrist }, (fall) => found.push(samples / rateHz - fall.agoMs / 1000));
  const periodUs = 1_000_000 / rateHz;
  while (recording.fill(samples * periodUs, periodUs, 1, sample) === 1) {
    samples++;
    detector.feed(sample, 1);
  }
  return found;
}

// Acted falls of young adults on a mattress (WEDA-FALL); the fall in F01/U01_R01 lies at 4.7 to 7.7 s by its authors.
describe("sensing/fall on recordings of people", () => {
  for (const rateHz of [25, 50, 100]) {
    it(`hears the forward fall once at ${rateHz} Hz`, () => {
      const found = impacts("F01/U01_R01", rateHz);
      expect(found.length).toBe(1);
      expect(found[0]).toBeGreaterThan(4.5);
      expect(found[0]).toBeLessThan(8.9);
    });

    it(`is silent through a walk and an elder's sitting down at ${rateHz} Hz`, () => {
      expect(impacts("D01/U01_R01", rateHz)).toEqual([]);
      expect(impacts("D04/U21_R01", rateHz)).toEqual([]);
    });
  }
});
