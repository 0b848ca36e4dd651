import { resolve } from "node:path";
import { emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import type { LuaVersion } from "@songbai/sim/runtime/emulated/firmware";
import { compile } from "@songbai/tools/compile/compile";

export const BOARD_LUAS: readonly LuaVersion[] = ["5.3", "5.4"];

/** What a program on the emulated Cortex-M4 answers to `lines` of at most 1000 characters, as `answersOn` does elsewhere. */
export function answersOnBoard(lua: LuaVersion, entryFile: string, lines: readonly string[]): readonly string[] {
  const { code } = compile({ entryFile: resolve(entryFile), target: "lua53" });
  const board = emulatedBoard({ name: "test", code, heapBytes: 98_304, lua });
  try {
    return lines.map((line) => board.call(line));
  } finally {
    board.close();
  }
}
