import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import { type NativeProgram, nativeRuntime } from "@songbai/sim/runtime/native";
import type { FoundDevice } from "../cli/find-device.ts";
import { compiled } from "../compile/compiled.ts";

/** A device program in this process, on a board without a battery. Throws `CompileError`. */
export async function nativeStart(device: FoundDevice): Promise<(hardware: Hardware) => Program> {
  const { code } = await compiled({ entryFile: device.main, target: "native" });
  const url = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
  const { default: program } = (await import(url)) as { default: NativeProgram };
  return (hardware) => nativeRuntime(({ battery: _, ...board }) => program(board), hardware);
}
