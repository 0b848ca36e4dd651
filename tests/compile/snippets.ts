import { resolve } from "node:path";
import { type Bundle, compile, type Target } from "@songbai/tools/compile/compile";

/** Functions of portable TypeScript that show every lowered form. All runtimes must print the same for all operands. */

/** Expressions over two int32, `a` and `b`. */
const BINARY = [
  "a & b",
  "a | b",
  "a ^ b",
  "(a + b) | 0",
  "(a - b) | 0",
  "imul(a, b)",
  "(a + b) & b",
  "((a >>> 1) + (b >>> 1)) & a",
  "(a - b) ^ a",
  "(a + b) | a",
  "(a + b) >> 1",
  "(a - b) >> 31",
  "(a + b) >>> 7",
  "(a - b) << 3",
  "~(a + b)",
  "((a & 255) << 8) | (b & 255)",
  "((a & 255) << 8) | ((b & 1) << 8)",
  "((a & 0xffff) << 16) | (b & 0xffff)",
  "((a & 255) + (b & 255)) & 255",
  "((a & 0xffff) * (b & 0xffff)) | 0",
  "imul(a & 0xff, b & 0xff)",
  "imul(a & 0xffff, b)",
  "(a * 3 + b) | 0",
  "b === 0 ? 0 : a % b",
  "(a & 0x7fffffff) % ((b & 255) + 1)",
  "b === 0 || (b === -1 && a < -2147483647) ? 0 : idiv(a, b)",
  "idiv(a & 0x7fffffff, (b & 255) + 1)",
  "a < b ? a : b",
  "(a >>> 16) ^ (b >>> 16)",
  "-(a & 255) - (b & 255)",
];

/** Expressions over one int32, `a`. */
const UNARY = [
  ...[1, 4, 7, 16, 30, 31].flatMap((n) => [
    `a << ${n}`,
    `a >> ${n}`,
    `a >>> ${n}`,
    `(a & 255) << ${n}`,
    `(a & 0x7fff) >> ${n}`,
    `(a & 65535) >>> ${n}`,
  ]),
  "~a",
  "~(a & 255)",
  "a | 0",
  "a & 255",
  "a & 1",
  "a & 0x7fffffff",
  "a & -2147483648",
  "a ^ -2147483648",
  "(a + 1) & 7",
  "((a >> 3) + 2) >> 2",
  "a % 3",
  "a % -3",
  "a % 256",
  "(a >>> 1) % 1000",
  "idiv(a, 10)",
  "idiv(a, -8)",
  "idiv(a, 8)",
  "idiv(a >>> 4, 10)",
  "imul(a, 1103515245)",
  "imul(a, -1)",
  "(a * 7 - 3) | 0",
  "(-a) | 0",
  "a === -2147483648 ? 1 : 2",
  "~(~a)",
  "(a & 1) !== 0 ? a >>> 1 : (a >> 1) ^ -306674912",
];

/** Functions from one int32 to a text: statements, texts, arrays, objects, octets. */
const PROGRAMS: Record<string, string> = {
  compound: `let x = a; x &= -3; x |= 64; x ^= a >> 2; x <<= 3; x >>= 2; x >>>= 1; x %= 1000; x += 5; x -= 7; x *= 2; return decimal(x);`,
  "compound element": `const t = allocInts(3); let at = 0; const here = (): number => { at += 1; return at; };
    t[here()] ^= a; t[here() - 1] |= 5; t[1] >>= 1; t[1] >>>= 3; t[1] <<= 2; return decimal(t[1]) + "," + decimal(at);`,
  "compound property": `const box = { n: a }; const of = (): { n: number } => box; of().n ^= 77; of().n >>= 3; of().n &= 0xffff; return decimal(box.n);`,
  octets: `const b = allocBytes(4); b[0] = a & 255; b[1] = (a >> 8) & 255; b[2] = (a >>> 16) & 255; b[3] = a >>> 24; b[0] ^= b[3];
    let s = 0; for (let i = 0; i < b.length; i++) s = (imul(s, 31) + b[i]) | 0; return decimal(s) + ":" + decimal(b.length);`,
  "empty octets": `const b = allocBytes(0); return decimal(b.length) + (b[0] === undefined ? "nothing" : decimal(a));`,
  "compound property of an element": `const rows = [{ low: 1, high: 2, deep: { most: 3 } }, { low: 4, high: 5, deep: { most: 6 } }]; const i = a & 1;
    rows[i].high += 7; rows[i].low++; rows[i].deep.most <<= 2; rows[i].deep.most -= rows[1 - i].high;
    return \`\${decimal(rows[i].low)} \${decimal(rows[i].high)} \${decimal(rows[i].deep.most)}\`;`,
  "counted loops": `let s = 0; for (let i = 3; i <= 9; i += 2) s += i; for (let i = 9; i > 3; i--) s = s * 2 + i; for (let i = 9; i >= 3; i -= 3) s -= i;
    for (let i = 5; i < 5; i++) s = 0; for (let i = 0; i < 8; i++) { if (i === 2) continue; if (i === 6) break; s += i; } return decimal(s + (a & 1));`,
  "other loops": `let s = 0; let n = 5; for (let i = 0; i < n; i++) { s += i; if (i === 2) n = 4; } for (let i = 0; i < 9; i++) { s += i; i += 2; }
    let k = 0; while (k < 5) { k++; if (k === 3) continue; s += k; } do { s -= 1; k--; } while (k > 0); return decimal(s ^ a);`,
  "steps as values": `const list = [4, 5, 6]; let i = 0; const first = list[i++]; const third = list[++i]; return decimal(first) + decimal(third) + decimal(i--) + decimal(i + (a & 1));`,
  arrays: `const list: number[] = []; for (let i = 0; i < 5; i++) list.push((a >> 3) - i); let s = list.length; for (const x of list) s ^= x;
    list[2] = 7; const [p, q] = list; return decimal(s) + "," + decimal(list[2]) + "," + decimal(p ^ q);`,
  closures: `const counter = (): { add: (n: number) => void; total: () => number } => { let sum = 0; return { add: (n) => { sum = (sum + n) | 0; }, total: () => sum }; };
    const c = counter(); c.add(a); c.add(a); const d = counter(); d.add(1); return decimal(c.total()) + "/" + decimal(d.total());`,
  "per-round closures": `const tasks: (() => number)[] = []; for (let i = 0; i < 3; i++) { const at = i * 10; tasks.push(() => at + 1); }
    let s = a & 1; for (const task of tasks) s = s * 100 + task(); return decimal(s);`,
  switches: `let s = 0; switch (a & 3) { case 0: s = 10; break; case 1: case 2: s += 2; break; default: s = -1; }
    const word = (a & 1) === 0 ? "even" : "odd"; switch (word) { case "even": s *= 2; break; case "odd": s *= 3; } return decimal(s);`,
  texts: `const s = "a\\"b\\\\c\\n\\u00012" + decimal(a); let sum = 0; for (let i = 0; i < textLength(s); i++) sum = imul(sum, 33) ^ charCode(s, i);
    return textSlice(s, 0, 1) + textSlice(s, textLength(s) - 2, textLength(s)) + decimal(sum);`,
  "texts of codes": `const b = allocBytes(200); for (let i = 0; i < 200; i++) b[i] = 65 + (i & 15); return textOf(b, 0, 200) + textOf(b, 3, 3) + textOf(b, 199, 200) + decimal(a);`,
  optional: `const part: { tick?: (n: number) => number; rate?: number } = a < 0 ? { tick: (n) => n ^ 3 } : { rate: 9 };
    return decimal(part.tick?.(a) ?? -7) + ":" + decimal(part.rate ?? 50);`,
  booleans: `const low = a < 0; const even = (a & 1) === 0; const both = low && even; const either = low || even; const chosen = low ? even : !even;
    return (both ? "b" : "-") + (either ? "e" : "-") + (chosen ? "c" : "-");`,
  defaults: `const f = (x: number, y = 5): number => x - y; return decimal(f(a & 255)) + decimal(f(a & 255, 2));`,
  "later functions": `return decimal(twice(a & 1023)) + decimal(TABLE[a & 3]) + decimal(LOWEST) + decimal(OK_CODES.full);`,
  destructuring: `const { x, y: { z } } = { x: a, y: { z: 3 } }; return decimal(x ^ z);`,
  names: `const end = a & 1; const nil = 2; const local = 3; const string = 4; const math = 5; const unpack = 6; const bit = 7; const type = 8; const self = 9; const not = 1;
    return decimal(end + nil + local + string + math + unpack + bit + type + self + not);`,
};

const OPERANDS = [0, 1, -1, 2, -2, 3, 10, -10, 255, 256, -256, 65535, 65536, -65536, 2147483647, -2147483647, -2147483648];
for (let seed = 2463534242 | 0; OPERANDS.length < 24; ) {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  OPERANDS.push(seed);
}

const PROGRAM_NAMES = Object.keys(PROGRAMS);

/** What each call of `receive` with the number of the snippet shows. */
export const SNIPPETS: readonly string[] = [...BINARY, ...UNARY, ...PROGRAM_NAMES];

const SOURCE = `
import { allocBytes, allocInts, charCode, decimal, idiv, imul, textLength, textOf, textSlice } from "@songbai/sdk/lang/intrinsics";
import { FULL } from "@songbai/sdk/lang/result";
import { prng } from "@songbai/sdk/lang/prng";
const OPERANDS = [${OPERANDS.join(", ")}];
const LOWEST = -2147483648;
const OK_CODES = { FULL, full: FULL };
const TABLE = [prng(1)(), prng(2)(), 5, LOWEST];
export function receive(line: string): string {
  let number = 0;
  for (let i = 0; i < textLength(line); i++) number = number * 10 + charCode(line, i) - 48;
  let all = "";
  for (const a of OPERANDS) {
    if (number >= ${BINARY.length + UNARY.length}) all = all + program(number, a) + " ";
    else if (number >= ${BINARY.length}) all = all + decimal(unary(number, a)) + " ";
    else for (const b of OPERANDS) all = all + decimal(binary(number, a, b)) + " ";
  }
  return all;
}
function binary(number: number, a: number, b: number): number {
${BINARY.map((code, i) => `if (number === ${i}) return ${code};`).join("\n")}
return 0;
}
function unary(number: number, a: number): number {
${UNARY.map((code, i) => `if (number === ${BINARY.length + i}) return ${code};`).join("\n")}
return 0;
}
${PROGRAM_NAMES.map((name, i) => `const program${i} = (a: number): string => {\n${PROGRAMS[name]}\n};`).join("\n")}
function program(number: number, a: number): string {
${PROGRAM_NAMES.map((_, i) => `if (number === ${BINARY.length + UNARY.length + i}) return program${i}(a);`).join("\n")}
return "";
}
function twice(x: number): number { return x * 2; }
export function unused(): number { return TABLE[99]; }
`;

/** All snippets as one bundle. */
export function compileSnippets(target: Target): Bundle {
  return compile({ entryFile: resolve("sdk/src/snippets.ts"), entrySource: SOURCE, target });
}

/** The answers of the snippets on Node, where JavaScript's own semantics hold. */
export async function expectedAnswers(): Promise<string[]> {
  const { code } = compileSnippets("native");
  const { receive } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    receive: (line: string) => string;
  };
  return SNIPPETS.map((_, i) => receive(String(i)));
}
