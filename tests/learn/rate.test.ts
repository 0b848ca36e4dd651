import { describe, expect, it } from "@jest/globals";
import { prng } from "@songbai/sdk/lang/prng";
import { assemble } from "@songbai/tools/learn/falls/recordings/assemble";
import type { Rows } from "@songbai/tools/learn/falls/recordings/recording";
import { areaLeftOut, atRate, type Residue, residueOf } from "./rate.ts";

const TRUE_HZ = 100;

/** Somebody who sits: a posture, a tremor with many frequencies, 8 s. */
function sitting(seed: number): Rows {
  const random = prng(seed);
  const uniform = () => (random() >>> 8) / 2 ** 24;
  const tones = Array.from({ length: 14 }, () => [0.5 + 13 * uniform(), 6.3 * uniform(), 12 * uniform()]);
  const count = 8 * TRUE_HZ + 1;
  const at = (i: number, axis: number) =>
    [200, -300, 930][axis] +
    tones.reduce((sum, [hz, phase, mg]) => sum + mg * Math.sin((6.28 * hz * i) / TRUE_HZ + phase + axis), 0);
  return {
    time: Float64Array.from({ length: count }, (_, i) => i / TRUE_HZ),
    mg: Float64Array.from({ length: 3 * count }, (_, i) => at(Math.floor(i / 3), i % 3)),
    line: Int32Array.from({ length: count }, (_, i) => i + 2),
    skipped: 0,
    skippedLine: 0,
  };
}

// In WEDA-FALL falls were recorded at 40 Hz and all else at 50: 60 people who only sit, half of them at either rate.
describe("learn/falls/recordings: the sampling rate", () => {
  const label = { id: "", subject: "", activity: "", fall: false, elder: false };
  const seen = Array.from({ length: 60 }, (_, i) => {
    const slow = i % 2 === 0;
    const rows = atRate(sitting(i + 1), TRUE_HZ, slow ? 40 : 50, slow ? 4 : 5);
    const { samples, durationS, unknown } = assemble(label, "", () => rows);
    expect(unknown).toBeUndefined();
    const subject = `U${i}`;
    return {
      raw: { subject, kind: slow, values: residueOf(rows.mg, 50, durationS) ?? [] } as Residue,
      read: { subject, kind: slow, values: residueOf(samples, 25, durationS) ?? [] } as Residue,
    };
  });

  it("gives two kinds of recording away as they stand", () => {
    expect(areaLeftOut(seen.map(({ raw }) => raw))).toBe(1);
  });

  it("says nothing once they are read", () => {
    const area = areaLeftOut(seen.map(({ read }) => read));
    expect(area).toBeGreaterThan(0.3);
    expect(area).toBeLessThan(0.7);
  });
});
