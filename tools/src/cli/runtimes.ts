/** Where a device program runs: compiles it for the runtime and starts it. */
import { join } from "node:path";
import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { type NativeProgram, nativeRuntime } from "@songbai/sim/runtime/native";
import { createVm, type VmKind } from "@songbai/sim/runtime/vm";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Bundle, Target } from "../compile/bundle.ts";
import { compiled } from "../compile/compiled.ts";
import { locateError } from "../compile/locate.ts";
import type { FoundDevice } from "./find-device.ts";

const TARGETS: Record<string, Target> = { native: "native", lua51: "lua51", lua53: "lua53", lua54: "lua53", js: "js" };

export const RUNTIMES = Object.keys(TARGETS);

export interface StartedRuntime {
  readonly bundle: Bundle;
  readonly start: (hardware: Hardware) => Program | Promise<Program>;
}

/** The entry that makes a device program speak the board link. */
export function linkEntry(): string {
  return [
    'import { runOnLink } from "@songbai/sdk/link/link";',
    'import program from "./main.ts";',
    "const link = runOnLink(program);",
    "export function receive(line: string): string {",
    "  return link(line);",
    "}",
    "",
  ].join("\n");
}

/** Compiles the device for a runtime. Throws `InputError` for an unknown one and `CompileError` for a program outside the subset. */
export async function prepareRuntime(device: FoundDevice, runtime: string): Promise<StartedRuntime> {
  const target = TARGETS[runtime];
  if (target === undefined) {
    throw new InputError(`There is no runtime "${runtime}"; there are ${RUNTIMES.join(", ")}.`);
  }
  if (target === "native") return prepareNative(device);
  const bundle = await compiled({ entryFile: join(device.folder, "songbai-entry.ts"), entrySource: linkEntry(), target });
  return {
    bundle,
    start: async (hardware) => {
      const options = {
        name: device.name,
        code: bundle.code,
        locate: (message: string) => locateError(message, bundle, device.name),
      };
      return linkedRuntime(await createVm(runtime as VmKind, options), hardware);
    },
  };
}

/** In the host's own process: the bundle is a module whose default export is the device program. */
async function prepareNative(device: FoundDevice): Promise<StartedRuntime> {
  const bundle = await compiled({ entryFile: device.main, target: "native" });
  const url = `data:text/javascript;base64,${Buffer.from(bundle.code).toString("base64")}`;
  const { default: program } = (await import(url)) as { default: NativeProgram };
  return { bundle, start: (hardware) => nativeRuntime(program, hardware) };
}
