import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { patientsIn } from "@songbai/tools/learn/rhythm/pieces";
import { foldsFile, learntFrom, tableFile } from "@songbai/tools/learn/rhythm/train";
import { sharedVitals } from "./shared-data.ts";

describe("songbai train rhythm", () => {
  it("makes the committed trees again, octet by octet", () => {
    const patients = patientsIn(sharedVitals("ppg-rhythm"));
    const learnt = patients.map(learntFrom);
    expect(tableFile(learnt, 1)).toBe(readFileSync("sdk/src/sensing/rhythm/table.ts", "utf8"));
    expect(foldsFile(patients, learnt, 1)).toBe(readFileSync("tools/src/learn/rhythm/folds.ts", "utf8"));
  }, 120_000);
});
