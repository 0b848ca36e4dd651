import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { check, type Diagnostic } from "@songbai/tools/compile/compile";
import { RULES } from "@songbai/tools/compile/rules/index";

/** What the examples of the rules speak of. */
const WORDS = `
import { copyBytes as copy } from "@songbai/sdk/lang/bytes";
import { allocBytes, charCode, decimal, idiv, imul, textLength, type Bytes } from "@songbai/sdk/lang/intrinsics";
interface Part { kind: number; close: () => void }
interface Counter { add: () => void }
declare let seed: number; declare let low: number; declare let high: number; declare let last: number; declare let count: number;
declare let head: number; declare let code: number;
declare const flag: boolean; declare const text: string; declare const letter: string; declare const list: number[];
declare const octets: Bytes; declare const part: Part; declare const state: number; declare const SENSOR: number;
declare const EVENT: number; declare const value: number; declare const SIZE: number; declare const FULL: number;
declare const KEYS: string[];
declare const settings: { rate: number | undefined };
declare const log: { event: (event: number, value: number) => void };
declare const clock: { uptimeMs: () => number };
declare const timers: { after: (delayMs: number, fire: () => void) => number };
declare function use(value: unknown): void;
declare function next(): boolean; declare function inner(): boolean;
declare function later(task: () => void): void; declare function fire(): void; declare function open(): Part;
declare function onDone(value: number): void; declare function sensor(): Part; declare function sealed(part: Part): void;
declare function tag(text: unknown): void;
export const receive = (line: string): string => line;
`;

const OWN_MODULE_LEVEL = /^(import|export|namespace|enum|class|@)/;

/** What is found in each snippet, all of them checked as one file. */
function checkAll(snippets: readonly string[]): Diagnostic[][] {
  let text = WORDS;
  const ends = snippets.map((snippet, i) => {
    text += OWN_MODULE_LEVEL.test(snippet) ? `${snippet}\n` : `function sample${i}(): unknown {\n${snippet}\n}\n`;
    return text.split("\n").length;
  });
  const found = check({ entryFile: resolve("sdk/src/example.ts"), entrySource: text });
  return ends.map((end, i) => found.filter(({ line }) => line < end && line >= (ends[i - 1] ?? WORDS.split("\n").length)));
}

const portable = (found: readonly Diagnostic[]) => found.filter(({ rule }) => rule !== "typescript");

describe("portable TypeScript", () => {
  const wrong = checkAll(RULES.map((rule) => rule.wrong));
  const right = checkAll(RULES.map((rule) => rule.right));

  it.each(RULES.map((rule, i) => [rule.id, i] as const))("refuses what breaks `%s`, by its sentence", (id, i) => {
    const found = portable(wrong[i]!);
    expect([...new Set(found.map(({ rule }) => rule))]).toEqual([id]);
    const [before, after] = RULES[i]!.sentence.split("%");
    expect(found[0]!.message.startsWith(before!)).toBe(true);
    expect(found[0]!.message.endsWith(after ?? before!)).toBe(true);
  });

  it.each(RULES.map((rule, i) => [rule.id, i] as const))("takes what `%s` says to write instead", (_, i) => {
    expect(portable(right[i]!)).toEqual([]);
  });

  it("gives every rule an id of its own", () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  });
});
