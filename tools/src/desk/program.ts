import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import { nativeRuntime } from "@songbai/sim/runtime/native";
import type { FoundDevice } from "../cli/find-device.ts";
import { nativeProgram } from "../cli/native-program.ts";

/** A device program in this process, on a board without a battery. Throws `CompileError`. */
export async function nativeStart(device: FoundDevice): Promise<(hardware: Hardware) => Program> {
  const { program } = await nativeProgram(device);
  return (hardware) => nativeRuntime(({ battery: _, ...board }) => program(board), hardware);
}
