import ts from "typescript";
import type { Source } from "./program.ts";
import { isIntrinsicsFile, literalValue, symbolOf } from "./syntax.ts";

/**
 * What of a program can run: everything that the entry module's exports reach. A function or constant that nothing reaches
 * is left out of the bundle, and so is a module of which nothing is left, and a property whose name nothing reads: methods that a
 * device does not call, most of its manifest. Statements and values with effects stay.
 */
export interface Liveness {
  /** Live modules in the order in which they run. */
  readonly files: readonly ts.SourceFile[];
  /** False for a statement that only declares what no one needs, and for a property that no one reads. */
  readonly isLive: (node: ts.Statement | ts.ObjectLiteralElementLike) => boolean;
  /** Declarations of other modules that a module uses, in the order of their first use. */
  readonly imported: (file: ts.SourceFile) => readonly ts.Symbol[];
  /** Live declarations of a module that carry `export` themselves. */
  readonly declared: (file: ts.SourceFile) => readonly ts.Symbol[];
  /** Names of properties in all that is live, and how often each is written. */
  readonly keys: ReadonlyMap<string, number>;
  /** Declarations of a module that others use. */
  readonly exported: (file: ts.SourceFile) => readonly ts.Symbol[];
}

/** A constant that is written out wherever it is used: `const OK = 0`. */
export function writtenOut(symbol: ts.Symbol | undefined): ts.Expression | undefined {
  const declaration = symbol?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined)
    return undefined;
  const isTop = ts.isVariableStatement(declaration.parent.parent) && ts.isSourceFile(declaration.parent.parent.parent);
  const isConstant = (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
  return isTop && isConstant && literalValue(declaration.initializer) !== undefined ? declaration.initializer : undefined;
}

/** Finds what is live, from the exports of the entry module on. Properties in `read` are read by others. */
export function findLive(source: Source, read: Iterable<string> = []): Liveness {
  const { checker } = source;
  const readKeys = new Set(read);
  /** Properties that wait for somebody who reads their name, and declarations inside functions for somebody who needs them. */
  const waiting = new Map<ts.Node, ts.SourceFile>();
  const wanted = new Set<ts.Node>();
  const byKey = new Map<string, ts.Node[]>();
  const liveStatements = new Set<ts.Statement>();
  const liveFiles = new Set<ts.SourceFile>();
  const imported = new Map<ts.SourceFile, Set<ts.Symbol>>();
  const exported = new Map<ts.SourceFile, Set<ts.Symbol>>();
  const keys = new Map<string, number>();

  const enterFile = (file: ts.SourceFile): void => {
    if (liveFiles.has(file)) return;
    liveFiles.add(file);
    for (const statement of file.statements) if (hasEffect(statement)) enter(statement);
  };
  const enter = (statement: ts.Statement): void => {
    if (liveStatements.has(statement)) return;
    liveStatements.add(statement);
    visit(statement, statement.getSourceFile());
  };
  const visit = (node: ts.Node, from: ts.SourceFile): void => {
    if (ts.isTypeNode(node)) return;
    if (mayWait(node) && !isTop(node) && !wanted.has(node)) {
      const key = keyOf(node);
      if (key === undefined || !readKeys.has(key)) {
        waiting.set(node, from);
        if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), node]);
        return;
      }
    }
    visitNow(node, from);
  };
  const visitNow = (node: ts.Node, from: ts.SourceFile): void => {
    if (ts.isIdentifier(node)) use(node, from);
    const key = keyOf(node);
    if (key !== undefined) {
      keys.set(key, (keys.get(key) ?? 0) + 1);
      if (!ts.isObjectLiteralElement(node)) readKey(key);
    }
    ts.forEachChild(node, (child) => visit(child, from));
  };
  const readKey = (key: string): void => {
    readKeys.add(key);
    for (const node of byKey.get(key) ?? []) wake(node);
    byKey.delete(key);
  };
  const wake = (node: ts.Node): void => {
    const from = waiting.get(node);
    // It may be named before it is met: a function that stands further down.
    wanted.add(node);
    if (from === undefined) return;
    waiting.delete(node);
    visitNow(node, from);
  };
  const use = (node: ts.Identifier, from: ts.SourceFile): void => {
    const symbol = symbolOf(checker, node);
    const isShorthand = ts.isShorthandPropertyAssignment(node.parent);
    if (symbol === undefined || (writtenOut(symbol) !== undefined && !isShorthand)) return;
    for (const declaration of symbol.declarations ?? []) wake(statementOf(declaration));
    const home = topStatement(symbol);
    if (home === undefined) return;
    const file = home.getSourceFile();
    if (file.isDeclarationFile || isIntrinsicsFile(file)) return;
    if (file !== from) {
      add(imported, from, symbol);
      add(exported, file, symbol);
    }
    enterFile(file);
    enter(home);
  };

  enterFile(source.entry);
  for (const symbol of exportsOf(checker, source.entry)) {
    const target = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
    const home = topStatement(target);
    if (home === undefined) continue;
    add(exported, home.getSourceFile(), target);
    if (home.getSourceFile() !== source.entry) add(imported, source.entry, target);
    enterFile(home.getSourceFile());
    enter(home);
  }
  return {
    files: source.files.filter(
      (file) => exported.has(file) || file.statements.some((statement) => liveStatements.has(statement)),
    ),
    keys,
    isLive: (node) => (isTop(node) ? liveStatements.has(node as ts.Statement) : !waiting.has(node)),
    declared: (file) => exportsOf(checker, file).filter((symbol) => liveStatements.has(topStatement(symbol)!)),
    imported: (file) => [...(imported.get(file) ?? [])],
    exported: (file) => [...(exported.get(file) ?? [])],
  };
}

/** True for a property, and for a declaration inside a function, that has no effect but to be there. */
function mayWait(node: ts.Node): boolean {
  if (ts.isShorthandPropertyAssignment(node) || ts.isFunctionDeclaration(node)) return true;
  if (ts.isPropertyAssignment(node)) return textOf(node.name) !== undefined && isPure(node.initializer);
  return ts.isVariableStatement(node) && !hasEffect(node);
}

function isTop(node: ts.Node): boolean {
  return ts.isSourceFile(node.parent);
}

/** The statement that makes a declaration: of `const { x } = y` the whole line. */
function statementOf(declaration: ts.Node): ts.Node {
  const isPart = ts.isBindingElement(declaration) || ts.isBindingName(declaration) || ts.isVariableDeclaration(declaration);
  return isPart || ts.isVariableDeclarationList(declaration) ? statementOf(declaration.parent) : declaration;
}

/** The property that a node names. */
function keyOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node) && ts.isStringLiteral(node.argumentExpression)) return node.argumentExpression.text;
  if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) return textOf(node.name);
  return ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)
    ? textOf(node.propertyName ?? node.name)
    : undefined;
}

/** The text of a name that is written in place. */
export function textOf(name: ts.Node | undefined): string | undefined {
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}

function exportsOf(checker: ts.TypeChecker, file: ts.SourceFile): ts.Symbol[] {
  const symbol = checker.getSymbolAtLocation(file);
  return symbol === undefined ? [] : checker.getExportsOfModule(symbol);
}

function add(sets: Map<ts.SourceFile, Set<ts.Symbol>>, file: ts.SourceFile, symbol: ts.Symbol): void {
  const set = sets.get(file) ?? new Set();
  sets.set(file, set.add(symbol));
}

const DECLARES = new Set([
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.BindingElement,
  ts.SyntaxKind.ExportAssignment,
]);

/** The statement at the top of its module that declares the symbol; for a JSON module its only statement. */
function topStatement(symbol: ts.Symbol): ts.Statement | undefined {
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  if (declaration === undefined || (symbol.flags & ts.SymbolFlags.Alias) !== 0) return undefined;
  if (declaration.getSourceFile().fileName.endsWith(".json")) return declaration.getSourceFile().statements[0];
  if (!DECLARES.has(declaration.kind)) return undefined;
  let at: ts.Node = declaration;
  while (at.parent !== undefined && !ts.isSourceFile(at.parent)) at = at.parent;
  const isTop = at === declaration || (ts.isVariableStatement(at) && scopeIsTop(declaration));
  return isTop && at.parent !== undefined ? (at as ts.Statement) : undefined;
}

function scopeIsTop(declaration: ts.Declaration): boolean {
  let at: ts.Node = declaration;
  while (!ts.isVariableStatement(at)) {
    if (ts.isFunctionLike(at) || ts.isBlock(at)) return false;
    at = at.parent;
  }
  return true;
}

/** True for statements that do something when their module starts. */
function hasEffect(statement: ts.Statement): boolean {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.some(({ initializer }) => initializer !== undefined && !isPure(initializer));
  }
  return !(
    ts.isFunctionDeclaration(statement) ||
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  );
}

/** True for an expression that only makes a value: literals, functions, and objects and arrays of such. */
function isPure(node: ts.Expression): boolean {
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isIdentifier(node)) return true;
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.every((property) => ts.isPropertyAssignment(property) && isPure(property.initializer));
  }
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isPure);
  if (ts.isPrefixUnaryExpression(node)) return isPure(node.operand);
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node))
    return isPure(node.expression);
  return ts.isLiteralExpression(node) || node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
}
