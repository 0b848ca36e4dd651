import { type EncodedSourceMap, encodedMap, FlattenMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import * as lua from "typescript-to-lua";
import type { Built } from "../bundle.ts";
import { CompileError, type Diagnostic } from "../diagnostic.ts";
import { entryOf } from "../entry.ts";
import { findLive, type Liveness } from "../live.ts";
import { LONGEST_NAME, moduleNames } from "../names.ts";
import type { Source } from "../program.ts";
import { displayName } from "../project.ts";
import { place } from "../subset.ts";
import type { Dialect } from "./dialect.ts";
import { keysFor, keysOfBoards } from "./keys.ts";
import { moduleText, preludeName } from "./layout.ts";
import { LUA51 } from "./lua51.ts";
import { LUA53 } from "./lua53.ts";
import { moduleVariable, reach } from "./module.ts";
import { CompactPrinter } from "./printer.ts";
import "./no-self.ts";
import { shorten } from "./shorten.ts";
import { visitors } from "./visitors.ts";

export type LuaTarget = "lua51" | "lua53";

const TARGETS: Record<LuaTarget, { dialect: Dialect; version: lua.LuaTarget }> = {
  lua51: { dialect: LUA51, version: lua.LuaTarget.Lua51 },
  lua53: { dialect: LUA53, version: lua.LuaTarget.Lua53 },
};

/** What TypeScriptToLua is told, beside TypeScript's own options. */
export function luaOptions(target: LuaTarget): lua.CompilerOptions {
  return {
    luaTarget: TARGETS[target].version,
    luaLibImport: lua.LuaLibImportKind.None,
    noImplicitSelf: true,
    noHeader: true,
    removeComments: true,
    sourceMap: true,
  };
}

/**
 * One Lua text: the prelude, each live module as a function that runs once and returns its exports, and the one global
 * function that the entry exports. The source must be checked and must have been read with `luaOptions` of the same target.
 */
export function bundleLua(source: Source, target: LuaTarget): Built {
  const live = findLive(source, entryOf(source)!.name === "program" ? keysOfBoards(source) : []);
  const refusals = [...circles(source, live), ...unnamed(source, live)];
  if (refusals.length > 0) throw new CompileError(refusals);
  const { dialect } = TARGETS[target];
  const needed = new Set<string>();
  const inBundle = (name: string) => preludeName(name, dialect.prelude);
  const printed = print(source, live, dialect, (name) => {
    needed.add(name);
    return inBundle(name);
  });

  const names = moduleNames(live.files.map((file) => displayName(source.project, file.fileName)));
  const text = new Text();
  const prelude = Object.entries(dialect.prelude).flatMap(([name, code]) => (needed.has(name) ? [`${code}\n`] : []));
  text.write(compact(prelude.join("").replaceAll(/____\w+/g, inBundle)));
  const modules = live.files.map((file, i) => {
    const { code, map } = printed.get(file)!;
    const piece = moduleText(moduleVariable(live, file), code);
    text.write(piece.head);
    text.write(piece.code, map);
    text.write(piece.tail);
    return { name: names[i]!, file: displayName(source.project, file.fileName), bytes: Buffer.byteLength(code) };
  });
  text.write(`${globalOf(source, live)}\n`);
  return { code: text.code, map: text.map(), modules };
}

/** `receive = _9[1]`: what the entry exports becomes the bundle's one global. */
function globalOf(source: Source, live: Liveness): string {
  const { checker, entry, program } = source;
  const symbol = entryOf(source)!;
  const reached = reach(live, (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol);
  return `${symbol.name}=${new CompactPrinter(ts.sys, program, entry.fileName).printExpression(reached).toString()}`;
}

/** The prelude's code without the blanks that only people need; it has no text with a blank in it, nor a double minus. */
function compact(code: string): string {
  return code.replaceAll(/ ?([-+*/%<>=~(){}[\],#]) ?/g, "$1");
}

interface Printed {
  readonly code: string;
  readonly map: EncodedSourceMap;
}

function print(source: Source, live: Liveness, dialect: Dialect, need: (name: string) => string): Map<ts.SourceFile, Printed> {
  const { program } = source;
  const keys = keysFor(source, live);
  const plugin: lua.Plugin = {
    visitors: visitors(dialect, live, need),
    printer: (ofProgram, host, fileName, file) => {
      shorten(file, keys);
      return new CompactPrinter(host, ofProgram, fileName).print(file);
    },
  };
  const options = { program, sourceFiles: [...live.files], plugins: [plugin] };
  const { diagnostics, transpiledFiles } = lua.getProgramTranspileResult(ts.sys, () => {}, options);
  const refused = diagnostics
    .filter(({ category }) => category !== ts.DiagnosticCategory.Message)
    .map((diagnostic) => asRefusal(source, diagnostic));
  const printed = new Map<ts.SourceFile, Printed>();
  for (const { sourceFiles, code, sourceMap, luaAst } of transpiledFiles) {
    const file = sourceFiles![0]!;
    for (const feature of luaAst!.luaLibFeatures) refused.push(libraryNeeded(source, file, feature));
    const name = displayName(source.project, file.fileName);
    printed.set(file, { code, map: { ...(JSON.parse(sourceMap!) as EncodedSourceMap), sources: [name] } });
  }
  if (refused.length > 0) throw new CompileError(refused);
  return printed;
}

function asRefusal(source: Source, { file, start, messageText }: ts.Diagnostic): Diagnostic {
  const at = place(source, file ?? source.entry, start ?? 0);
  return { ...at, rule: "bundle", message: ts.flattenDiagnosticMessageText(messageText, " ") };
}

function libraryNeeded(source: Source, file: ts.SourceFile, feature: string): Diagnostic {
  const message = `something in this file needs \`${feature}\` of TypeScriptToLua's library, which is not shipped: write it as a loop`;
  return { ...place(source, file, 0), rule: "bundle", message };
}

/** Modules that use each other: the one that runs first would find the other one's exports missing. */
function circles(source: Source, live: Liveness): Diagnostic[] {
  return live.files.flatMap((file, at) =>
    live.imported(file).flatMap((symbol) => {
      const other = (symbol.valueDeclaration ?? symbol.declarations![0]!).getSourceFile();
      if (live.files.indexOf(other) < at) return [];
      const message = `\`${symbol.name}\` closes a circle of imports with ${displayName(source.project, other.fileName)}: move what both need to a third file`;
      return [{ ...place(source, file, 0), rule: "bundle", message }];
    }),
  );
}

function unnamed(source: Source, live: Liveness): Diagnostic[] {
  const names = moduleNames(live.files.map((file) => displayName(source.project, file.fileName)));
  return live.files.flatMap((file, i) => {
    if (names[i] !== undefined) return [];
    const message = `no name of at most ${LONGEST_NAME} characters is free for this module: shorten the file's name`;
    return [{ ...place(source, file, 0), rule: "bundle", message }];
  });
}

/** Lua text that grows, with the source map of each piece at the line where it begins. */
class Text {
  code = "";
  #line = 0;
  readonly #sections: { offset: { line: number; column: number }; map: EncodedSourceMap }[] = [];

  write(piece: string, map?: EncodedSourceMap): void {
    if (map !== undefined) this.#sections.push({ offset: { line: this.#line, column: 0 }, map });
    this.code += piece;
    this.#line += piece.split("\n").length - 1;
  }

  map(): EncodedSourceMap {
    return encodedMap(FlattenMap({ version: 3, sections: this.#sections }));
  }
}
