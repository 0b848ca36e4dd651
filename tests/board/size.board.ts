import { describe, expect, it } from "@jest/globals";
import { emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import { heapOnBoard } from "@songbai/tools/board/board-heap";
import { bundleFor } from "@songbai/tools/board/build";
import { findBoard } from "@songbai/tools/board/profile";
import { findDevice } from "@songbai/tools/cli/find-device";
import { asBundle } from "@songbai/tools/compile/bundle";
import { moduleText } from "@songbai/tools/compile/lua/layout";
import { songbai } from "../support/command.ts";

const RAM_BYTES = 131_072;
/** In a 32-bit Lua 5.3. */
const VALUE_BYTES = 8;
/** What measuring holds by itself: two thirds of a kilobyte, with what the allocator rounds up, and two places a module. */
const NEAR_BYTES = 704;
const PLACES_BYTES = 2 * VALUE_BYTES;

/** A bundle of two modules, as the compiler lays them out: `receive` is behind the second. */
function twoModules(first: string, second: string) {
  const pieces = [first, second].map((body, i) => moduleText(`_${i + 1}`, `${body}\n`));
  const texts = pieces.map(({ head, code, tail }) => head + code + tail);
  const code = `kept = 0\n${texts.join("")}function receive() return "" end\n`;
  const modules = texts.map((text, i) => ({ name: `m${i}`, file: `m${i}/m.ts`, bytes: text.length }));
  return asBundle("lua53", { code, map: { version: 3, names: [], sources: [], mappings: "" }, modules });
}

describe("songbai size on the emulated board", () => {
  it("a module holds what it keeps, to the octet, and nothing of what it throws away or nobody imports", () => {
    const sevens = (count: number) => `{ ${"7, ".repeat(count)} }`;
    const held = (kept: number, exported: number, lost: number) =>
      heapOnBoard(
        twoModules(`kept = ${sevens(kept)}\nreturn ${sevens(exported)}`, `local lost = ${sevens(lost)}\nreturn {}`),
        RAM_BYTES,
      ).modules as number[];
    const [first = 0, second = 0] = held(96, 96, 96);
    expect(first).toBeGreaterThanOrEqual(96 * VALUE_BYTES);
    expect(second).toBeLessThan(50);
    expect(held(192, 96, 96)).toEqual([first + 96 * VALUE_BYTES, second]);
    expect(held(96, 192, 96)).toEqual([first, second]);
    expect(held(96, 96, 192)).toEqual([first, second]);
  });

  it("the bracelet's rooms and its Lua are what the board finds in its heap after load", async () => {
    const device = findDevice("bracelet");
    const bundle = await bundleFor(device, findBoard("reference-m4").profile);
    const { vmBytes, prelude, modules } = heapOnBoard(bundle, RAM_BYTES);
    const board = emulatedBoard({ name: device.name, code: bundle.code, heapBytes: RAM_BYTES });
    const { loadedBytes } = board.figures();
    board.close();
    const sum = modules.reduce((total, bytes) => total + bytes, vmBytes + prelude);
    expect(Math.abs(sum - loadedBytes)).toBeLessThan(NEAR_BYTES + PLACES_BYTES * modules.length);
  });

  it("the table says that it was measured, and finds the table of CRC-32C; AES makes its own with the first cipher", async () => {
    const { status, stdout } = await songbai("size", "bracelet", "--board", "reference-m4");
    expect(status).toBe(0);
    expect(stdout).toMatch(/heap: bytes after load, measured on reference-m4, .* its Lua holds about \d+ kB before/);
    const heapOf = (room: string) => Number(new RegExp(`^${room} +\\d+ +(\\d+)$`, "m").exec(stdout)?.[1]);
    expect(heapOf("sdk/codec")).toBeGreaterThan(16 * VALUE_BYTES);
    expect(heapOf("sdk/crypto")).toBeLessThan(256 * VALUE_BYTES);
    expect(heapOf("sdk/alarm")).toBeLessThan(1000);
    expect(heapOf("all")).toBeLessThan(40_000);
  });
});
