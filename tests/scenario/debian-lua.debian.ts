import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { createVm } from "@songbai/sim/runtime/vm";
import { readScenario } from "@songbai/sim/scenario/scenario";
import { simulate } from "@songbai/sim/scenario/simulate";
import { findDevice } from "@songbai/tools/cli/find-device";
import { linkEntry } from "@songbai/tools/cli/runtimes";
import { compile, type Target } from "@songbai/tools/compile/compile";
import { hub } from "@songbai/tools/hub/hub";
import { demoCredentials, identityOf } from "@songbai/tools/provision/demo";
import { PROFILE } from "../support/simulation.ts";

/** All lines that went to a device program in a scenario, and what it answered. */
async function conversation(scenarioName: string): Promise<{ events: string[]; effects: string[] }> {
  const device = findDevice("bracelet");
  const { code } = compile({ entryFile: join(device.folder, "songbai-entry.ts"), entrySource: linkEntry(), target: "lua53" });
  const credentials = demoCredentials(1, device.name);
  const events: string[] = [];
  const effects: string[] = [];
  await simulate({
    scenario: readScenario(scenarioName),
    seed: 1,
    profile: PROFILE,
    identity: identityOf(credentials),
    start: async (hardware) => {
      const vm = await createVm("lua54", { name: device.name, code });
      const call = (line: string) => {
        events.push(line);
        effects.push(vm.call(line));
        return effects.at(-1) as string;
      };
      return linkedRuntime({ call, close: () => vm.close() }, hardware);
    },
    server: hub(credentials, 10, () => {}),
  });
  return { events, effects };
}

describe("the bracelet under Debian's Lua", () => {
  it.each([
    ["lua5.1", "lua51", 'bit = require("bit")'],
    ["lua5.3", "lua53", ""],
    ["lua5.4", "lua53", ""],
  ] as const)(
    "%s answers every event of a fall at home as the simulator's engines do",
    async (interpreter, target: Target, before) => {
      const { events, effects } = await conversation("fall-at-home");
      const device = findDevice("bracelet");
      const { code } = compile({ entryFile: join(device.folder, "songbai-entry.ts"), entrySource: linkEntry(), target });
      const script = join(mkdtempSync(join(tmpdir(), "songbai-")), "bracelet.lua");
      writeFileSync(script, `${before}\n${code}\nfor line in io.lines() do io.write(receive(line), "\\n") end\n`);
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
