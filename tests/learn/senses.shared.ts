import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { digestOfSense } from "@songbai/tools/learn/sense/report";
import { senseOn } from "@songbai/tools/learn/sense/sense";
import { SENSES } from "@songbai/tools/learn/senses";
import { DEVICE_RUNTIMES } from "./device-runtimes.ts";
import { sharedVitals } from "./shared-data.ts";

for (const { sense, dataset, name } of SENSES.flatMap((sense) =>
  sense.datasets.map((dataset) => ({ sense, dataset, name: sense.name })),
)) {
  describe(`${name} on ${dataset}`, () => {
    it("has the figures and the picture of docs (SONGBAI_WRITE_DOCS=1 writes them)", async () => {
      const native = await senseOn("native", sense.program);
      const evaluation = sense.evaluate(dataset, sharedVitals(dataset), native);
      native.close();
      const figures = `${JSON.stringify({ sense: name, dataset, figures: evaluation.figures, notes: evaluation.notes }, null, 2)}\n`;
      const kept: [string, string][] = [
        [`docs/figures/${name}-${dataset}.json`, figures],
        [`docs/images/${name}-${dataset}.svg`, evaluation.plot()],
      ];
      for (const [file, text] of kept) {
        if (process.env.SONGBAI_WRITE_DOCS === "1") writeFileSync(file, text);
        expect(existsSync(file)).toBe(true);
        expect(readFileSync(file, "utf8")).toBe(text);
      }
    }, 120_000);

    it(`says the same on native, ${DEVICE_RUNTIMES.join(", ")}`, async () => {
      const digests: Record<string, string> = {};
      for (const runtime of ["native", ...DEVICE_RUNTIMES]) {
        const device = await senseOn(runtime, sense.program);
        const evaluation = sense.evaluate(dataset, sharedVitals(dataset), device);
        device.close();
        expect(evaluation.recordings.length).toBeGreaterThan(0);
        digests[runtime] = digestOfSense(evaluation);
      }
      expect(new Set(Object.values(digests)).size).toBe(1);
    }, 300_000);
  });
}
