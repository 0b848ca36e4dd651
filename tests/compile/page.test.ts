import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { rulesTable } from "@songbai/tools/compile/rules/page";

const PAGE = resolve("docs/portable-typescript.md");
const TABLE = /(<!-- rules:[^>]*-->\n)[\s\S]*?(<!-- end of rules -->)/;

describe("docs/portable-typescript.md", () => {
  it("has the table of the rules as they are (SONGBAI_WRITE_DOCS=1 writes it)", () => {
    const page = readFileSync(PAGE, "utf8");
    const current = page.replace(TABLE, (_, head: string, tail: string) => `${head}${rulesTable()}\n${tail}`);
    if (process.env.SONGBAI_WRITE_DOCS !== undefined) writeFileSync(PAGE, current);
    expect(readFileSync(PAGE, "utf8")).toBe(current);
  });
});
