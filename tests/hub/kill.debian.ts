import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { killAgainAndAgain } from "../support/kill.ts";

describe("a hub that is killed often", () => {
  it("loses nothing that it acknowledged and doubles nothing, sixty times", async () => {
    const folder = mkdtempSync(join(tmpdir(), "songbai-hub-"));
    try {
      const { faults, ...counts } = await killAgainAndAgain(folder, 60, 2);
      process.stdout.write(`60 kills: ${JSON.stringify(counts)}\n`);
      expect(faults).toEqual([]);
      expect(counts.killedBusy).toBeGreaterThan(10);
      expect(counts.stored).toBe(counts.acknowledged);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 600_000);
});
