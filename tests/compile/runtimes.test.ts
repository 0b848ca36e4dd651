import { beforeAll, describe, expect, it } from "@jest/globals";
import { createVm, type VmKind } from "@songbai/sim/runtime/vm";
import type { Target } from "@songbai/tools/compile/compile";
import { compileSnippets, expectedAnswers, SNIPPETS } from "./snippets.ts";

const RUNTIMES: readonly [VmKind, Target, string][] = [
  ["lua51", "lua51", "Lua 5.1, doubles"],
  ["lua53", "lua53", "Lua 5.3, 32-bit integers"],
  ["lua54", "lua53", "Lua 5.4, 64-bit integers"],
  ["js", "js", "an ES5 engine"],
];

describe.each(RUNTIMES)("portable TypeScript on %s (%s): %s", (kind, target) => {
  let expected: string[] = [];
  const answers: string[] = [];

  beforeAll(async () => {
    expected = await expectedAnswers();
    const vm = await createVm(kind, { name: "snippets", code: compileSnippets(target).code });
    for (const i of SNIPPETS.keys()) answers.push(vm.call(String(i)));
    vm.close();
  });

  it.each(SNIPPETS.map((snippet, i) => [snippet, i] as const))("computes as Node does: %s", (_, i) => {
    expect(answers[i]).toBe(expected[i]);
  });
});
