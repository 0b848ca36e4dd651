import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { boardNames, findBoard } from "@songbai/tools/board/profile";

const PAGE = "docs/guide-vendor.md";
const ON_EVERY_BOARD = ["clock", "timers", "random", "flash", "log"];

function row(name: string): string {
  const { profile } = findBoard(name);
  const { runtime, budgets, files } = profile;
  const has = profile.capabilities.filter((capability) => !ON_EVERY_BOARD.includes(capability));
  const limit = (value: number | undefined) => (value === undefined ? "" : value.toLocaleString("en-US"));
  const verified = profile.verified.map(({ what, how }) => `${what}: ${how}`).join("; ");
  const cells = [
    `\`${name}\``,
    `${runtime.engine}; \`${runtime.target}\`, ${runtime.numbers}`,
    has.join(", "),
    limit(budgets.bundleBytes.value),
    limit(files.largestBytes?.value),
    limit(budgets.heapBytes.value),
    verified,
  ];
  return `| ${cells.join(" | ")} |`;
}

describe("the page of boards", () => {
  it("is what the profiles say", () => {
    const head = [
      "| board | runs | has, beside clock, timers, random, flash and log | scripts, bytes | file, bytes | heap, bytes | verified |",
      "|---|---|---|---|---|---|---|",
    ];
    const table = [...head, ...boardNames().map(row)].join("\n");
    const page = readFileSync(PAGE, "utf8");
    const current = page.replace(
      /(<!-- boards:[^>]*-->\n)[\s\S]*?(<!-- end of boards -->)/,
      (_, start, end) => `${start}${table}\n${end}`,
    );
    if (process.env.SONGBAI_WRITE_DOCS !== undefined) writeFileSync(PAGE, current);
    expect(readFileSync(PAGE, "utf8")).toBe(current);
  });
});
