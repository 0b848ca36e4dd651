/** Which variable each name in a Lua syntax tree means, and which keys of tables it spells. */
import * as lua from "typescript-to-lua";
import { exportAsLocal } from "./module.ts";
import { spellKeys } from "./spelt-keys.ts";

export interface Variable {
  /** Every place that names it, its declaration first. */
  readonly places: lua.Identifier[];
}

/** A block or function with the variables that it declares. */
export interface Scope {
  readonly variables: Variable[];
  /** Variables of outer scopes, and globals by name, that are named in here or further in. */
  readonly outer: Set<Variable | string>;
  readonly inner: Scope[];
}

/** A look-up by a key that is written as a name. */
export type KeyLookUp = lua.TableIndexExpression & { index: lua.StringLiteral };

export interface Names {
  readonly scope: Scope;
  /** Names that nothing in the tree declares. */
  readonly globals: ReadonlySet<lua.Identifier>;
  /** The statements of every block. */
  readonly blocks: readonly lua.Statement[][];
  /** `x.key`, but of globals: `string.byte` is not ours. */
  readonly lookUps: ReadonlySet<KeyLookUp>;
  /** `{ key = 1 }`. */
  readonly tables: ReadonlySet<lua.TableExpression>;
}

export function namesOf(statements: lua.Statement[]): Names {
  const blocks: lua.Statement[][] = [];
  const globals = new Set<lua.Identifier>();
  const lookUps = new Set<KeyLookUp>();
  const tables = new Set<lua.TableExpression>();
  const scope = newScope();
  block(statements, [inScope(scope)]);
  return { scope, globals, blocks, lookUps, tables };

  function block(body: lua.Statement[], around: Around): void {
    spellKeys(body);
    blocks.push(body);
    for (const statement of body) visitStatement(statement, around);
  }

  function within(around: Around, declared: readonly lua.Identifier[], body: lua.Statement[]): Around {
    const own = inScope(newScope());
    around[0]!.scope.inner.push(own.scope);
    const inside = [own, ...around];
    for (const name of declared) declare(own, name);
    block(body, inside);
    return inside;
  }

  function visitStatement(statement: lua.Statement, around: Around): void {
    const [here] = around as [Open];
    const visit = (node: lua.Expression | undefined) => visitExpression(node, around);
    if (lua.isVariableDeclarationStatement(statement)) {
      const isFunction = lua.isFunctionDefinition(statement);
      if (!isFunction) statement.right?.forEach(visit);
      for (const name of statement.left) declare(here, name);
      if (isFunction) statement.right?.forEach(visit);
    } else if (lua.isAssignmentStatement(statement)) {
      // `function f()` may call itself as soon as it is `local function f()`.
      const isFunction = lua.isFunctionDefinition(statement);
      if (isFunction) statement.left.forEach(visit);
      statement.right.forEach(visit);
      if (!isFunction) statement.left.forEach(visit);
    } else if (lua.isIfStatement(statement)) {
      visit(statement.condition);
      within(around, [], statement.ifBlock.statements);
      const { elseBlock } = statement;
      if (elseBlock === undefined) return;
      if (lua.isIfStatement(elseBlock)) visitStatement(elseBlock, around);
      else within(around, [], elseBlock.statements);
    } else if (lua.isWhileStatement(statement)) {
      visit(statement.condition);
      within(around, [], statement.body.statements);
    } else if (lua.isRepeatStatement(statement)) {
      // The condition sees what the body declares.
      visitExpression(statement.condition, within(around, [], statement.body.statements));
    } else if (lua.isForStatement(statement)) {
      visit(statement.controlVariableInitializer);
      visit(statement.limitExpression);
      visit(statement.stepExpression);
      within(around, [statement.controlVariable], statement.body.statements);
    } else if (lua.isForInStatement(statement)) {
      statement.expressions.forEach(visit);
      within(around, statement.names, statement.body.statements);
    } else if (lua.isDoStatement(statement)) within(around, [], statement.statements);
    else if (lua.isReturnStatement(statement)) statement.expressions.forEach(visit);
    else if (lua.isExpressionStatement(statement)) visit(statement.expression);
  }

  function visitExpression(node: lua.Expression | undefined, around: Around): void {
    if (node === undefined) return;
    const visit = (part: lua.Expression | undefined) => visitExpression(part, around);
    exportAsLocal(node);
    if (lua.isIdentifier(node)) mention(node, around);
    else if (lua.isFunctionExpression(node)) within(around, node.params ?? [], node.body.statements);
    else if (lua.isTableExpression(node)) {
      tables.add(node);
      node.fields.forEach(visit);
    } else if (lua.isTableFieldExpression(node)) {
      if (node.key !== undefined && !lua.isStringLiteral(node.key)) visit(node.key);
      visit(node.value);
    } else if (lua.isTableIndexExpression(node)) {
      visit(node.table);
      if (!lua.isStringLiteral(node.index)) visit(node.index);
      else if (!(lua.isIdentifier(node.table) && globals.has(node.table))) lookUps.add(node as KeyLookUp);
    } else if (lua.isBinaryExpression(node)) {
      visit(node.left);
      visit(node.right);
    } else if (lua.isUnaryExpression(node)) visit(node.operand);
    else if (lua.isCallExpression(node)) {
      visit(node.expression);
      node.params.forEach(visit);
    } else if (lua.isMethodCallExpression(node)) {
      visit(node.prefixExpression);
      node.params.forEach(visit);
    } else if (lua.isParenthesizedExpression(node)) visit(node.expression);
  }

  function mention(name: lua.Identifier, around: Around): void {
    const at = around.findIndex(({ declared }) => declared.has(name.text));
    const variable = around[at]?.declared.get(name.text);
    if (variable === undefined) globals.add(name);
    else variable.places.push(name);
    for (const { scope: passed } of at < 0 ? around : around.slice(0, at)) passed.outer.add(variable ?? name.text);
  }
}

interface Open {
  readonly scope: Scope;
  /** What a name means from here on: a later declaration of the same name hides the earlier one. */
  readonly declared: Map<string, Variable>;
}

/** The open scopes, the innermost first. */
type Around = readonly Open[];

function newScope(): Scope {
  return { variables: [], outer: new Set(), inner: [] };
}

function inScope(scope: Scope): Open {
  return { scope, declared: new Map() };
}

function declare({ scope, declared }: Open, name: lua.Identifier): void {
  const variable = { places: [name] };
  scope.variables.push(variable);
  declared.set(name.text, variable);
}
