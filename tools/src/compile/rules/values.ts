import ts from "typescript";
import {
  bare,
  intrinsicCalled,
  isAssignmentOperator,
  isReassigned,
  isStatementLike,
  octetsKind,
  plainOperator,
  scopeOf,
} from "../syntax.ts";
import type { Rule } from "./rule.ts";

const K = ts.SyntaxKind;

/** Expressions, texts, arrays and objects. */
export const VALUES: readonly Rule[] = [
  {
    id: "condition",
    sentence: "0 and an empty text are true in Lua: compare % with something, `(flags & 1) !== 0`",
    wrong: "if (seed & 1) use(1);",
    right: "if ((seed & 1) !== 0) use(1);",
    kinds: [
      K.IfStatement,
      K.WhileStatement,
      K.DoStatement,
      K.ForStatement,
      K.ConditionalExpression,
      K.PrefixUnaryExpression,
      K.BinaryExpression,
    ],
    test: (node, checker) => conditionsOf(node).some((condition) => !isBoolean(checker.getTypeAtLocation(condition))),
  },
  {
    id: "loose-equality",
    sentence: "`==` converts: write `===` or `!==`",
    wrong: "use(seed == 1 ? 1 : 0);",
    right: "use(seed === 1 ? 1 : 0);",
    kinds: [K.EqualsEqualsToken, K.ExclamationEqualsToken],
  },
  {
    id: "null",
    sentence: "Lua has one nil for null and undefined: write `undefined`",
    wrong: "const part: Part | null = null;",
    right: "const part: Part | undefined = undefined;",
    kinds: [K.NullKeyword],
  },
  {
    id: "hole",
    sentence: "a Lua array ends at its first nil: store a number or an object in every place of the array",
    wrong: "const list = [1, undefined, 3];",
    right: "const list = [1, -1, 3];",
    kinds: [K.ArrayLiteralExpression, K.BinaryExpression],
    test: (node, checker) => {
      if (ts.isArrayLiteralExpression(node)) {
        return node.elements.some((element) => ts.isOmittedExpression(element) || mayBeNil(checker.getTypeAtLocation(element)));
      }
      if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== K.EqualsToken) return false;
      if (!ts.isElementAccessExpression(node.left)) return false;
      return isArray(node.left.expression, checker) && mayBeNil(checker.getTypeAtLocation(node.right));
    },
  },
  {
    id: "spread",
    sentence: "spread needs library code and a copy: write a loop, or name each property",
    wrong: "const more = [...list, 4];",
    right: "const more = [list[0], list[1], 4];",
    kinds: [K.SpreadElement, K.SpreadAssignment],
  },
  {
    id: "assignment-value",
    sentence: "an assignment has no value in Lua: give it a statement of its own",
    wrong: "use((seed = 3));",
    right: "seed = 3;\nuse(seed);",
    kinds: [K.BinaryExpression],
    test: (node) => ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind) && !isStatementLike(node),
  },
  {
    id: "operand-order",
    sentence:
      "the call on the right may change the variable on the left, which Lua reads after the call: call first, into a `const`",
    wrong: "let count = 0;\nconst next = (): number => {\n  count += 1;\n  return count;\n};\nuse(count + next());",
    right:
      "let count = 0;\nconst next = (): number => {\n  count += 1;\n  return count;\n};\nconst added = next();\nuse(count + added);",
    kinds: [K.BinaryExpression],
    test: (node, checker) => ts.isBinaryExpression(node) && !isPlainAssignment(node) && isChangedMeanwhile(node, checker),
  },
  {
    id: "comma",
    sentence: "the comma operator does not exist in Lua: write two statements",
    wrong: "use((next(), 1));",
    right: "next();\nuse(1);",
    kinds: [K.BinaryExpression],
    test: (node) => ts.isBinaryExpression(node) && node.operatorToken.kind === K.CommaToken,
  },
  {
    id: "delete",
    sentence: "`delete` changes the shape of an object: assign `undefined`",
    wrong: "delete settings.rate;",
    right: "settings.rate = undefined;",
    kinds: [K.DeleteExpression],
  },
  {
    id: "type-test",
    sentence: "`typeof`, `instanceof` and `in` differ in Lua: keep a number that says the kind",
    wrong: 'use(typeof seed === "number" ? 1 : 0);',
    right: "use(part.kind === SENSOR ? 1 : 0);",
    kinds: [K.TypeOfExpression, K.BinaryExpression],
    test: (node) =>
      ts.isTypeOfExpression(node) ||
      (ts.isBinaryExpression(node) &&
        (node.operatorToken.kind === K.InstanceOfKeyword || node.operatorToken.kind === K.InKeyword)),
  },
  {
    id: "void",
    sentence: "`void` has no use here: write the call as a statement",
    wrong: "void use(1);",
    right: "use(1);",
    kinds: [K.VoidExpression],
  },
  {
    id: "new",
    sentence: "`new` needs metatables: call a function that returns an object of functions",
    wrong: "const part = new Sensor();",
    right: "const part = sensor();",
    kinds: [K.NewExpression],
    test: (node) =>
      ts.isNewExpression(node) && !(ts.isIdentifier(node.expression) && isNamedByAnotherRule(node.expression.text)),
  },
  {
    id: "regexp",
    sentence: "regular expressions need a library: compare character codes with `charCode` of lang/intrinsics",
    wrong: "const digits = /[0-9]+/;",
    right: "const isDigit = code >= 48 && code <= 57;",
    kinds: [K.RegularExpressionLiteral],
  },
  {
    id: "tagged-template",
    sentence: "a tagged template needs library code: call the function with its arguments",
    wrong: "tag`text`;",
    right: 'tag("text");',
    kinds: [K.TaggedTemplateExpression],
  },
  {
    id: "text-of-number",
    sentence: "runtimes print numbers differently (4 or 4.0): write `decimal(n)` of lang/intrinsics for %",
    wrong: `const line = \`rate \${seed}\`;`,
    right: `const line = \`rate \${decimal(seed)}\`;`,
    kinds: [K.TemplateSpan, K.BinaryExpression],
    test: (node, checker) => {
      if (ts.isTemplateSpan(node)) return !isText(node.expression, checker);
      if (!ts.isBinaryExpression(node) || plainOperator(node) !== K.PlusToken) return false;
      return isText(node.left, checker) !== isText(node.right, checker);
    },
  },
  {
    id: "ascii",
    sentence: "texts are octets in Lua and UTF-16 in JavaScript, of different lengths: write ASCII",
    wrong: 'const name = "松柏";',
    right: 'const name = "Songbai";',
    kinds: [K.StringLiteral, K.NoSubstitutionTemplateLiteral, K.TemplateHead, K.TemplateMiddle, K.TemplateTail],
    test: (node) =>
      ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node)
        ? !isAscii(node.text)
        : false,
  },
  {
    id: "text-index",
    sentence: "a Lua text has no index: write `charCode(text, i)` or `textSlice(text, i, i + 1)` of lang/intrinsics",
    wrong: "use(text[0] === letter ? 1 : 0);",
    right: "use(charCode(text, 0) === 65 ? 1 : 0);",
    kinds: [K.ElementAccessExpression],
    test: (node, checker) => ts.isElementAccessExpression(node) && isText(node.expression, checker),
  },
  {
    id: "text-member",
    sentence: "texts have no members here: write `textLength`, `charCode` or `textSlice` of lang/intrinsics instead of %",
    wrong: "use(text.length);",
    right: "use(textLength(text));",
    kinds: [K.PropertyAccessExpression],
    test: (node, checker) => ts.isPropertyAccessExpression(node) && isText(node.expression, checker),
  },
  {
    id: "computed-key",
    sentence:
      "properties have shorter names in a bundle, which no text at run time can say: name the property in place instead of %",
    wrong: "const settings: { [key: string]: number } = { rate: 3 };\nconst key: string = decimal(1);\nuse(settings[key]);",
    right: "const settings = { rate: 3 };\nuse(settings.rate);",
    kinds: [K.ElementAccessExpression, K.ComputedPropertyName],
    test: (node, checker) =>
      ts.isElementAccessExpression(node)
        ? !ts.isStringLiteral(node.argumentExpression) && mayBeText(checker.getTypeAtLocation(node.argumentExpression))
        : ts.isComputedPropertyName(node) && !ts.isStringLiteral(node.expression),
  },
  {
    id: "array-member",
    sentence:
      "of an array only `length` and `push(one)` are cheap everywhere: write a `for` loop over a ring of fixed size instead of %",
    wrong: "list.shift();",
    right: "head = (head + 1) % SIZE;",
    kinds: [K.PropertyAccessExpression],
    test: (node, checker) =>
      ts.isPropertyAccessExpression(node) && isArray(node.expression, checker) && !isAllowedOfArray(node),
  },
  {
    id: "array-length",
    sentence: "the length of a Lua array cannot be set: keep a count beside it",
    wrong: "list.length = 0;",
    right: "count = 0;",
    kinds: [K.BinaryExpression],
    test: (node, checker) =>
      ts.isBinaryExpression(node) &&
      isAssignmentOperator(node.operatorToken.kind) &&
      ts.isPropertyAccessExpression(node.left) &&
      node.left.name.text === "length" &&
      isArray(node.left.expression, checker),
  },
  {
    id: "array-as-octets",
    sentence: "an array counts from 1 in Lua, Bytes and Ints from 0: make it by `allocBytes` or `allocInts` of lang/intrinsics",
    wrong: "const frame: Bytes = [1, 2];",
    right: "const frame = allocBytes(2);\nframe[0] = 1;\nframe[1] = 2;",
    kinds: [K.ArrayLiteralExpression, K.Identifier, K.PropertyAccessExpression, K.CallExpression],
    test: (node, checker) =>
      ts.isExpression(node) &&
      isHandedOn(node) &&
      octetsKind(checker.getContextualType(node)) !== undefined &&
      checker.isArrayLikeType(checker.getTypeAtLocation(node)),
  },
  {
    id: "other-member",
    sentence: "% is a member of JavaScript's own library, which a device does not have: write a function",
    wrong: "use.call(undefined, 1);",
    right: "use(1);",
    kinds: [K.PropertyAccessExpression],
    test: (node, checker) => {
      if (!ts.isPropertyAccessExpression(node)) return false;
      if (isText(node.expression, checker) || isArray(node.expression, checker)) return false;
      if (ts.isIdentifier(node.expression) && isLibrary(checker.getSymbolAtLocation(node.expression))) return false;
      return isLibrary(checker.getSymbolAtLocation(node.name));
    },
  },
];

/** What a statement or operator takes as true or false. */
function conditionsOf(node: ts.Node): ts.Expression[] {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return [node.expression];
  if (ts.isForStatement(node)) return node.condition === undefined ? [] : [node.condition];
  if (ts.isConditionalExpression(node)) return [node.condition];
  if (ts.isPrefixUnaryExpression(node)) return node.operator === K.ExclamationToken ? [node.operand] : [];
  if (!ts.isBinaryExpression(node)) return [];
  const operator = plainOperator(node);
  return operator === K.AmpersandAmpersandToken || operator === K.BarBarToken ? [node.left, node.right] : [];
}

function isPlainAssignment(node: ts.BinaryExpression): boolean {
  return node.operatorToken.kind === K.EqualsToken || SHORT_CIRCUITS.has(plainOperator(node));
}

const SHORT_CIRCUITS = new Set<ts.SyntaxKind>([K.AmpersandAmpersandToken, K.BarBarToken, K.QuestionQuestionToken]);

/** True for `x + f()` where some inner function assigns to the local variable x: Lua reads x from its register at the end. */
function isChangedMeanwhile(node: ts.BinaryExpression, checker: ts.TypeChecker): boolean {
  const left = bare(node.left);
  if (!ts.isIdentifier(left) || !callsOut(node.right, checker)) return false;
  const symbol = checker.getSymbolAtLocation(left);
  const declaration = symbol?.valueDeclaration;
  if (
    symbol === undefined ||
    declaration === undefined ||
    !(ts.isVariableDeclaration(declaration) || ts.isParameter(declaration))
  ) {
    return false;
  }
  const scope = scopeOf(declaration);
  const inInner = (at: ts.Node): boolean =>
    at !== scope && ts.isFunctionLike(at) ? isReassigned(checker, symbol, at) : (ts.forEachChild(at, inInner) ?? false);
  return scopeOf(node) === scope && inInner(scope);
}

function callsOut(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isCallExpression(node) && intrinsicCalled(checker, node) === undefined) return true;
  return ts.forEachChild(node, (child) => callsOut(child, checker)) ?? false;
}

function isBoolean(type: ts.Type): boolean {
  return type.isUnion() ? type.types.every(isBoolean) : (type.flags & ts.TypeFlags.BooleanLike) !== 0;
}

function mayBeNil(type: ts.Type): boolean {
  return type.isUnion() ? type.types.some(mayBeNil) : (type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) !== 0;
}

function mayBeText(type: ts.Type): boolean {
  return type.isUnion() ? type.types.some(mayBeText) : isStringType(type);
}

function isText(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeAtLocation(node);
  return type.isUnion() ? type.types.every(isStringType) : isStringType(type);
}

function isStringType(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.StringLike) !== 0;
}

function isArray(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeAtLocation(node);
  return (type.flags & ts.TypeFlags.Any) === 0 && checker.isArrayLikeType(type);
}

function isAllowedOfArray(node: ts.PropertyAccessExpression): boolean {
  if (node.name.text === "length") return true;
  const call = node.parent;
  return (
    node.name.text === "push" &&
    ts.isCallExpression(call) &&
    call.arguments.length === 1 &&
    ts.isExpressionStatement(call.parent)
  );
}

/** True where a value goes into a variable, a parameter, a property or a result. */
function isHandedOn(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isCallExpression(parent)) return parent.arguments.includes(node);
  if (ts.isBinaryExpression(parent)) return parent.right === node;
  if (ts.isArrowFunction(parent)) return parent.body === node;
  return ts.isReturnStatement(parent) || ts.isConditionalExpression(parent) || ts.isShorthandPropertyAssignment(parent);
}

function isAscii(text: string): boolean {
  return [...text].every((character) => character.charCodeAt(0) < 128);
}

/** True for what TypeScript's own library declares. */
export function isLibrary(symbol: ts.Symbol | undefined): boolean {
  return symbol?.declarations?.some((declaration) => declaration.getSourceFile().isDeclarationFile) === true;
}

/** Constructors that `rules/globals.ts` names with a better sentence. */
function isNamedByAnotherRule(name: string): boolean {
  return /^[A-Z]/.test(name) && name in globalThis;
}
