import ts from "typescript";
import { bare, intrinsicCalled, isReassigned, isStep, literalValue, octetsKind, plainOperator } from "./syntax.ts";

/** What an integer expression can be, both ends included. A sum or product is given as it is before any wrap. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

export const INT32: Range = { min: -0x80000000, max: 0x7fffffff };
const OCTET: Range = { min: 0, max: 255 };
const COUNT: Range = { min: 0, max: 0x7fffffff };

/** True when every value of `a` is within `b`. */
export function isWithin(a: Range, b: Range): boolean {
  return a.min >= b.min && a.max <= b.max;
}

/** True for less than all of int32: a range that the expression itself shows, and not the promise that values are int32. */
export function isNarrow(range: Range): boolean {
  return isWithin(range, INT32) && !isWithin(INT32, range);
}

/**
 * The range of an int32 expression, by the shape of the expression alone: literals, masks, shifts, elements of `Bytes`,
 * constants, counters of simple loops. Whatever else it may be is an int32, as portable TypeScript demands.
 */
export function rangeOf(checker: ts.TypeChecker, node: ts.Expression): Range {
  const value = literalValue(node);
  if (value !== undefined) return { min: value, max: value };
  const expression = bare(node);
  if (ts.isBinaryExpression(expression)) return binaryRange(checker, expression);
  if (ts.isPrefixUnaryExpression(expression)) return unaryRange(checker, expression);
  if (ts.isConditionalExpression(expression)) {
    return union(rangeOf(checker, expression.whenTrue), rangeOf(checker, expression.whenFalse));
  }
  if (ts.isElementAccessExpression(expression)) {
    return octetsKind(checker.getTypeAtLocation(expression.expression)) === "Bytes" ? OCTET : INT32;
  }
  if (ts.isPropertyAccessExpression(expression)) return isLength(checker, expression) ? COUNT : INT32;
  if (ts.isCallExpression(expression)) return callRange(checker, expression);
  if (ts.isIdentifier(expression)) return variableRange(checker, expression);
  return INT32;
}

/** True for `.length` of octets, integers and arrays. */
export function isLength(checker: ts.TypeChecker, node: ts.PropertyAccessExpression): boolean {
  const owner = checker.getTypeAtLocation(node.expression);
  return node.name.text === "length" && (octetsKind(owner) !== undefined || checker.isArrayLikeType(owner));
}

type BinaryRange = (a: Range, b: Range) => Range;

/** `a` op `b` for two ranges. */
const BINARY_RANGES: Partial<Record<ts.SyntaxKind, BinaryRange>> = {
  [ts.SyntaxKind.PlusToken]: (a, b) => ({ min: a.min + b.min, max: a.max + b.max }),
  [ts.SyntaxKind.MinusToken]: (a, b) => ({ min: a.min - b.max, max: a.max - b.min }),
  [ts.SyntaxKind.AsteriskToken]: productRange,
  [ts.SyntaxKind.PercentToken]: (a, b) => {
    const largest = Math.max(Math.abs(b.min), Math.abs(b.max)) - 1;
    return { min: a.min < 0 ? Math.max(a.min, -largest) : 0, max: a.max > 0 ? Math.min(a.max, largest) : 0 };
  },
  [ts.SyntaxKind.AmpersandToken]: (a, b) => {
    if (a.min >= 0 && b.min >= 0) return { min: 0, max: Math.min(a.max, b.max) };
    if (a.min >= 0) return { min: 0, max: a.max };
    return b.min >= 0 ? { min: 0, max: b.max } : INT32;
  },
  [ts.SyntaxKind.BarToken]: bitwise,
  [ts.SyntaxKind.CaretToken]: bitwise,
  [ts.SyntaxKind.LessThanLessThanToken]: (a, n) => {
    const shifted = { min: a.min * 2 ** n.min, max: a.max * 2 ** n.min };
    return isWithin(shifted, INT32) ? shifted : INT32;
  },
  [ts.SyntaxKind.GreaterThanGreaterThanToken]: (a, n) => ({ min: a.min >> n.min, max: a.max >> n.min }),
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken]: (a, n) =>
    a.min >= 0 ? { min: a.min >> n.min, max: a.max >> n.min } : { min: 0, max: 0xffffffff >>> n.min },
};

function bitwise(a: Range, b: Range): Range {
  if (a.min < 0 || b.min < 0) return INT32;
  const bits = 32 - Math.clz32(Math.max(a.max, b.max));
  return { min: 0, max: 2 ** bits - 1 };
}

function binaryRange(checker: ts.TypeChecker, node: ts.BinaryExpression): Range {
  const operation = BINARY_RANGES[plainOperator(node)];
  if (operation === undefined) return INT32;
  const left = rangeOf(checker, node.left);
  const right = rangeOf(checker, node.right);
  return operation(isBitOperation(node) ? wrapped(left) : left, isBitOperation(node) ? wrapped(right) : right);
}

function isBitOperation(node: ts.BinaryExpression): boolean {
  return !ARITHMETIC.has(plainOperator(node));
}

const ARITHMETIC = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.PercentToken,
]);

/** Bit operators see the low 32 bits of their operands. */
function wrapped(range: Range): Range {
  return isWithin(range, INT32) ? range : INT32;
}

function unaryRange(checker: ts.TypeChecker, node: ts.PrefixUnaryExpression): Range {
  const { min, max } = rangeOf(checker, node.operand);
  if (node.operator === ts.SyntaxKind.MinusToken) return { min: 0 - max, max: 0 - min };
  return node.operator === ts.SyntaxKind.TildeToken ? { min: -max - 1, max: -min - 1 } : INT32;
}

const CALL_RANGES: Record<string, Range> = { charCode: OCTET, textLength: COUNT };

function callRange(checker: ts.TypeChecker, call: ts.CallExpression): Range {
  const name = intrinsicCalled(checker, call);
  if (name === "idiv") {
    const { min, max } = rangeOf(checker, call.arguments[0]!);
    const divisor = rangeOf(checker, call.arguments[1]!);
    if (divisor.min > 0)
      return { min: Math.min(0, Math.trunc(min / divisor.min)), max: Math.max(0, Math.trunc(max / divisor.min)) };
  }
  return (name === undefined ? undefined : CALL_RANGES[name]) ?? INT32;
}

function variableRange(checker: ts.TypeChecker, name: ts.Identifier): Range {
  const symbol = checker.getSymbolAtLocation(name);
  const declaration = symbol?.valueDeclaration;
  if (symbol === undefined || declaration === undefined || !ts.isVariableDeclaration(declaration))
    return aliasRange(checker, symbol);
  if (declaration.initializer === undefined || !ts.isVariableDeclarationList(declaration.parent)) return INT32;
  if ((declaration.parent.flags & ts.NodeFlags.Const) !== 0) return wrapped(rangeOf(checker, declaration.initializer));
  const loop = declaration.parent.parent;
  return ts.isForStatement(loop) ? counterRange(checker, symbol, declaration.initializer, loop) : INT32;
}

function aliasRange(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): Range {
  if (symbol === undefined || (symbol.flags & ts.SymbolFlags.Alias) === 0) return INT32;
  const declaration = checker.getAliasedSymbol(symbol).valueDeclaration;
  const value =
    declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined
      ? literalValue(declaration.initializer)
      : undefined;
  return value === undefined ? INT32 : { min: value, max: value };
}

const counters = new WeakMap<ts.ForStatement, Range>();

/** The counter of `for (let i = a; i < b; i++)` that the body leaves alone. */
function counterRange(checker: ts.TypeChecker, symbol: ts.Symbol, initializer: ts.Expression, loop: ts.ForStatement): Range {
  const known = counters.get(loop);
  if (known !== undefined) return known;
  counters.set(loop, INT32);
  const range = steps(checker, symbol, loop) && !isReassigned(checker, symbol, loop.statement) ? bounds() : INT32;
  counters.set(loop, range);
  return range;

  function bounds(): Range {
    const start = wrapped(rangeOf(checker, initializer));
    const condition = loop.condition === undefined ? undefined : bare(loop.condition);
    if (condition === undefined || !ts.isBinaryExpression(condition)) return INT32;
    if (checker.getSymbolAtLocation(bare(condition.left)) !== symbol) return INT32;
    const limit = wrapped(rangeOf(checker, condition.right)).max;
    if (condition.operatorToken.kind === ts.SyntaxKind.LessThanToken)
      return { min: start.min, max: Math.max(start.max, limit - 1) };
    if (condition.operatorToken.kind === ts.SyntaxKind.LessThanEqualsToken)
      return { min: start.min, max: Math.max(start.max, limit) };
    return INT32;
  }
}

/** True for `i++`, `++i` and `i += 3` as the step of the loop. */
function steps(checker: ts.TypeChecker, symbol: ts.Symbol, loop: ts.ForStatement): boolean {
  const step = loop.incrementor;
  if (step === undefined) return false;
  if (ts.isPostfixUnaryExpression(step) || ts.isPrefixUnaryExpression(step)) {
    return (
      isStep(step.operator) &&
      step.operator === ts.SyntaxKind.PlusPlusToken &&
      checker.getSymbolAtLocation(step.operand) === symbol
    );
  }
  return (
    ts.isBinaryExpression(step) &&
    step.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken &&
    checker.getSymbolAtLocation(step.left) === symbol &&
    (literalValue(step.right) ?? -1) > 0
  );
}

function union(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

/** The range of `a * b`. */
export function productRange(a: Range, b: Range): Range {
  const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  return { min: Math.min(...corners) + 0, max: Math.max(...corners) + 0 };
}
