import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { Target } from "@songbai/tools/compile/compile";
import { conversation, linkedBracelet } from "../support/conversation.ts";

describe("the bracelet under Debian's Lua", () => {
  it.each([
    ["lua5.1", "lua51", 'bit = require("bit")'],
    ["lua5.3", "lua53", ""],
    ["lua5.4", "lua53", ""],
  ] as const)(
    "%s answers every event of a fall at home as the simulator's engines do",
    async (interpreter, target: Target, before) => {
      const { events, effects } = await conversation("fall-at-home");
      const script = join(mkdtempSync(join(tmpdir(), "songbai-")), "bracelet.lua");
      writeFileSync(
        script,
        `${before}\n${linkedBracelet(target)}\nfor line in io.lines() do io.write(receive(line), "\\n") end\n`,
      );
      const { stdout, stderr, status } = spawnSync(interpreter, [script], {
        input: `${events.join("\n")}\n`,
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      });
      expect([status, stderr]).toEqual([0, ""]);
      expect(events.length).toBeGreaterThan(5000);
      expect(stdout === `${effects.join("\n")}\n`).toBe(true);
    },
  );
});
