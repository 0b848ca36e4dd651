import ts from "typescript";
import * as lua from "typescript-to-lua";
import { transformOrderedExpressions } from "typescript-to-lua/dist/transformation/visitors/expression-list.js";
import { type Liveness, textOf, writtenOut } from "../live.ts";
import { goesToLowBits, isLowBits } from "../low-bits.ts";
import { rangeOf } from "../range.ts";
import { bare, compoundOperator, intrinsicCalled, literalValue, plainOperator, symbolOf } from "../syntax.ts";
import { number } from "./build.ts";
import type { Dialect, Need, Operand } from "./dialect.ts";
import { countedLoop } from "./loop.ts";
import { importVisitor, moduleVisitor } from "./module.ts";

/** How TypeScriptToLua is taught int32: its visitors with the operators, intrinsics and modules of a dialect. */
export function visitors(dialect: Dialect, live: Liveness, need: Need): lua.Visitors {
  const operand = (context: lua.TransformationContext, node: ts.Expression, code: lua.Expression): Operand => ({
    code,
    range: rangeOf(context.checker, node),
    isLow: dialect.low !== undefined && isLowBits(context.checker, bare(node)),
  });

  /** The value of a node, with the bits that are seen where it goes. */
  const settled = (context: lua.TransformationContext, node: ts.Expression, code: lua.Expression) =>
    dialect.low !== undefined && goesToLowBits(context.checker, node) ? dialect.low(code) : code;

  const combine = (
    context: lua.TransformationContext,
    node: ts.BinaryExpression,
    left: lua.Expression,
    right: lua.Expression,
  ) =>
    lua.setNodeOriginal(
      dialect.operators[plainOperator(node)]!(
        operand(context, node.left, left),
        operand(context, node.right, right),
        rangeOf(context.checker, node),
        need,
      ),
      node,
    );

  const literal = (value: number): lua.Expression => (value === -0x80000000 ? dialect.lowest() : number(value));

  return {
    [ts.SyntaxKind.SourceFile]: moduleVisitor(live),
    [ts.SyntaxKind.ImportDeclaration]: importVisitor(live),
    [ts.SyntaxKind.ExportDeclaration]: () => undefined,
    [ts.SyntaxKind.FunctionDeclaration]: (node, context) =>
      isDead(node, live) ? undefined : context.superTransformStatements(node),
    [ts.SyntaxKind.VariableStatement]: (node, context) =>
      isDead(node, live) ? undefined : context.superTransformStatements(node),
    [ts.SyntaxKind.ObjectLiteralExpression]: (node, context) => {
      const table = context.superTransformExpression(node);
      const dead = new Set(node.properties.filter((property) => !live.isLive(property)).map(({ name }) => textOf(name)));
      const isDead = (key: lua.Expression | undefined) => key !== undefined && lua.isStringLiteral(key) && dead.has(key.value);
      return lua.isTableExpression(table) ? { ...table, fields: table.fields.filter(({ key }) => !isDead(key)) } : table;
    },
    [ts.SyntaxKind.ForStatement]: (node, context) => countedLoop(node, context) ?? context.superTransformStatements(node),

    [ts.SyntaxKind.Identifier]: (node, context) => {
      const constant = writtenOut(symbolOf(context.checker, node));
      return constant === undefined ? context.superTransformExpression(node) : literal(literalValue(constant)!);
    },

    [ts.SyntaxKind.PrefixUnaryExpression]: (node, context) => {
      if (literalValue(node) === -0x80000000) return dialect.lowest();
      if (node.operator !== ts.SyntaxKind.TildeToken) return context.superTransformExpression(node);
      return settled(
        context,
        node,
        dialect.not(operand(context, node.operand, context.transformExpression(node.operand)), need),
      );
    },

    [ts.SyntaxKind.BinaryExpression]: (node, context) => {
      if (dialect.operators[node.operatorToken.kind] === undefined) return context.superTransformExpression(node);
      const [left, right] = transformOrderedExpressions(context, [node.left, node.right]) as [lua.Expression, lua.Expression];
      return settled(context, node, combine(context, node, left, right));
    },

    // `x &= y` as a statement; the subset has no assignments inside expressions.
    [ts.SyntaxKind.ExpressionStatement]: (node, context) => {
      const expression = bare(node.expression);
      if (!ts.isBinaryExpression(expression)) return context.superTransformStatements(node);
      const operator = compoundOperator(expression.operatorToken.kind);
      if (operator === undefined || dialect.operators[operator] === undefined) return context.superTransformStatements(node);
      const { statements, target } = evaluatedOnce(context, context.transformExpression(expression.left));
      context.pushPrecedingStatements();
      const combined = combine(context, expression, target, context.transformExpression(expression.right));
      const isLow = dialect.low !== undefined && isLowBits(context.checker, expression.left);
      const value = isLow ? dialect.low!(combined) : combined;
      return [...statements, ...context.popPrecedingStatements(), lua.createAssignmentStatement(target, value, node)];
    },

    [ts.SyntaxKind.CallExpression]: (node, context) => {
      const intrinsic = dialect.intrinsics[intrinsicCalled(context.checker, node) ?? ""];
      if (intrinsic === undefined) return context.superTransformExpression(node);
      const values = transformOrderedExpressions(context, node.arguments);
      const operands = values.map((code, i) => operand(context, node.arguments[i]!, code));
      return lua.setNodeOriginal(settled(context, node, intrinsic(operands, need)), node);
    },
  };
}

function isDead(node: ts.Statement, live: Liveness): boolean {
  return !live.isLive(node);
}

interface Target {
  readonly statements: readonly lua.Statement[];
  readonly target: lua.AssignmentLeftHandSideExpression;
}

/** The target of an assignment in a form that can be both read and written: `f().x` is called once only. */
function evaluatedOnce(context: lua.TransformationContext, target: lua.Expression): Target {
  if (!lua.isTableIndexExpression(target)) return { statements: [], target: target as lua.Identifier };
  const statements: lua.Statement[] = [];
  const keep = (part: lua.Expression): lua.Expression => {
    if (lua.isLiteral(part) || lua.isIdentifier(part)) return part;
    const name = context.createTempNameForLuaExpression(part);
    statements.push(lua.createVariableDeclarationStatement(name, part));
    return lua.cloneIdentifier(name);
  };
  return { statements, target: lua.createTableIndexExpression(keep(target.table), keep(target.index)) };
}
