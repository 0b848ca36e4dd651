/** Where a device program runs: compiles it for the runtime and starts it. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Manifest } from "@songbai/sdk/device/manifest";
import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import type { LuaVersion } from "@songbai/sim/runtime/emulated/firmware";
import { type LinePeer, linkedRuntime } from "@songbai/sim/runtime/linked";
import { nativeRuntime } from "@songbai/sim/runtime/native";
import { createVm, type VmKind, type VmOptions } from "@songbai/sim/runtime/vm";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Bundle, Target } from "../compile/bundle.ts";
import { compiled } from "../compile/compiled.ts";
import { locateError } from "../compile/locate.ts";
import type { FoundDevice } from "./find-device.ts";
import { nativeProgram } from "./native-program.ts";

const TARGETS: Record<string, Target> = { native: "native", lua51: "lua51", lua53: "lua53", lua54: "lua53", js: "js" };

/** Emulated boards: the Lua of their firmware, and what carries their lines. All take the `lua53` bundle. */
const BOARDS: Record<string, { readonly lua: LuaVersion; readonly wire: "uart" | "streams" }> = {
  "board:reference-m4": { lua: "5.3", wire: "uart" },
  "board:reference-m4-lua54": { lua: "5.4", wire: "uart" },
  "board:reference-m4-streams": { lua: "5.3", wire: "streams" },
};

export const RUNTIMES = Object.keys(TARGETS);

export const BOARD_RUNTIMES = Object.keys(BOARDS);

export interface StartedRuntime {
  readonly bundle: Bundle;
  readonly start: (hardware: Hardware) => Program | Promise<Program>;
}

/** The entry that makes a device program speak the board link, with the lines of the bearers that its manifest names. */
export function linkEntry({ bearers }: Pick<Manifest, "bearers">): string {
  const parts = [
    ...(bearers.ble === undefined ? [] : [{ file: "ble", name: "ble", make: "bleOnLink" }]),
    ...(bearers.cellular === undefined ? [] : [{ file: "modem", name: "modem", make: "modemOnLink" }]),
  ];
  const given = parts.map(({ name, make }) => `${name}: ${make}`).join(", ");
  return [
    ...parts.map(({ file, make }) => `import { ${make} } from "@songbai/sdk/link/${file}";`),
    'import { runOnLink } from "@songbai/sdk/link/link";',
    'import program from "./main.ts";',
    `export const receive = runOnLink(program${given === "" ? "" : `, { ${given} }`});`,
    "",
  ].join("\n");
}

/** Compiles the device for a runtime. Throws `InputError` for an unknown one and `CompileError` for a program outside the subset. */
export async function prepareRuntime(device: FoundDevice, runtime: string): Promise<StartedRuntime> {
  const target = BOARDS[runtime] === undefined ? TARGETS[runtime] : "lua53";
  if (target === undefined) {
    throw new InputError(`There is no runtime "${runtime}"; there are ${[...RUNTIMES, ...BOARD_RUNTIMES].join(", ")}.`);
  }
  if (target === "native") return prepareNative(device);
  const bundle = await compiled({
    entryFile: join(device.folder, "songbai-entry.ts"),
    entrySource: linkEntry(device.manifest),
    target,
  });
  const options = {
    name: device.name,
    code: bundle.code,
    locate: (message: string) => locateError(message, bundle, device.name),
  };
  const kind = BOARDS[runtime];
  if (kind !== undefined) return { bundle, start: await onBoard({ ...options, ...kind }) };
  return { bundle, start: async (hardware) => linkedRuntime(await createVm(runtime as VmKind, options), hardware) };
}

/** On the emulated board, with the heap of its profile. */
async function onBoard(options: VmOptions & (typeof BOARDS)[string]): Promise<StartedRuntime["start"]> {
  const { emulatedBoard } = await import("@songbai/sim/runtime/emulated/board");
  const profile = createRequire(import.meta.url)("@songbai/board-profiles/reference-m4/profile.json") as {
    readonly memory: { readonly scriptHeapBytes: { readonly value: number } };
  };
  let board: LinePeer | undefined;
  return (hardware) => {
    // A device that restarts gets a board that has just been put under power.
    board?.close();
    board = emulatedBoard({ heapBytes: profile.memory.scriptHeapBytes.value, ...options });
    return linkedRuntime(board, hardware);
  };
}

async function prepareNative(device: FoundDevice): Promise<StartedRuntime> {
  const { bundle, program } = await nativeProgram(device);
  return { bundle, start: (hardware) => nativeRuntime(program, hardware) };
}
