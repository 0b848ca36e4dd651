import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { readScenario } from "@songbai/sim/scenario/scenario";
import { runScenario } from "../../support/simulation.ts";

const WALK = readFileSync("sim/scenarios/walk-without-phone.yaml", "utf8");

describe("the phone of a scenario", () => {
  const folder = mkdtempSync(join(tmpdir(), "songbai-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function changed(from: string | RegExp, to: string) {
    const file = join(folder, "mine.yaml");
    writeFileSync(file, WALK.replace(from, to));
    return () => readScenario(file);
  }

  it("is near when it says so, else all the time, two metres away", () => {
    expect(readScenario("walk-without-phone").phone).toEqual({
      near: [
        { fromMs: 0, toMs: 1_450_000 },
        { fromMs: 3_930_000, toMs: 5_640_000 },
      ],
      distanceM: 3,
      loss: 0.05,
      online: true,
    });
    expect(changed(/phone:\n(.+\n)+?cell:/, "phone: {}\ncell:")().phone).toEqual({
      near: [{ fromMs: 0, toMs: 95 * 60_000 }],
      distanceM: 2,
      loss: 0,
      online: true,
    });
  });

  it("is refused in one sentence when it goes before it comes, or comes after the end", () => {
    expect(changed('to: "09:24:10"', 'to: "09:00:00"')).toThrow(
      "mine.yaml at phone.near.0: 09:00:00 does not come after 09:00:00.",
    );
    expect(changed('to: "10:34:00"', 'to: "10:36:00"')).toThrow(
      "at phone.near.1.to: 10:36:00 lies after the end of the scenario",
    );
    expect(changed('to: "10:34:00"', 'to: "noon"')).toThrow("at phone.near.1.to");
  });
});

describe("a walk without the phone", () => {
  it("keeps what is recorded while the phone is away, and hands each record over once", async () => {
    for (const seed of [1, 2]) {
      const run = await runScenario("walk-without-phone", { seed });
      expect(run.violations).toEqual([]);
      expect(run.outcome.records).toMatchObject({ journalled: 10, delivered: 10, lost: 0, rejected: 0 });
      expect(run.outcome.alarms).toMatchObject([{ kind: "sos", bearer: "ble", verified: true }]);
    }
  });
});
