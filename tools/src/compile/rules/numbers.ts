import ts from "typescript";
import { INT32, isWithin, rangeOf } from "../range.ts";
import { bare, compoundOperator, isStep, literalValue, octetsKind, plainOperator } from "../syntax.ts";
import type { Rule } from "./rule.ts";

const K = ts.SyntaxKind;

const SHIFTS = new Set([K.LessThanLessThanToken, K.GreaterThanGreaterThanToken, K.GreaterThanGreaterThanGreaterThanToken]);
const BITS = new Set([...SHIFTS, K.AmpersandToken, K.BarToken, K.CaretToken]);
const OCTET = { min: 0, max: 255 };
const EXACT = { min: -(2 ** 53), max: 2 ** 53 };

/** Numbers: every integer is an int32, on 32-bit chips as well as on desktops. */
export const NUMBERS: readonly Rule[] = [
  {
    id: "fraction",
    sentence: "% is a fraction: device numbers are integers, so scale it (mg, 0.01 °C, degrees x 10^7)",
    wrong: "const limit = 2.5;",
    right: "const limitMg = 2500;",
    kinds: [K.NumericLiteral],
    test: (node) => ts.isNumericLiteral(node) && !Number.isInteger(Number(node.text)),
  },
  {
    id: "literal-range",
    sentence: "% is outside int32: write the negative int32 with the same bits, or two 16-bit halves",
    wrong: "const mask = 0xffffffff;",
    right: "const mask = -1;",
    kinds: [K.NumericLiteral],
    test: (node) => ts.isNumericLiteral(node) && Number(node.text) > 0x7fffffff && !isLowest(node),
  },
  {
    id: "bigint",
    sentence: "BigInt exists on no device: use two 32-bit halves",
    wrong: "const big = 1n;",
    right: "const high = 0;\nconst low = 1;",
    kinds: [K.BigIntLiteral, K.BigIntKeyword],
  },
  {
    id: "unsigned",
    sentence: "`>>> 0` makes an unsigned number, which a 32-bit chip cannot hold: keep the int32, or two 16-bit halves",
    wrong: "use(seed >>> 0);",
    right: "use(seed | 0);",
    kinds: [K.BinaryExpression],
    test: (node) =>
      isShift(node) && plainOperator(node) === K.GreaterThanGreaterThanGreaterThanToken && literalValue(node.right) === 0,
  },
  {
    id: "shift-count",
    sentence: "shift by a literal from 1 to 31: other counts differ between runtimes, so use a loop or a table of powers",
    wrong: "use(seed << count);",
    right: "use(seed << 3);",
    kinds: [K.BinaryExpression],
    test: (node) => {
      if (!isShift(node)) return false;
      const count = literalValue(node.right);
      const isUnsigned = count === 0 && plainOperator(node) === K.GreaterThanGreaterThanGreaterThanToken;
      return !isUnsigned && !(count !== undefined && Number.isInteger(count) && count >= 1 && count <= 31);
    },
  },
  {
    id: "bit-operand",
    sentence: "bit operators take integers: % is none",
    wrong: "use(seed & flag);",
    right: "use(flag ? seed & 1 : 0);",
    kinds: [K.BinaryExpression, K.PrefixUnaryExpression],
    test: (node, checker) => {
      if (ts.isPrefixUnaryExpression(node)) return node.operator === K.TildeToken && !isNumber(node.operand, checker);
      if (!ts.isBinaryExpression(node) || !BITS.has(plainOperator(node))) return false;
      return !isNumber(node.left, checker) || !isNumber(node.right, checker);
    },
  },
  {
    id: "division",
    sentence: "`/` makes a float on Lua, with 24 bits on a chip: write `idiv(a, b)` of lang/intrinsics, or `>>`",
    wrong: "use(seed / 10);",
    right: "use(idiv(seed, 10));",
    kinds: [K.BinaryExpression],
    test: (node) => ts.isBinaryExpression(node) && plainOperator(node) === K.SlashToken,
  },
  {
    id: "power",
    sentence: "`**` makes a float on Lua: multiply, or shift",
    wrong: "use(seed ** 2);",
    right: "use(seed * seed);",
    kinds: [K.BinaryExpression],
    test: (node) => ts.isBinaryExpression(node) && plainOperator(node) === K.AsteriskAsteriskToken,
  },
  {
    id: "product",
    sentence: "% can pass 2^53, where JavaScript drops low bits: write `imul(a, b)` of lang/intrinsics",
    wrong: "use((seed * seed) | 0);",
    right: "use(imul(seed, seed));",
    kinds: [K.BinaryExpression],
    test: (node, checker) =>
      ts.isBinaryExpression(node) &&
      plainOperator(node) === K.AsteriskToken &&
      isBitOperand(node) &&
      !isWithin(rangeOf(checker, node), EXACT),
  },
  {
    id: "remainder-of-zero",
    sentence: "the remainder by 0 is NaN in JavaScript and an error in Lua: test the divisor first",
    wrong: "use(seed % 0);",
    right: "use(seed % 8);",
    kinds: [K.BinaryExpression],
    test: (node) => ts.isBinaryExpression(node) && plainOperator(node) === K.PercentToken && literalValue(node.right) === 0,
  },
  {
    id: "unary-plus",
    sentence: "unary `+` converts, which runtimes do differently: leave it out",
    wrong: "use(+seed);",
    right: "use(seed);",
    kinds: [K.PrefixUnaryExpression],
    test: (node) => ts.isPrefixUnaryExpression(node) && node.operator === K.PlusToken,
  },
  {
    id: "octet",
    sentence: "a table in Lua does not cut a value to 8 bits: mask it with `& 255` before storing it in Bytes",
    wrong: "octets[0] = seed;",
    right: "octets[0] = seed & 255;",
    kinds: [K.BinaryExpression, K.PostfixUnaryExpression, K.PrefixUnaryExpression],
    test: (node, checker) => {
      const isStepOf = (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) && isStep(node.operator);
      if (isStepOf) return isOctet(node.operand, checker);
      if (!ts.isBinaryExpression(node) || !isOctet(node.left, checker)) return false;
      if (node.operatorToken.kind === K.EqualsToken) return !isWithin(rangeOf(checker, node.right), OCTET);
      return compoundOperator(node.operatorToken.kind) !== undefined && !isWithin(rangeOf(checker, node), OCTET);
    },
  },
];

/** True for 2147483648 directly behind a minus. */
function isLowest(node: ts.NumericLiteral): boolean {
  const { parent } = node;
  return ts.isPrefixUnaryExpression(parent) && parent.operator === K.MinusToken && -Number(node.text) === INT32.min;
}

function isShift(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && SHIFTS.has(plainOperator(node));
}

/** True where a bit operator takes the value, directly or as part of a sum. */
function isBitOperand(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isBitOperand(parent);
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === K.TildeToken || isBitOperand(parent);
  if (!ts.isBinaryExpression(parent)) return false;
  const operator = plainOperator(parent);
  return BITS.has(operator) || ((operator === K.PlusToken || operator === K.MinusToken) && isBitOperand(parent));
}

function isNumber(node: ts.Expression, checker: ts.TypeChecker): boolean {
  return checker.isTypeAssignableTo(checker.getTypeAtLocation(node), checker.getNumberType());
}

function isOctet(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const target = bare(node);
  return ts.isElementAccessExpression(target) && octetsKind(checker.getTypeAtLocation(target.expression)) === "Bytes";
}
