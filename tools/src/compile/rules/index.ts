import { GLOBALS } from "./globals.ts";
import { NUMBERS } from "./numbers.ts";
import type { Rule } from "./rule.ts";
import { STATEMENTS } from "./statements.ts";
import { VALUES } from "./values.ts";

/** Every rule of portable TypeScript. */
export const RULES: readonly Rule[] = [...NUMBERS, ...VALUES, ...STATEMENTS, ...GLOBALS];
