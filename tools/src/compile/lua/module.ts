import ts from "typescript";
import * as lua from "typescript-to-lua";
import { peekScope } from "typescript-to-lua/dist/transformation/utils/scope.js";
import { transformIdentifier } from "typescript-to-lua/dist/transformation/visitors/identifier.js";
import type { Liveness } from "../live.ts";
import { symbolOf } from "../syntax.ts";
import { number } from "./build.ts";

/** The variable that holds what a live module exports. */
export function moduleVariable(live: Liveness, file: ts.SourceFile): string {
  return `_${live.files.indexOf(file) + 1}`;
}

/** `_3[2]`: how the rest of the bundle reaches an exported declaration. A JSON module is its table itself. */
export function reach(live: Liveness, symbol: ts.Symbol): lua.Expression {
  const declaration = symbol.valueDeclaration ?? symbol.declarations![0]!;
  const file = declaration.getSourceFile();
  const table = lua.createIdentifier(moduleVariable(live, file));
  if (file.fileName.endsWith(".json")) return table;
  return lua.createTableIndexExpression(table, number(live.exported(file).indexOf(symbol) + 1));
}

/** `local crc32c = _3[2]` for every live name of an import. */
export function importVisitor(live: Liveness) {
  return (node: ts.ImportDeclaration, context: lua.TransformationContext): undefined => {
    const used = new Set(live.imported(node.getSourceFile()));
    const scope = peekScope(context);
    scope.importStatements ??= [];
    for (const name of importedNames(node)) {
      const symbol = symbolOf(context.checker, name);
      if (symbol !== undefined && used.has(symbol)) {
        scope.importStatements.push(
          lua.createVariableDeclarationStatement(transformIdentifier(context, name), reach(live, symbol), node),
        );
      }
    }
    return undefined;
  };
}

function importedNames({ importClause }: ts.ImportDeclaration): ts.Identifier[] {
  const bindings = importClause?.namedBindings;
  const named = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name) : [];
  return importClause?.name === undefined ? named : [importClause.name, ...named];
}

/** The table in which TypeScriptToLua keeps what a module exports. */
const EXPORTS = "____exports";

/**
 * A module's statements with its exports as locals: declared first, gathered in the returned table last. TypeScriptToLua
 * would keep them in a table and look them up at every use; `exportAsLocal` makes those look-ups locals.
 */
export function moduleVisitor(live: Liveness) {
  return (node: ts.SourceFile, context: lua.TransformationContext): lua.File => {
    const [file] = context.superTransformNode(node) as [lua.File];
    if (node.fileName.endsWith(".json")) return file;
    const body = file.statements.slice(1, -1);
    const locals = live.declared(node).map(({ name }) => exportLocal(name));
    if (locals.length > 0) body.unshift(lua.createVariableDeclarationStatement(locals));
    const fields = live.exported(node).map(({ name }) => lua.createTableFieldExpression(exportLocal(name)));
    body.push(lua.createReturnStatement([lua.createTableExpression(fields)]));
    return { ...file, statements: body };
  };
}

/** `____exports.crc32c` becomes a variable of that name, which no other one can have. */
export function exportAsLocal(node: lua.Expression): void {
  if (!lua.isTableIndexExpression(node) || !lua.isIdentifier(node.table) || node.table.text !== EXPORTS) return;
  if (lua.isStringLiteral(node.index))
    Object.assign(node, { ...exportLocal(node.index.value), line: node.line, column: node.column });
}

function exportLocal(name: string): lua.Identifier {
  return lua.createIdentifier(`${EXPORTS}.${name}`, undefined, undefined, name);
}
