/**
 * Local variables of which only the low 32 bits are ever seen: all that reads them are bit operators, or sums that are cut. A Lua with
 * integers of 64 bits need not cut what it keeps in them, and one with 32 saves the operators.
 */
import ts from "typescript";
import { isNarrow, rangeOf } from "./range.ts";
import { bare, compoundOperator, intrinsicCalled, literalValue, symbolOf } from "./syntax.ts";

const K = ts.SyntaxKind;

interface Local {
  readonly reads: ts.Identifier[];
  readonly values: ts.Expression[];
  /** Changed in a way that is not looked into. */
  isOther: boolean;
}

type Locals = ReadonlyMap<ts.Symbol, Local>;

const found = new WeakMap<ts.SourceFile, ReadonlySet<ts.Symbol>>();

/** True for the name of such a variable. */
export function isLowBits(checker: ts.TypeChecker, node: ts.Node): boolean {
  if (!ts.isIdentifier(node) || node.parent === undefined) return false;
  const file = node.getSourceFile();
  let all = found.get(file);
  if (all === undefined) {
    all = find(checker, file);
    found.set(file, all);
  }
  const symbol = symbolOf(checker, node);
  return symbol !== undefined && all.has(symbol);
}

/** True for a value that goes into such a variable. */
export function goesToLowBits(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const target = targetOf(node);
  return target !== undefined && isLowBits(checker, target);
}

function find(checker: ts.TypeChecker, file: ts.SourceFile): Set<ts.Symbol> {
  const locals = localsOf(checker, file);
  const low = new Set([...locals].filter(([, { isOther }]) => !isOther).map(([symbol]) => symbol));
  for (let before = -1; before !== low.size; ) {
    before = low.size;
    for (const symbol of low) {
      const { reads, values } = locals.get(symbol)!;
      const isSeenLow = reads.every((read) => seesLowBits(checker, read, low));
      if (!isSeenLow || !values.some((value) => isCutAnyway(checker, value, low))) low.delete(symbol);
    }
  }
  return low;
}

/** The numbers among the local variables of functions. */
function localsOf(checker: ts.TypeChecker, file: ts.SourceFile): Locals {
  const locals = new Map<ts.Symbol, Local>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && isLocalNumber(checker, node)) {
      const symbol = checker.getSymbolAtLocation(node.name)!;
      locals.set(symbol, { reads: [], values: [node.initializer!], isOther: false });
    }
    ts.forEachChild(node, visit);
  };
  const use = (node: ts.Node): void => {
    const symbol = ts.isIdentifier(node) ? symbolOf(checker, node) : undefined;
    const local = symbol === undefined ? undefined : locals.get(symbol);
    if (local !== undefined && symbol!.valueDeclaration !== node.parent) note(local, node as ts.Identifier);
    ts.forEachChild(node, use);
  };
  visit(file);
  use(file);
  return locals;
}

function isLocalNumber(checker: ts.TypeChecker, { name, initializer, parent }: ts.VariableDeclaration): boolean {
  if (initializer === undefined || !ts.isVariableDeclarationList(parent) || ts.isSourceFile(parent.parent.parent)) return false;
  const type = checker.getTypeAtLocation(name);
  return (type.flags & ts.TypeFlags.NumberLike) !== 0 && !isNarrow(rangeOf(checker, name as ts.Identifier));
}

function note(local: Local, name: ts.Identifier): void {
  const { parent } = name;
  if (!ts.isBinaryExpression(parent) || parent.left !== name || parent.operatorToken.kind === K.EqualsToken) {
    if (ts.isBinaryExpression(parent) && parent.left === name && parent.operatorToken.kind === K.EqualsToken)
      local.values.push(parent.right);
    else if (ts.isPostfixUnaryExpression(parent) || (ts.isPrefixUnaryExpression(parent) && isStepOrSign(parent)))
      local.isOther = true;
    else local.reads.push(name);
    return;
  }
  const operator = compoundOperator(parent.operatorToken.kind);
  if (operator === undefined) local.reads.push(name);
  else if (LOW_BITS.has(operator)) local.values.push(parent);
  else local.isOther = true;
}

function isStepOrSign({ operator }: ts.PrefixUnaryExpression): boolean {
  return operator !== K.TildeToken;
}

/** Operators whose low 32 bits come from the low 32 bits of their operands, and which cut to them in JavaScript. */
const LOW_BITS = new Set<ts.SyntaxKind>([K.AmpersandToken, K.BarToken, K.CaretToken, K.LessThanLessThanToken]);
const SUMS = new Set<ts.SyntaxKind>([K.PlusToken, K.MinusToken]);

/** True where a value is read by nothing but its low 32 bits. */
function seesLowBits(checker: ts.TypeChecker, node: ts.Expression, low: ReadonlySet<ts.Symbol>): boolean {
  const outer = outermost(node);
  const { parent } = outer;
  if (ts.isBinaryExpression(parent)) {
    const operator = parent.operatorToken.kind;
    if (LOW_BITS.has(operator) || LOW_BITS.has(compoundOperator(operator) ?? operator)) return true;
    if (operator === K.GreaterThanGreaterThanGreaterThanToken) return parent.left === outer;
    if (SUMS.has(operator)) return seesLowBits(checker, parent, low);
  }
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === K.TildeToken;
  const target = targetOf(outer);
  const symbol = target === undefined ? undefined : symbolOf(checker, target);
  return symbol !== undefined && low.has(symbol);
}

/** True for a value that would have to be cut if all its bits were seen. */
function isCutAnyway(checker: ts.TypeChecker, node: ts.Expression, low: ReadonlySet<ts.Symbol>): boolean {
  const value = bare(node);
  if (isNarrow(rangeOf(checker, value))) return false;
  if (ts.isIdentifier(value)) return low.has(symbolOf(checker, value)!);
  if (ts.isPrefixUnaryExpression(value)) return value.operator === K.TildeToken && isCutAnyway(checker, value.operand, low);
  if (ts.isCallExpression(value)) return intrinsicCalled(checker, value) === "imul";
  if (!ts.isBinaryExpression(value)) return false;
  const operator = compoundOperator(value.operatorToken.kind) ?? value.operatorToken.kind;
  if (operator === K.LessThanLessThanToken) return true;
  if (operator === K.BarToken && literalValue(value.right) === 0) return true;
  return LOW_BITS.has(operator) && (isCutAnyway(checker, value.left, low) || isCutAnyway(checker, value.right, low));
}

/** The variable that a value is assigned to. */
function targetOf(node: ts.Expression): ts.Identifier | undefined {
  const outer = outermost(node);
  const { parent } = outer;
  if (ts.isVariableDeclaration(parent))
    return parent.initializer === outer && ts.isIdentifier(parent.name) ? parent.name : undefined;
  if (!ts.isBinaryExpression(parent) || parent.operatorToken.kind !== K.EqualsToken || parent.right !== outer) return undefined;
  return ts.isIdentifier(parent.left) ? parent.left : undefined;
}

/** The node with the parentheses around it. */
function outermost(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node.parent) ? outermost(node.parent) : node;
}
