import * as lua from "typescript-to-lua";
import { call, offset } from "./build.ts";
import type { Dialect } from "./dialect.ts";

/** Intrinsics that every Lua spells alike. */
export const SHARED_INTRINSICS: Dialect["intrinsics"] = {
  allocBytes: ([length], need) => call(need("____alloc"), length!.code),
  allocInts: ([length], need) => call(need("____alloc"), length!.code),
  textLength: ([text]) => lua.createUnaryExpression(text!.code, lua.SyntaxKind.LengthOperator),
  charCode: ([text, index], need) => call(need("____byte"), text!.code, offset(index!.code, 1)),
  textSlice: ([text, from, to], need) => call(need("____sub"), text!.code, offset(from!.code, 1), to!.code),
  readSamples: ([text, at, into, count], need) => call(need("____samples"), text!.code, at!.code, into!.code, count!.code),
  textOf: ([codes, from, to], need) => call(need("____text"), codes!.code, from!.code, to!.code),
};

/**
 * Octets and integers count from 0, so the first one lies beside the array part. A table that grows has room for a power of two; one
 * made of arguments has room for just these, of which a call takes `most`. A firmware may bring its own.
 */
export function allocPrelude(most: number): string {
  return `local ____alloc = allocNumbers or function(n)
if n > 1 and n <= ${most} then return {length = n, [0] = 0, string.byte(string.rep("\\0", n - 1), 1, n - 1)} end
local t = {length = n, [0] = n > 0 and 0 or nil}
for i = 1, n - 1 do t[i] = 0 end
return t
end`;
}

/** Prelude entries that every Lua spells alike. */
export const SHARED_PRELUDE: Dialect["prelude"] = {
  ____byte: "local ____byte = string.byte",
  ____sub: "local ____sub = string.sub",
  // Nine characters a call: a call of a library function costs as much as ten operators. A firmware may bring its own.
  ____samples: `local ____samples = readSamples or function(text, at, into, count)
local byte = string.byte
for i = 0, count - 1, 3 do
local a, b, c, d, e, f, g, h, k = byte(text, at + 1, at + 9)
into[i] = a * 4096 + b * 64 + c - 330800
into[i + 1] = d * 4096 + e * 64 + f - 330800
into[i + 2] = g * 4096 + h * 64 + k - 330800
at = at + 9
end
end`,
  // Pieces of 64 codes: the stack of a small Lua takes no more than 250 arguments at once.
  ____text: `local ____text = numbersText or function(t, from, to)
local s = ""
for at = from, to - 1, 64 do
s = s .. string.char((table.unpack or unpack)(t, at, at + 63 < to and at + 63 or to - 1))
end
return s
end`,
};
