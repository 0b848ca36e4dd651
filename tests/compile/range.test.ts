import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readProgram } from "@songbai/tools/compile/program";
import { findProject } from "@songbai/tools/compile/project";
import { INT32, type Range, rangeOf } from "@songbai/tools/compile/range";
import ts from "typescript";

const CASES: readonly [string, Range][] = [
  ["5", { min: 5, max: 5 }],
  ["-2147483648", { min: -2147483648, max: -2147483648 }],
  ["a", INT32],
  ["a & 255", { min: 0, max: 255 }],
  ["255 & a", { min: 0, max: 255 }],
  ["a & -2", INT32],
  ["octets[a]", { min: 0, max: 255 }],
  ["numbers[a]", INT32],
  ["octets.length", { min: 0, max: 2147483647 }],
  ["(a & 255) << 8", { min: 0, max: 65280 }],
  ["(a & 255) << 24", INT32],
  ["(octets[0] << 8) | octets[1]", { min: 0, max: 65535 }],
  ["(a & 255) ^ 256", { min: 0, max: 511 }],
  ["a >>> 24", { min: 0, max: 255 }],
  ["a >> 24", { min: -128, max: 127 }],
  ["(a & 255) >> 4", { min: 0, max: 15 }],
  ["(a & 15) + (b & 15)", { min: 0, max: 30 }],
  ["(a & 15) - (b & 15)", { min: -15, max: 15 }],
  ["(a & 15) * -3", { min: -45, max: 0 }],
  ["a + b", { min: -4294967296, max: 4294967294 }],
  ["(a + b) | 0", INT32],
  ["(a & 15) | 0", { min: 0, max: 15 }],
  ["~(a & 15)", { min: -16, max: -1 }],
  ["-(a & 15)", { min: -15, max: 0 }],
  ["a % 10", { min: -9, max: 9 }],
  ["(a & 255) % 10", { min: 0, max: 9 }],
  ["flag ? a & 3 : 9", { min: 0, max: 9 }],
  ["NIBBLE", { min: 0, max: 15 }],
  ["FULL", { min: -5, max: -5 }],
  ["variable", INT32],
  ["charCode(text, a)", { min: 0, max: 255 }],
  ["idiv(a & 255, 16)", { min: 0, max: 15 }],
];

const SOURCE = `
import { charCode, idiv, type Bytes, type Ints } from "@songbai/sdk/lang/intrinsics";
import { FULL } from "@songbai/sdk/lang/result";
export function receive(a: number, b: number, octets: Bytes, numbers: Ints, flag: boolean, text: string): unknown {
  const NIBBLE = a & 15;
  let variable = 3; variable = b;
  for (let up = 2; up < octets[0]; up++) { up; }
  for (let moved = 2; moved < 9; moved++) { moved; moved = a; }
  return [${CASES.map(([code]) => code).join(", ")}];
}`;

describe("the range of an integer expression", () => {
  const entry = resolve("sdk/src/ranges.ts");
  const { checker, entry: file } = readProgram(findProject(entry), entry, SOURCE);
  const statements: ts.ExpressionStatement[] = [];
  let elements: readonly ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isArrayLiteralExpression(node)) elements = node.elements;
    if (ts.isExpressionStatement(node)) statements.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);

  it.each(CASES.map(([code, range], i) => [code, range, i] as const))("knows %s", (_, range, i) => {
    expect(rangeOf(checker, elements[i]!)).toEqual(range);
  });

  it("knows the counter of a loop that only counts", () => {
    const up = statements.find(({ expression }) => expression.getText() === "up")!;
    expect(rangeOf(checker, up.expression)).toEqual({ min: 2, max: 254 });
  });

  it("knows nothing of a counter that the loop changes", () => {
    const moved = statements.find(({ expression }) => expression.getText() === "moved")!;
    expect(rangeOf(checker, moved.expression)).toEqual(INT32);
  });
});
