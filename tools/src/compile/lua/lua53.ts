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
      const isCut = a.range.min >= 0 || b.range.min >= 0;
      return binary(isCut ? a.code : wrap(a), L.BitwiseAndOperator, isCut ? b.code : wrap(b));
    },
    [K.BarToken]: (a, b) => (numberOf(b.code) === 0 ? cut(a) : binary(wrap(a), L.BitwiseOrOperator, wrap(b))),
    [K.CaretToken]: (a, b) => binary(wrap(a), L.BitwiseExclusiveOrOperator, wrap(b)),
    [K.LessThanLessThanToken]: (a, n, result) => {
      const code = binary(a.code, L.BitwiseLeftShiftOperator, n.code);
      return isWithin({ min: a.range.min * 2 ** n.range.min, max: a.range.max * 2 ** n.range.min }, result)
        ? code
        : signExtend(code);
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
  not: (a) => lua.createUnaryExpression(wrap(a), L.BitwiseNotOperator),
  intrinsics: {
    ...SHARED_INTRINSICS,
    imul: ([a, b]) => {
      const code = binary(a!.code, L.MultiplicationOperator, b!.code);
      return isWithin(productRange(a!.range, b!.range), INT32) ? code : signExtend(code);
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

/** `((e & 0xFFFFFFFF) ~ 0x80000000) - 0x80000000`: flipping the sign bit and taking it off again copies it upwards. */
function signExtend(code: lua.Expression): lua.Expression {
  const flipped = binary(low32(code), L.BitwiseExclusiveOrOperator, number(0x80000000));
  return binary(flipped, L.SubtractionOperator, number(0x80000000));
}

function low32(code: lua.Expression): lua.Expression {
  return binary(code, L.BitwiseAndOperator, number(0xffffffff));
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
