import { describe, expect, it } from "@jest/globals";
import { detectorOn } from "@songbai/tools/learn/falls/detector-host";
import { digestOf, evaluate } from "@songbai/tools/learn/falls/evaluate";
import { FALL_POSITIONS, readFalls } from "@songbai/tools/learn/falls/recordings/datasets";
import { score } from "@songbai/tools/learn/falls/score";
import { PARTS } from "@songbai/tools/learn/falls/sensor-path";
import { DEVICE_RUNTIMES } from "./device-runtimes.ts";
import { sharedFalls } from "./shared-data.ts";

describe("sensing/fall on every development recording", () => {
  for (const position of FALL_POSITIONS) {
    const dataset = position === "wrist" ? "weda-fall" : "umafall";

    it(`alarms the same at the ${position} on native, ${DEVICE_RUNTIMES.join(", ")}`, async () => {
      const recordings = readFalls(dataset, sharedFalls(dataset), position);
      const digests: Record<string, string> = {};
      for (const runtime of ["native", ...DEVICE_RUNTIMES]) {
        const detector = await detectorOn(runtime, position);
        const judged = evaluate(recordings, PARTS[position], detector);
        detector.close();
        digests[runtime] = digestOf(judged);
        // That there is something to compare: falls are heard, and most of daily life is silent.
        expect(score(judged).sensitivity.percent).toBeGreaterThan(80);
        expect(score(judged).specificity.percent).toBeGreaterThan(90);
      }
      expect(new Set(Object.values(digests)).size).toBe(1);
    }, 300_000);
  }
});
