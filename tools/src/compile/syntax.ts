import ts from "typescript";

/** The expression without parentheses, `as`, `satisfies` and `!`. */
export function bare(node: ts.Expression): ts.Expression {
  let at = node;
  while (
    ts.isParenthesizedExpression(at) ||
    ts.isAsExpression(at) ||
    ts.isSatisfiesExpression(at) ||
    ts.isNonNullExpression(at) ||
    ts.isTypeAssertionExpression(at)
  ) {
    at = at.expression;
  }
  return at;
}

/** The value of a number literal, also of one behind `-`. */
export function literalValue(node: ts.Expression): number | undefined {
  const expression = bare(node);
  if (ts.isNumericLiteral(expression)) return Number(expression.text);
  if (ts.isPrefixUnaryExpression(expression) && expression.operator === ts.SyntaxKind.MinusToken) {
    const value = literalValue(expression.operand);
    return value === undefined ? undefined : -value;
  }
  return undefined;
}

/** The binary operator that a compound assignment applies: `&=` -> `&`. Undefined for all other operators. */
export function compoundOperator(kind: ts.SyntaxKind): ts.SyntaxKind | undefined {
  return COMPOUND.get(kind);
}

const COMPOUND = new Map<ts.SyntaxKind, ts.SyntaxKind>([
  [ts.SyntaxKind.PlusEqualsToken, ts.SyntaxKind.PlusToken],
  [ts.SyntaxKind.MinusEqualsToken, ts.SyntaxKind.MinusToken],
  [ts.SyntaxKind.AsteriskEqualsToken, ts.SyntaxKind.AsteriskToken],
  [ts.SyntaxKind.SlashEqualsToken, ts.SyntaxKind.SlashToken],
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken, ts.SyntaxKind.AsteriskAsteriskToken],
  [ts.SyntaxKind.PercentEqualsToken, ts.SyntaxKind.PercentToken],
  [ts.SyntaxKind.AmpersandEqualsToken, ts.SyntaxKind.AmpersandToken],
  [ts.SyntaxKind.BarEqualsToken, ts.SyntaxKind.BarToken],
  [ts.SyntaxKind.CaretEqualsToken, ts.SyntaxKind.CaretToken],
  [ts.SyntaxKind.LessThanLessThanEqualsToken, ts.SyntaxKind.LessThanLessThanToken],
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken, ts.SyntaxKind.GreaterThanGreaterThanToken],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken, ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken],
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, ts.SyntaxKind.AmpersandAmpersandToken],
  [ts.SyntaxKind.BarBarEqualsToken, ts.SyntaxKind.BarBarToken],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, ts.SyntaxKind.QuestionQuestionToken],
]);

/** True for `=`, `+=`, `&&=` and their like. */
export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** The operator of a binary expression with the assignment taken off: `+` for `a + b` and for `a += b`. */
export function plainOperator(node: ts.BinaryExpression): ts.SyntaxKind {
  return compoundOperator(node.operatorToken.kind) ?? node.operatorToken.kind;
}

/** True where the node is a statement of its own or the step of a `for`: its value is not used. */
export function isStatementLike(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isStatementLike(parent);
  return (
    ts.isExpressionStatement(parent) ||
    (ts.isForStatement(parent) && (parent.incrementor === node || parent.initializer === node))
  );
}

/** What a name stands for, with imports followed to the declaration itself. */
export function symbolOf(checker: ts.TypeChecker, node: ts.Node): ts.Symbol | undefined {
  // Names that TypeScriptToLua makes up stand nowhere and mean nothing.
  if (node.parent === undefined) return undefined;
  const isShorthand = ts.isIdentifier(node) && ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node;
  const symbol = isShorthand ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
  return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
}

const INTRINSICS = /\/sdk\/src\/lang\/intrinsics\.ts$/;

/** True for the one file whose calls are replaced instead of compiled. */
export function isIntrinsicsFile(file: ts.SourceFile): boolean {
  return INTRINSICS.test(file.fileName);
}

/** The name of the intrinsic that a call means, `allocBytes` for one. */
export function intrinsicCalled(checker: ts.TypeChecker, call: ts.CallExpression): string | undefined {
  const declaration = symbolOf(checker, call.expression)?.valueDeclaration;
  return declaration !== undefined && ts.isFunctionDeclaration(declaration) && isIntrinsicsFile(declaration.getSourceFile())
    ? declaration.name?.text
    : undefined;
}

/** `Bytes` or `Ints` where the type is that interface, or a union with it. */
export function octetsKind(type: ts.Type | undefined): "Bytes" | "Ints" | undefined {
  for (const part of type === undefined ? [] : type.isUnion() ? type.types : [type]) {
    const name = part.symbol?.name;
    const declaration = part.symbol?.declarations?.[0];
    if ((name === "Bytes" || name === "Ints") && declaration !== undefined && isIntrinsicsFile(declaration.getSourceFile())) {
      return name;
    }
  }
  return undefined;
}

/** True when the program assigns to the variable after its declaration, anywhere `within`. */
export function isReassigned(checker: ts.TypeChecker, symbol: ts.Symbol, within: ts.Node): boolean {
  const visit = (node: ts.Node): boolean => {
    const target = assigned(node);
    if (target !== undefined && checker.getSymbolAtLocation(target) === symbol) return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(within);
}

/** The target of an assignment, `++` or `--`; there are no other ones, since patterns are outside the subset. */
export function assigned(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind)) return bare(node.left);
  if (ts.isPostfixUnaryExpression(node)) return bare(node.operand);
  return ts.isPrefixUnaryExpression(node) && isStep(node.operator) ? bare(node.operand) : undefined;
}

/** True for `++` and `--`. */
export function isStep(operator: ts.SyntaxKind): boolean {
  return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
}

/** The nearest function around a node, or its file. */
export function scopeOf(node: ts.Node): ts.Node {
  let at = node.parent;
  while (!ts.isFunctionLike(at) && !ts.isSourceFile(at)) at = at.parent;
  return at;
}
