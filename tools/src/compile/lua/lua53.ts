import ts from "typescript";
import * as lua from "typescript-to-lua";
import { INT32, isNarrow, isWithin, productRange } from "../range.ts";
import { binary, call, number, numberOf } from "./build.ts";
import type { Dialect, Need, Operand } from "./dialect.ts";
import { allocPrelude, SHARED_INTRINSICS, SHARED_PRELUDE } from "./text.ts";

const K = ts.SyntaxKind;
const L = lua.SyntaxKind;

/**
 * Lua 5.3 and later, with integers of 32 or of 64 bits. On 32 bits the masks below print as -1 and -2147483648, so that
 * `wrap` does nothing there, and cuts to int32 on 64 bits. They must be hexadecimal: in decimal they would be floats.
 */
export const LUA53: Dialect = {
  operators: {
    [K.AmpersandToken]: (a, b) => {
      const shifted = shiftedBits(a, b);
      if (shifted !== undefined) return binary(shifted, L.BitwiseAndOperator, b.code);
      if (isNatural(b)) return binary(loose(a.code), L.BitwiseAndOperator, b.code);
      if (isNatural(a)) return binary(a.code, L.BitwiseAndOperator, loose(b.code));
      return bits(a, L.BitwiseAndOperator, b);
    },
    [K.BarToken]: (a, b) => (numberOf(b.code) === 0 ? cut(a) : bits(a, L.BitwiseOrOperator, b)),
    [K.CaretToken]: (a, b) => bits(a, L.BitwiseExclusiveOrOperator, b),
    [K.LessThanLessThanToken]: (a, n, result) => {
      const factor = 2 ** n.range.min;
      return isWithin({ min: a.range.min * factor, max: a.range.max * factor }, result)
        ? binary(a.code, L.BitwiseLeftShiftOperator, n.code)
        : signExtend(binary(loose(a.code), L.BitwiseLeftShiftOperator, n.code));
    },
    [K.GreaterThanGreaterThanToken]: (a, n) => {
      if (isNatural(a)) return binary(a.code, L.BitwiseRightShiftOperator, n.code);
      const count = n.range.min;
      if (count < 31) return binary(wrap(a), L.FloorDivisionOperator, number(2 ** count));
      return binary(binary(binary(wrap(a), L.LessThanOperator, number(0)), L.AndOperator, number(-1)), L.OrOperator, number(0));
    },
    [K.GreaterThanGreaterThanGreaterThanToken]: (a, n) =>
      binary(isNatural(a) ? a.code : low32(a.code), L.BitwiseRightShiftOperator, n.code),
    [K.PercentToken]: (a, b, _, need) =>
      a.range.min >= 0 && b.range.min > 0 ? binary(a.code, L.ModuloOperator, b.code) : call(need("____fmod"), a.code, b.code),
  },
  low: loose,
  not: (a) =>
    isExact(a)
      ? lua.createUnaryExpression(a.code, L.BitwiseNotOperator)
      : signExtend(lua.createUnaryExpression(loose(a.code), L.BitwiseNotOperator)),
  intrinsics: {
    ...SHARED_INTRINSICS,
    imul: ([a, b]) => {
      return isWithin(productRange(a!.range, b!.range), INT32)
        ? binary(a!.code, L.MultiplicationOperator, b!.code)
        : signExtend(binary(loose(a!.code), L.MultiplicationOperator, loose(b!.code)));
    },
    idiv: ([a, b], need) => quotient(a!, b!, need),
    decimal: ([value], need) => call(need("____decimal"), value!.code),
  },
  lowest: () => binary(number(-0x7fffffff), L.SubtractionOperator, number(1)),
  prelude: {
    ...SHARED_PRELUDE,
    ____alloc: allocPrelude(160),
    ____fmod: "local ____fmod = math.fmod",
    ____decimal: 'local function ____decimal(n) return string.format("%d", n) end',
    // `//` rounds down: one up again where that was too far.
    ____idiv: `local function ____idiv(a, b)
local q = a // b
if q < 0 and q * b ~= a then return q + 1 end
return q
end`,
  },
};

/** The low 32 bits as int32. */
function wrap({ code, range }: Operand): lua.Expression {
  return isWithin(range, INT32) ? code : signExtend(code);
}

/** `x | 0` is how a program says that a value may have left int32: only a range that shows the contrary saves the wrap. */
function cut({ code, range }: Operand): lua.Expression {
  return isNarrow(range) ? code : signExtend(code);
}

/**
 * `a` op `b` for and, or, exclusive or. Their low 32 bits depend on no others, so a chain of such operators is cut once, at its end: what
 * was cut before goes in as it was.
 */
function bits(a: Operand, operator: lua.BinaryOperator, b: Operand): lua.Expression {
  return isExact(a) && isExact(b)
    ? binary(a.code, operator, b.code)
    : signExtend(binary(loose(a.code), operator, loose(b.code)));
}

/** True for code whose value is an int32 on 64 bits without a wrap. */
function isExact({ code, range, isLow }: Operand): boolean {
  return isLow !== true && !CUT.has(code) && isWithin(range, INT32);
}

/** What was in each wrap: right in its low 32 bits. */
const CUT = new WeakMap<lua.Expression, lua.Expression>();

/** Code with the same low 32 bits, without the wraps in it that only change those above. */
function loose(code: lua.Expression): lua.Expression {
  const inner = CUT.get(code);
  if (inner !== undefined) return inner;
  if (!lua.isBinaryExpression(code) || !LOW_BITS.has(code.operator)) return code;
  const [left, right] = [loose(code.left), loose(code.right)];
  return left === code.left && right === code.right ? code : binary(left, code.operator, right);
}

/** Operators whose low 32 bits come from the low 32 bits of their operands. */
const LOW_BITS = new Set<lua.SyntaxKind>([L.AdditionOperator, L.SubtractionOperator, L.MultiplicationOperator]);

/** `((e & 0xFFFFFFFF) ~ 0x80000000) - 0x80000000`: flipping the sign bit and taking it off again copies it upwards. */
function signExtend(code: lua.Expression): lua.Expression {
  const inner = loose(code);
  const flipped = binary(low32(inner), L.BitwiseExclusiveOrOperator, number(0x80000000));
  const result = binary(flipped, L.SubtractionOperator, number(0x80000000));
  CUT.set(result, inner);
  return result;
}

function low32(code: lua.Expression): lua.Expression {
  return binary(loose(code), L.BitwiseAndOperator, number(0xffffffff));
}

/**
 * `(x >>> n) & mask` where the mask takes none of the bits that came in from above 32: `x >> n & mask` is the same on 32 and on 64
 * bits. Undefined for anything else.
 */
function shiftedBits({ code }: Operand, mask: Operand): lua.Expression | undefined {
  if (!lua.isBinaryExpression(code) || code.operator !== L.BitwiseRightShiftOperator) return undefined;
  const count = numberOf(code.right);
  const low = code.left;
  if (count === undefined || !lua.isBinaryExpression(low) || low.operator !== L.BitwiseAndOperator) return undefined;
  if (numberOf(low.right) !== 0xffffffff || mask.range.min < 0 || mask.range.max >= 2 ** (32 - count)) return undefined;
  return binary(low.left, L.BitwiseRightShiftOperator, code.right);
}

function isNatural({ range }: Operand): boolean {
  return range.min >= 0 && range.max <= INT32.max;
}

function quotient(a: Operand, b: Operand, need: Need): lua.Expression {
  return a.range.min >= 0 && b.range.min > 0
    ? binary(a.code, L.FloorDivisionOperator, b.code)
    : call(need("____idiv"), a.code, b.code);
}
