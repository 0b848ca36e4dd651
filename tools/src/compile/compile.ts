import { resolve } from "node:path";
import type ts from "typescript";
import { asBundle, type Bundle, type Target } from "./bundle.ts";
import { keep, kept, type Made } from "./cache.ts";
import { CompileError, type Diagnostic } from "./diagnostic.ts";
import { entryOf } from "./entry.ts";
import { hashText } from "./hash.ts";
import { bundleModules, toES5 } from "./js.ts";
import { bundleLua, type LuaTarget, luaOptions } from "./lua/bundle.ts";
import { type CompileRequest, placeOf } from "./place.ts";
import { readProgram, type Source } from "./program.ts";
import { displayName, findProject, type Project } from "./project.ts";
import { checkSource } from "./subset.ts";

export type { Bundle, BundledModule, Target } from "./bundle.ts";
export { CompileError, type Diagnostic, formatDiagnostic } from "./diagnostic.ts";
export type { CompileRequest } from "./place.ts";

/**
 * Compiles a device program to one text. Throws `CompileError` where the program is not portable TypeScript, except for
 * `native`, which checks nothing: see `check`. Results are kept in `node_modules/.cache/songbai` of the project.
 */
export function compile(request: CompileRequest): Bundle {
  const { target, entrySource } = request;
  const { directory, key } = placeOf(request);
  const before = kept(directory, key);
  if (before !== undefined) return asBundle(target, before);
  const entryFile = resolve(request.entryFile);
  const { built, inputs } = BUILDERS[target](findProject(entryFile, request.root), entryFile, entrySource);
  const real = Object.entries(inputs).filter(([path]) => entrySource === undefined || path !== entryFile);
  keep(directory, key, { built, inputs: Object.fromEntries(real) });
  return asBundle(target, built);
}

/** What is wrong with a device program, in the order of its files; empty when all targets can run it. */
export function check({ entryFile, entrySource, root }: Omit<CompileRequest, "target">): Diagnostic[] {
  const project = findProject(resolve(entryFile), root);
  const source = readProgram(project, resolve(entryFile), entrySource, luaOptions("lua53") as ts.CompilerOptions);
  return [...checkSource(source), ...checkEntry(source)];
}

type Builder = (project: Project, entryFile: string, entrySource: string | undefined) => Made;

const BUILDERS: Record<Target, Builder> = {
  lua51: buildLua("lua51"),
  lua53: buildLua("lua53"),
  js: (project, entryFile, entrySource) => {
    const source = readChecked(project, entryFile, entrySource, "lua53");
    return { built: toES5(bundleModules(project, entryFile, entrySource).built), inputs: inputsOf(source) };
  },
  native: (project, entryFile, entrySource) => {
    const { built, inputs } = bundleModules(project, entryFile, entrySource);
    const map = Buffer.from(JSON.stringify(built.map)).toString("base64");
    const code = `${built.code}//# sourceMappingURL=data:application/json;base64,${map}\n`;
    return { built: { ...built, code }, inputs };
  },
};

function buildLua(target: LuaTarget): Builder {
  return (project, entryFile, entrySource) => {
    const source = readChecked(project, entryFile, entrySource, target);
    return { built: bundleLua(source, target), inputs: inputsOf(source) };
  };
}

function readChecked(project: Project, entryFile: string, entrySource: string | undefined, target: LuaTarget): Source {
  const source = readProgram(project, entryFile, entrySource, luaOptions(target) as ts.CompilerOptions);
  const refused = [...checkSource(source), ...checkEntry(source)];
  if (refused.length > 0) throw new CompileError(refused);
  return source;
}

/** Hashes of the texts as they were compiled: a file that changes meanwhile is no longer that one. */
function inputsOf({ files }: Source): Record<string, string> {
  return Object.fromEntries(files.map(({ fileName, text }) => [fileName, hashText(text)]));
}

function checkEntry(source: Source): Diagnostic[] {
  if (entryOf(source) !== undefined) return [];
  const message =
    "the entry file exports no `receive`: export `function receive(line: string): string`, or `program` for a board's port";
  return [{ file: displayName(source.project, source.entry.fileName), line: 1, column: 1, rule: "bundle", message }];
}
