import ts from "typescript";
import type { Rule } from "./rule.ts";
import { isLibrary } from "./values.ts";

const K = ts.SyntaxKind;

interface Group {
  readonly id: string;
  readonly sentence: string;
  readonly names: readonly string[];
  readonly wrong: string;
  readonly right: string;
}

const GROUPS: readonly Group[] = [
  {
    id: "math",
    sentence:
      "% works on floats: write a comparison for min, max, abs and sign, `idiv` or `imul` of lang/intrinsics for the rest, prng of lang for random",
    names: ["Math"],
    wrong: "use(Math.max(seed, 3));",
    right: "use(seed > 3 ? seed : 3);",
  },
  {
    id: "typed-array",
    sentence: "% does not exist in Lua: write `allocBytes(n)` or `allocInts(n)` of lang/intrinsics, typed Bytes or Ints",
    names: [
      "ArrayBuffer",
      "SharedArrayBuffer",
      "DataView",
      "Int8Array",
      "Uint8Array",
      "Uint8ClampedArray",
      "Int16Array",
      "Uint16Array",
      "Int32Array",
      "Uint32Array",
      "Float32Array",
      "Float64Array",
      "BigInt64Array",
      "BigUint64Array",
      "Buffer",
    ],
    wrong: "const frame = new Uint8Array(4);",
    right: "const frame = allocBytes(4);",
  },
  {
    id: "collection",
    sentence: "% needs 7 kB of library and is missing on ES5 engines: use an array and a loop",
    names: ["Map", "Set", "WeakMap", "WeakSet", "WeakRef"],
    wrong: "const seen = new Set<number>();",
    right: "const seen: number[] = [];",
  },
  {
    id: "promise",
    sentence: "% needs 9 kB of library: take a callback",
    names: ["Promise"],
    wrong: "const done = Promise.resolve(1);",
    right: "onDone(1);",
  },
  {
    id: "reflection",
    sentence: "% is missing on ES5 engines or depends on the order of keys: name the properties you need",
    names: ["Object", "Symbol", "Reflect", "Proxy", "Function", "Array", "Iterator", "Intl"],
    wrong: "const keys = Object.keys(settings);",
    right: 'const keys = ["rate", "range"];',
  },
  {
    id: "error",
    sentence: "% costs 12 kB of heap on a Lua chip: return a negative code of lang/result",
    names: ["Error", "TypeError", "RangeError", "SyntaxError"],
    wrong: 'const failure = new Error("full");',
    right: "const failure = FULL;",
  },
  {
    id: "date",
    sentence: "% needs floats and a time zone: read `board.clock`",
    names: ["Date"],
    wrong: "use(Date.now());",
    right: "use(clock.uptimeMs());",
  },
  {
    id: "json",
    sentence: "% does not exist in Lua: encode by codec/cbor",
    names: ["JSON"],
    wrong: "const line = JSON.stringify(settings);",
    right: `const line = \`rate \${decimal(settings.rate)}\`;`,
  },
  {
    id: "regexp-constructor",
    sentence: "regular expressions need a library: compare character codes with `charCode` of lang/intrinsics",
    names: ["RegExp"],
    wrong: 'const digits = new RegExp("[0-9]");',
    right: "const isDigit = code >= 48 && code <= 57;",
  },
  {
    id: "conversion",
    sentence:
      "% reads and prints numbers differently on each runtime: write `decimal(n)`, or a loop over `charCode`, of lang/intrinsics",
    names: ["Number", "String", "Boolean", "BigInt", "parseInt", "parseFloat", "isNaN", "isFinite", "NaN", "Infinity"],
    wrong: 'use(parseInt("7", 10));',
    right: 'use(charCode("7", 0) - 48);',
  },
  {
    id: "timer",
    sentence: "% belongs to desktops: write `board.timers.after(delayMs, fire)`",
    names: ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "queueMicrotask"],
    wrong: "setTimeout(fire, 100);",
    right: "timers.after(100, fire);",
  },
  {
    id: "host",
    sentence: "% belongs to desktops: a device sees only its Board, so log by `board.log.event`",
    names: [
      "console",
      "process",
      "globalThis",
      "window",
      "self",
      "global",
      "require",
      "module",
      "exports",
      "eval",
      "arguments",
      "print",
    ],
    wrong: "console.log(seed);",
    right: "log.event(EVENT, seed);",
  },
];

const NAMED = new Set(GROUPS.flatMap(({ names }) => names));

/** Names that JavaScript engines bring along and devices do not. */
export const GLOBALS: readonly Rule[] = [
  ...GROUPS.map(({ names, ...group }): Rule => {
    const listed = new Set(names);
    return {
      ...group,
      kinds: [K.Identifier],
      test: (node, checker) => ts.isIdentifier(node) && listed.has(node.text) && isGlobal(node, checker),
    };
  }),
  {
    id: "global",
    sentence: "% is part of JavaScript's own library, which a device does not have: write it, or take it from the SDK",
    wrong: 'const address = encodeURIComponent("a b");',
    right: 'const address = "a%20b";',
    kinds: [K.Identifier],
    test: (node, checker) =>
      ts.isIdentifier(node) &&
      !NAMED.has(node.text) &&
      node.text !== "undefined" &&
      !ts.isPartOfTypeNode(node) &&
      !isMemberName(node) &&
      isLibrary(checker.getSymbolAtLocation(node)),
  },
];

/** True where the name is nobody's own: declared by the library, or not at all. */
function isGlobal(node: ts.Identifier, checker: ts.TypeChecker): boolean {
  if (isMemberName(node) || ts.isPartOfTypeNode(node)) return false;
  const symbol = checker.getSymbolAtLocation(node);
  return symbol === undefined || symbol.declarations === undefined || isLibrary(symbol);
}

/** True for the `b` of `a.b`, of `{ b: 1 }` and of an import. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isImportSpecifier(parent) ||
      ts.isExportSpecifier(parent)) &&
    parent.name === node
  );
}
