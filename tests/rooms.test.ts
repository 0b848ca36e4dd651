import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import ts from "typescript";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** The rooms of the SDK; a room imports only those above it. `board` holds types only. */
const SDK_ROOMS = [
  "lang",
  "board",
  "codec",
  "crypto",
  "link",
  "store",
  "identity",
  "record",
  "bearer",
  "outbox",
  "sensing",
  "alarm",
  "device",
];

/** What each package may import of the others. */
const MAY_ENTER: Record<string, readonly string[]> = {
  sdk: [],
  devices: ["sdk"],
  "board-profiles": ["sdk"],
  sim: ["sdk", "devices", "board-profiles"],
  tools: ["sdk", "devices", "board-profiles", "sim"],
};

interface Import {
  /** Path from the root, with `/`. */
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function sourcesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("node_modules") && !file.startsWith("dist"))
    .map((file) => join(ROOT, folder, file));
}

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const target = specifier.startsWith(".") ? relative(ROOT, resolve(dirname(file), specifier)) : specifier;
    found.push({ from: relative(ROOT, file).split(sep).join("/"), to: target.split(sep).join("/"), typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      const typeOnly = ts.isImportDeclaration(node) ? (node.importClause?.isTypeOnly ?? false) : node.isTypeOnly;
      add((node.moduleSpecifier as ts.StringLiteral).text, typeOnly);
    }
    if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      ts.isStringLiteral(node.arguments[0])
    ) {
      add(node.arguments[0].text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The package that an import leads into: its folder, or `undefined` for one from outside. */
function packageOf(to: string): string | undefined {
  const name = to.startsWith("@songbai/") ? to.slice("@songbai/".length).split("/")[0] : to.split("/")[0];
  return Object.hasOwn(MAY_ENTER, name) ? name : undefined;
}

const FOLDERS = Object.keys(MAY_ENTER).map((name) => (name === "devices" || name === "board-profiles" ? name : `${name}/src`));
const IMPORTS = FOLDERS.flatMap(sourcesOf).flatMap(importsOf);

describe("the walls of the house", () => {
  it("sees the whole house", () => {
    expect(IMPORTS.length).toBeGreaterThan(150);
  });

  it.each(Object.keys(MAY_ENTER))("%s enters only what it may", (name) => {
    const wrong = IMPORTS.filter(({ from, to }) => {
      const target = packageOf(to);
      return from.startsWith(`${name}/`) && target !== undefined && target !== name && !MAY_ENTER[name].includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it("sdk and devices import nothing from outside, and sdk has no dependencies", () => {
    const outside = IMPORTS.filter(({ from, to }) => /^(sdk|devices)\//.test(from) && packageOf(to) === undefined);
    expect(outside).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(ROOT, "sdk/package.json"), "utf8")) as { dependencies?: object };
    expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
  });

  it("a room of the sdk imports only rooms above it, and types from board", () => {
    const roomOf = (path: string) => path.split("/")[2];
    const wrong = IMPORTS.filter(({ from, to, typeOnly }) => {
      if (!from.startsWith("sdk/")) return false;
      const [own, other] = [roomOf(from), roomOf(to)];
      const upwards = SDK_ROOMS.indexOf(other) > SDK_ROOMS.indexOf(own) || !SDK_ROOMS.includes(other);
      return upwards || (other === "board" && !typeOnly);
    });
    expect(wrong).toEqual([]);
  });

  it("no circles among the files of a package", () => {
    const edges = new Map<string, string[]>();
    for (const { from, to, typeOnly } of IMPORTS) {
      if (!typeOnly && packageOf(to) === from.split("/")[0] && !to.startsWith("@"))
        edges.set(from, [...(edges.get(from) ?? []), to]);
    }
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      if (done.has(file) || path.includes(file)) return;
      for (const next of edges.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    };
    for (const file of edges.keys()) walk(file, []);
    expect(circles).toEqual([]);
  });

  it("every room of the sdk is one of the plan", () => {
    expect(readdirSync(join(ROOT, "sdk/src")).filter((room) => !SDK_ROOMS.includes(room))).toEqual([]);
  });
});
