import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createVm } from "@songbai/sim/runtime/vm";
import { findBoard } from "@songbai/tools/board/profile";
import { portCode } from "../board/contract/port-rig.ts";
import { compileSnippets, expectedAnswers, SNIPPETS } from "../compile/snippets.ts";
import { conversation, linkedBracelet } from "../support/conversation.ts";

/**
 * Beyond ES5 a bundle asks for two names, `Uint8Array` and `Int32Array`, which Duktape has. MuJS has ES5 and nothing else: there
 * arrays of zeros stand in their place, as tables do on Lua.
 */
const ARRAYS = `
function zeros(length) {
  var array = [];
  for (var i = 0; i < length; i++) array[i] = 0;
  return array;
}
var Uint8Array = zeros, Int32Array = zeros;
`;

/** Debian's strict ES5 engines, and what stands before a bundle. */
const ENGINES = [
  ["duk", ""],
  ["mujs", ARRAYS],
] as const;

/** What an engine prints. */
function printed(engine: string, text: string): string {
  const script = join(mkdtempSync(join(tmpdir(), "songbai-")), "script.js");
  writeFileSync(script, text);
  const { status, stdout, stderr } = spawnSync(engine, [script], { encoding: "utf8", maxBuffer: 2 ** 28 });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

/** What `receive` of the script answers to each line. */
function answersOf(engine: string, script: string, lines: readonly string[]): string {
  const loop = `for (var i = 0, lines = ${JSON.stringify(lines)}; i < lines.length; i++) print(receive(lines[i]));`;
  return printed(engine, `${script}\n${loop}\n`);
}

const told = (answers: readonly string[]) => answers.map((answer) => `${answer}\n`).join("");

describe.each(ENGINES)("Debian's %s", (engine, before) => {
  it.each(["f = () => 0;", "f = `text`;", "for (f of []) {}", "print(1,);", "class F {}", "undeclared = 0;"])(
    "is strict, and ES5: refuses %s",
    (later) => {
      const script = (line: string) => `(function () {\n"use strict";\nvar f;\n${line}\n})();\n`;
      expect(printed(engine, script("print(1);"))).toBe("1\n");
      expect(() => printed(engine, script(later))).toThrow();
    },
  );

  it("computes the snippets of portable TypeScript as Node does", async () => {
    const script = before + compileSnippets("js").code;
    const numbers = SNIPPETS.map((_, i) => String(i));
    expect(answersOf(engine, script, numbers)).toBe(told(await expectedAnswers()));
  });

  it("a bundle defines one global", () => {
    const list = 'print(Object.getOwnPropertyNames(this).join("\\n"));';
    const globals = (script: string) => printed(engine, `${before}${script}\n${list}\n`).split("\n");
    const known = globals("");
    expect(globals(linkedBracelet("js")).filter((name) => !known.includes(name))).toEqual(["receive"]);
  });

  it("the bracelet answers every event of a fall at home as the simulator's engines do", async () => {
    const { events, effects } = await conversation("fall-at-home");
    expect(events.length).toBeGreaterThan(5000);
    expect(answersOf(engine, before + linkedBracelet("js"), events) === told(effects)).toBe(true);
  });

  it("the files for espruino-bangle2 run the board contract as the simulator's engine does", async () => {
    const feel = ["feel 1000 0 -200", "feel -40 2000 8", "feel 0 0 1000", "feel 9000 -9000 20", "feel 600 -600 200"];
    const lines = ["pass 0", "pass 1000", ...feel, "press 1", "pass 100", "press 0", "pass 5000"];
    const code = portCode(findBoard("espruino-bangle2"), ["espruino-bangle2.js"], {
      entryFile: "tests/board/contract/program.ts",
    });
    const vm = await createVm("js", { name: "contract", code });
    const answers = lines.map((line) => vm.call(line));
    vm.close();
    expect(answers.join("\n").match(/^log /gm)?.length).toBeGreaterThan(30);
    // In a function: the board's `print` is not the engine's.
    const script = `${before}var receive = (function () {\n${code}\nreturn receive;\n})();`;
    expect(answersOf(engine, script, lines)).toBe(told(answers));
  });
});
