// What tests/sensing/fall-everywhere.*.ts feed to the detector: any int16 samples, and people.
import { person } from "@songbai/sim/world/person";
import { textOfWords } from "@songbai/tools/learn/words";
import fc from "fast-check";

const SECONDS = 9;

/** Lines of tests/sensing/fall-program.ts. */
export function detectorLines(runs: number): string[] {
  const any = fc.constantFrom(0, 1000, -1000, 4000, -4000, 8000, 16384, -16384, 32767, -32768);
  const noise = fc.record({
    rate: fc.integer({ min: 0, max: 7 }),
    values: fc.array(fc.oneof(any, fc.integer({ min: -32768, max: 32767 })), { minLength: 1200, maxLength: 1500 }),
  });
  const lines = fc.sample(noise, { seed: 6, numRuns: runs }).map(({ rate, values }) => {
    return lineOf(rate, values.slice(0, values.length - (values.length % 3)));
  });
  for (let seed = 1; seed <= runs; seed++) {
    const rate = seed % 8;
    const rateHz = 25 + 10 * rate;
    const samples = new Int32Array(3 * SECONDS * rateHz);
    const how = (["forwards", "backwards", "sideways"] as const)[seed % 3];
    const timeline = [
      { atMs: 0, do: seed % 4 === 0 ? "clap" : "walk" },
      { atMs: 5000, do: "fall", how },
    ] as const;
    person({ seed, timeline: [...timeline] }).fill(0, 1e6 / rateHz, SECONDS * rateHz, samples);
    lines.push(lineOf(rate, [...samples]));
  }
  return lines;
}

function lineOf(rate: number, values: readonly number[]): string {
  return `${rate}${textOfWords(values)}`;
}
