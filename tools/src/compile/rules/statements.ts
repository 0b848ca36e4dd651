import ts from "typescript";
import { scopeOf } from "../syntax.ts";
import type { Rule } from "./rule.ts";

const K = ts.SyntaxKind;

/** A Lua function holds at most 200 locals, and the compiler needs some of its own. */
export const MOST_LOCALS = 180;

/** Statements and declarations that have no cheap form in Lua or none at all. */
export const STATEMENTS: readonly Rule[] = [
  {
    id: "var",
    sentence: "`var` has function scope, which Lua does not know: write `const` or `let`",
    wrong: "var count = 0;",
    right: "let count = 0;",
    kinds: [K.VariableDeclarationList],
    test: (node) => (node.flags & ts.NodeFlags.BlockScoped) === 0,
  },
  {
    id: "using",
    sentence: "`using` needs disposal symbols: call the closing function yourself",
    wrong: "using port = open();",
    right: "const port = open();\nport.close();",
    kinds: [K.VariableDeclarationList],
    test: (node) => (node.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using,
  },
  {
    id: "throw",
    sentence: "exceptions cost 12 kB of heap on a Lua chip: return a negative code of lang/result",
    wrong: 'throw "full";',
    right: "return FULL;",
    kinds: [K.ThrowStatement, K.TryStatement],
  },
  {
    id: "for-in",
    sentence: "the order of `for in` differs between runtimes: loop over an array of the keys you need",
    wrong: "for (const key in settings) use(key);",
    right: "for (const key of KEYS) use(key);",
    kinds: [K.ForInStatement],
  },
  {
    id: "for-of",
    sentence: "`for of` takes arrays only: use a `for` loop with an index",
    wrong: 'for (const letter of "text") use(letter);',
    right: "for (let i = 0; i < textLength(text); i++) use(charCode(text, i));",
    kinds: [K.ForOfStatement],
    test: (node, checker) => ts.isForOfStatement(node) && !isArrays(checker.getTypeAtLocation(node.expression), checker),
  },
  {
    id: "for-of-variable",
    sentence: "declare the variable of `for of` in the loop: write `for (const x of …)`",
    wrong: "for (last of list) use(last);",
    right: "for (const item of list) use(item);",
    kinds: [K.ForOfStatement],
    test: (node) => ts.isForOfStatement(node) && !ts.isVariableDeclarationList(node.initializer),
  },
  {
    id: "label",
    sentence: "labels do not exist on Lua 5.1: put the inner loop in a function and return from it",
    wrong: "outer: while (next()) while (next()) break outer;",
    right: "while (next()) if (!inner()) break;",
    kinds: [K.LabeledStatement],
  },
  {
    id: "with",
    sentence: "`with` is not portable: name the object",
    wrong: "with (settings) use(rate);",
    right: "use(settings.rate);",
    kinds: [K.WithStatement],
  },
  {
    id: "debugger",
    sentence: "`debugger` does nothing on a device: remove it",
    wrong: "debugger;",
    right: "log.event(EVENT, value);",
    kinds: [K.DebuggerStatement],
  },
  {
    id: "class",
    sentence: "classes need metatables, which double the cost of a call: write a function that returns an object of functions",
    wrong: "class Counter {}",
    right: "function counter(): Counter {\n  let count = 0;\n  return { add: () => { count += 1; } };\n}",
    kinds: [K.ClassDeclaration, K.ClassExpression],
  },
  {
    id: "this",
    sentence: "`this` does not exist in portable functions: keep state in variables of the function that makes the object",
    wrong: "use(this);",
    right: "use(state);",
    kinds: [K.ThisKeyword, K.SuperKeyword, K.ThisType],
  },
  {
    id: "method",
    sentence: "methods would get a hidden `self` in Lua: write a property with a function, `feed: (n: number) => void`",
    wrong: "const sensor = { feed(n: number): void { use(n); } };",
    right: "const sensor = { feed: (n: number): void => use(n) };",
    kinds: [K.MethodDeclaration, K.MethodSignature],
  },
  {
    id: "accessor",
    sentence: "one getter makes every member access of its object half as slow again: write a function",
    wrong: "const sensor = { get level() { return 1; } };",
    right: "const sensor = { level: () => 1 };",
    kinds: [K.GetAccessor, K.SetAccessor],
  },
  {
    id: "enum",
    sentence: "enums become tables that every access looks up: write constants, `export const IDLE = 0;`",
    wrong: "enum State { Idle }",
    right: "const IDLE = 0;",
    kinds: [K.EnumDeclaration],
  },
  {
    id: "namespace",
    sentence: "namespaces become tables: use a file for each thing",
    wrong: "namespace Parts { export const rate = 1; }",
    right: "export const rate = 1;",
    kinds: [K.ModuleDeclaration],
  },
  {
    id: "generator",
    sentence: "generators need 7 kB of library: keep the position in a variable and return a function that steps",
    wrong: "function* steps() { yield 1; }",
    right: "function steps(): () => number {\n  let at = 0;\n  return () => at++;\n}",
    kinds: [K.YieldExpression, K.FunctionDeclaration, K.FunctionExpression],
    test: (node) => !(ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node)) || node.asteriskToken !== undefined,
  },
  {
    id: "async",
    sentence: "promises need 9 kB of library: take a callback",
    wrong: "const read = async (): Promise<void> => {};",
    right: "const read = (onDone: () => void): void => onDone();",
    kinds: [K.AwaitExpression, K.AsyncKeyword],
  },
  {
    id: "rest",
    sentence: "rest parameters and rest patterns need library code: take an array, or name each value",
    wrong: "function sum(...values: number[]): number { return values.length; }",
    right: "function sum(values: readonly number[]): number { return values.length; }",
    kinds: [K.Parameter, K.BindingElement],
    test: (node) => (ts.isParameter(node) || ts.isBindingElement(node)) && node.dotDotDotToken !== undefined,
  },
  {
    id: "pattern-assignment",
    sentence: "a pattern on the left of `=` makes a table for each run: assign one after the other",
    wrong: "[low, high] = [high, low];",
    right: "const before = low;\nlow = high;\nhigh = before;",
    kinds: [K.BinaryExpression],
    test: (node) =>
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === K.EqualsToken &&
      (ts.isArrayLiteralExpression(node.left) || ts.isObjectLiteralExpression(node.left)),
  },
  {
    id: "export-let",
    sentence: "modules copy what they import when they start: export a function that returns the variable",
    wrong: "export let count = 0;",
    right: "let count = 0;\nexport const counted = (): number => count;",
    kinds: [K.VariableStatement],
    test: (node) =>
      ts.isVariableStatement(node) &&
      node.modifiers?.some((modifier) => modifier.kind === K.ExportKeyword) === true &&
      (node.declarationList.flags & ts.NodeFlags.Const) === 0,
  },
  {
    id: "loop-capture",
    sentence: "a function inside a `for` loop sees another `%` in Lua than in JavaScript: copy it to a `const` in the loop",
    wrong: "for (let i = 0; i < 3; i++) later(() => use(i));",
    right: "for (let i = 0; i < 3; i++) {\n  const at = i;\n  later(() => use(at));\n}",
    kinds: [K.Identifier],
    test: (node, checker) => {
      const declaration = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node)?.valueDeclaration : undefined;
      if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return false;
      return ts.isForStatement(declaration.parent.parent) && scopeOf(node) !== scopeOf(declaration);
    },
  },
  {
    id: "too-many-locals",
    sentence: `a Lua function holds 200 variables: split this one before it has more than ${MOST_LOCALS}`,
    wrong: `function wide(): void {\n${Array.from({ length: 181 }, (_, i) => `let v${i} = use(${i});`).join("\n")}\n}`,
    right: "function narrow(): void {\n  let v0 = use(0);\n}",
    kinds: [K.SourceFile, K.FunctionDeclaration, K.FunctionExpression, K.ArrowFunction],
    test: (node) => countLocals(node) > MOST_LOCALS,
  },
  {
    id: "import",
    sentence: "a device program imports only `./….ts`, `./….json` and `@songbai/sdk/…`: % is none of them",
    wrong: 'import { readFileSync } from "node:fs";',
    right: 'import { allocBytes } from "@songbai/sdk/lang/intrinsics";',
    kinds: [K.ImportDeclaration, K.ExportDeclaration],
    test: (node) =>
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier) &&
      !/^(\.\.?\/.*\.(ts|json)|@songbai\/sdk\/.+)$/.test(node.moduleSpecifier.text),
  },
  {
    id: "import-form",
    sentence:
      "import each name, `import { a } from …`: a namespace, `export *` or a late import keeps everything in the program",
    wrong: 'import * as bytes from "@songbai/sdk/lang/bytes";',
    right: 'import { copyBytes } from "@songbai/sdk/lang/bytes";',
    kinds: [K.NamespaceImport, K.NamespaceExport, K.ExportDeclaration, K.ImportEqualsDeclaration, K.ImportKeyword],
    test: (node) => {
      if (ts.isExportDeclaration(node)) return node.exportClause === undefined && !node.isTypeOnly;
      return node.kind !== K.ImportKeyword || ts.isCallExpression(node.parent);
    },
  },
];

function isArrays(type: ts.Type, checker: ts.TypeChecker): boolean {
  return checker.isArrayLikeType(type);
}

/** Names that a function or module declares itself; constants with a literal value are written out and take no local. */
function countLocals(scope: ts.Node): number {
  let count = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node)) count += 1;
    if (node !== scope && ts.isFunctionLike(node)) return;
    if (ts.isParameter(node) || ts.isImportSpecifier(node)) count += 1;
    if ((ts.isVariableDeclaration(node) || ts.isBindingElement(node)) && ts.isIdentifier(node.name) && !isWrittenOut(node))
      count += 1;
    ts.forEachChild(node, visit);
  };
  visit(scope);
  return count;
}

function isWrittenOut(node: ts.VariableDeclaration | ts.BindingElement): boolean {
  const isConstant = ts.isVariableDeclaration(node) && (node.parent.flags & ts.NodeFlags.Const) !== 0;
  return isConstant && node.initializer !== undefined && ts.isNumericLiteral(node.initializer);
}
