import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import { type NativeProgram, nativeRuntime } from "@songbai/sim/runtime/native";
import type { FoundDevice } from "../cli/find-device.ts";
import { nativeProgram } from "../cli/native-program.ts";

/** A device program in this process. Throws `CompileError`. */
export async function nativeStart(device: FoundDevice): Promise<(hardware: Hardware) => Program> {
  const { program } = await nativeProgram(device);
  return startOf(program);
}

/** The desk board has no battery. */
export function startOf(program: NativeProgram): (hardware: Hardware) => Program {
  return (hardware) => nativeRuntime(({ battery: _, ...board }) => program(board), hardware);
}
