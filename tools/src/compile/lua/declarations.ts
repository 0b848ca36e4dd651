/** Where the variables of a Lua program are declared: as late as they can be, and several at once. */
import * as lua from "typescript-to-lua";
import { numberOf } from "./build.ts";
import type { Scope } from "./scopes.ts";

/**
 * `local a, f … a = 1 … function f()` of a module becomes `local a = 1 … local function f()`, where nothing between names the variable:
 * what a module exports is declared ahead of everything.
 */
export function declareWhereMade(statements: lua.Statement[], { variables }: Scope): void {
  const first = new Map(variables.map(({ places }) => [places[0], places[1]]));
  const ahead = statements.filter(
    (statement) => lua.isVariableDeclarationStatement(statement) && statement.right === undefined,
  );
  for (const declaration of ahead as lua.VariableDeclarationStatement[]) {
    declaration.left = declaration.left.filter((name) => {
      const at = statements.findIndex(
        (statement) =>
          lua.isAssignmentStatement(statement) && statement.left.length === 1 && statement.left[0] === first.get(name),
      );
      if (at < 0) return true;
      const made = statements[at] as lua.AssignmentStatement;
      statements[at] = lua.setNodePosition(lua.createVariableDeclarationStatement(name, made.right), made);
      return false;
    });
  }
  const kept = statements.filter(
    (statement) => !ahead.includes(statement) || (statement as lua.VariableDeclarationStatement).left.length > 0,
  );
  statements.splice(0, statements.length, ...kept);
}

/** `local a = 1 local b = 2` becomes `local a, b = 1, 2`, where no value can fail, and none needs a variable of the same statement. */
export function declareTogether(block: lua.Statement[]): void {
  const kept: lua.Statement[] = [];
  for (const statement of block) {
    const before = kept.at(-1);
    if (before !== undefined && isPlain(before) && isPlain(statement) && !uses(statement.right, before.left)) {
      before.left.push(...statement.left);
      before.right.push(...statement.right);
    } else kept.push(statement);
  }
  block.splice(0, block.length, ...kept);
}

type Plain = lua.VariableDeclarationStatement & { right: lua.Expression[] };

/** True for a declaration of variables by as many values that are read or written down, not computed. */
function isPlain(statement: lua.Statement): statement is Plain {
  if (!lua.isVariableDeclarationStatement(statement) || statement.left.length !== statement.right?.length) return false;
  return statement.right.every((value) => lua.isLiteral(value) || lua.isIdentifier(value) || isImport(value));
}

/** `_3[2]`. */
function isImport(value: lua.Expression): boolean {
  if (!lua.isTableIndexExpression(value) || !lua.isIdentifier(value.table)) return false;
  return numberOf(value.index) !== undefined && /^_\d+$/.test(value.table.text);
}

function uses(values: readonly lua.Expression[], names: readonly lua.Identifier[]): boolean {
  const texts = new Set(names.map(({ text }) => text));
  return values.some((value) => {
    const read = lua.isTableIndexExpression(value) ? value.table : value;
    return lua.isIdentifier(read) && texts.has(read.text);
  });
}
