import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { createVm, type VmKind } from "@songbai/sim/runtime/vm";
import { CompileError, compile, type Target } from "@songbai/tools/compile/compile";
import { locateError } from "@songbai/tools/compile/locate";
import { LONGEST_NAME, moduleNames } from "@songbai/tools/compile/names";
import { transformSync } from "esbuild";
import ts from "typescript";

/** A project of its own, so that files can change and the cache starts empty. */
const project = mkdtempSync(join(tmpdir(), "songbai-compile-"));
mkdirSync(join(project, "node_modules", "@songbai"), { recursive: true });
symlinkSync(resolve("sdk"), join(project, "node_modules", "@songbai", "sdk"));
afterAll(() => rmSync(project, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(project, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const main = write(
  "bracelet/main.ts",
  `import { decimal, imul } from "@songbai/sdk/lang/intrinsics";
import { FULL } from "@songbai/sdk/lang/result";
import manifest from "./manifest.json" with { type: "json" };
import { broken } from "./parts/broken.ts";
export { helper as exported } from "./parts/broken.ts";

let calls = 0;

export function receive(line: string): string {
  calls += 1;
  if (line === "break") broken({});
  return line + " " + manifest.name + " " + decimal(imul(manifest.rates[1], calls)) + " " + decimal(FULL);
}

export const unused = (): number => 12345;
`,
);
write("bracelet/manifest.json", '{ "name": "Bracelet \\u677e", "rates": [25, 50] }');
write(
  "bracelet/parts/broken.ts",
  `interface Part { tick?: (at: number) => void }

export function broken(part: Part): void {
  const at = 3;

  part.tick!(at);
}

export function helper(): number {
  return 54321;
}
`,
);

const TARGETS: readonly [VmKind, Target][] = [
  ["lua51", "lua51"],
  ["lua53", "lua53"],
  ["lua54", "lua53"],
  ["js", "js"],
];

describe("a bundle", () => {
  it.each(TARGETS)("on %s runs a program of several modules and a JSON file", async (kind, target) => {
    const source = readFileSync(main, "utf8").replace("\\u677e", "");
    const { code } = compile({ entryFile: main, target, entrySource: source.replace("manifest.name", '"on"') });
    const vm = await createVm(kind, { name: "bracelet", code });
    expect([vm.call("a"), vm.call("b")]).toEqual(["a on 50 -5", "b on 100 -5"]);
    vm.close();
  });

  it.each(TARGETS)("on %s answers an error by the place in TypeScript", async (kind, target) => {
    const bundle = compile({ entryFile: main, target });
    const vm = await createVm(kind, {
      name: "bracelet",
      code: bundle.code,
      locate: (message) => locateError(message, bundle, "bracelet"),
    });
    expect(() => vm.call("break")).toThrow(/bracelet\/parts\/broken\.ts:6/);
    if (kind !== "js") expect(() => vm.call("break")).toThrow(/field 'tick'/);
    vm.close();
  });

  it("leaves out what no one reaches, on every target", () => {
    for (const target of ["lua51", "lua53"] as const) {
      const entrySource = `import { receive as run } from "./main.ts";\nexport const receive = run;\n`;
      const { code } = compile({ entryFile: join(project, "bracelet/_entry.ts"), entrySource, target });
      expect(code).not.toMatch(/12345|54321/);
      expect(code).toMatch(/^receive=/m);
    }
  });

  it("takes a virtual entry and one that hands on another module's receive", async () => {
    const entrySource = `export { receive } from "./main.ts";\n`;
    for (const [kind, target] of TARGETS) {
      const { code } = compile({ entryFile: join(project, "bracelet/_entry.ts"), entrySource, target });
      const vm = await createVm(kind, { name: "bracelet", code });
      expect(() => vm.call("break")).toThrow();
      vm.close();
    }
  });

  it("defines `program` instead, for a board's port, where the entry exports that", () => {
    const entrySource =
      "export { run as program };\nfunction run(board: { readonly beep: () => void }): void {\n  board.beep();\n}\n";
    for (const [, target] of TARGETS) {
      const { code } = compile({ entryFile: join(project, "bracelet/_port.ts"), entrySource, target });
      expect(code).toMatch(target === "js" ? /^var program = / : /^program=/m);
      expect(code).not.toContain("receive");
    }
  });

  it("lists its modules under flat names", () => {
    const { modules } = compile({ entryFile: main, target: "lua53" });
    expect(modules.map(({ name, file }) => [name, file])).toEqual([
      ["bracelet.manifest", "bracelet/manifest.json"],
      ["bracelet.parts.broken", "bracelet/parts/broken.ts"],
      ["bracelet.main", "bracelet/main.ts"],
    ]);
    for (const { bytes } of modules) expect(bytes).toBeGreaterThan(0);
  });

  it("is plain ES5 with one global function on the js target", () => {
    const { code } = compile({ entryFile: main, target: "js" });
    expect(() => transformSync(code, { target: "es5" })).not.toThrow();
    const file = ts.createSourceFile("bundle.js", code, ts.ScriptTarget.ES5);
    expect(file.statements).toHaveLength(1);
    expect(code).toMatch(/^var receive = /);
    expect(code).not.toMatch(/=>|`|\b(let|const|class|Map|Set|Symbol|Promise)\b/);
    expect(code).not.toContain("Math.imul(");
  });
});

describe("a refusal", () => {
  const refused = (text: string, target: Target = "lua53"): string => {
    try {
      compile({ entryFile: join(project, "bracelet/wrong.ts"), entrySource: text, target });
    } catch (error) {
      if (error instanceof CompileError) return error.message;
      throw error;
    }
    return "";
  };

  it("is one sentence with file, line and column", () => {
    expect(refused("export function receive(line: string): string {\n  return line.slice(1);\n}\n")).toBe(
      "bracelet/wrong.ts:2:10: texts have no members here: write `textLength`, `charCode` or `textSlice` of lang/intrinsics instead of `line.slice`",
    );
  });

  it("names TypeScript's own complaints the same way", () => {
    expect(refused("export function receive(line: string): string {\n  return 5;\n}\n", "js")).toBe(
      "bracelet/wrong.ts:2:3: Type 'number' is not assignable to type 'string'.",
    );
  });

  it("asks for receive", () => {
    expect(refused("export const other = 1;\n")).toMatch(/^bracelet\/wrong\.ts:1:1: the entry file exports no `receive`/);
  });

  it("names both ends of a circle of imports", () => {
    write("circle/a.ts", 'import { b } from "./b.ts";\nexport const a = (): number => b();\n');
    write("circle/b.ts", 'import { a } from "./a.ts";\nexport const b = (): number => a();\n');
    const text =
      'import { a } from "../circle/a.ts";\nexport const receive = (line: string): string => (a() === 1 ? line : "");\n';
    expect(refused(text)).toMatch(/circle\/b\.ts:1:1: `a` closes a circle of imports with circle\/a\.ts/);
  });

  it("says so where a module is missing", () => {
    expect(
      refused('import { a } from "./nowhere.ts";\nexport const receive = (line: string): string => (a ? line : "");\n'),
    ).toMatch(/wrong\.ts:1:19: Cannot find module/);
  });
});

describe("the cache", () => {
  const directory = join(project, "node_modules", ".cache", "songbai");
  const answer = (text: string): string => {
    write("cached/part.ts", text);
    const entrySource = 'import { word } from "./part.ts";\nexport const receive = (line: string): string => line + word;\n';
    return compile({ entryFile: join(project, "cached/_entry.ts"), entrySource, target: "lua53" }).code;
  };

  it("answers the same bundle again, and notices a change", () => {
    const first = answer('export const word = "one";\n');
    expect(answer('export const word = "one";\n')).toBe(first);
    expect(answer('export const word = "two";\n')).toContain('"two"');
  });

  it("survives garbled entries and leaves no half-written files", () => {
    const whole = answer('export const word = "three";\n');
    for (const name of readdirSync(directory)) {
      const text = readFileSync(join(directory, name), "utf8");
      writeFileSync(join(directory, name), text.slice(0, text.length / 2));
    }
    expect(answer('export const word = "three";\n')).toBe(whole);
    for (const name of readdirSync(directory)) {
      const text = readFileSync(join(directory, name), "utf8");
      writeFileSync(join(directory, name), text.replace("three", "THREE"));
    }
    expect(answer('export const word = "three";\n')).toBe(whole);
    expect(readdirSync(directory).every((name) => /^[0-9a-f]{64}\.json$/.test(name))).toBe(true);
  });
});

describe("module names", () => {
  it("are flat, unique and at most 28 characters", () => {
    const files = [
      "sdk/src/sensing/fall/detector.ts",
      "sdk/src/sensing/temperature/thermometer.ts",
      "sdk/src/sensing/tobacco/thermometer.ts",
      "devices/companion-robot/main.ts",
      "node_modules/@songbai/sdk/src/lang/bytes.ts",
    ];
    const names = moduleNames(files);
    expect(names).toEqual([
      "sdk.sensing.fall.detector",
      "s.s.temperature.thermometer",
      "s.sensing.tobacco.thermometer".length > LONGEST_NAME ? "s.s.tobacco.thermometer" : "s.sensing.tobacco.thermometer",
      "devices.companion-robot.main",
      "sdk.lang.bytes",
    ]);
    for (const name of names) expect(name!.length).toBeLessThanOrEqual(LONGEST_NAME);
  });

  it("fail where a file's own name is too long", () => {
    expect(moduleNames(["sdk/src/a-name-that-no-device-can-keep.ts"])).toEqual([undefined]);
  });
});

describe("the place of an error", () => {
  const bundle = {
    locate: (line: number, column?: number) => (line === 7 ? `sdk/src/a.ts:${column ?? 70}` : undefined),
    nameAt: (line: number, short: string) => (line === 7 && short === "b" ? "append" : undefined),
  };

  it.each([
    ['[string "bracelet"]:7: attempt to call a nil value', "sdk/src/a.ts:70: attempt to call a nil value"],
    ["bracelet:7: attempt to call a nil value (field 'b')", "sdk/src/a.ts:70: attempt to call a nil value (field 'append')"],
    ["bracelet:7: attempt to call a nil value (upvalue 'c')", "sdk/src/a.ts:70: attempt to call a nil value (upvalue 'c')"],
    ["bracelet:8: attempt to call a nil value (field 'b')", "bracelet:8: attempt to call a nil value (field 'b')"],
    ["bracelet:7: attempt to index", "sdk/src/a.ts:70: attempt to index"],
    ["lua: ./bracelet.lua:7: in function 'f'", "lua: ./bracelet.lua:7: in function 'f'"],
    ["    at f (bracelet.js:7:5)", "    at f (sdk/src/a.ts:5)"],
    [
      "not a function\n    at <eval> (bracelet.js:7)\n    at g (bracelet.js:9:1)",
      "not a function\n    at <eval> (sdk/src/a.ts:70)\n    at g (bracelet.js:9:1)",
    ],
    ["watchbracelet:7: other", "watchbracelet:7: other"],
  ])("%s", (text, located) => {
    expect(locateError(text, bundle, "bracelet")).toBe(located);
  });
});
