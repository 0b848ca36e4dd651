import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { FALL_POSITIONS } from "@songbai/tools/learn/falls/recordings/datasets";
import { type CardFigures, modelCard } from "@songbai/tools/learn/falls/report/model-card";

const PAGE = "docs/fall-detector.md";
const figuresOf = (position: string) => `docs/figures/fall-${position}.json`;

describe("docs/fall-detector.md", () => {
  it("has the figures of docs/figures (SONGBAI_WRITE_DOCS=1 writes it)", () => {
    const measured = FALL_POSITIONS.filter((position) => existsSync(figuresOf(position)));
    const card = modelCard(measured.map((position) => JSON.parse(readFileSync(figuresOf(position), "utf8")) as CardFigures));
    if (process.env.SONGBAI_WRITE_DOCS === "1") writeFileSync(PAGE, card);
    expect(readFileSync(PAGE, "utf8")).toBe(card);
    for (const position of measured) expect(existsSync(`docs/images/fall-${position}.svg`)).toBe(true);
  });
});
