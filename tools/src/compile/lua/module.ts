import ts from "typescript";
import * as lua from "typescript-to-lua";
import { isUnsafeName } from "typescript-to-lua/dist/transformation/utils/safe-names.js";
import { peekScope } from "typescript-to-lua/dist/transformation/utils/scope.js";
import { transformIdentifier } from "typescript-to-lua/dist/transformation/visitors/identifier.js";
import type { Liveness } from "../live.ts";
import { symbolOf } from "../syntax.ts";

/** The local that holds the table of a live module. */
export function moduleVariable(live: Liveness, file: ts.SourceFile): string {
  return `____m${live.files.indexOf(file) + 1}`;
}

/** `____m3.crc32c`: how the rest of the bundle reaches an exported declaration. A JSON module is its table itself. */
export function reach(live: Liveness, symbol: ts.Symbol): lua.Expression {
  const declaration = symbol.valueDeclaration ?? symbol.declarations![0]!;
  const file = declaration.getSourceFile();
  const table = lua.createIdentifier(moduleVariable(live, file));
  return file.fileName.endsWith(".json") ? table : lua.createTableIndexExpression(table, lua.createStringLiteral(symbol.name));
}

/** `local crc32c = ____m3.crc32c` for every live name of an import. */
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

/**
 * A module's statements with its exports as locals: declared first, gathered in the returned table last. TypeScriptToLua
 * would keep them in a table and look them up at every use; the printer prints those look-ups as locals.
 */
export function moduleVisitor(live: Liveness) {
  return (node: ts.SourceFile, context: lua.TransformationContext): lua.File => {
    const [file] = context.superTransformNode(node) as [lua.File];
    if (node.fileName.endsWith(".json")) return file;
    const body = file.statements.slice(1, -1);
    const locals = live.declared(node).map(({ name }) => lua.createIdentifier(localName(name, context.options)));
    if (locals.length > 0) body.unshift(lua.createVariableDeclarationStatement(locals));
    const fields = live.exported(node).map(({ name }) => {
      return lua.createTableFieldExpression(
        lua.createIdentifier(localName(name, context.options)),
        lua.createStringLiteral(name),
      );
    });
    body.push(lua.createReturnStatement([lua.createTableExpression(fields)]));
    return { ...file, statements: body };
  };
}

/** The local in which a module keeps what it exports under a name. */
export function localName(name: string, options: lua.CompilerOptions): string {
  return isUnsafeName(name, options) ? `____${name}` : name;
}
