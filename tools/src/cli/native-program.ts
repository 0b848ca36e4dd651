import type { NativeProgram } from "@songbai/sim/runtime/native";
import type { Bundle } from "../compile/bundle.ts";
import { compiled } from "../compile/compiled.ts";
import type { FoundDevice } from "./find-device.ts";

/** A device program in the host's own process: its bundle is a module whose default export is the program. */
export async function nativeProgram(device: FoundDevice): Promise<{ bundle: Bundle; program: NativeProgram }> {
  const bundle = await compiled({ entryFile: device.main, target: "native" });
  const url = `data:text/javascript;base64,${Buffer.from(bundle.code).toString("base64")}`;
  const { default: program } = (await import(url)) as { default: NativeProgram };
  return { bundle, program };
}
