import type ts from "typescript";
import type * as lua from "typescript-to-lua";
import type { Range } from "../range.ts";

/** An integer expression in Lua and what is known of its value. */
export interface Operand {
  readonly code: lua.Expression;
  /** Before any wrap: a sum of two int32 has 33 bits. */
  readonly range: Range;
  /** Only the low 32 bits are right: see `low-bits.ts`. */
  readonly isLow?: boolean;
}

/** Asks for a function or alias of the prelude, and gives its name. */
export type Need = (name: string) => string;

/** How one Lua spells what TypeScript's integer operators and the intrinsics do. */
export interface Dialect {
  /** Binary operators that differ from JavaScript's; `result` is the range of the result. */
  readonly operators: Partial<
    Record<ts.SyntaxKind, (left: Operand, right: Operand, result: Range, need: Need) => lua.Expression>
  >;
  /** Code with the same low 32 bits that need not be an int32; left out where nothing is gained by that. */
  readonly low?: (code: lua.Expression) => lua.Expression;
  readonly not: (operand: Operand, need: Need) => lua.Expression;
  /** Calls of lang/intrinsics by name. */
  readonly intrinsics: Readonly<Record<string, (values: readonly Operand[], need: Need) => lua.Expression>>;
  /** The literal -2147483648. */
  readonly lowest: () => lua.Expression;
  /** Lua text of each prelude entry, by the name that it defines. An entry may use those before it. */
  readonly prelude: Readonly<Record<string, string>>;
}
