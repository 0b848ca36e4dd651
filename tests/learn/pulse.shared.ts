import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { comparePulses, type PulseLikeness, type PulsesCompared } from "@songbai/tools/learn/pulse/likeness";
import { pulsePlot } from "@songbai/tools/learn/pulse/plot";
import { sharedVitals } from "./shared-data.ts";

const PAGE = "docs/physiology.md";
const PICTURE = "docs/images/pulse.svg";

/** How far the recorded person may be outside the simulated ones, in the unit of the measure. */
const BESIDE: Record<string, number> = {
  rate: 1,
  SDNN: 10,
  RMSSD: 12,
  "second harmonic": 2,
  "third harmonic": 3,
  rise: 6,
  width: 6,
  unevenness: 8,
};

describe("the simulator's pulse beside recorded ones", () => {
  let compared: PulsesCompared;

  beforeAll(() => {
    compared = comparePulses(sharedVitals("ppg-rest"), sharedVitals("ppg-wrist"), 12, 1);
  });

  it("is like that of a finger at rest", () => {
    const far = compared.rest.flatMap(({ name, recorded, simulated: [least, , most] }) =>
      recorded > least - BESIDE[name] && recorded < most + BESIDE[name] ? [] : [`${name} ${recorded} ${least} ${most}`],
    );
    expect(far).toEqual([]);
  });

  it("is shaken as much as in those who walk", () => {
    const [{ recorded, simulated }] = compared.walk;
    expect(simulated[1] / recorded).toBeGreaterThan(0.4);
    expect(simulated[1] / recorded).toBeLessThan(2.5);
  });

  it(`stands in ${PAGE} (SONGBAI_WRITE_DOCS=1 writes it)`, () => {
    const row = ({ name, unit, recorded, simulated }: PulseLikeness) =>
      `| ${name}, ${unit} | ${recorded.toFixed(1)} | ${simulated.map((value) => value.toFixed(1)).join(" – ")} |`;
    const table = [
      "| measure | recorded | simulated: least – middle – most of 12 |",
      "|---|---|---|",
      ...[...compared.rest, ...compared.walk].map(row),
      "",
    ].join("\n");
    const page = readFileSync(PAGE, "utf8");
    const current = page.replace(
      /(<!-- pulse:[^>]*-->\n)[\s\S]*?(<!-- end of pulse -->)/,
      (_, head, tail) => `${head}${table}${tail}`,
    );
    const drawn = pulsePlot(compared);
    if (process.env.SONGBAI_WRITE_DOCS === "1") {
      writeFileSync(PAGE, current);
      writeFileSync(PICTURE, drawn);
    }
    expect(readFileSync(PAGE, "utf8")).toBe(current);
    expect(current).toContain(table);
    expect(readFileSync(PICTURE, "utf8")).toBe(drawn);
  });
});
