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

  it("keeps what a board's port calls by name, and gives the rest a place, or one letter where it may be missing", () => {
    const { code } = bundle(`
import type { Board } from "@songbai/sdk/board/board";
export function program(board: Board): void {
  const settings: { somethingMore?: number; frequencyHz: number; spreadingFactor: number; somethingOfOurOwn: number; another: number } =
    { frequencyHz: 1, spreadingFactor: 7, somethingOfOurOwn: 3, somethingMore: 4, another: 5 };
  board.lora?.transmit({ length: 1 }, settings.somethingOfOurOwn, settings, settings.somethingMore ?? settings.another, () => board.log.event(1, 2));
}`);
    expect(code).toMatch(/\.lora\b/);
    expect(code).toMatch(/\.transmit\(/);
    expect(code).toMatch(/\bfrequencyHz=1,spreadingFactor=7,\w=4,(3,5|5,3)}/);
    expect(code).not.toContain("settings");
  });
});

/** As `decimal` of the intrinsics writes it. */
function decimalOf(value: number): string {
  return String(value);
}

describe("the places of properties", () => {
  it("are of no other property of the object, change no order of calls, and none has what may be missing", async () => {
    const { code } = bundle(`
import { decimal } from "@songbai/sdk/lang/intrinsics";
interface Narrow { one: number; extra?: number }
let calls = 0;
function next(): number { calls += 1; return calls; }
const wide = { one: 1, two: 2, three: 3 };
const whole: Narrow = { extra: 9, one: 7 };
const last = { five: 5, four: 4, three: 33 };
function extraOf(narrow: Narrow): number { return narrow.extra === undefined ? 0 : narrow.extra; }
export function receive(line: string): string {
  const a = { three: next(), two: calls, one: next() };
  const b = { one: next(), two: next(), three: next() };
  wide.two += 20;
  const sums = [a.one, a.two, a.three, b.one, b.two, b.three, wide.two, extraOf(wide), extraOf(whole), last.three, last.four, last.five];
  let text = line;
  for (const sum of sums) text = text + " " + decimal(sum);
  return text;
}`);
    expect(code).toMatch(/\w\[\d\]=\w\[\d\]\+20/);
    const vm = await createVm("lua53", { name: "places", code });
    expect(vm.call("")).toBe(" 2 1 1 3 4 5 22 0 9 33 4 5");
    vm.close();
  });
});
