import { describe, expect, it } from "@jest/globals";
import { person, type TimelineEntry } from "@songbai/sim/world/person";
import { type DetectorHost, detectorOn, type Found } from "@songbai/tools/learn/falls/detector-host";

/** 20 s at the wrist of a simulated person, as the part reads them. */
function felt(seed: number, timeline: readonly TimelineEntry[]): Int16Array {
  const into = new Int32Array(3 * 500);
  person({ seed, timeline }).fill(0, 40_000, 500, into);
  return Int16Array.from(into, (mg) => Math.max(-4000, Math.min(4000, mg)));
}

const PEOPLE = (["forwards", "backwards", "sideways"] as const).flatMap((how, i) =>
  [1, 2, 3].map((seed) =>
    felt(10 * i + seed, [
      { atMs: 0, do: "walk" },
      { atMs: 8000, do: "fall", how },
    ]),
  ),
);

// All recordings give the same digests there, too: SONGBAI_BOARD=1 npm run test:shared -- tests/learn.
describe("sensing/fall on the emulated board", () => {
  it("hears what it hears on the host, sample for sample", async () => {
    const heard = async (runtime: string): Promise<Found[][]> => {
      const detector: DetectorHost = await detectorOn(runtime, "wrist");
      const found = PEOPLE.map((samples) => detector.falls(samples));
      detector.close();
      return found;
    };
    const native = await heard("native");
    expect(native.filter((falls) => falls.length === 1).length).toBeGreaterThan(6);
    expect(await heard("board:reference-m4")).toEqual(native);
  });
});
