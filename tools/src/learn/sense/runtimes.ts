/** A portable program that answers lines, on a runtime of devices or on the emulated board. */
import { createVm, type VmKind } from "@songbai/sim/runtime/vm";
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Target } from "../../compile/bundle.ts";
import { compiled } from "../../compile/compiled.ts";
import type { CompileRequest } from "../../compile/place.ts";

export interface LineProgram {
  readonly call: (line: string) => string;
  readonly close: () => void;
}

const TARGETS: Record<string, Target> = { lua51: "lua51", lua53: "lua53", lua54: "lua53", js: "js" };
const BOARD = "board:reference-m4";

export const SENSE_RUNTIMES = ["native", ...Object.keys(TARGETS), BOARD];

/** On any of `SENSE_RUNTIMES` but native. Throws `InputError` for a runtime that there is not. */
export async function programOn(
  runtime: string,
  name: string,
  entry: Pick<CompileRequest, "entryFile" | "entrySource">,
): Promise<LineProgram> {
  const target = runtime === BOARD ? "lua53" : TARGETS[runtime];
  if (target === undefined) {
    throw new InputError(`There is no runtime "${runtime}"; there are ${SENSE_RUNTIMES.join(", ")}.`);
  }
  const { code } = await compiled({ ...entry, target });
  const options = { name, code, maxInstructionsPerCall: Number.POSITIVE_INFINITY };
  if (runtime !== BOARD) {
    const vm = await createVm(runtime as VmKind, options);
    return { call: (line) => vm.call(line), close: () => vm.close() };
  }
  const { emulatedBoard } = await import("@songbai/sim/runtime/emulated/board");
  // Hours of samples go over the wire: the streams carry them twenty times as fast as the UART.
  const board = emulatedBoard({ ...options, heapBytes: 65_536, lua: "5.3", wire: "streams" });
  return { call: (line) => board.call(line), close: () => board.close() };
}
