import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { createVm, type VmKind } from "@songbai/sim/runtime/vm";
import { compile, type Target } from "@songbai/tools/compile/compile";
import { FULL } from "./suite.ts";

/** Where a device program may run: Node, Lua 5.1 (doubles), 5.3 (int32), 5.4 (int64), an ES5 engine. */
export type Runtime = "native" | VmKind;

/** All of them at length; in `npm test` the engine whose numbers are least like an int32: doubles, whose bit operations are calls. */
export const RUNTIMES: readonly Runtime[] = FULL ? ["native", "lua51", "lua53", "lua54", "js"] : ["native", "lua51"];

/** The Lua interpreters of Debian; its Lua 5.1 finds `bit` in lua-bitop. */
export type DebianLua = "lua5.1" | "lua5.3" | "lua5.4";

export const DEBIAN_LUAS: readonly DebianLua[] = ["lua5.1", "lua5.3", "lua5.4"];

/** Answers one line each, in order. */
export type Answers = readonly string[];

/** Makes each load of a native program a program of its own. */
let loads = 0;

/** What a program on `runtime` answers to `lines`. `entryFile`: a portable file, from the repository's root, that exports `receive`. */
export async function answersOn(runtime: Runtime, entryFile: string, lines: readonly string[]): Promise<Answers> {
  if (runtime === "native") {
    const { code } = compile({ entryFile: resolve(entryFile), target: "native" });
    const program = (await import(`data:text/javascript,${encodeURIComponent(code)}#${++loads}`)) as {
      receive(line: string): string;
    };
    return lines.map((line) => program.receive(line));
  }
  const { code } = compile({ entryFile: resolve(entryFile), target: runtime === "lua54" ? "lua53" : runtime });
  const vm = await createVm(runtime, { name: "test", code, maxInstructionsPerCall: Number.POSITIVE_INFINITY });
  try {
    return lines.map((line) => vm.call(line));
  } finally {
    vm.close();
  }
}

/** The same on one of Debian's own interpreters. Lines hold no `]=]`, answers no line feed. */
export function answersOnDebian(lua: DebianLua, entryFile: string, lines: readonly string[]): Answers {
  const target: Target = lua === "lua5.1" ? "lua51" : "lua53";
  const { code } = compile({ entryFile: resolve(entryFile), target });
  const bit = lua === "lua5.1" ? 'bit = require("bit")\n' : "";
  const loop = `for line in ([=[\n${lines.join("\n")}\n]=]):gmatch("[^\\n]+") do io.write(receive(line), "\\n") end`;
  const { status, stdout, stderr } = spawnSync(lua, ["-"], {
    input: `${bit}${code}\n${loop}`,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${lua}: ${stderr}`);
  return stdout.split("\n").slice(0, -1);
}
