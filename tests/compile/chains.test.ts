import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { createVm, type VmKind } from "@songbai/sim/runtime/vm";
import { compile, type Target } from "@songbai/tools/compile/compile";
import { type RandomSource, randomSource } from "../support/random.ts";
import { FULL } from "../support/suite.ts";

/** Random trees of the integer operators over `a`, `b` and `c`: what is cut to 32 bits once at the end of a chain, or not at all. */

const random = randomSource(20260322);
const TREES = 100;
const DEPTH = 4;

const LEAVES = ["octets[a & 3]", "words[b & 3]", "(a >>> 1)", "1", "255", "65535", "-1", "0x7fffffff", "-2147483648"];
/** Two of three leaves are variables; these are in reach. */
let variables = ["a", "b", "c"];

function leaf({ below }: RandomSource): string {
  return below(3) === 0 ? LEAVES[below(LEAVES.length)]! : variables[below(variables.length)]!;
}

/** An int32, whatever its operands are. */
function bitTree(depth: number): string {
  if (depth === 0) return leaf(random);
  const left = () => (random.below(3) === 0 ? sum(depth - 1) : bitTree(depth - 1));
  const count = 1 + random.below(31);
  switch (random.below(12)) {
    case 0:
    case 1:
      return `(${left()} & ${left()})`;
    case 2:
    case 3:
      return `(${left()} | ${left()})`;
    case 4:
    case 5:
      return `(${left()} ^ ${left()})`;
    case 6:
      return `(${left()} << ${count})`;
    case 7:
      return `(${left()} >> ${count})`;
    case 8:
      return `(${left()} >>> ${count})`;
    case 9:
      return `(~${left()})`;
    case 10:
      return `imul(${left()}, ${left()})`;
    default:
      return `(${sum(depth - 1)} | 0)`;
  }
}

/** More than 32 bits, which only a bit operator may see. */
function sum(depth: number): string {
  const sign = random.below(2) === 0 ? "+" : "-";
  return `(${bitTree(depth)} ${sign} ${random.below(3) === 0 && depth > 0 ? sum(depth - 1) : bitTree(depth)})`;
}

function reaching(names: readonly string[], body: () => string): string {
  variables = ["a", "b", "c", ...names];
  const text = body();
  variables = ["a", "b", "c"];
  return text;
}

/** Values that go from variable to variable before all their bits are seen, if they ever are. */
function statements(rotation: number): string {
  const start = `const x = ${bitTree(2)}; let y = (x << ${1 + rotation}) | (x >>> ${31 - rotation}); let z = ${bitTree(1)};`;
  const round = reaching(["x", "y", "z"], () => {
    const next = `const next = ${bitTree(3)}; const far = ${sum(1)};`;
    return `for (let i = 0; i < 3; i++) { ${next} y ${["^=", "&=", "|=", "="][random.below(4)]} ${bitTree(2)}; z = (y + far + next) | 0; y = z; }`;
  });
  return `${start} ${round} ${reaching(["x", "y", "z"], () => `const low = (y << 9) ^ z; return ${[bitTree(2), "y", "(z + (y & 0xffff)) | 0", "y >> 3", "(low | x) >> 2", "low ^ 1"][random.below(6)]};`)}`;
}

const BODIES = Array.from({ length: TREES }, (_, i) => (i % 2 === 0 ? statements(i % 31) : `return ${bitTree(DEPTH)};`));

const OPERANDS: readonly (readonly [number, number, number])[] = [
  [0, -1, 1],
  [-2147483648, 2147483647, -1],
  [2147483647, 2147483647, -2147483648],
  ...Array.from({ length: 9 }, () => [random.next(), random.next(), random.next()] as const),
];

const SOURCE = `
import { allocBytes, allocInts, charCode, decimal, imul, textLength } from "@songbai/sdk/lang/intrinsics";
const octets = allocBytes(4);
const words = allocInts(4);
for (let i = 0; i < 4; i++) { octets[i] = 77 * i & 255; words[i] = imul(i - 2, 1000000007); }
const trees = [
${BODIES.map((body) => `(a: number, b: number, c: number): number => { ${body} },`).join("\n")}
];
export function receive(line: string): string {
  let number = 0;
  for (let i = 0; i < textLength(line); i++) number = number * 10 + charCode(line, i) - 48;
  const tree = trees[number];
  return ${OPERANDS.map((operands) => `decimal(tree(${operands.join(", ")}))`).join(' + " " + ')};
}
`;

const bundle = (target: Target) => compile({ entryFile: resolve("sdk/src/chains.ts"), entrySource: SOURCE, target });

const ENGINES: readonly [VmKind, Target, string][] = [
  ["lua51", "lua51", "doubles"],
  ["lua53", "lua53", "32-bit integers"],
  ["lua54", "lua53", "64-bit integers"],
  ["js", "js", "an ES5 engine"],
];

describe(`${TREES} random chains of bit operators`, () => {
  let expected: string[] = [];

  beforeAll(async () => {
    const { receive } = (await import(`data:text/javascript,${encodeURIComponent(bundle("native").code)}`)) as {
      receive: (line: string) => string;
    };
    expected = BODIES.map((_, i) => receive(String(i)));
  });

  it.each(FULL ? ENGINES : ENGINES.filter(([kind]) => kind === "lua51" || kind === "lua54"))(
    "compute on %s (%s, %s) as on Node",
    async (kind, target) => {
      const vm = await createVm(kind, { name: "chains", code: bundle(target).code });
      const wrong = BODIES.map((body, i) => ({ body, is: vm.call(String(i)), wants: expected[i] })).filter(
        ({ is, wants }) => is !== wants,
      );
      vm.close();
      expect(wrong).toEqual([]);
    },
  );
});
