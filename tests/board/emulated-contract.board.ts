/** The contract of `Board` on the emulated boards: the link's program, and the flash of the firmware's driver. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import type { MachineName } from "@songbai/sim/runtime/emulated/firmware";
import { linkedRuntime, toSextets } from "@songbai/sim/runtime/linked";
import { compile } from "@songbai/tools/compile/compile";
import { hardwareRig } from "./contract/hardware-rig.ts";
import type { Rig } from "./contract/rig.ts";
import { keepsThePromises } from "./contract/suite.ts";

const HEAP_BYTES = 98_304;

function rig(machine: MachineName, wire: "uart" | "streams", lua: "5.3" | "5.4" = "5.3"): Promise<Rig> {
  const { code } = compile({ entryFile: "tests/board/contract/link.ts", target: "lua53" });
  return hardwareRig((hardware) =>
    linkedRuntime(emulatedBoard({ name: "contract", code, heapBytes: HEAP_BYTES, machine, wire, lua }), hardware),
  );
}

keepsThePromises([
  ["netduinoplus2", "reference-m4", () => rig("netduinoplus2", "uart")],
  ["netduinoplus2 by its streams", "reference-m4", () => rig("netduinoplus2", "streams")],
  ["netduinoplus2 with Lua 5.4", "reference-m4", () => rig("netduinoplus2", "streams", "5.4")],
  ["mps2-an386", "reference-m4", () => rig("mps2-an386", "uart")],
  ["mps2-an386 by its streams", "reference-m4", () => rig("mps2-an386", "streams")],
]);

describe("the flash of the emulated boards", () => {
  const code = () => compile({ entryFile: "tests/board/power/link.ts", target: "lua53" }).code;

  it.each(["netduinoplus2", "mps2-an386"] as const)(
    "%s has its cells in a file, which the next power-on finds",
    async (machine) => {
      const folder = mkdtempSync(join(tmpdir(), "songbai-cells-"));
      const cells = join(folder, "cells");
      const program = code();

      /** Power on, one frame, power off. */
      async function hears(...frame: number[]): Promise<string> {
        const board = emulatedBoard({ name: "cells", code: program, heapBytes: 196_608, machine, wire: "streams", cells });
        board.call("B 0 1 0 262144 4096 70");
        const answer = board.call(`R 0 ${toSextets(Uint8Array.from(frame))}`);
        board.close();
        await board.ended;
        return answer;
      }

      const address = 4096 + 12;
      expect(await hears(1, 0, 1, 100, 5)).toContain(`l 1 ${address}\n`);
      expect(await hears(5, 0, 0, 0, address >> 8, address & 255)).toContain("l 1 100\n");
      // The payload is 5, 6, 7 and so on.
      expect(readFileSync(cells).includes(Buffer.from(Array.from({ length: 100 }, (_, i) => 5 + i)))).toBe(true);
      rmSync(folder, { recursive: true, force: true });
    },
  );
});
