import ts from "typescript";
import * as lua from "typescript-to-lua";
import { INT32, isNarrow, isWithin, productRange } from "../range.ts";
import { binary, call, isSimple, number, numberOf } from "./build.ts";
import type { Dialect, Need, Operand } from "./dialect.ts";
import { allocPrelude, SHARED_INTRINSICS, SHARED_PRELUDE } from "./text.ts";

const K = ts.SyntaxKind;
const L = lua.SyntaxKind;
const EXACT = { min: -(2 ** 53), max: 2 ** 53 };

/**
 * Lua 5.1: every number is a double, bits come from the global module `bit` (NodeMCU's, LuaBitOp). A call of it costs ten
 * times an operator, so what arithmetic can do is done by arithmetic, which is exact below 2^53.
 */
export const LUA51: Dialect = {
  operators: {
    [K.AmpersandToken]: (a, b, _, need) => {
      const [value, mask] = isMask(b) ? [a, b] : [b, a];
      if (isMask(mask)) return binary(value.code, L.ModuloOperator, number(numberOf(mask.code)! + 1));
      return call(need("____band"), wrap(a), wrap(b));
    },
    [K.BarToken]: (a, b, _, need) => {
      if (numberOf(b.code) === 0) return isNarrow(a.range) ? a.code : cut(a.code);
      return areApart(a, b) ? binary(a.code, L.AdditionOperator, b.code) : call(need("____bor"), wrap(a), wrap(b));
    },
    [K.CaretToken]: (a, b, _, need) => call(need("____bxor"), wrap(a), wrap(b)),
    [K.LessThanLessThanToken]: (a, n, result, need) => {
      const factor = 2 ** n.range.min;
      return isWithin({ min: a.range.min * factor, max: a.range.max * factor }, result)
        ? binary(a.code, L.MultiplicationOperator, number(factor))
        : call(need("____lshift"), wrap(a), n.code);
    },
    [K.GreaterThanGreaterThanToken]: (a, n, _, need) =>
      isSimple(a.code) ? shiftedDown(a.code, n) : call(need("____arshift"), wrap(a), n.code),
    [K.GreaterThanGreaterThanGreaterThanToken]: (a, n, _, need) =>
      isSimple(a.code) && a.range.min >= 0 ? shiftedDown(a.code, n) : call(need("____rshift"), wrap(a), n.code),
    [K.PercentToken]: (a, b, _, need) =>
      a.range.min >= 0 && b.range.min > 0 ? binary(a.code, L.ModuloOperator, b.code) : call(need("____rem"), a.code, b.code),
  },
  not: (a) => binary(number(-1), L.SubtractionOperator, wrap(a)),
  intrinsics: {
    ...SHARED_INTRINSICS,
    imul: ([a, b], need) =>
      isWithin(productRange(a!.range, b!.range), EXACT)
        ? wrap({ code: binary(a!.code, L.MultiplicationOperator, b!.code), range: productRange(a!.range, b!.range) })
        : call(need("____imul"), a!.code, b!.code),
    idiv: ([a, b], need) => quotient(a!, b!, need),
    decimal: ([value], need) => call(need("____decimal"), value!.code),
  },
  lowest: () => number(-0x80000000),
  prelude: {
    ...SHARED_PRELUDE,
    ____alloc: allocPrelude(160),
    ____band: "local ____band = bit.band",
    ____bor: "local ____bor = bit.bor",
    ____bxor: "local ____bxor = bit.bxor",
    ____lshift: "local ____lshift = bit.lshift",
    ____rshift: "local ____rshift = bit.rshift",
    ____arshift: "local ____arshift = bit.arshift",
    // tostring would write 1e+09.
    ____decimal: 'local function ____decimal(n) return string.format("%d", n) end',
    // NodeMCU has no math.fmod. `%` takes the sign of the divisor, JavaScript that of the dividend.
    ____rem: `local function ____rem(a, b)
local r = a % b
if r ~= 0 and (a < 0) ~= (b < 0) then return r - b end
return r
end`,
    ____idiv: `local function ____idiv(a, b)
local q = a / b
return q < 0 and math.ceil(q) or math.floor(q)
end`,
    // By 16-bit halves of b: no partial product passes 2^48.
    ____imul: `local function ____imul(a, b)
local l = b % 65536
local h = (b - l) / 65536 % 65536
return (a * l % 4294967296 + a * h % 65536 * 65536 + 2147483648) % 4294967296 - 2147483648
end`,
  },
};

/** The low 32 bits as int32; `%` of Lua rounds down, so this holds for negative numbers as well. */
function wrap({ code, range }: Operand): lua.Expression {
  return isWithin(range, INT32) ? code : cut(code);
}

function cut(code: lua.Expression): lua.Expression {
  const positive = binary(code, L.AdditionOperator, number(0x80000000));
  return binary(binary(positive, L.ModuloOperator, number(0x100000000)), L.SubtractionOperator, number(0x80000000));
}

/** `(x - x % 2^n) / 2^n`: a shift that rounds down, without a call. */
function shiftedDown(code: lua.Expression, n: Operand): lua.Expression {
  const factor = () => number(2 ** n.range.min);
  const even = binary(code, L.SubtractionOperator, binary(code, L.ModuloOperator, factor()));
  return binary(even, L.DivisionOperator, factor());
}

/** True for the literals 1, 3, 7 … 2^31 - 1. */
function isMask({ code }: Operand): boolean {
  const value = numberOf(code);
  return value !== undefined && value > 0 && value <= INT32.max && Number.isInteger(Math.log2(value + 1));
}

/** True for `x * 2^n | y` with y below 2^n: no bit is in both. */
function areApart(a: Operand, b: Operand): boolean {
  if (a.range.min < 0 || b.range.min < 0 || !lua.isBinaryExpression(a.code)) return false;
  const factor = a.code.operator === L.MultiplicationOperator ? numberOf(a.code.right) : undefined;
  return factor !== undefined && Number.isInteger(Math.log2(factor)) && b.range.max < factor;
}

function quotient(a: Operand, b: Operand, need: Need): lua.Expression {
  if (a.range.min < 0 || b.range.min <= 0 || !isSimple(a.code) || !isSimple(b.code))
    return call(need("____idiv"), a.code, b.code);
  const even = binary(a.code, L.SubtractionOperator, binary(a.code, L.ModuloOperator, b.code));
  return binary(even, L.DivisionOperator, b.code);
}
