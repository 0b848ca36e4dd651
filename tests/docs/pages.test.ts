import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { OBSERVATIONS } from "@songbai/sdk/record/observations";
import { readScenario } from "@songbai/sim/scenario/scenario";
import { linkEntry } from "@songbai/tools/cli/runtimes";
import { check, formatDiagnostic } from "@songbai/tools/compile/compile";
import { runScenario } from "../support/simulation.ts";

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];
const SCRATCH = resolve("node_modules/.cache/snippets");

/** The blocks of a page that stand behind `<!-- snippet: kind -->`. */
function snippets(kind: string): { page: string; text: string }[] {
  const pattern = new RegExp(`<!-- snippet: ${kind} -->\\n( *)\`\`\`\\w+\\n([\\s\\S]*?)\\n *\`\`\``, "g");
  return PAGES.flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(pattern)].map(([, indent, text]) => ({
      page,
      text: `${text.replaceAll(new RegExp(`^${indent}`, "gm"), "")}\n`,
    })),
  );
}

describe("the pages of the documentation", () => {
  it("observations.md has the table as it is (SONGBAI_WRITE_DOCS=1 writes it)", () => {
    const file = "docs/observations.md";
    const rows = OBSERVATIONS.map(({ code, name, zh, kind, values, requirement }) => {
      const coded = (system: string, value?: number | string) => (value === undefined ? "" : `, ${system} ${value}`);
      const listed = values
        .map(
          ({ name: one, unit, scale, mdc, loinc }) =>
            `${one} (${unit}, scale ${scale}${coded("MDC", mdc)}${coded("LOINC", loinc)})`,
        )
        .join(", ");
      return `| ${code} | \`${name}\` | ${zh} | ${kind} | ${listed} | ${requirement} |`;
    });
    const table = ["| code | name | 名称 | kind | values | requirement |", "|---|---|---|---|---|---|", ...rows].join("\n");
    const page = readFileSync(file, "utf8");
    const current = page.replace(
      /(<!-- observations:[^>]*-->\n)[\s\S]*?(<!-- end of observations -->)/,
      (_, head, tail) => `${head}${table}\n${tail}`,
    );
    if (process.env.SONGBAI_WRITE_DOCS !== undefined) writeFileSync(file, current);
    expect(readFileSync(file, "utf8")).toBe(current);
  });

  it("device programs in them are portable", () => {
    const found = snippets("device");
    expect(found.length).toBeGreaterThan(0);
    for (const [index, { text }] of found.entries()) {
      const folder = join(SCRATCH, String(index));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "main.ts"), text);
      writeFileSync(join(folder, "manifest.json"), readFileSync("devices/bracelet/manifest.json"));
      const refused = check({
        entryFile: join(folder, "entry.ts"),
        entrySource: linkEntry({ bearers: {} }),
        root: resolve("."),
      });
      expect(refused.map(formatDiagnostic)).toEqual([]);
    }
  });

  it("scenarios in them pass", async () => {
    const found = snippets("scenario");
    expect(found.length).toBeGreaterThan(0);
    mkdirSync(SCRATCH, { recursive: true });
    for (const [index, { text }] of found.entries()) {
      const file = join(SCRATCH, `scenario-${index}.yaml`);
      writeFileSync(file, text);
      const run = await runScenario(readScenario(file));
      expect(run.violations).toEqual([]);
    }
  });

  it("links in them lead somewhere", () => {
    for (const page of PAGES) {
      for (const [, link] of readFileSync(page, "utf8").matchAll(/\]\(([^)#:]+)\)/g)) {
        expect([page, link, readdirSync(resolve(page, "..", link, "..")).includes(link.split("/").at(-1) as string)]).toEqual([
          page,
          link,
          true,
        ]);
      }
    }
  });
});
