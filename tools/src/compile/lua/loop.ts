import ts from "typescript";
import * as lua from "typescript-to-lua";
import { transformIdentifier } from "typescript-to-lua/dist/transformation/visitors/identifier.js";
import { transformLoopBody } from "typescript-to-lua/dist/transformation/visitors/loops/utils.js";
import { isLength } from "../range.ts";
import { bare, intrinsicCalled, isReassigned, literalValue, octetsKind, scopeOf } from "../syntax.ts";
import { number, offset } from "./build.ts";

const K = ts.SyntaxKind;

/** For each comparison: the direction in which it lets a loop count, and what to add to its limit. */
const COMPARISONS = new Map<ts.SyntaxKind, { sign: 1 | -1; change: number }>([
  [K.LessThanToken, { sign: 1, change: -1 }],
  [K.LessThanEqualsToken, { sign: 1, change: 0 }],
  [K.GreaterThanToken, { sign: -1, change: 1 }],
  [K.GreaterThanEqualsToken, { sign: -1, change: 0 }],
]);

/**
 * `for i = a, b - 1 do`, three times as fast as a `while`, for a loop that only counts: its variable changes nowhere else,
 * and its limit cannot change while it runs. Undefined for other loops.
 */
export function countedLoop(node: ts.ForStatement, context: lua.TransformationContext): lua.Statement | undefined {
  const { checker } = context;
  const list = node.initializer;
  if (list === undefined || !ts.isVariableDeclarationList(list) || list.declarations.length !== 1) return undefined;
  const [{ name, initializer }] = list.declarations as unknown as [ts.VariableDeclaration];
  if (!ts.isIdentifier(name) || initializer === undefined || node.condition === undefined) return undefined;
  const variable = checker.getSymbolAtLocation(name)!;
  const condition = bare(node.condition);
  const step = stepOf(checker, node.incrementor, variable);
  if (step === undefined || !ts.isBinaryExpression(condition) || checker.getSymbolAtLocation(condition.left) !== variable)
    return undefined;
  const comparison = COMPARISONS.get(condition.operatorToken.kind);
  if (comparison === undefined || Math.sign(step) !== comparison.sign) return undefined;
  if (isReassigned(checker, variable, node.statement) || !isFixed(checker, condition.right)) return undefined;

  const start = context.transformExpression(initializer);
  const limit = offset(context.transformExpression(condition.right), comparison.change);
  const control = transformIdentifier(context, name);
  const body = lua.createBlock(transformLoopBody(context, node));
  return lua.createForStatement(body, control, start, limit, step === 1 ? undefined : number(step), node);
}

/** What the step of the loop adds to its variable: `i++`, `i--`, `i += 3`, `i -= 3`. */
function stepOf(checker: ts.TypeChecker, step: ts.Expression | undefined, variable: ts.Symbol): number | undefined {
  if (step === undefined) return undefined;
  if (ts.isPostfixUnaryExpression(step) || ts.isPrefixUnaryExpression(step)) {
    if (checker.getSymbolAtLocation(step.operand) !== variable) return undefined;
    if (step.operator === K.PlusPlusToken) return 1;
    return step.operator === K.MinusMinusToken ? -1 : undefined;
  }
  if (!ts.isBinaryExpression(step) || checker.getSymbolAtLocation(step.left) !== variable) return undefined;
  const value = literalValue(step.right);
  if (value === undefined || value <= 0) return undefined;
  if (step.operatorToken.kind === K.PlusEqualsToken) return value;
  return step.operatorToken.kind === K.MinusEqualsToken ? -value : undefined;
}

/** True for a limit that stays the same: literals, constants, parameters that nobody assigns, lengths of octets and texts, and their sums. */
function isFixed(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const limit = bare(node);
  if (literalValue(limit) !== undefined) return true;
  if (ts.isIdentifier(limit)) return isConstant(checker, limit);
  if (ts.isPropertyAccessExpression(limit)) {
    const isOctets = octetsKind(checker.getTypeAtLocation(limit.expression)) !== undefined && isLength(checker, limit);
    return isOctets && ts.isIdentifier(limit.expression) && isConstant(checker, limit.expression);
  }
  if (ts.isCallExpression(limit) && intrinsicCalled(checker, limit) === "textLength")
    return isFixed(checker, limit.arguments[0]!);
  return (
    ts.isBinaryExpression(limit) &&
    SUMS.has(limit.operatorToken.kind) &&
    isFixed(checker, limit.left) &&
    isFixed(checker, limit.right)
  );
}

const SUMS = new Set<ts.SyntaxKind>([K.PlusToken, K.MinusToken, K.AsteriskToken]);

function isConstant(checker: ts.TypeChecker, name: ts.Identifier): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined) return false;
  if ((symbol.flags & ts.SymbolFlags.Alias) !== 0) return true;
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined) return false;
  if (ts.isParameter(declaration)) return !isReassigned(checker, symbol, scopeOf(declaration));
  return ts.isVariableDeclaration(declaration) && (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
}
