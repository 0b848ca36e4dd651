/** The contract of `Board` on the emulated boards: the link's program, and the flash of the firmware's driver. */
import { emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import type { MachineName } from "@songbai/sim/runtime/emulated/firmware";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
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
