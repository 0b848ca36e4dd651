import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { createVm } from "@songbai/sim/runtime/vm";
import type { BuildManifest } from "@songbai/tools/board/build";
import { boardNames, findBoard, type Profile } from "@songbai/tools/board/profile";
import { splitLua } from "@songbai/tools/board/split";
import { compile } from "@songbai/tools/compile/compile";
import { moduleText } from "@songbai/tools/compile/lua/layout";
import { songbai } from "../support/command.ts";
import { FULL } from "../support/suite.ts";
import { hardwareRig } from "./contract/hardware-rig.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "songbai-"));
let made = 0;

const out = () => join(FOLDER, String(made++));

/** luatos-air780e with something changed: a folder for --board. */
function board(change: (profile: Profile & Record<string, unknown>) => object): string {
  const folder = join(FOLDER, `board${made++}`);
  const profile = structuredClone(findBoard("luatos-air780e").profile) as Profile & Record<string, unknown>;
  mkdirSync(join(folder, "own"), { recursive: true });
  writeFileSync(join(folder, "own", "profile.json"), JSON.stringify({ ...profile, ...change(profile) }));
  return join(folder, "own");
}

/** The bracelet with another manifest and a comment behind its program. */
function bracelet(change: (manifest: Record<string, unknown>) => object): string {
  const folder = `node_modules/.cache/songbai-test/board${made++}`;
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.parse(readFileSync("devices/bracelet/manifest.json", "utf8")) as Record<string, unknown>;
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, ...change(manifest) }, null, 2));
  writeFileSync(join(folder, "main.ts"), `${readFileSync("devices/bracelet/main.ts", "utf8")}// ${made}\n`);
  return `./${folder}`;
}

const files = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const build = (...argv: string[]) => songbai("build", ...argv);

describe("board profiles", () => {
  it.each(boardNames())("%s is what its schema asks for, and says what was verified", (name) => {
    const { profile } = findBoard(name);
    expect(profile.id).toBe(name);
    expect(profile.capabilities).toEqual(expect.arrayContaining(["clock", "timers", "random", "flash", "log"]));
    expect(profile.verified.length).toBeGreaterThan(0);
    expect(profile.flash.sizeBytes % profile.flash.sectorBytes).toBe(0);
    if (profile.runtime.entry === "program") expect(profile.port).toBeDefined();
  });

  it("a profile that is wrong is refused with a sentence", async () => {
    const { status, stderr } = await build(
      "bracelet",
      "--board",
      board(() => ({ flash: { sizeBytes: 65536, sectorBytes: 4096 } })),
    );
    expect(stderr).toMatch(/profile\.json at flash: the key "source" is missing/);
    expect(status).toBe(2);
  });

  it("an unknown board is refused with a sentence", async () => {
    const { status, stderr } = await build("bracelet", "--board", "arduino");
    expect(stderr).toMatch(/There is no board "arduino"; there are .*luatos-air780e/);
    expect(status).toBe(2);
  });
});

describe("songbai build --board", () => {
  it("writes scripts, the start file with the port, and a manifest with their digests", async () => {
    const folder = out();
    const { status, stdout } = await build("bracelet", "--board", "luatos-air780e", "--out", folder);
    expect(status).toBe(0);
    expect(stdout).toMatch(/all scripts +\d+ of +131072 bytes/);
    const written = files(folder);
    expect(Object.keys(written).sort()).toEqual(["bracelet-1.lua", "bracelet-2.lua", "main.lua", "manifest.json"]);
    const manifest = JSON.parse(written["manifest.json"] as string) as BuildManifest;
    expect(manifest).toMatchObject({ device: "bracelet", board: "luatos-air780e", target: "lua53" });
    for (const { name, bytes, sha256 } of manifest.files) {
      expect(Buffer.byteLength(written[name] as string)).toBe(bytes);
      expect(
        createHash("sha256")
          .update(written[name] as string)
          .digest("hex"),
      ).toBe(sha256);
    }
    expect(written["main.lua"]).toMatch(/require\("bracelet-1"\)\nrequire\("bracelet-2"\)\nstart\(program\)\nsys\.run\(\)\n$/);
  });

  it("two builds are the same octet for octet, from another folder too", async () => {
    const [first, second] = [out(), out()];
    await build("bracelet", "--board", "nodemcu-esp32", "--out", first);
    await build(
      bracelet(() => ({})),
      "--board",
      "nodemcu-esp32",
      "--out",
      second,
    );
    expect(files(second)).toEqual(files(first));
  });

  it("refuses a board without a capability: the board, the capability, the line, what instead", async () => {
    const { status, stderr } = await build("bracelet", "--board", "espruino-bangle2");
    expect(stderr).toMatch(
      /^The board espruino-bangle2 has no lora, which devices\/bracelet\/manifest\.json:10 asks for \(bearers\.lorawan\): .*use a board with an SX1262/,
    );
    expect(status).toBe(2);
  });

  it("names the boards that have it where the profile says nothing", async () => {
    const bare = board(({ capabilities }) => ({ capabilities: capabilities.filter((name) => name !== "haptic") }));
    const { stderr } = await build("bracelet", "--board", bare);
    expect(stderr).toMatch(
      /has no haptic, which devices\/bracelet\/manifest\.json:13 asks for \(actuators\); boards that have it are .*nodemcu-esp32/,
    );
  });

  it("refuses settings that the board's part does not have", async () => {
    const fast = bracelet(() => ({ sensors: { accelerometer: { rateHz: 60, rangeG: 8, watermark: 25 } } }));
    const { status, stderr } = await build(fast, "--board", "luatos-air780e");
    expect(stderr).toMatch(
      /manifest\.json:\d+: the accelerometer of luatos-air780e cannot do rateHz 60; it can do 1, 10, 25, 50/,
    );
    expect(status).toBe(2);
  });

  it("refuses a build over budget: what is over, by how much, the largest rooms; and writes nothing", async () => {
    const small = board(({ budgets }) => ({ budgets: { ...budgets, bundleBytes: { value: 40000, source: "a test's own" } } }));
    const folder = out();
    const { status, stderr } = await build("bracelet", "--board", small, "--out", folder);
    expect(stderr).toMatch(
      /over the budget of luatos-air780e: all scripts [\d,]+ bytes, [\d,]+ more than 40,000; the largest rooms are sdk\/\w+ [\d,]+, sdk/,
    );
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(status).toBe(2);
    expect(() => readdirSync(folder)).toThrow();
  });

  it("refuses a heap over budget, and a name that is too long", async () => {
    const limit = (value: number) => ({ value, source: "a test's own" });
    const poor = board(({ budgets }) => ({ budgets: { ...budgets, heapBytes: limit(20000) } }));
    expect((await build("bracelet", "--board", poor)).stderr).toMatch(
      /heap after load, estimated [\d,]+ bytes, [\d,]+ more than 20,000/,
    );
    const short = board(({ files }) => ({ files: { ...files, longestName: limit(8) } }));
    expect((await build("bracelet", "--board", short)).stderr).toMatch(/longest file name 14 characters, 6 more than 8/);
  });

  it("cuts a bundle at its modules where files are small", async () => {
    const small = board(({ files }) => ({ files: { ...files, largestBytes: { value: 24000, source: "a test's own" } } }));
    const folder = out();
    expect((await build("bracelet", "--board", small, "--out", folder)).stderr).toBe("");
    const written = files(folder);
    const pieces = Object.keys(written).filter((name) => /^bracelet-\d\.lua$/.test(name));
    expect(pieces).toEqual(["bracelet-1.lua", "bracelet-2.lua", "bracelet-3.lua"]);
    for (const name of pieces) expect(written[name]?.length).toBeLessThanOrEqual(24000);
    const inOrder = pieces.map((name) => `require("${name.slice(0, -4)}")\n`).join("");
    expect(written["main.lua"]).toContain(`${inOrder}start`);
  });

  it("a cut bundle runs as the whole one does", async () => {
    const bundle = compile({ entryFile: "tests/board/contract/link.ts", target: "lua53" });
    const { code } = bundle;
    const pieces = splitLua(bundle, 5000);
    expect(pieces.length).toBeGreaterThan(2);
    const cut = pieces.map((piece) => `do\n${piece}end\n`).join("");
    const logs = [];
    for (const text of [code, cut]) {
      const vm = await createVm("lua54", { name: "cut", code: text });
      const rig = await hardwareRig((hardware) => linkedRuntime(vm, hardware));
      rig.pass(2000);
      logs.push(rig.log());
      rig.close();
    }
    expect(logs[0]?.length).toBeGreaterThan(10);
    expect(logs[1]).toEqual(logs[0]);
  });

  /** Modules of so many kilobytes each, as the compiler lays them out: each calls the one before it, and the prelude. */
  function bundleOf(kilobytes: readonly number[]) {
    const texts = kilobytes.map((size, i) => {
      const before = i === 0 ? "_a" : `_${i}[1]`;
      const { head, code, tail } = moduleText(
        `_${i + 1}`,
        `local f=${before}\nreturn{function(n)return _b(f(n)*3+${i})end,"${"x".repeat(size * 1000)}"}\n`,
      );
      return head + code + tail;
    });
    const prelude = "local _a=math.abs\nlocal function _b(n)\nreturn n%9973\nend\n";
    const modules = kilobytes.map((_, i) => ({ name: `m${i}`, file: `parts/m${i}.ts`, bytes: 0 }));
    const entry = `receive=function(line)return string.format("%d",_${kilobytes.length}[1](line+0))end\n`;
    return { code: `${prelude}${texts.join("")}${entry}`, modules };
  }

  it("cuts 120 kB at any size of file that holds the largest module, and all of it runs in order", async () => {
    const bundle = bundleOf([3, 11, 1, 20, 4, 4, 15, 9, 2, 17, 12, 1, 21]);
    const run = async (code: string) => {
      const vm = await createVm("lua53", { name: "cut", code });
      const answer = vm.call("41");
      vm.close();
      return answer;
    };
    const whole = await run(bundle.code);
    for (const most of [21_200, 30_000, 65_536, 200_000]) {
      const pieces = splitLua(bundle, most);
      for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(most);
      expect(pieces.length).toBeLessThanOrEqual(Math.ceil(120_000 / (most - 21_000)));
      expect(await run(pieces.map((piece) => `do\n${piece}end\n`).join(""))).toBe(whole);
    }
  });

  it("names the module that no file holds", () => {
    expect(() => splitLua(bundleOf([3, 70, 2]), 65_536)).toThrow(
      /^The module parts\/m1\.ts takes 70,?\d+ bytes in a file of its own/,
    );
    expect(() => splitLua(bundleOf([70]), 65_536)).toThrow(/^The module parts\/m0\.ts/);
  });
});

describe("songbai size", () => {
  interface Size {
    readonly bytes: number;
    readonly heap?: string;
    readonly rooms: readonly { readonly room: string; readonly bytes: number; readonly heapBytes?: number }[];
  }
  const sizeOf = async (...argv: string[]) => JSON.parse((await songbai("size", "bracelet", ...argv, "--json")).stdout) as Size;

  it("shares out every octet among the rooms, the largest first, with the heap that each holds", async () => {
    const { bytes, rooms } = await sizeOf();
    expect(rooms.reduce((sum, room) => sum + room.bytes, 0)).toBe(bytes);
    expect(rooms.map((room) => room.bytes)).toEqual(rooms.map((room) => room.bytes).sort((a, b) => b - a));
    expect(rooms.map(({ room }) => room)).toEqual(
      expect.arrayContaining(["sdk/crypto", "sdk/store", "devices/bracelet", "prelude"]),
    );
    for (const { heapBytes } of rooms) expect(heapBytes).toBeGreaterThan(0);
  });

  it("has no heap where the engine is no Lua 5.3, and the link's room where the board is driven by it", async () => {
    const { rooms } = await sizeOf("--board", "espruino-bangle2");
    for (const room of rooms) expect(room).not.toHaveProperty("heapBytes");
    if (FULL) expect((await sizeOf("--board", "simulator")).rooms.map(({ room }) => room)).toContain("sdk/link");
  });

  it("says what to run where reference-m4 cannot measure the heap", async () => {
    const { PATH } = process.env;
    process.env.PATH = FOLDER;
    try {
      const table = await songbai("size", "bracelet", "--board", "reference-m4");
      expect(table.stdout).toMatch(/room +bytes\nsdk\//);
      expect(table.stdout).toMatch(
        /\nheap: The board reference-m4 cannot start, as .*: run board-profiles\/reference-m4\/build\.sh/,
      );
      expect(table).toMatchObject({ status: 0, stderr: "" });
      const { heap, rooms } = await sizeOf("--board", "reference-m4");
      expect(heap).toMatch(/^The board reference-m4 cannot start/);
      for (const room of rooms) expect(room).not.toHaveProperty("heapBytes");
    } finally {
      process.env.PATH = PATH;
    }
  });

  it("has a help text with an example", async () => {
    expect((await songbai("size", "--help")).stdout).toContain("Example:\n  songbai size bracelet");
  });

  it("prints a table", async () => {
    const { status, stdout } = await songbai("size", "bracelet", "--board", "nodemcu-esp32");
    expect(status).toBe(0);
    expect(stdout).toMatch(/room +bytes +heap\nsdk\/\w+ +\d+ +\d+/);
    expect(stdout).toMatch(/all +\d+ +\d+/);
  });

  it("tells the size of each file where the board holds several", async () => {
    const small = board(({ files }) => ({ files: { ...files, largestBytes: { value: 24000, source: "a test's own" } } }));
    const { files: sizes } = JSON.parse((await songbai("size", "bracelet", "--board", small, "--json")).stdout) as {
      readonly files: readonly { readonly name: string; readonly bytes: number }[];
    };
    const folder = out();
    expect((await build("bracelet", "--board", small, "--out", folder)).stderr).toBe("");
    const written = files(folder);
    expect(sizes.map(({ name }) => name)).toEqual(["bracelet-1.lua", "bracelet-2.lua", "bracelet-3.lua", "main.lua"]);
    for (const { name, bytes } of sizes) expect(written[name]?.length).toBe(bytes);
    const { stdout } = await songbai("size", "bracelet", "--board", small);
    expect(stdout).toMatch(/\nbracelet-1\.lua +\d+\nbracelet-2\.lua +\d+\nbracelet-3\.lua +\d+\nmain\.lua +\d+\n/);
  });
});
