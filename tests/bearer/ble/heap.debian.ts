import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { compile } from "@songbai/tools/compile/compile";

const { code } = compile({ entryFile: resolve("tests/bearer/ble/heap-program.ts"), target: "lua53" });

/** Octets that so many rounds leave behind when nobody collects them. */
function garbage(rounds: number): { said: string; octets: number } {
  const tail = `
receive("2") collectgarbage() collectgarbage("stop")
local before = collectgarbage("count")
local said = receive("${rounds}")
print(said, math.floor((collectgarbage("count") - before) * 1024))`;
  const { stdout, stderr } = spawnSync("lua5.3", ["-"], { input: code + tail, encoding: "utf8" });
  const [said, octets] = stdout.trim().split("\t");
  if (octets === undefined) throw new Error(stderr);
  return { said, octets: Number(octets) };
}

describe("bearer/ble, heap", () => {
  it("a thousand rounds of PDUs, measurements and records leave as much behind as one: nothing", () => {
    const [one, many] = [garbage(1), garbage(1000)];
    const [sent, done] = many.said.split(" ").map(Number);
    expect(sent).toBeGreaterThan(15_000);
    expect(done).toBe(1000);
    expect(many.octets - one.octets).toBeLessThan(100);
  });
});
