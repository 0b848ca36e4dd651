import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { type NativeProgram, nativeRuntime } from "@songbai/sim/runtime/native";
import { createVm, type VmKind } from "@songbai/sim/runtime/vm";
import { compile } from "@songbai/tools/compile/compile";
import { deskRig } from "./contract/desk-rig.ts";
import { hardwareRig } from "./contract/hardware-rig.ts";
import { portRig } from "./contract/port-rig.ts";
import type { Rig } from "./contract/rig.ts";
import { type Bench, keepsThePromises } from "./contract/suite.ts";

const PROGRAM = "tests/board/contract/program.ts";
const LINK = "tests/board/contract/link.ts";

async function nativeProgram(): Promise<NativeProgram> {
  const { code } = compile({ entryFile: PROGRAM, target: "native" });
  return ((await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { program: NativeProgram }).program;
}

async function nativeRig(): Promise<Rig> {
  const program = await nativeProgram();
  return hardwareRig((hardware) => nativeRuntime(program, hardware));
}

async function linkRig(kind: VmKind): Promise<Rig> {
  const { code } = compile({ entryFile: LINK, target: kind === "lua54" ? "lua53" : kind });
  return hardwareRig(async (hardware) => linkedRuntime(await createVm(kind, { name: "contract", code }), hardware));
}

keepsThePromises([
  ["the simulator's native board", "simulator", nativeRig],
  ["the board link on Lua 5.1", "simulator", () => linkRig("lua51")],
  ["the board link on Lua 5.3", "simulator", () => linkRig("lua53")],
  ["the board link on Lua 5.4", "simulator", () => linkRig("lua54")],
  ["the board link on an ES5 engine", "simulator", () => linkRig("js")],
  port("nodemcu-esp8266", "lua51", ["bench.lua", "nodemcu.lua", "nodemcu-esp8266.lua"]),
  port("nodemcu-esp32", "lua53", ["bench.lua", "nodemcu.lua", "nodemcu-esp32.lua"]),
  port("luatos-air780e", "lua53", ["bench.lua", "luatos-air780e.lua"]),
  port("espruino-bangle2", "js", ["espruino-bangle2.js"]),
  ["johnny-five and a Firmata peer", "firmata-desk", async () => deskRig(await nativeProgram())],
]);

function port(board: string, kind: VmKind, fakes: string[]): Bench {
  return [`the port ${board}`, board, () => portRig(board, kind, fakes, { entryFile: PROGRAM })];
}
