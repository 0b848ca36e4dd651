import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createVm } from "@songbai/sim/runtime/vm";
import { compile } from "@songbai/tools/compile/compile";

const PROGRAM = `
import { decimal } from "@songbai/sdk/lang/intrinsics";
function caller(call: (n: number) => number): (n: number) => number { return (n) => call(n) + 1; }
function part(): (n: number) => number {
  const first = caller((n) => below(n));
  const second = caller(below);
  function below(n: number): number { return n * limit; }
  const limit = 3;
  return (n) => first(n) + second(n);
}
export function receive(line: string): string { return line + decimal(part()(5)); }
`;

describe("a Lua bundle", () => {
  it.each(["lua51", "lua53"] as const)(
    "%s: keeps an inner function that is named above the place where it stands",
    async (target) => {
      const { code } = compile({ entryFile: resolve("sdk/src/forward.ts"), entrySource: PROGRAM, target });
      const vm = await createVm(target, { name: "forward", code });
      expect(vm.call("=")).toBe("=32");
      vm.close();
    },
  );
});
