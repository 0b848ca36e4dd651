import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { check, type Diagnostic, formatDiagnostic } from "@songbai/tools/compile/compile";
import { FULL } from "../support/suite.ts";

/** Every source file below a directory, as an import line, so that one program holds them all. */
function imports(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith("_"))
    .map((name) => `import "./${name.split("\\").join("/")}";\n`)
    .join("");
}

/** Words for the people at the hub. A device that imports it is refused below. */
const HOST_TABLE = "sdk/src/record/observations.ts";

const portable = (entryFile: string, text: string): Diagnostic[] =>
  check({ entryFile, entrySource: `${text}export const receive = (line: string): string => line;\n` });

describe("the house rule", () => {
  it("sdk is portable TypeScript, all of it", () => {
    const found = portable(resolve("sdk/src/_all.ts"), imports(resolve("sdk/src")));
    const refused = found.filter(({ file, rule }) => !(file === HOST_TABLE && rule === "ascii"));
    expect(refused.map(formatDiagnostic)).toEqual([]);
  });

  // The other devices are checked in `npm test` by those tests that compile them for an engine.
  const devices = readdirSync(resolve("devices")).filter((name) => existsSync(join("devices", name, "main.ts")));
  it.each(FULL ? devices : ["watch"])("devices/%s is portable TypeScript", (name) => {
    expect(portable(resolve("devices", name, "_all.ts"), 'import "./main.ts";\n').map(formatDiagnostic)).toEqual([]);
  });
});
