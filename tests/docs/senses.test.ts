import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { aimOf, reached, shown } from "@songbai/tools/learn/sense/report";
import type { Figure } from "@songbai/tools/learn/sense/sense";
import { SENSES } from "@songbai/tools/learn/senses";

interface Kept {
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
}

/** What stands between the marks of a page: the kept figures of each data set, and the picture. */
function measured(name: string, datasets: readonly string[]): string {
  return datasets
    .map((dataset) => {
      const { figures, notes } = JSON.parse(readFileSync(`docs/figures/${name}-${dataset}.json`, "utf8")) as Kept;
      const rows = figures.map((figure) => {
        const met = reached(figure);
        const verdict = met === undefined ? "" : met ? "reached" : "**not reached**";
        return `| ${figure.name} | ${shown(figure)} | ${aimOf(figure)} | ${figure.of} | ${verdict} |`;
      });
      return [
        `### ${dataset}`,
        "",
        "| measure | figure | aim | of | |",
        "|---|---|---|---|---|",
        ...rows,
        "",
        ...notes.map((note) => `- ${note}`),
        ...(notes.length > 0 ? [""] : []),
        `![${name} on ${dataset}](../images/${name}-${dataset}.svg)`,
        "",
        "```sh",
        `songbai eval ${name} --dataset ${dataset} --data ${dataset}`,
        "```",
        "",
      ].join("\n");
    })
    .join("\n");
}

describe("the pages of the senses", () => {
  for (const { name, datasets } of SENSES) {
    it(`docs/senses/${name}.md has the figures that were measured (SONGBAI_WRITE_DOCS=1 writes them)`, () => {
      const file = `docs/senses/${name}.md`;
      expect(existsSync(file)).toBe(true);
      const page = readFileSync(file, "utf8");
      const current = page.replace(
        /(<!-- figures[^>]*-->\n)[\s\S]*?(<!-- end of figures -->)/,
        (_, head, tail) => `${head}${measured(name, datasets)}${tail}`,
      );
      if (process.env.SONGBAI_WRITE_DOCS === "1") writeFileSync(file, current);
      expect(readFileSync(file, "utf8")).toBe(current);
      expect(current).toContain(measured(name, datasets));
    });
  }

  it("are of senses that are named apart", () => {
    expect(new Set(SENSES.map(({ name }) => name)).size).toBe(SENSES.length);
  });
});
