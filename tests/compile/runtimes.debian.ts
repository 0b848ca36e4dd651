import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Target } from "@songbai/tools/compile/compile";
import { compileSnippets, expectedAnswers, SNIPPETS } from "./snippets.ts";

/** What Debian's own Lua prints: `lua5.1` with lua-bitop, `lua5.3` and `lua5.4` with 64-bit integers. */
function run(command: string, script: string): string {
  const { status, stdout, stderr } = spawnSync(command, ["-"], { input: script, encoding: "utf8", maxBuffer: 2 ** 26 });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

const RUNTIMES: readonly [string, Target, string][] = [
  ["lua5.1", "lua51", 'bit = require("bit")\n'],
  ["lua5.3", "lua53", ""],
  ["lua5.4", "lua53", ""],
];

describe.each(RUNTIMES)("portable TypeScript on Debian's %s (%s)", (command, target, before) => {
  let expected: string[] = [];
  let answers: string[] = [];

  beforeAll(async () => {
    expected = await expectedAnswers();
    const loop = `for i = 0, ${SNIPPETS.length - 1} do io.write(receive(tostring(i)), "\\0") end`;
    answers = run(command, `${before}${compileSnippets(target).code}${loop}`).split("\0");
  });

  it.each(SNIPPETS.map((snippet, i) => [snippet, i] as const))("computes as Node does: %s", (_, i) => {
    expect(answers[i]).toBe(expected[i]);
  });

  it("defines one global", () => {
    const names = "local known = {}\nfor name in pairs(_G) do known[name] = true end\n";
    const list = "for name in pairs(_G) do if not known[name] then print(name) end end";
    expect(run(command, `${before}${names}${compileSnippets(target).code}${list}`)).toBe("receive\n");
  });
});
