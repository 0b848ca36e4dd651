// As long as a benchmark, so not in the npm suite: it needs nothing of Debian's.
import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { compile } from "@songbai/tools/compile/compile";
import { MUTANTS } from "./mutants.ts";

interface Program {
  readonly receive: (line: string) => string;
}

const { code } = compile({ entryFile: resolve("tests/store/rig/program.ts"), target: "native" });

describe("store, with a line changed for the worse", () => {
  it.each(MUTANTS)("is found out when $name", async ({ name, edits, asked, found }) => {
    let text = code;
    for (const [right, wrong] of edits) {
      expect([right, text.split(right).length - 1]).toEqual([right, 1]);
      text = text.replace(right, () => wrong);
    }
    const { receive } = (await import(`data:text/javascript,${encodeURIComponent(`${text}\n//${name}`)}`)) as Program;
    let answer = "";
    for (const question of asked) if (!answer.startsWith("failed")) answer = receive(question);
    expect(answer).toMatch(/^failed/);
    expect(answer).toContain(found);
  });
});
