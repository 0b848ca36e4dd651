import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createVm } from "@songbai/sim/runtime/vm";
import { compile } from "@songbai/tools/compile/compile";

const bundle = (entrySource: string) => compile({ entryFile: resolve("sdk/src/live.ts"), entrySource, target: "lua53" });

const PARTS = `
import { decimal, textLength } from "@songbai/sdk/lang/intrinsics";
interface Part { readonly used: (n: number) => number; readonly spare: (n: number) => number; size: number; readonly idle: number }
function helper(n: number): number { return n + 7001; }
function part(): Part {
  const spareOnly = (n: number): number => helper(n) + 7002;
  function twice(n: number): number { return n * 2; }
  function never(): number { return 7003; }
  let count = 0;
  return { used: (n) => { count += 1; return twice(n) + count; }, spare: spareOnly, size: 7004, idle: count + 7005 };
}
`;

describe("what a Lua bundle leaves out", () => {
  it("are properties that nobody reads, with the functions that only they need", async () => {
    const { code } = bundle(`${PARTS}
export function receive(line: string): string { const p = part(); p.used(1); return decimal(p.used(textLength(line)) + p.size); }`);
    for (const gone of [7001, 7002, 7003]) expect(code).not.toContain(String(gone));
    for (const kept of [7004]) expect(code).toContain(String(kept));
    const vm = await createVm("lua53", { name: "live", code });
    expect(vm.call("abc")).toBe(decimalOf(3 * 2 + 2 + 7004));
    vm.close();
  });

  it("are none that somebody reads, however late: by name, by pattern, by a text in place", async () => {
    const { code } = bundle(`${PARTS}
export function receive(line: string): string {
  const { spare, size: big } = part();
  return decimal(spare(textLength(line)) + big + part()["idle"]);
}`);
    for (const kept of [7001, 7002, 7004, 7005]) expect(code).toContain(String(kept));
    expect(code).not.toContain("7003");
    const vm = await createVm("lua53", { name: "live", code });
    expect(vm.call("abc")).toBe(decimalOf(3 + 7001 + 7002 + 7004 + 7005));
    vm.close();
  });

  it("is no value with an effect, though nobody reads it", async () => {
    const { code } = bundle(`
import { decimal } from "@songbai/sdk/lang/intrinsics";
let calls = 0;
function next(): number { calls += 1; return calls; }
export function receive(line: string): string {
  const box = { first: next(), second: next() };
  const unused = next();
  return line + decimal(box.second) + decimal(calls);
}`);
    const vm = await createVm("lua53", { name: "live", code });
    expect(vm.call("")).toBe("23");
    vm.close();
  });

  it("keeps what a board's port calls by name, and gives the rest of the names one letter", () => {
    const { code } = bundle(`
import type { Board } from "@songbai/sdk/board/board";
export function program(board: Board): void {
  const settings = { frequencyHz: 1, spreadingFactor: 7, somethingOfOurOwn: 3 };
  board.lora?.transmit({ length: 1 }, settings.somethingOfOurOwn, settings, 2, () => board.log.event(1, 2));
}`);
    expect(code).toMatch(/\.lora\b/);
    expect(code).toMatch(/\.transmit\(/);
    expect(code).toMatch(/\bfrequencyHz=1,spreadingFactor=7,\w=3\b/);
    expect(code).not.toContain("settings");
  });
});

/** As `decimal` of the intrinsics writes it. */
function decimalOf(value: number): string {
  return String(value);
}
