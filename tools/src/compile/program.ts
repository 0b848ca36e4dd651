import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import type { Project } from "./project.ts";

/** A device program parsed and typed, with the text of each of its own files as it was read. */
export interface Source {
  readonly project: Project;
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly entry: ts.SourceFile;
  /** Every file but the libraries', in the order in which they must run: a module after all that it imports. */
  readonly files: readonly ts.SourceFile[];
}

export const SDK_PREFIX = "@songbai/sdk/";

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noFallthroughCasesInSwitch: true,
  skipLibCheck: true,
  noEmit: false,
  noEmitOnError: false,
  types: [],
};

/** Parses and types the program of an entry file; `entrySource` stands in for the file's text. */
export function readProgram(
  project: Project,
  entryFile: string,
  entrySource: string | undefined,
  options: ts.CompilerOptions = {},
): Source {
  const all = { ...OPTIONS, ...options };
  const program = ts.createProgram([entryFile], all, host(project, entryFile, entrySource, all));
  const entry = program.getSourceFile(entryFile)!;
  return { project, program, checker: program.getTypeChecker(), entry, files: inOrder(program, project, entry) };
}

/** The file that an import means, or undefined for what is not part of a device program. */
export function resolveImport(project: Project, from: string, specifier: string): string | undefined {
  if (specifier.startsWith("./") || specifier.startsWith("../")) return resolve(dirname(from), specifier);
  if (specifier.startsWith(SDK_PREFIX)) return join(project.sdk, `${specifier.slice(SDK_PREFIX.length)}.ts`);
  return undefined;
}

/** Files imported by `file` in the order of its import declarations, types left out. */
export function importsOf(project: Project, program: ts.Program, file: ts.SourceFile): ts.SourceFile[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    if (ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
    if (ts.isExportDeclaration(statement) && statement.isTypeOnly) return [];
    if (statement.moduleSpecifier === undefined || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const path = resolveImport(project, file.fileName, statement.moduleSpecifier.text);
    const imported = path === undefined ? undefined : program.getSourceFile(path);
    return imported === undefined ? [] : [imported];
  });
}

function inOrder(program: ts.Program, project: Project, entry: ts.SourceFile): ts.SourceFile[] {
  const order = new Set<ts.SourceFile>();
  const entered = new Set<ts.SourceFile>();
  const visit = (file: ts.SourceFile): void => {
    if (entered.has(file)) return;
    entered.add(file);
    for (const imported of importsOf(project, program, file)) visit(imported);
    order.add(file);
  };
  visit(entry);
  for (const file of program.getSourceFiles()) if (!program.isSourceFileDefaultLibrary(file)) visit(file);
  return [...order];
}

function host(
  project: Project,
  entryFile: string,
  entrySource: string | undefined,
  options: ts.CompilerOptions,
): ts.CompilerHost {
  const fallback = ts.createCompilerHost(options, true);
  const read = (path: string) => (path === entryFile && entrySource !== undefined ? entrySource : fallback.readFile(path));
  return {
    ...fallback,
    getCurrentDirectory: () => project.root,
    fileExists: (path) => (path === entryFile && entrySource !== undefined) || fallback.fileExists(path),
    readFile: read,
    getSourceFile: (path) => parse(path, read(path)),
    writeFile: () => {},
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const path = resolveImport(project, from, text);
        if (path === undefined || !fallback.fileExists(path)) return { resolvedModule: undefined };
        const extension = path.endsWith(".json") ? ts.Extension.Json : ts.Extension.Ts;
        return { resolvedModule: { resolvedFileName: path, extension, isExternalLibraryImport: false } };
      }),
  };
}

/** TypeScript's own library files, parsed once a process: they do not change and are most of the parsing. */
const libraries = new Map<string, ts.SourceFile>();

function parse(path: string, text: string | undefined): ts.SourceFile | undefined {
  if (text === undefined) return undefined;
  const isLibrary = path.endsWith(".d.ts");
  const known = isLibrary ? libraries.get(path) : undefined;
  if (known !== undefined) return known;
  const file = ts.createSourceFile(path, text, { languageVersion: ts.ScriptTarget.ES2022 }, true);
  if (isLibrary) libraries.set(path, file);
  return file;
}
