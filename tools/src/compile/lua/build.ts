import * as lua from "typescript-to-lua";

/** Short spellings for the Lua syntax tree. */

export function number(value: number): lua.Expression {
  return value < 0
    ? lua.createUnaryExpression(number(-value), lua.SyntaxKind.NegationOperator)
    : lua.createNumericLiteral(value);
}

export function binary(left: lua.Expression, operator: lua.BinaryOperator, right: lua.Expression): lua.Expression {
  return lua.createBinaryExpression(left, right, operator);
}

export function call(name: string, ...values: lua.Expression[]): lua.Expression {
  return lua.createCallExpression(lua.createIdentifier(name), values);
}

/** The value of a number literal. */
export function numberOf(node: lua.Expression): number | undefined {
  return lua.isNumericLiteral(node) ? node.value : undefined;
}

/** True for what costs nothing and changes nothing when it is evaluated twice. */
export function isSimple(node: lua.Expression): boolean {
  return lua.isIdentifier(node) || lua.isLiteral(node);
}

/** `node + change`, folded into a literal at its end. */
export function offset(node: lua.Expression, change: number): lua.Expression {
  const value = numberOf(node);
  if (value !== undefined && value + change >= 0) return number(value + change);
  if (lua.isBinaryExpression(node)) {
    const last = numberOf(node.right);
    if (last !== undefined && node.operator === lua.SyntaxKind.SubtractionOperator) return shift(node.left, change - last);
    if (last !== undefined && node.operator === lua.SyntaxKind.AdditionOperator) return shift(node.left, change + last);
  }
  return shift(node, change);
}

function shift(node: lua.Expression, change: number): lua.Expression {
  if (change === 0) return node;
  return change > 0
    ? binary(node, lua.SyntaxKind.AdditionOperator, number(change))
    : binary(node, lua.SyntaxKind.SubtractionOperator, number(-change));
}
